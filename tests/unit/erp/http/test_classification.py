"""Which answers are certain, row by row, and that everything else is not."""

from dataclasses import replace

import pytest
from urllib3.exceptions import HTTPError, NewConnectionError, ProtocolError, ReadTimeoutError

from connectors.erp.adapter import UNREACHABLE
from connectors.erp.classification import meaning_of_failure
from connectors.erp.simulated.answers import ErpAnswer, meaning_of_booking, meaning_of_look_up
from domain.messages.dispatch import Outcome

CODES = ("", "ANYTHING", "BAD_REQUEST", "CUSTOMER_BLOCKED", "DOWN", "LOCKED", "NOT_FOUND", "OTHER_CONTENT")


@pytest.mark.parametrize(
    ("answer", "booking", "look_up"),
    (
        (ErpAnswer(201, document_number="SO-1"), Outcome.APPLIED, Outcome.UNKNOWN),
        (ErpAnswer(200, document_number="SO-1", duplicate=True), Outcome.DUPLICATE, Outcome.DUPLICATE),
        (ErpAnswer(200, document_number="SO-1"), Outcome.APPLIED, Outcome.DUPLICATE),
        (ErpAnswer(201), Outcome.UNKNOWN, Outcome.UNKNOWN),
        (ErpAnswer(200), Outcome.UNKNOWN, Outcome.UNKNOWN),
        (ErpAnswer(302), Outcome.UNKNOWN, Outcome.UNKNOWN),
        (ErpAnswer(400, error="BAD_REQUEST"), Outcome.REJECTED_BUSINESS, Outcome.UNKNOWN),
        (ErpAnswer(401), Outcome.UNKNOWN, Outcome.UNKNOWN),
        (ErpAnswer(404, error="NOT_FOUND"), Outcome.UNKNOWN, Outcome.NOT_FOUND),
        (ErpAnswer(404), Outcome.UNKNOWN, Outcome.UNKNOWN),
        (ErpAnswer(404, error="NO_SUCH_PAGE"), Outcome.UNKNOWN, Outcome.UNKNOWN),
        (ErpAnswer(409, error="LOCKED"), Outcome.UNKNOWN, Outcome.UNKNOWN),
        (ErpAnswer(409, error="OTHER_CONTENT"), Outcome.REJECTED_BUSINESS, Outcome.UNKNOWN),
        (ErpAnswer(409), Outcome.UNKNOWN, Outcome.UNKNOWN),
        (ErpAnswer(422, error="CUSTOMER_BLOCKED"), Outcome.REJECTED_BUSINESS, Outcome.UNKNOWN),
        (ErpAnswer(423, error="LOCKED"), Outcome.REJECTED_TRANSIENT, Outcome.UNKNOWN),
        (ErpAnswer(429, error="TOO_MANY_CALLS"), Outcome.REJECTED_TRANSIENT, Outcome.REJECTED_TRANSIENT),
        (ErpAnswer(500), Outcome.UNKNOWN, Outcome.UNKNOWN),
        (ErpAnswer(503, error="DOWN"), Outcome.REJECTED_TRANSIENT, Outcome.REJECTED_TRANSIENT),
        (ErpAnswer(503), Outcome.UNKNOWN, Outcome.UNKNOWN),
        (ErpAnswer(504, error="TIMEOUT"), Outcome.UNKNOWN, Outcome.UNKNOWN),
    ),
)
def test_the_erps_own_answer_means_what_its_row_says(answer: ErpAnswer, booking: Outcome, look_up: Outcome) -> None:
    own = replace(answer, is_own=True)
    assert (booking, look_up) == (meaning_of_booking(own).outcome, meaning_of_look_up(own).outcome)


@pytest.mark.parametrize("status", tuple(range(100, 600)))
def test_only_an_answer_of_the_erp_itself_proves_anything(status: int) -> None:
    answers = [ErpAnswer(status, error=code, document_number=number) for code in CODES for number in ("", "SO-1")]
    assert {Outcome.UNKNOWN} == {meaning_of_booking(answer).outcome for answer in answers}
    assert {Outcome.UNKNOWN} == {meaning_of_look_up(answer).outcome for answer in answers}


@pytest.mark.parametrize("status", tuple(range(300, 600)))
def test_a_status_alone_proves_nothing(status: int) -> None:
    answers = [ErpAnswer(status, is_own=True, error=code) for code in ("", "ANYTHING")]
    assert {Outcome.UNKNOWN} == {meaning_of_booking(answer).outcome for answer in answers}
    assert {Outcome.UNKNOWN} == {meaning_of_look_up(answer).outcome for answer in answers}


@pytest.mark.parametrize(
    ("failure", "outcome"),
    (
        (NewConnectionError(None, "refused"), Outcome.REJECTED_TRANSIENT),  # type: ignore[arg-type]
        (ReadTimeoutError(None, "/", "late"), Outcome.UNKNOWN),  # type: ignore[arg-type]
        (ProtocolError("reset"), Outcome.UNKNOWN),
        (HTTPError("whatever"), Outcome.UNKNOWN),
    ),
)
def test_only_a_call_that_never_left_is_surely_not_done(failure: HTTPError, outcome: Outcome) -> None:
    assert outcome == meaning_of_failure(failure).outcome


def test_only_an_erp_that_says_that_it_is_down_is_called_unreachable() -> None:
    answers = [ErpAnswer(status, is_own=True, error=code) for status in range(100, 600) for code in CODES]
    named = {(each.status, each.error) for each in answers if meaning_of_booking(each).reason == UNREACHABLE}
    assert {(503, "DOWN")} == named
