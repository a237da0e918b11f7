"""Returns are asked for, decided, expected and closed; a wish that asks for too much is declined.

`given` is a history, `when` the event; `effects` are what comes of it (see `story`), `status` is the return status.
"""

from dataclasses import replace

import pytest

from domain.messages.cases import Case, CaseState
from domain.messages.returns.requests import OrderReturnRequested
from domain.messages.status import ReturnAuthorised, ReturnDeclined
from domain.orders.status import return_status_of
from domain.orders.transitions import OrderVerdict
from tests.unit.orders.story import Story, effects_of, story_of

BY_PERSON = "place available 5; answer 1:5; booked; ship 1:5; posted"
AUTOMATIC = "place available authorised 5; answer 1:5; booked; ship 1:5; posted"
UNASKED = "dropped: decision about a return that does not wait for one"
AUTHORISED = "ReturnRequested; ReturnAuthorised; CREATE_RETURN_AUTHORIZATION 1:3"
DAY_MS = 24 * 3_600_000


@pytest.mark.parametrize(
    ("given", "when", "effects", "status"),
    (
        (AUTOMATIC, "ask return R 1:3", AUTHORISED, "AUTHORISED"),
        (BY_PERSON, "ask return R 1:3", "ReturnRequested", "REQUESTED"),
        (
            f"{BY_PERSON}; ask return R 1:3",
            "authorise R",
            "ReturnAuthorised; CREATE_RETURN_AUTHORIZATION 1:3",
            "AUTHORISED",
        ),
        (f"{BY_PERSON}; ask return R 1:3", "decline R", "ReturnDeclined", "NONE"),
        (f"{BY_PERSON}; ask return R 1:3; authorise R", "decline R", "ReturnDeclined", "NONE"),
        (f"{BY_PERSON}; ask return R 1:3; decline R", "authorise R", UNASKED, "NONE"),
        (BY_PERSON, "authorise R", UNASKED, "NONE"),
        (AUTOMATIC, "ask return R 1:6", "ReturnRequested; ReturnDeclined", "NONE"),
        (AUTOMATIC, "ask return R 7:1", "ReturnRequested; ReturnDeclined", "NONE"),
        (f"{AUTOMATIC}; ask return R 1:3", "ask return Q 1:3", "ReturnRequested; ReturnDeclined", "AUTHORISED"),
        (f"{AUTOMATIC}; return 1:3", "ask return R 1:3", "ReturnRequested; ReturnDeclined", "PARTIAL"),
        (
            "place available authorised 5; answer 1:5; booked",
            "ask return R 1:3",
            "ReturnRequested; ReturnDeclined",
            "NONE",
        ),
        (
            "place available authorised strict 5; answer 1:5; booked; ship 1:5",
            "ask return R 1:6",
            "ReturnRequested; ReturnDeclined; case INVOICE_MISMATCH",
            "NONE",
        ),
        (f"{AUTOMATIC}; bring R 1:3", "ask return R 1:3", "ReturnRequested; ReturnClosed", "PARTIAL"),
        (
            f"{AUTOMATIC}; bring R 1:1",
            "ask return R 1:3",
            "ReturnRequested; ReturnAuthorised; CREATE_RETURN_AUTHORIZATION 1:2",
            "AUTHORISED",
        ),
        (
            f"{AUTOMATIC}; ask return R 1:3",
            "bring R 1:2",
            "took back 1:2; ReturnReceived; POST_CREDIT_MEMO 1:2",
            "AUTHORISED",
        ),
        (
            f"{AUTOMATIC}; ask return R 1:3; bring R 1:2",
            "bring R 1:1",
            "took back 1:1; ReturnReceived; POST_CREDIT_MEMO 1:1; ReturnClosed",
            "PARTIAL",
        ),
        (
            f"{BY_PERSON}; ask return R 1:3",
            "bring R 1:3",
            "took back 1:3; ReturnReceived; POST_CREDIT_MEMO 1:3; ReturnClosed",
            "PARTIAL",
        ),
        (
            f"{BY_PERSON}; ask return R 1:3; decline R",
            "bring R 1:3",
            "took back 1:3; ReturnReceived; POST_CREDIT_MEMO 1:3",
            "PARTIAL",
        ),
        (
            f"{AUTOMATIC}; ask return R 1:5",
            "bring Q 1:5",
            "took back 1:5; ReturnReceived; POST_CREDIT_MEMO 1:5; ReturnClosed; case INVOICE_MISMATCH",
            "FULL",
        ),
        (
            f"{BY_PERSON}; ask return R 1:5",
            "bring Q 1:5",
            "took back 1:5; ReturnReceived; POST_CREDIT_MEMO 1:5; ReturnClosed",
            "FULL",
        ),
        (
            f"{AUTOMATIC}; ask return R 1:3",
            "bring Q 1:4",
            "took back 1:4; ReturnReceived; POST_CREDIT_MEMO 1:4",
            "AUTHORISED",
        ),
        (
            f"{AUTOMATIC}; ask return R 1:2; bring R 1:2:missing",
            "bring R 1:2",
            "took back 1:2; ReturnReceived; POST_CREDIT_MEMO 1:2; case INVOICE_MISMATCH",
            "PARTIAL",
        ),
        (
            f"{AUTOMATIC}; ask return R 1:2; bring R 1:2",
            "bring R 1:1:missing",
            "ReturnReceived; POST_CREDIT_MEMO 1:1; case INVOICE_MISMATCH",
            "PARTIAL",
        ),
        (
            f"{AUTOMATIC}; bring R 1:2:missing; bring R 1:2",
            "ask return R 1:2",
            "ReturnRequested; case INVOICE_MISMATCH; ReturnClosed",
            "PARTIAL",
        ),
        (
            f"{AUTOMATIC}; ask return R 1:2; bring R 1:2:missing; bring R 1:2:inspect",
            "inspect R 1:1",
            "inspected 1:1; ReturnInspected; POST_CREDIT_MEMO 1:1; case INVOICE_MISMATCH",
            "INSPECTING",
        ),
        (
            f"{AUTOMATIC}; ask return R 1:2; bring R 1:2",
            "bring R 1:2",
            "took back 1:2; ReturnReceived; POST_CREDIT_MEMO 1:2",
            "PARTIAL",
        ),
        (
            f"{AUTOMATIC}; bring R 1:2:missing",
            "bring R 1:2",
            "took back 1:2; ReturnReceived; POST_CREDIT_MEMO 1:2",
            "PARTIAL",
        ),
        (f"{AUTOMATIC}; ask return R 1:3", "numbered", "ReturnAuthorised", "AUTHORISED"),
        ("", "ask return R 1:3", "", "parked"),
    ),
)
def test_a_return_goes_its_way(given: str, when: str, effects: str, status: str) -> None:
    story = story_of(given)
    assert effects == effects_of(story.do(when))
    assert status == (return_status_of(story.order) if given else "parked")


def test_a_return_is_over_when_its_shipment_is_reversed_and_the_rest_cancelled() -> None:
    story = story_of(f"{AUTOMATIC}; ask return R 1:3; numbered; unship 1:5")
    assert "AUTHORISED" == return_status_of(story.order)
    closed = effects_of(story.do("cancel")) + effects_of(story.do("warehouse accepts"))
    assert "ReturnClosed" in closed
    assert "case INVOICE_MISMATCH" in closed


def test_the_case_says_what_may_be_credited_twice() -> None:
    verdict = story_of(f"{AUTOMATIC}; ask return R 1:2; bring R 1:2:missing").do("bring R 1:1")
    (case,) = (each for each in verdict.messages if isinstance(each, Case))
    expected = "more of return R is credited than it announced: 0.000001 of line 1, which may have been missing"
    assert expected == case.reason


def test_after_the_channels_days_a_person_decides() -> None:
    story = story_of("place available authorised soon 5; answer 1:5; booked; ship 1:5")
    request = story.event("ask return R 1:3")
    assert isinstance(request, OrderReturnRequested)
    late = replace(
        request, provenance=replace(request.provenance, occurred_at_us=story.order.last_shipped_us + 1_000_001)
    )
    assert "ReturnRequested" == effects_of(story.take(late))


def test_a_return_that_is_declined_says_by_how_much_it_asks_for_too_much() -> None:
    verdict = story_of(f"{AUTOMATIC}; bring Q 1:1").do("ask return R 1:5 9:2")
    (declined,) = (each for each in verdict.messages if isinstance(each, ReturnDeclined))
    assert (
        "0.000005 of line 1 are to come back, and 0.000004 may, the order has no line 9",
        "",
    ) == (declined.reason, declined.declined_by)


def test_the_erps_number_is_published_with_our_own() -> None:
    story = story_of(AUTOMATIC)
    (first,) = (m for m in story.do("ask return R 1:3").messages if isinstance(m, ReturnAuthorised))
    (second,) = (m for m in story.do("numbered").messages if isinstance(m, ReturnAuthorised))
    assert (first.authorisation_number, "SO-1") == (second.authorisation_number, second.document_number)
    assert first.authorisation_number.startswith("RMA-")


def test_a_decision_that_is_late_is_a_case_until_it_comes() -> None:
    story = story_of(BY_PERSON)
    story.now_ms += 1
    story.do("ask return R 1:3")
    assert "case DEPENDENCY_TIMEOUT" == effects_of(_wait(story))
    assert "case DEPENDENCY_TIMEOUT RESOLVED" in effects_of(story.do("authorise R"))


def test_goods_that_do_not_come_are_a_case_and_then_the_return_is_closed() -> None:
    story = story_of(f"{AUTOMATIC}; ask return R 1:3; numbered")
    began_ms = story.now_ms
    (case,) = (each for each in _wait(story).messages if isinstance(each, Case))
    assert ("the goods of return R have not come within 30 d", CaseState.OPEN) == (case.reason, case.state)
    assert "case DEPENDENCY_TIMEOUT RESOLVED; ReturnClosed" == effects_of(_wait(story))
    assert began_ms + 60 * DAY_MS == story.now_ms
    assert 0 == story.order.lines[0].announced


def test_an_order_is_not_closed_while_a_return_is_open() -> None:
    story = story_of(f"{BY_PERSON}; ask return R 1:3")
    assert 0 == story.order.leaves_at_ms
    story.do("decline R")
    assert 0 < story.order.leaves_at_ms


def _wait(story: Story) -> OrderVerdict:
    """Until a deadline passes that has an effect."""
    while not (verdict := story.do("timer")).messages:
        pass
    return verdict


@pytest.mark.parametrize("event", ("picture 2 1:5 2:3 cancelled", "cancel 2"))
def test_a_line_that_is_cancelled_closes_no_return_of_another_line(event: str) -> None:
    story = story_of("picture 1 authorised 1:5 2:3; answer 1:5 2:0; booked; ship 1:5; ask return R 1:2; numbered")
    assert "ReturnClosed" not in effects_of(story.do(event))
    assert "AUTHORISED" == return_status_of(story.order)
