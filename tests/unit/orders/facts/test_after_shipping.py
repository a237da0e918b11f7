"""Goods are delivered and invoiced after they are shipped; or, as far as anybody hears of it, before.

`given` is a history, `when` the event; `effects` are what comes of it (see `story`).
"""

import pytest

from domain.messages.cases import Case, CaseClass, CaseOrigin, CaseState
from domain.messages.orders import Numbered
from domain.messages.status import InvoicePosted, InvoiceStatus, OrderStatus, ShipmentDelivered
from domain.orders.documents.identity import document_in
from domain.orders.facts import misdirected
from domain.orders.pending.answers import Awaited
from domain.orders.status import invoice_status_of, status_of
from domain.quantities import UNIT
from tests.unit.orders.story import Story, effects_of, story_of

BOOKED = "place available 5; answer 1:5; booked"
NEVER_SHIPPED = "line 1: 0.000007 invoiced, but at most 0.000005 can be shipped (0.000005 ordered): 0.000002 too many"
SHIPPED = f"{BOOKED}; ship 1:5; posted"
ON_LINE_7 = "0.000001 of item 7 on line '7' (which the order does not have)"


@pytest.mark.parametrize(
    ("history", "expected"),
    (
        (SHIPPED, OrderStatus.SHIPPED),
        (f"{SHIPPED}; deliver 1:3", OrderStatus.SHIPPED),
        (f"{SHIPPED}; deliver 1:3; deliver 1:2", OrderStatus.DELIVERED),
        (f"{SHIPPED}; deliver 1:5; undeliver 1:1", OrderStatus.SHIPPED),
        (f"{SHIPPED}; undeliver 1:1; deliver 1:5", OrderStatus.SHIPPED),
        (f"{SHIPPED}; deliver 1:7", OrderStatus.DELIVERED),
        (f"{SHIPPED}; deliver 1=lamp:5", OrderStatus.SHIPPED),
        (f"{BOOKED}; ship 1:2; deliver 1:2", OrderStatus.PARTIALLY_SHIPPED),
        (f"{SHIPPED}; deliver 1:5; unship 1:1", OrderStatus.PARTIALLY_SHIPPED),
        (f"{BOOKED}; deliver 1:5; ship 1:5", OrderStatus.DELIVERED),
    ),
)
def test_an_order_is_delivered_when_all_that_was_shipped_is(history: str, expected: OrderStatus) -> None:
    assert expected is status_of(story_of(history).order)


@pytest.mark.parametrize(
    ("history", "expected"),
    (
        (SHIPPED, InvoiceStatus.NONE),
        (f"{SHIPPED}; invoice 1:2", InvoiceStatus.PARTIAL),
        (f"{SHIPPED}; invoice 1:2; invoice 1:3", InvoiceStatus.INVOICED),
        (f"{SHIPPED}; invoice 1:5; uninvoice 1:5", InvoiceStatus.NONE),
        (f"{BOOKED}; ship 1:2; invoice 1:2", InvoiceStatus.PARTIAL),
        (f"{BOOKED}; invoice 1:5; ship 1:5", InvoiceStatus.INVOICED),
    ),
)
def test_the_invoice_status_is_separate_from_the_status(history: str, expected: InvoiceStatus) -> None:
    assert expected is invoice_status_of(story_of(history).order)


def test_subscribers_hear_of_each_delivery_and_each_invoice() -> None:
    story = story_of(SHIPPED)
    (delivered,) = (each for each in story.do("deliver 1:3").messages if isinstance(each, ShipmentDelivered))
    assert (3, "S", False) == (delivered.order.totals.delivered, delivered.shipment_id, delivered.is_reversal)
    (invoiced,) = (each for each in story.do("invoice 1:4").messages if isinstance(each, InvoicePosted))
    assert (4, 10_000, "EUR") == (invoiced.order.totals.invoiced, invoiced.value, invoiced.currency)
    (cancelled,) = (each for each in story.do("uninvoice 1:5").messages if isinstance(each, InvoicePosted))
    assert (0, True) == (cancelled.order.totals.invoiced, cancelled.is_reversal)


def wrong_in(story: Story) -> Case | None:
    """The case of what is delivered and not shipped, when its deadline is past."""
    while (pending := story.pending(Awaited.DELIVERED_SHIPMENT)) and not pending.is_late:
        for case in (each for each in story.do("timer").messages if isinstance(each, Case)):
            if case.key == pending.key:
                return case
    return None


@pytest.mark.parametrize(
    ("history", "expected"),
    (
        (f"{SHIPPED}; deliver 7:2", "0.000002 of item 7 on line '7' (which the order does not have)"),
        (f"{SHIPPED}; deliver 1=lamp:2", "0.000002 of lamp on line '1' (which is for item 1)"),
        (f"{SHIPPED}; ship 7:1; deliver 7:2", ON_LINE_7),
        (f"{SHIPPED}; ship 7:2; deliver 7:2", ""),
        (f"{SHIPPED}; deliver 7:2; ship 7:2", ""),
        (f"{SHIPPED}; deliver 7:2; undeliver 7:2", ""),
        (f"{SHIPPED}; deliver 1=lamp:2; ship 1=lamp:2", ""),
    ),
)
def test_what_is_delivered_of_a_line_or_item_that_the_order_does_not_have_is_a_case(
    history: str, expected: str
) -> None:
    case = wrong_in(story_of(history))
    assert (f"{expected} are delivered and not shipped" if expected else None) == (case and case.reason)
    assert case is None or (CaseClass.OVER_SHIPMENT, CaseOrigin.CARRIER) == (case.case_class, case.origin)


def test_the_case_of_what_is_delivered_on_another_line_is_resolved_when_it_is_taken_back() -> None:
    story = story_of(f"{SHIPPED}; deliver 7:2")
    assert wrong_in(story) is not None
    assert "case OVER_SHIPMENT RESOLVED" in effects_of(story.do("undeliver 7:2"))


def test_what_finds_no_room_beside_the_lines_is_a_case_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(misdirected, "MOST_COUNTED", 1)
    story = story_of(f"{SHIPPED}; deliver 7:2")
    (case,) = (each for each in story.do("deliver 8:3").messages if isinstance(each, Case))
    assert "0.000003 of item 8 on line '8' (which the order does not have)" in case.reason


def test_what_is_delivered_before_an_amendment_adds_its_line_is_the_lines() -> None:
    story = story_of(f"{SHIPPED}; deliver 3:2; amend 1 +3:6; amendment applied")
    assert [2] == [line.delivered for line in story.order.lines if line.line_id == "3"]
    assert () == story.order.misdirected


@pytest.mark.parametrize(
    ("event", "undone_by", "awaited", "case_class", "reason"),
    (
        (
            "deliver 1:7",
            "undeliver 1:2",
            Awaited.DELIVERED_SHIPMENT,
            CaseClass.OVER_SHIPMENT,
            "0.000002 of line 1 are delivered and not shipped",
        ),
        (
            "invoice 1:7",
            "uninvoice 1:2",
            Awaited.INVOICE_CANCELLATION,
            CaseClass.INVOICE_MISMATCH,
            NEVER_SHIPPED,
        ),
    ),
)
@pytest.mark.parametrize("is_shipped", (True, False))
def test_more_than_was_shipped_is_a_case_until_as_much_is_shipped_or_it_is_taken_back(  # noqa: PLR0913
    event: str, undone_by: str, awaited: Awaited, case_class: CaseClass, reason: str, *, is_shipped: bool
) -> None:
    story = story_of(f"{SHIPPED}; {event}")
    assert story.pending(awaited) is not None
    cases: list[Case] = []
    while not cases:
        cases = [each for each in story.do("timer").messages if isinstance(each, Case)]
    assert [(case_class, CaseState.OPEN, reason)] == [(case.case_class, case.state, case.reason) for case in cases]
    end = story.do("ship 1:2" if is_shipped else undone_by)
    assert (cases[0].key, CaseState.RESOLVED) in {
        (case.key, case.state) for case in end.messages if isinstance(case, Case)
    }
    assert story.pending(awaited) is None


@pytest.mark.parametrize(
    ("history", "end", "reason"),
    (
        (f"{SHIPPED}; deliver 1:7", "ship 1:2", "all that was delivered is shipped now"),
        (
            f"{SHIPPED}; deliver 1:7",
            "undeliver 1:2",
            "the delivery was taken back: nothing is delivered that was not shipped",
        ),
        (f"{BOOKED}; invoice 1:5", "ship 1:5", "all that was invoiced is shipped now"),
        (
            f"{BOOKED}; invoice 1:5",
            "uninvoice 1:5",
            "the invoice was cancelled: nothing is invoiced that was not shipped",
        ),
        (
            f"{BOOKED}; invoice 1:5; cancel",
            "warehouse accepts",
            "what was invoiced and not shipped will not be shipped any more",
        ),
    ),
)
def test_the_end_of_a_case_says_what_became_of_the_units(history: str, end: str, reason: str) -> None:
    story = story_of(history)
    opened = set[str]()
    while not opened:
        opened = {
            case.key for case in story.do("timer").messages if isinstance(case, Case) and "not shipped" in case.reason
        }
    ends = [case for case in story.do(end).messages if isinstance(case, Case) and case.key in opened]
    assert [(CaseState.RESOLVED, reason)] == [(case.state, case.reason) for case in ends]


@pytest.mark.parametrize(
    ("event", "settled_by", "case_class", "reason"),
    (
        (
            "undeliver 1:2",
            "deliver 1:2",
            CaseClass.OVER_SHIPMENT,
            "0.000002 of line 1 are taken back and not delivered",
        ),
        (
            "undeliver 7:1",
            "deliver 7:1",
            CaseClass.OVER_SHIPMENT,
            f"{ON_LINE_7} are taken back and not delivered",
        ),
        (
            "uninvoice 1:2 7:1",
            "invoice 1:2 7:1",
            CaseClass.INVOICE_MISMATCH,
            f"0.000002 of line 1, {ON_LINE_7} are cancelled by finance and not invoiced",
        ),
    ),
)
def test_what_is_taken_back_and_never_came_is_a_case_until_it_comes(
    event: str, settled_by: str, case_class: CaseClass, reason: str
) -> None:
    story = story_of(f"{SHIPPED}; {event}")
    cases: list[Case] = []
    while not cases:
        cases = [each for each in story.do("timer").messages if isinstance(each, Case)]
    assert [(case_class, CaseState.OPEN, reason)] == [(case.case_class, case.state, case.reason) for case in cases]
    resolved = {(case.key, case.state) for case in story.do(settled_by).messages if isinstance(case, Case)}
    assert (cases[0].key, CaseState.RESOLVED) in resolved
    assert not set(map(story.pending, (Awaited.REVERSED_DELIVERY, Awaited.CANCELLED_INVOICE))) - {None}


@pytest.mark.parametrize("history", ("undeliver 1:2; deliver 1:5", "uninvoice 1:5; invoice 1:5", "uninvoice 1:2"))
def test_what_is_taken_back_waits_a_moment_for_what_it_takes_back(history: str) -> None:
    story = story_of(SHIPPED)
    assert not [
        case for sentence in history.split("; ") for case in story.do(sentence).messages if isinstance(case, Case)
    ]
    waits = {story.pending(Awaited.REVERSED_DELIVERY), story.pending(Awaited.CANCELLED_INVOICE)} - {None}
    assert ("; " not in history) == bool(waits)


def test_nobody_hears_of_an_invoice_whose_shipment_comes_in_time() -> None:
    story = story_of(f"{BOOKED}; invoice 1:5; deliver 1:5")
    assert "case" not in effects_of(story.do("ship 1:5"))
    assert (None, None) == (story.pending(Awaited.INVOICED_SHIPMENT), story.pending(Awaited.DELIVERED_SHIPMENT))


def test_a_reversed_shipment_leaves_its_invoice_without_goods() -> None:
    story = story_of(f"{SHIPPED}; invoice 1:5; unship 1:2")
    assert story.pending(Awaited.INVOICED_SHIPMENT) is not None


def test_deliveries_and_invoices_wait_for_their_order() -> None:
    story = story_of("deliver 1:5; invoice 1:5")
    assert "OrderReceived; ShipmentDelivered; InvoicePosted; asks 1:5" == effects_of(story.do("place available 5"))
    assert [(5, 5)] == [(line.delivered, line.invoiced) for line in story.order.lines]


def test_an_orphan_moves_nothing() -> None:
    assert "case ORPHAN_EVENT" == effects_of(story_of("deliver 1:5; invoice 1:5").do("timer"))


@pytest.mark.parametrize("sentence", ("deliver 1:5", "invoice 1:5", "undeliver 1:5", "uninvoice 1:5"))
def test_an_order_with_a_case_is_closed_and_not_purged(sentence: str) -> None:
    story = story_of(f"{SHIPPED}; {sentence}; {sentence}")
    while not story.order.closed:
        story.do("timer")
    assert 0 == story.order.leaves_at_ms


@pytest.mark.parametrize("word", ("deliver", "invoice"))
def test_the_same_document_is_known_by_its_content_and_not_by_its_message(word: str) -> None:
    first, other, again = (story_of("").event(f"{word} {units}") for units in ("1:5", "1:4", "1:2 1:3"))
    assert isinstance(first, Numbered)
    assert isinstance(other, Numbered)
    assert isinstance(again, Numbered)
    assert document_in(first) == document_in(again)
    assert document_in(first) != document_in(other)


@pytest.mark.parametrize(
    ("late", "then", "units", "expected"),
    (
        ("invoice", "ship", 2, "3 of line 1 are invoiced and not shipped"),
        ("invoice", "ship", 4, "1 of line 1 is invoiced and not shipped"),
        ("invoice", "uninvoice", 1, "4 of line 1 are invoiced and not shipped"),
        ("deliver", "ship", 4, "1 of line 1 is delivered and not shipped"),
        ("deliver", "undeliver", 2, "3 of line 1 are delivered and not shipped"),
    ),
)
def test_an_open_case_says_what_is_not_shipped_yet(late: str, then: str, units: int, expected: str) -> None:
    story = story_of(f"place available {5 * UNIT}; answer 1:{5 * UNIT}; booked; {late} 1:{5 * UNIT}; wait 25h")
    cases = [each for each in story.do(f"{then} 1:{units * UNIT}").messages if isinstance(each, Case)]
    at_risk = 10 * int(expected[0])
    assert (expected, CaseState.OPEN, at_risk) in [(each.reason, each.state, each.impact.value) for each in cases]
