"""One item on two lines, and warehouses that report all of it on one of them: what exceeds that is the other one's."""

from itertools import permutations

import pytest

from domain.identifiers import LineId
from domain.messages.cases import Case, CaseClass, CaseState
from domain.messages.status import OrderStatus
from domain.messages.warehouse import WarehouseReleaseCommanded
from domain.orders.lines import OrderLine
from domain.orders.pending.answers import Awaited
from domain.orders.status import status_of
from tests.unit.orders.story import Story, effects_of, flow_status_of, story_of

PLACED = "place available 2 3 alike; answer 1:2 2:3; booked"


def line(story: Story, line_id: str) -> OrderLine:
    return next(line for line in story.order.lines if line.line_id == LineId(line_id))


@pytest.mark.parametrize(
    ("facts", "expected"),
    (
        ("ship 1=lamp:5", "ACCEPTED; 1: shipped 2; 2: shipped 3"),
        ("ship 2=lamp:5", "ACCEPTED; 1: shipped 2; 2: shipped 3"),
        ("ship 2=lamp:1 1=lamp:4", "ACCEPTED; 1: shipped 2; 2: shipped 3"),
        ("ship 1=lamp:4", "ACCEPTED; 1: shipped 2; 2: allocated 1 shipped 2"),
        ("ship 1=lamp:7", "ACCEPTED; 1: shipped 2; 2: shipped 5 excess 2"),
        ("ship 1=lamp:2; ship 1=lamp:3", "ACCEPTED; 1: shipped 2; 2: shipped 3"),
        ("pick 1=lamp:5", "ACCEPTED; 1: allocated 2 picked 2; 2: allocated 3 picked 3"),
        ("pick 1=lamp:5; unpick 1=lamp:5", "ACCEPTED; 1: allocated 2; 2: allocated 3"),
        ("pick 1=lamp:5; ship 1=lamp:5", "ACCEPTED; 1: picked 2 shipped 2; 2: picked 3 shipped 3"),
        ("miss 1=lamp:5", "ACCEPTED; 1: backordered 2; 2: backordered 3"),
        ("miss 2=lamp:4", "ACCEPTED; 1: allocated 1 backordered 1; 2: backordered 3"),
        ("ship 1=lamp:5; return 1=lamp:5", "ACCEPTED; 1: shipped 2 returned 2; 2: shipped 3 returned 3"),
        ("ship 1=lamp:5; unship 1=lamp:5", "ACCEPTED; 1: allocated 2 picked -2; 2: allocated 3 picked -3"),
        ("unship 1=lamp:5; ship 1=lamp:5", "ACCEPTED; 1: allocated 2 picked -2; 2: allocated 3 picked -3"),
        ("cancel 2; warehouse accepts; ship 1=lamp:5", "ACCEPTED; 1: shipped 5 excess 3; 2: cancelled 3"),
    ),
)
def test_what_exceeds_the_line_that_is_named_is_of_the_other_one(facts: str, expected: str) -> None:
    assert expected == flow_status_of(story_of(f"{PLACED}; {facts}"))


def test_what_has_left_on_the_other_line_is_neither_shipped_again_nor_a_case() -> None:
    story = story_of(PLACED)
    assert "shipped 1:2 2:3; ShipmentConfirmed; POST_SHIPMENT 1:2 2:3" == effects_of(story.do("ship 1=lamp:5"))
    assert OrderStatus.SHIPPED is status_of(story.order)
    assert not [each for each in story.do("wait 200h").messages if isinstance(each, Case | WarehouseReleaseCommanded)]


def test_a_warehouse_that_was_asked_for_the_other_line_is_told_to_stop() -> None:
    story = story_of("place available 2 3 alike; answer 1:2; fill 2:3:W; booked")
    assert "asks the warehouse to stop 2" in effects_of(story.do("ship 1=lamp:5"))


@pytest.mark.parametrize(
    "facts",
    (
        ("pick 1=lamp:5", "ship 1=lamp:5", "deliver 1=lamp:5"),
        ("pick 1=lamp:7", "ship 1=lamp:7"),
        ("ship 1=lamp:3", "ship 2=lamp:2", "deliver 1=lamp:5"),
        ("ship 1=lamp:5", "ship 2=lamp:3"),
        ("ship 1=lamp:5 as S", "unship 1=lamp:5 of S", "deliver 1=lamp:5 of S"),
        ("ship 1=lamp:4 as S", "unship 2=lamp:1 of S", "ship 2=lamp:1 as T"),
        ("pick 1=lamp:4", "pick 2=lamp:1", "ship 2=lamp:5"),
        ("ship 1=lamp:5", "undeliver 2=lamp:3", "deliver 1=lamp:4"),
    ),
)
def test_in_whatever_order_facts_come_the_same_is_counted(facts: tuple[str, ...]) -> None:
    ends = set()
    for each in permutations(facts):
        story = story_of("; ".join((PLACED, *each)))
        ends.add((flow_status_of(story), status_of(story.order), tuple(line.delivered for line in story.order.lines)))
    assert 1 == len(ends), ends


@pytest.mark.parametrize(
    ("history", "expected"),
    (
        ("place available 2 3channel alike; answer 1:2; booked; ship 1=lamp:5", 5),
        ("place available 2 3none alike; answer 1:2; booked; ship 1=lamp:5", 5),
    ),
)
def test_lines_that_are_served_from_elsewhere_do_not_stand_for_each_other(history: str, expected: int) -> None:
    story = story_of(history)
    assert expected == line(story, "1").shipped


def test_units_beyond_all_lines_are_one_case() -> None:
    verdict = story_of(PLACED).do("ship 1=lamp:7")
    (case,) = (each for each in verdict.messages if isinstance(each, Case))
    assert CaseClass.OVER_SHIPMENT is case.case_class
    assert "line 2: 0.000005 shipped, 0.000003 ordered" in case.reason


@pytest.mark.parametrize(
    ("facts", "expected"),
    (
        ("ship 1=lamp:5; invoice 1=lamp:5", (2, 3)),
        ("ship 1=lamp:5; invoice 2=lamp:5", (2, 3)),
        ("invoice 1=lamp:5; ship 1=lamp:5", (2, 3)),
        ("invoice 1=lamp:4", (2, 2)),
        ("invoice 1=lamp:3; invoice 2=lamp:2", (2, 3)),
        ("invoice 1=lamp:5; uninvoice 1=lamp:5", (0, 0)),
        ("uninvoice 1=lamp:5; invoice 1=lamp:5", (0, 0)),
        ("invoice 1=lamp:5; uninvoice 2=lamp:5", (0, 0)),
        ("invoice 1=lamp:2 2=lamp:3; uninvoice 1=lamp:5; invoice 2=lamp:5", (2, 3)),
        ("cancel 2; warehouse accepts; invoice 2=lamp:2", (2, 0)),
        ("invoice 2=lamp:2; cancel 2; warehouse accepts", (2, 0)),
    ),
)
def test_what_is_invoiced_beyond_the_line_that_is_named_is_of_the_other_one(
    facts: str, expected: tuple[int, int]
) -> None:
    story = story_of(f"{PLACED}; {facts}")
    assert expected == tuple(line.invoiced for line in story.order.lines)
    cases = [each for each in story.do("wait 20h").messages if isinstance(each, Case)]
    assert not [each for each in cases if each.case_class is CaseClass.INVOICE_MISMATCH]


DEAR = "place available 2000000000 3000000000 alike; answer 1:2000000000 2:3000000000; booked"
ALL = "1=lamp:5000000000"


@pytest.mark.parametrize(
    ("facts", "expected"),
    (
        (f"invoice {ALL}@50000", ([20_000, 30_000], "")),
        (f"invoice {ALL}@49000", ([19_000, 30_000], "line 1 at 1.9 and not 2 EUR")),
        ("invoice 2=lamp:5000000000@60000", ([20_000, 40_000], "line 2 at 4 and not 3 EUR")),
        (f"invoice {ALL}@49000; uninvoice {ALL}@49000", ([0, 0], "")),
        (f"uninvoice {ALL}@49000; invoice {ALL}@49000", ([0, 0], "")),
        (f"invoice {ALL}@49000; uninvoice {ALL}@49000; invoice {ALL}@50000", ([20_000, 30_000], "")),
        (f"invoice {ALL}", ([0, 0], "")),
    ),
)
def test_what_the_units_cost_goes_with_them_and_a_wrong_amount_is_one_case(
    facts: str, expected: tuple[list[int], str]
) -> None:
    story = story_of(f"{DEAR}; ship {ALL}; posted; {facts}")
    pending = story.pending(Awaited.INVOICE_CORRECTION)
    cases = [each for each in story.do("wait 1h").messages if isinstance(each, Case)]
    assert bool(expected[1]) == (pending is not None)
    assert expected[0] == [line.invoiced_amount for line in story.order.lines]
    assert [expected[1]] * bool(expected[1]) == [each.reason.removeprefix("invoiced ") for each in cases]


def test_an_invoice_of_many_lines_of_one_item_under_one_name_is_spread_over_all_of_them() -> None:
    count = 300
    story = story_of(f"place available {'1 ' * count}alike; invoice 1=lamp:{count}")
    assert [1] * count == [line.invoiced for line in story.order.lines]


def test_what_all_of_them_have_too_many_stays_on_the_line_that_is_named() -> None:
    story = story_of(f"{PLACED}; ship 1=lamp:5; invoice 2=lamp:7")
    assert [2, 5] == [line.invoiced for line in story.order.lines]
    assert story.pending(Awaited.INVOICE_CANCELLATION) is not None
    story.do("uninvoice 2=lamp:2")
    assert story.pending(Awaited.INVOICE_CANCELLATION) is None


@pytest.mark.parametrize(
    ("facts", "open_lines"),
    (
        ("ship 1=lamp:2; ship 2=lamp:5", {"2"}),
        ("ship 1=lamp:2; ship 2=lamp:5; return 1=lamp:2", set()),
        ("return 1=lamp:2; ship 1=lamp:2; ship 2=lamp:5", set()),
        ("ship 1=lamp:2; ship 2=lamp:5; return 1=lamp:1", {"2"}),
        ("ship 1=lamp:2; ship 2=lamp:5; return 1=lamp:1; return 2=lamp:1", set()),
    ),
)
def test_what_came_back_of_one_makes_up_for_what_was_shipped_too_much_of_another(
    facts: str, open_lines: set[str]
) -> None:
    story, states = story_of(PLACED), {}
    for fact in facts.split("; "):
        cases = (each for each in story.do(fact).messages if isinstance(each, Case))
        states |= {each.key: each.state for each in cases if each.case_class is CaseClass.OVER_SHIPMENT}
    is_open = {key.removeprefix("shipped too much/") for key, state in states.items() if state is CaseState.OPEN}
    assert open_lines == is_open
