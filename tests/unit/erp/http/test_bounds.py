"""No text and no number of an answer is used beyond its bounds."""

import pytest

from connectors.erp import bounds
from connectors.erp.adapter import response_to
from connectors.erp.simulated.answers import AnswerBody, answer_with, meaning_of_booking
from domain.messages.dispatch import Outcome
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from tests.unit.erp.commands import create

NOW_MS = 1_764_324_000_000  # Fri, 28 Nov 2025 10:00:00 GMT
DAY_MS = 86_400_000


@pytest.mark.parametrize(
    ("header", "wait_ms"),
    (
        ("", 0),
        ("0", 0),
        ("1", 1_000),
        (" 120 ", 120_000),
        ("86401", DAY_MS),
        ("9" * 19, DAY_MS),
        ("9" * 5_000, DAY_MS),
        ("-5", 0),
        ("1.5", 0),
        ("1e9", 0),
        ("\u0663", 0),
        ("soon", 0),
        ("Fri, 28 Nov 2025 10:00:30 GMT", 30_000),
        ("Fri, 28 Nov 2025 09:00:00 GMT", 0),
        ("Fri, 28 Nov 2225 10:00:30 GMT", DAY_MS),
        ("Fri, 28 Nov 99999 10:00:30 GMT", 0),
        ("Fri, 99 Nov 2025 99:00:30 GMT", 0),
        ("28 Nov 2025 10:00:30 -9999", 0),
        ("\x00\ud800", 0),
    ),
)
def test_a_retry_after_is_seconds_or_a_date_and_at_most_a_day(header: str, wait_ms: int) -> None:
    assert wait_ms == bounds.retry_after_ms(header, NOW_MS)


@pytest.mark.parametrize("number", ("9" * 1_000_000, "SO\x00", "SO\n1", "\ud800", "SO\u202e1"))
def test_a_document_number_that_cannot_be_one_leaves_the_outcome_unknown(number: str) -> None:
    answer = answer_with(201, AnswerBody("call", number), "call", 0)
    assert ("", Outcome.UNKNOWN) == (answer.document_number, meaning_of_booking(answer).outcome)


def test_whatever_an_adapter_passes_on_can_be_written() -> None:
    codec = Codec(load_contracts())
    huge = "\ud800\x00" + "x" * 1_000_000
    response = response_to(create(), Outcome.APPLIED, document_number=huge, reason=huge, retry_after_ms=10**19)
    assert ("", 200, DAY_MS) == (response.document_number, len(response.reason), response.retry_after_ms)
    assert response == codec.decode("erp.responses.v1", codec.encode("erp.responses.v1", response))
