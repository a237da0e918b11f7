"""More is shipped of a line than is ordered: a case for as long as that is so (see `story`)."""

import pytest

from domain.messages.cases import Case, CaseClass
from tests.unit.orders.story import effects_of, story_of

TOO_MUCH = "place available 5; answer 1:5; booked; ship 1:7"
OPENED, RESOLVED = "case OVER_SHIPMENT", "case OVER_SHIPMENT RESOLVED"
TAKEN = "OrderAmendmentRequested"


@pytest.mark.parametrize(
    ("given", "when", "effects"),
    (
        (TOO_MUCH, "amend 1 1:7", f"{TAKEN}; AMEND_SALES_ORDER 1:7; {RESOLVED}"),
        (TOO_MUCH, "amend 1 1:6", f"{TAKEN}; AMEND_SALES_ORDER 1:6; {OPENED}"),
        (f"{TOO_MUCH}; amend 1 1:6; amendment applied", "amend 2 1:7", f"{TAKEN}; AMEND_SALES_ORDER 1:7; {RESOLVED}"),
        (
            f"{TOO_MUCH}; amend 1 1:7",
            "amendment refused",
            f"case ORDER_REJECTED; OrderAmendmentRefused; {OPENED}",
        ),
        (
            f"{TOO_MUCH}; amend 1 1:8; answer 1:1",
            "amendment refused",
            f"gives up 1:1; case ORDER_REJECTED; OrderAmendmentRefused; {OPENED}",
        ),
        (
            f"{TOO_MUCH}; amend 1 1:7; amendment applied",
            "ship 1:1",
            f"shipped 1:1; {OPENED}; ShipmentConfirmed; POST_SHIPMENT 1:1",
        ),
    ),
)
def test_the_case_is_as_true_as_the_line(given: str, when: str, effects: str) -> None:
    assert effects == effects_of(story_of(given).do(when))


def test_the_reason_names_the_amendment() -> None:
    (case,) = (each for each in story_of(TOO_MUCH).do("amend 1 1:7").messages if isinstance(each, Case))
    assert "line 1: 0.000007 shipped, 0.000007 ordered, 0 cancelled, by amendment 1" == case.reason


def test_the_case_of_no_line_says_that_an_amendment_has_added_it() -> None:
    story = story_of("place available 5; answer 1:5; booked; ship 1:5; ship 3:2")
    (case,) = (each for each in story.do("amend 1 +3:2").messages if isinstance(each, Case))
    assert (CaseClass.OVER_SHIPMENT, "the order has line '3' now") == (case.case_class, case.reason)


def test_a_line_has_one_case() -> None:
    story = story_of("place available 5; answer 1:5; booked")
    cases = [each for step in ("ship 1:6", "ship 1:1") for each in story.do(step).messages if isinstance(each, Case)]
    assert {(CaseClass.OVER_SHIPMENT, "shipped too much/1")} == {(each.case_class, each.key) for each in cases}
