"""The ERP books what it had refused: one cause is one case, and it gets the order as the order is."""

import pytest

from domain.identifiers import NO_COMMAND
from domain.messages.cases import Case, CaseState
from domain.messages.dispatch import ErpRequested
from domain.messages.status import ErpStatus
from domain.orders.transitions import OrderVerdict
from tests.unit.orders.story import Story, effects_of

REFUSED = "place available 5; answer 1:5; erp refuses"
BOOKED = "place available 5; answer 1:5; booked"
RAISE_REFUSED = f"{BOOKED}; amend 1 1:8; answer 1:3; amendment refused"
DECIDED = f"{BOOKED}; decide TAX CALCULATED 1:4; amendment refused"
SHIPPED = f"{BOOKED}; ship 1:5; posting refused"
CREDITED = f"{BOOKED}; ship 1:5; posted; return 1:2; memo refused"
CANCELLED = "place available 5 3; answer 1:5 2:3; booked; cancel 1; warehouse accepts; cancellation refused"
ORDER_REJECTED_ENDS = "case ORDER_REJECTED RESOLVED"
BOOKED_NOW = "OrderBooked; releases 1:5; PickReleased"
AFTER_ALL = "was refused (blocked) and settled otherwise, and is reported as booked after all: SO-9"


class _Cases(Story):
    """A story that knows which cases are open, and why."""

    def __init__(self) -> None:
        super().__init__()
        self.open: dict[str, str] = {}

    def do(self, sentence: str) -> OrderVerdict:
        verdict = super().do(sentence)
        for said in verdict.messages:
            if isinstance(said, Case):
                self.open.pop(said.key, None)
                self.open |= {said.key: said.reason} if said.state is CaseState.OPEN else {}
        return verdict


def told(history: str) -> _Cases:
    story = _Cases()
    for step in history.split("; "):
        story.do(step)
    return story


def asked(verdict: OrderVerdict) -> list[ErpRequested]:
    return [each for each in verdict.messages if isinstance(each, ErpRequested)]


@pytest.mark.parametrize(
    ("given", "when", "effects"),
    (
        (
            REFUSED,
            "booked after all",
            f"{ORDER_REJECTED_ENDS}; OrderBooked; releases 1:5; PickReleased; AMEND_SALES_ORDER 1:5",
        ),
        (f"{REFUSED}; cancel", "booked after all", "OrderBooked; CANCEL_SALES_ORDER"),
        (RAISE_REFUSED, "amendment after all", "case ORDER_REJECTED; AMEND_SALES_ORDER 1:5"),
        (DECIDED, "amendment after all", f"{ORDER_REJECTED_ENDS}; AMEND_SALES_ORDER 1:5"),
        (SHIPPED, "posted after all", ORDER_REJECTED_ENDS),
        (CREDITED, "credited after all", ORDER_REJECTED_ENDS),
        (CANCELLED, "cancellation after all", f"{ORDER_REJECTED_ENDS}; AMEND_SALES_ORDER 2:3"),
    ),
)
def test_what_the_erp_has_after_all_is_no_case_beside_that_of_its_refusal(given: str, when: str, effects: str) -> None:
    story = told(given)
    assert effects == effects_of(story.do(when))
    assert (given == RAISE_REFUSED) == bool(story.open)
    assert NO_COMMAND == story.order.booked_after_all


def test_the_case_of_a_refused_amendment_says_both_and_ends_with_a_later_one() -> None:
    story = told(f"{RAISE_REFUSED}; amendment after all as SO-8")
    (reason,) = story.open.values()
    assert (
        "amendment 1: the ERP has refused it (blocked) and booked it after all as SO-8; "
        "the order stays as it was, and the ERP is told so"
    ) == reason
    for step in ("amendment applied", "amend 2 1:8", "answer 1:3", "amendment applied"):
        story.do(step)
    assert {} == story.open


def test_when_nobody_waits_for_a_refused_amendment_any_more_the_erp_is_told_the_order_as_it_is() -> None:
    story = told(f"{RAISE_REFUSED}; amend 2 1:6; answer 1:1; amendment applied")
    verdict = story.do("amendment after all")
    assert "AMEND_SALES_ORDER 1:6" == effects_of(verdict)


def test_an_amendment_under_way_is_first() -> None:
    story = told(f"{RAISE_REFUSED}; amend 2 1:6; answer 1:1")
    assert "case ORDER_REJECTED" == effects_of(story.do("amendment after all"))
    said = effects_of(story.do("amendment applied"))
    assert "AMEND_SALES_ORDER 1:6" == said.rpartition("; ")[2]


def test_the_order_that_the_erp_has_after_all_is_told_as_it_is_before_what_has_left_of_it() -> None:
    story = told("place available 5; answer 1:5; erp refuses; amend 1 1:3; ship 1:3")
    assert ["AMEND_SALES_ORDER", "POST_SHIPMENT"] == [
        each.command_type for each in asked(story.do("booked after all as SO-7"))
    ]
    assert (ErpStatus.BOOKED, "SO-7") == (story.order.erp_status, story.order.erp_document_number)


@pytest.mark.parametrize(
    ("given", "after_all", "outcome"),
    (
        (f"{REFUSED}; retry booking", "booked after all", "booked"),
        (f"{REFUSED}; retry booking", "booked after all", "erp refuses"),
        (f"{SHIPPED}; retry posting", "posted after all", "posted"),
        (f"{SHIPPED}; retry posting", "posted after all", "posting refused"),
        (f"{CREDITED}; retry memo", "credited after all", "memo refused"),
    ),
)
def test_what_is_being_retried_waits_for_the_outcome_of_that(given: str, after_all: str, outcome: str) -> None:
    story = told(given)
    verdict = story.do(after_all)
    assert "case" not in effects_of(verdict)
    story.do(outcome)
    assert {} == story.open
    assert () == story.order.refusals
    assert story.order.erp_status is ErpStatus.BOOKED


def test_a_retry_that_makes_a_second_document_is_a_case_with_both() -> None:
    story = told(f"{REFUSED}; retry booking; booked after all as SO-9; booked")
    assert ["CREATE_SALES_ORDER shop:1 was refused, and is booked as SO-9 after all, and as SO-1 when retried"] == list(
        story.open.values()
    )


@pytest.mark.parametrize(
    ("given", "after_all", "document"),
    (
        (f"{REFUSED}; retry booking; booked", "booked after all as SO-9", "CREATE_SALES_ORDER shop:1"),
        (f"{CREDITED}; retry memo; credited", "credited after all as SO-9", "POST_CREDIT_MEMO shop:1/"),
        (f"{SHIPPED}; resolve posting", "posted after all as SO-9", "POST_SHIPMENT shop:1/"),
    ),
)
def test_what_was_settled_otherwise_since_may_be_there_twice(given: str, after_all: str, document: str) -> None:
    story = told(given)
    verdict = story.do(after_all)
    (case,) = [each for each in verdict.messages if isinstance(each, Case)]
    assert ("DUPLICATE_DOCUMENT", CaseState.OPEN) == (case.case_class, case.state)
    assert case.reason.startswith(document)
    assert case.reason.endswith(
        " was refused (blocked) and settled otherwise, and is reported as booked after all: SO-9"
    )


def test_the_document_that_a_retry_has_found_is_no_second_one() -> None:
    story = told(f"{REFUSED}; retry booking; booked")
    before = story.order
    assert "dropped: document that the order is booked as" == effects_of(story.do("booked after all as SO-1"))
    assert before == story.order


def test_a_cancellation_that_a_later_amendment_has_made_needless_is_put_right() -> None:
    story = told(f"{CANCELLED}; amend 1 2:2; amendment applied; warehouse accepts")
    assert "AMEND_SALES_ORDER 2:2" == effects_of(story.do("cancellation after all"))


def test_an_outcome_after_all_is_none_that_the_order_waits_for() -> None:
    story = told(f"{BOOKED}; ship 1:5; posting refused; return 1:2")
    waits_for = story.order.open_commands
    posted = [each.command_type for each in asked(story.do("posted after all"))]
    assert waits_for + len(posted) == story.order.open_commands
