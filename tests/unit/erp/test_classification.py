"""The table of HTTP answers and failures, row by row."""

import pytest
from urllib3.exceptions import HTTPError, NewConnectionError, ProtocolError, ReadTimeoutError

from connectors.erp.adapter import UNREACHABLE
from connectors.erp.classification import ErpAnswer, meaning_of_booking, meaning_of_failure, meaning_of_look_up
from domain.messages.dispatch import Outcome


@pytest.mark.parametrize(
    ("answer", "booking", "look_up"),
    (
        (ErpAnswer(201, document_number="SO-1"), Outcome.APPLIED, Outcome.UNKNOWN),
        (ErpAnswer(200, document_number="SO-1", duplicate=True), Outcome.DUPLICATE, Outcome.DUPLICATE),
        (ErpAnswer(200, document_number="SO-1"), Outcome.APPLIED, Outcome.DUPLICATE),
        (ErpAnswer(201), Outcome.UNKNOWN, Outcome.UNKNOWN),
        (ErpAnswer(200), Outcome.UNKNOWN, Outcome.UNKNOWN),
        (ErpAnswer(302), Outcome.UNKNOWN, Outcome.UNKNOWN),
        (ErpAnswer(400, "BAD_REQUEST"), Outcome.REJECTED_BUSINESS, Outcome.UNKNOWN),
        (ErpAnswer(401), Outcome.REJECTED_TRANSIENT, Outcome.REJECTED_TRANSIENT),
        (ErpAnswer(403), Outcome.REJECTED_TRANSIENT, Outcome.REJECTED_TRANSIENT),
        (ErpAnswer(404, "NOT_FOUND"), Outcome.UNKNOWN, Outcome.NOT_FOUND),
        (ErpAnswer(404), Outcome.UNKNOWN, Outcome.UNKNOWN),
        (ErpAnswer(404, "NO_SUCH_PAGE"), Outcome.UNKNOWN, Outcome.UNKNOWN),
        (ErpAnswer(409, "LOCKED"), Outcome.REJECTED_TRANSIENT, Outcome.UNKNOWN),
        (ErpAnswer(409, "OTHER_CONTENT"), Outcome.REJECTED_BUSINESS, Outcome.UNKNOWN),
        (ErpAnswer(409), Outcome.REJECTED_BUSINESS, Outcome.UNKNOWN),
        (ErpAnswer(413), Outcome.REJECTED_BUSINESS, Outcome.UNKNOWN),
        (ErpAnswer(422, "CUSTOMER_BLOCKED"), Outcome.REJECTED_BUSINESS, Outcome.UNKNOWN),
        (ErpAnswer(423, "LOCKED"), Outcome.REJECTED_TRANSIENT, Outcome.REJECTED_TRANSIENT),
        (ErpAnswer(429), Outcome.REJECTED_TRANSIENT, Outcome.REJECTED_TRANSIENT),
        (ErpAnswer(500), Outcome.UNKNOWN, Outcome.UNKNOWN),
        (ErpAnswer(502), Outcome.UNKNOWN, Outcome.UNKNOWN),
        (ErpAnswer(503), Outcome.REJECTED_TRANSIENT, Outcome.REJECTED_TRANSIENT),
        (ErpAnswer(504), Outcome.UNKNOWN, Outcome.UNKNOWN),
    ),
)
def test_an_answer_means_what_its_row_says(answer: ErpAnswer, booking: Outcome, look_up: Outcome) -> None:
    assert (booking, look_up) == (meaning_of_booking(answer).outcome, meaning_of_look_up(answer).outcome)


@pytest.mark.parametrize("status", tuple(range(100, 600)))
def test_a_look_up_is_never_sure_of_an_absence_without_the_erps_own_word(status: int) -> None:
    assert Outcome.NOT_FOUND != meaning_of_look_up(ErpAnswer(status, "ANYTHING")).outcome


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


def test_only_an_erp_that_is_not_there_is_called_unreachable() -> None:
    reasons = {status: meaning_of_booking(ErpAnswer(status)).reason for status in range(100, 600)}
    assert {503: UNREACHABLE} == {status: reason for status, reason in reasons.items() if reason}
