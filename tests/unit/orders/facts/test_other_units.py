"""Nothing counts on a line in another unit than its own: facts are in the item's unit, as the ledger says."""

import pytest

from domain.messages.cases import Case, CaseClass, CaseState
from domain.orders.state import MisdirectedUnits
from tests.unit.orders.story import Story, effects_of, flow_status_of, story_of

HELD = "place available 5; answer 1:0:heldXPX"
BOOKED = f"{HELD}; booked"


def beside(story: Story) -> list[tuple[str, int, int, int, int]]:
    """What is counted beside the lines, in the order in which it moved."""
    return [_counters(each) for each in story.order.misdirected]


def _counters(units: MisdirectedUnits) -> tuple[str, int, int, int, int]:
    return units.item_id, units.picked, units.shipped, units.delivered, units.invoiced


@pytest.mark.parametrize(
    ("when", "effects", "counted"),
    (
        ("pick 1:2", "case WRONG_ITEM; picked 1:2; PickConfirmed", (2, 0, 0, 0)),
        ("ship 1:2", "shipped 1:2; case WRONG_ITEM; ShipmentConfirmed", (0, 2, 0, 0)),
        ("ship 1:200", "shipped 1:200; case WRONG_ITEM; ShipmentConfirmed", (0, 200, 0, 0)),
        ("deliver 1:2", "ShipmentDelivered", (0, 0, 2, 0)),
        ("invoice 1:2", "InvoicePosted", (0, 0, 0, 2)),
    ),
)
def test_no_fact_counts_on_a_line_of_which_the_item_is_kept_in_another_unit(
    when: str, effects: str, counted: tuple[int, int, int, int]
) -> None:
    story = story_of(BOOKED)
    before = story.order.lines
    assert effects == effects_of(story.do(when))
    assert before == story.order.lines
    assert [("item 1", *counted)] == beside(story)


def test_a_return_of_it_is_taken_back_and_not_credited() -> None:
    story = story_of(f"{BOOKED}; ship 1:2")
    assert "took back 1:1; case INVOICE_MISMATCH; ReturnReceived" == effects_of(story.do("return 1:1"))
    verdict = story.do("return 1:1:restocked:unpriced")
    assert "took back 1:1; ReturnReceived; case WRONG_ITEM RESOLVED" == effects_of(verdict)
    assert 0 == story.order.lines[0].returned


def test_a_reversal_of_it_ends_its_case_and_posts_nothing() -> None:
    story = story_of(f"{BOOKED}; ship 1:2")
    effects = effects_of(story.do("unship 1:2"))
    assert "REVERSE_SHIPMENT" not in effects
    assert "case WRONG_ITEM RESOLVED" in effects
    assert [("item 1", -2, 0, 0, 0)] == beside(story)


def test_the_case_names_both_units_and_does_not_advise_a_conversion() -> None:
    story = story_of(BOOKED)
    (case,) = (each for each in story.do("ship 1:2").messages if isinstance(each, Case))
    assert (CaseClass.WRONG_ITEM, CaseState.OPEN) == (case.case_class, case.state)
    assert "0.000002 XPX of item 1 were shipped with S on line '1', which is ordered in EA" in case.reason
    assert "cancel the line, and have it ordered again in XPX" in case.suggested_action


EARLY = "place available 5"


@pytest.mark.parametrize(
    ("given", "counted"),
    (
        (f"{EARLY}; pick 1:2", (2, 0, 0, 0)),
        (f"{EARLY}; ship 1:2", (0, 2, 0, 0)),
        (f"{EARLY}; pick 1:2; ship 1:2", (2, 2, 0, 0)),
        (f"{EARLY}; ship 1:2; deliver 1:2; invoice 1:2", (0, 2, 2, 2)),
        (f"{EARLY}; deliver 1:2", (0, 0, 2, 0)),
    ),
)
def test_what_came_before_the_ledgers_answer_is_counted_beside_the_line_with_it(
    given: str, counted: tuple[int, int, int, int]
) -> None:
    story = story_of(given)
    effects = effects_of(story.do("answer 1:0:heldXPX"))
    assert "POST" not in effects
    assert [("item 1", *counted)] == beside(story)
    line = story.order.lines[0]
    assert (0, 0, 0, 0) == (line.picked, line.shipped, line.delivered, line.invoiced)


def test_its_line_is_asked_for_anew_since_the_facts_had_used_up_its_claim() -> None:
    story = story_of(f"{EARLY}; ship 1:5")
    assert "gives up 1:5" in (effects := effects_of(story.do("answer 1:0:heldXPX")))
    assert effects.endswith("asks 1:5")
    assert "POST" not in effects
    assert "REVERSE" not in effects
    assert "RESERVING; 1: unanswered 5" == flow_status_of(story)


def test_what_left_before_the_order_came_is_not_taken_for_its_units() -> None:
    story = story_of("ship 1:200; place available 5")
    assert "POST_SHIPMENT" not in effects_of(story.do("answer 1:0:heldXPX"))
    assert "CREATE_SALES_ORDER 1:5; OrderAccepted" in effects_of(story.do("answer 1:0:heldXPX"))
    assert [("item 1", 0, 200, 0, 0)] == beside(story)


def test_a_shipment_that_is_posted_is_reversed_in_the_erp_when_the_ledger_comes_to_know_the_unit() -> None:
    story = story_of("place available 5; answer 1:0; booked; ship 1:2")
    effects = effects_of(story.do("state 1:0:heldXPX"))
    assert "REVERSE_SHIPMENT 1:2" in effects
    assert [("item 1", 0, 2, 0, 0)] == beside(story)
    assert "reversed" not in effects_of(story.do("answer 1:0:heldXPX"))


def test_what_was_returned_before_is_not_credited_when_its_shipment_comes() -> None:
    story = story_of(f"{EARLY}; return 1:2; answer 1:0:heldXPX; booked")
    assert () == story.order.held_credits
    assert "CREDIT" not in effects_of(story.do("ship 1:2"))


def test_a_line_that_begins_to_be_held_later_is_not_raised() -> None:
    story = story_of("place available 5; answer 1:0; booked; state 1:0:heldXPX")
    assert ("1",) == story.order.held_lines
    assert "OrderAmendmentRefused" in effects_of(story.do("amend 1 1:7"))


def test_the_other_lines_of_the_order_count_as_ever() -> None:
    story = story_of("place available 5 3; answer 1:0:heldXPX 2:3; booked")
    assert "POST_SHIPMENT 2:3" in effects_of(story.do("ship 1:2 2:3"))


def test_a_cancelled_line_stays_so_and_what_left_is_out_until_it_is_back() -> None:
    story = story_of(f"{BOOKED}; ship 1:2; cancel 1")
    assert "CANCELLED; 1: cancelled 5" == flow_status_of(story)
    assert "case WRONG_ITEM RESOLVED" in effects_of(story.do("unship 1:2"))
