"""The counters of an order line, under any facts, answers and wishes."""

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.identifiers import ItemId, LineId, NodeId, ReservationId
from domain.orders import lines as counters
from domain.orders.lines import OrderLine

SETTINGS = settings(max_examples=300, deadline=None)
Act = tuple[str, int]

acts: st.SearchStrategy[list[Act]] = st.lists(
    st.tuples(
        st.sampled_from(
            ("ask", "answer", "confirm", "give back", "fill", "fill early", "pick", "ship", "release", "cancel")
        ),
        st.integers(0, 9),
    ),
    max_size=20,
)


@dataclass
class Publication:
    """What the facts and wishes add up to, counted apart from the line."""

    picked: int = 0
    shipped: int = 0
    cancelled: int = 0


def after(line: OrderLine, act: Act, published: Publication) -> OrderLine:  # noqa: PLR0911  one return an act
    match act:
        case "ask", number:
            return counters.request(line, ReservationId(f"claim {number}"))
        case "answer", quantity if line.requested:
            granted = min(quantity, line.requested)
            return counters.answer(line, NodeId("E"), granted, line.requested - granted)
        case "confirm", _:
            return counters.confirm(line)
        case "give back", _:
            return counters.give_back(line)
        case ("fill" | "fill early") as kind, quantity:
            return counters.fill(line, NodeId("E"), quantity, confirmed=kind == "fill")
        case "pick", quantity:
            published.picked += quantity
            return counters.pick(line, quantity, NodeId("E"))[0]
        case "ship", quantity:
            published.shipped += quantity
            return counters.ship(line, quantity, NodeId("E"))
        case "release", _ if line.to_release:
            return counters.release(line)
        case "cancel", quantity:
            wanted = min(quantity, line.cancellable)
            published.cancelled += wanted
            return counters.cancel(line, wanted)
        case _:
            return line


def line_after(ordered: int, history: list[Act], published: Publication) -> OrderLine:
    line = OrderLine(LineId("1"), ItemId("lamp"), "EA", 0, ordered, backordered=ordered)
    for act in history:
        line = after(line, act, published)
        assert () == counters.violations(line)
        assert line.known_to_warehouse <= line.allocated
    return line


@SETTINGS
@given(st.integers(1, 9), acts)
def test_the_counters_always_add_up(ordered: int, history: list[Act]) -> None:
    published = Publication()
    line = line_after(ordered, history, published)
    assert (published.picked, published.shipped, published.cancelled) == (line.picked, line.shipped, line.cancelled)
    assert max(0, published.shipped - (ordered - published.cancelled)) == line.excess


@SETTINGS
@given(st.integers(1, 9), acts, st.integers(0, 9), st.integers(0, 9))
def test_ship_and_cancel_commute_while_they_take_no_more_than_is_open(
    ordered: int, history: list[Act], shipped: int, cancelled: int
) -> None:
    line = line_after(ordered, history, Publication())
    cancelled = min(cancelled, line.cancellable)
    shipped = min(shipped, line.open_quantity - cancelled)
    one = counters.cancel(counters.ship(line, shipped, NodeId("E")), cancelled)
    other = counters.ship(counters.cancel(line, cancelled), shipped, NodeId("E"))
    assert (one.open_quantity, one.cancelled, one.shipped, one.excess) == (
        other.open_quantity,
        other.cancelled,
        other.shipped,
        other.excess,
    )


@SETTINGS
@given(st.integers(1, 9), st.data())
def test_ship_and_cancel_commute_with_the_answer_that_they_overtake(ordered: int, data: st.DataObject) -> None:
    asked = counters.request(
        OrderLine(LineId("1"), ItemId("lamp"), "EA", 0, ordered, backordered=ordered), ReservationId("claim")
    )
    granted = data.draw(st.integers(0, ordered))
    shipped = data.draw(st.integers(0, ordered))
    cancelled = data.draw(st.integers(0, ordered - shipped))

    def happens(line: OrderLine) -> OrderLine:
        return counters.cancel(counters.ship(line, shipped, NodeId("E")), cancelled)

    early = counters.answer(happens(asked), NodeId("E"), granted, ordered - granted)
    late = happens(counters.answer(asked, NodeId("E"), granted, ordered - granted))
    assert late == early


@SETTINGS
@given(st.integers(1, 9), acts, st.lists(st.integers(0, 9), max_size=5))
def test_what_the_ledger_is_reported_of_a_shipment_is_the_shipment(
    ordered: int, history: list[Act], shipments: list[int]
) -> None:
    line = line_after(ordered, history, Publication())
    for quantity in shipments:
        claims = counters.claims_of_shipment(line, quantity)
        assert quantity == sum(units.quantity for units in claims)
        line = counters.ship(line, quantity, NodeId("E"))
        assert line.in_picking >= sum(units.quantity for units in line.earlier_picks)


def test_a_lost_unit_is_a_violation() -> None:
    line = OrderLine(LineId("1"), ItemId("lamp"), "EA", 0, 5, backordered=4)
    assert counters.violations(line) != ()
