"""What takes a shipment back, or credits it, comes after it: while the ERP has refused it, it waits."""

import pytest

from domain.messages.cases import Case
from tests.unit.orders.erp.test_sequence_in_erp import short, told_by
from tests.unit.orders.outages.test_failure_policy import without
from tests.unit.orders.story import Story, effects_of

BOOKED = "place available 5 4; answer 1:5 2:4; booked"


@pytest.mark.parametrize(
    ("history", "told", "after"),
    (
        ("unship 1:5", "", "REVERSE 5"),
        ("unship 1:2; unship 1:3", "", "REVERSE 2, REVERSE 3"),
        ("return 1:2", "", "POST_CREDIT_MEMO 2"),
        ("unship 1:2; return 1:1", "", "REVERSE 2, POST_CREDIT_MEMO 1"),
        ("unship 1:5; cancel 1; warehouse accepts", "", "REVERSE 5, CANCEL 5"),
        ("unship 1:5; ship 1:5 as T", "", "REVERSE 5, POST 5"),
        ("unship 1:5; ship 1:5 as T; unship 1:1 of T", "", "REVERSE 5, POST 5, REVERSE 1"),
        ("ship 2:1 as T; posted; unship 2:1 of T", "POST 1, REVERSE 1", ""),
        ("unship 1:5; cancel 2; warehouse accepts", "CANCEL 4", "REVERSE 5"),
        ("unship 1:5; ship 2:4 as T; posted; return 2:4", "POST 4, POST_CREDIT_MEMO 4", "REVERSE 5"),
        ("cancel 2; warehouse accepts", "CANCEL 4", ""),
    ),
)
@pytest.mark.parametrize("end", ("retry posting; posted", "resolve posting", "dismiss posting"))
def test_what_needs_a_refused_shipment_waits_until_it_is_posted_or_its_case_is_closed(
    history: str, told: str, after: str, end: str
) -> None:
    story = Story()
    told_by(story, f"{BOOKED}; ship 1:5; posting refused")
    assert told == short(told_by(story, history))
    again = "POST 5" if end.startswith("retry") else ""
    assert ", ".join(filter(None, (again, after))) == short(told_by(story, end))


def test_it_goes_on_waiting_when_the_retry_is_refused_as_well() -> None:
    story = Story()
    told_by(story, f"{BOOKED}; ship 1:5; posting refused; unship 1:2")
    assert "POST 5" == short(told_by(story, "retry posting; posting refused"))
    assert "POST 5, REVERSE 2" == short(told_by(story, "retry posting; posted"))


def test_what_was_under_way_behind_a_refused_shipment_waits_without_a_case_of_its_own() -> None:
    story = Story()
    told_by(story, f"{BOOKED}; ship 1:5; unship 1:5; posting refused")
    assert "case" not in str(story.do("reversal refused").messages).lower().replace("cause", "")
    assert "POST 5, REVERSE 5" == short(told_by(story, "retry posting; posted"))


def test_a_cancellation_under_way_behind_a_refused_shipment_is_told_after_it() -> None:
    story = Story()
    told_by(story, f"{BOOKED}; ship 1:5; unship 1:5; cancel 1; warehouse accepts; posting refused; reversal refused")
    assert "" == short(told_by(story, "cancellation refused"))
    assert "POST 5, REVERSE 5, CANCEL 5" == short(told_by(story, "retry posting; posted"))


@pytest.mark.parametrize(
    ("history", "told", "after"),
    (
        ("ship 1:5 as T", "", "POST 5"),
        ("ship 1:5 as T; return 1:2", "", "POST 5, POST_CREDIT_MEMO 2"),
        ("cancel 1; warehouse accepts", "", "CANCEL 5"),
        ("amend 1 1:2; warehouse accepts", "", "AMEND 2 4"),
        ("amend 1 1:7; answer 1:2", "AMEND 7 4", ""),
        ("amend 1 2:2; warehouse accepts", "AMEND 5 2", ""),
        ("ship 2:4 as T", "POST 4", ""),
    ),
)
@pytest.mark.parametrize("end", ("retry reversal; reversal applied", "resolve reversal", "dismiss reversal"))
def test_what_is_shipped_again_or_taken_off_waits_while_the_erp_refuses_a_reversal(
    history: str, told: str, after: str, end: str
) -> None:
    story = Story()
    told_by(story, f"{BOOKED}; ship 1:5; posted; unship 1:5; reversal refused")
    assert told == short(told_by(story, history))
    again = "REVERSE 5" if end.startswith("retry") else ""
    assert ", ".join(filter(None, (again, after))) == short(told_by(story, end))


def test_an_amendment_waits_for_a_reversal_that_waits_for_a_refused_shipment() -> None:
    story = Story()
    told_by(story, f"{BOOKED}; ship 1:5; posting refused; unship 1:5")
    assert "" == short(told_by(story, "amend 1 1:2; warehouse accepts"))
    assert "POST 5, REVERSE 5, AMEND 2 4" == short(told_by(story, "retry posting; posted"))


@pytest.mark.parametrize(
    ("history", "told"),
    (
        (
            "cancel 1:2; warehouse accepts; cancellation refused; amend 1 1:6; answer 1:3; amendment applied",
            "AMEND 6 4",
        ),
        ("cancel 2; warehouse accepts; cancellation refused; amend 1 1:4; amendment applied", "AMEND 4"),
    ),
)
def test_what_the_erp_refuses_to_cancel_it_has_by_the_next_amendment(history: str, told: str) -> None:
    story = Story()
    told_by(story, BOOKED)
    assert told == short(told_by(story, history)[1:])
    assert () == story.order.refusals
    assert "" == short(told_by(story, "retry cancellation"))


def test_a_refused_word_about_an_amendment_is_told_as_the_order_is_when_it_is_retried() -> None:
    story = Story()
    told_by(story, f"{BOOKED}; pick 1:5; amend 1 1:3; amendment applied; warehouse refuses")
    assert "" == short(told_by(story, "amendment refused"))
    assert "CANCEL 4" == short(told_by(story, "cancel 2; warehouse accepts"))
    assert "AMEND 5" == short(told_by(story, "retry amendment"))


TOLD_WHAT_HAS_LEFT = f"{BOOKED}; amend 1 1:2; amendment applied; ship 1:3; amendment refused"
TOLD_AS_IT_IS = f"{BOOKED}; amend 1 1:3; amendment applied; pick 1:5; amendment refused; ship 1:5"


@pytest.mark.parametrize("given", (TOLD_WHAT_HAS_LEFT, TOLD_AS_IT_IS))
@pytest.mark.parametrize(
    ("when", "told"),
    (
        ("retry amendment; amendment applied", "POST"),
        ("retry amendment; amendment refused", ""),
        ("retry amendment; amendment refused; retry amendment; amendment applied", "POST"),
        ("dismiss amendment", "POST"),
        ("amend 2 1:6; answer 1:3; amendment applied", "POST"),
        ("ship 2:4", "POST 4"),
    ),
)
def test_a_shipment_waits_while_the_erp_refuses_that_so_much_stays_on_the_order(
    given: str, when: str, told: str
) -> None:
    story = Story()
    told_by(story, given)
    after = short(told_by(story, when))
    assert told in after if told else "POST" not in after, after


LEFT_FOR_NO_LINE = f"{BOOKED}; ship 3:2; amend 1 +3:3; answer 3:1; amendment refused"
LEFT_MEANWHILE = f"{BOOKED}; amend 1 +3:3; ship 3:2; answer 3:1; amendment refused"


@pytest.mark.parametrize("given", (LEFT_FOR_NO_LINE, LEFT_MEANWHILE))
@pytest.mark.parametrize(
    ("when", "told"),
    (
        ("ship 3:1 as T", ""),
        ("unship 3:2", ""),
        ("return 3:1", ""),
        ("ship 3:1 1:2 as T", "POST 2"),
        ("amend 2 3:3; answer 3:1; amendment applied", "AMEND 5 4 3, POST 2"),
        ("amend 2 +3:4; answer 3:2; amendment applied", "AMEND 5 4 4, POST 2"),
        ("return 3:1; amend 2 3:3; answer 3:1; amendment applied", "AMEND 5 4 3, POST 1"),
        ("unship 3:2; amend 2 3:3; answer 3:3; amendment applied", "AMEND 5 4 3"),
        ("amend 2 3:3; answer 3:1; amendment refused; ship 3:1 as T", "AMEND 5 4 3"),
        (
            "amend 2 3:3; answer 3:1; amendment applied; ship 3:1 as T; unship 3:1 of T",
            "AMEND 5 4 3, POST 2, POST 1, REVERSE 1",
        ),
    ),
)
def test_the_erp_is_told_nothing_of_a_line_that_it_refused_until_it_is_ordered_again(
    given: str, when: str, told: str
) -> None:
    story = Story()
    assert "POST" not in short(told_by(story, given))
    assert told == short(told_by(story, when))


def test_nothing_that_the_erp_refused_before_is_retried_while_it_is_asked_for_an_amendment() -> None:
    story = Story()
    told_by(story, f"{BOOKED}; cancel 1:2; warehouse accepts; cancellation refused; amend 1 1:6; answer 1:3")
    assert "refused: an amendment is under way" in effects_of(story.do("retry cancellation"))


def test_a_reversal_that_the_erp_refuses_for_its_own_sake_is_a_case() -> None:
    story = Story()
    told_by(story, f"{BOOKED}; ship 1:5; posted; unship 1:5; reversal refused")
    assert "REVERSE 5" == short(told_by(story, "retry reversal"))


@pytest.mark.parametrize("outage", ("PAUSE", "none: the ERP refuses the order"))
def test_what_has_left_before_the_booking_is_booked_although_an_amendment_has_lowered_it_since(outage: str) -> None:
    if outage == "PAUSE":
        story, ends = without("TAX", "TAX BOOKING * PAUSE"), "tax is back"
        told_by(story, "place available 5; answer 1:5")
    else:
        story, ends = Story(), "retry booking"
        told_by(story, "place available 5; answer 1:5; erp refuses")
    told_by(story, "ship 1:5; unship 1:2; amend 1 1:3")
    assert "CREATE 5, POST 5, REVERSE 2, CANCEL 2" == short(told_by(story, ends))


@pytest.mark.parametrize(
    ("history", "remedy"),
    (
        ("place available 5 4; answer 1:5 2:4; erp refuses", "or cancel the order"),
        (f"{BOOKED}; ship 1:5; posting refused", "or enter it there by hand and resolve the case"),
    ),
)
def test_nobody_is_told_to_cancel_an_order_whose_goods_have_left(history: str, remedy: str) -> None:
    story = Story()
    cases = [said for each in history.split("; ") for said in story.do(each).messages if isinstance(said, Case)]
    assert cases[-1].suggested_action.endswith(remedy)
