"""What a conversation of several calls proves when a call has no reply, or the lease ends in between."""

from collections.abc import Iterator, Sequence

import pytest
from urllib3.exceptions import HTTPError, NewConnectionError, ProtocolError

from connectors.erp.adapter import UNREACHABLE
from connectors.erp.classification import Meaning
from connectors.erp.conversations.conversation import Conversation, Probe, Proven, not_ours
from connectors.erp.conversations.conversing_erp import MOST_CALLS, ConversingErp
from connectors.erp.conversations.known_erps import KNOWN_ERPS
from connectors.erp.http.exchange import ErpCall, ErpReply
from connectors.erp.http.wire import HttpWire
from connectors.erp.lease import LeaseExpired, Permit
from dataflows.assembly import ERP_FILES
from domain.messages.dispatch import ErpCommand, ErpResponse, Outcome
from schemas.erp_file import load_erp_file
from tests.unit.erp.commands import PERMIT, create

LOOK = ErpCall("GET", "/look", changes=False)
BOOK = ErpCall("POST", "/book", changes=True)
GONE = NewConnectionError(None, "refused")  # type: ignore[arg-type]
RESET = ProtocolError("reset")


def reply(status: int = 200, retry_after: str = "") -> ErpReply:
    return ErpReply(status, {"retry-after": retry_after}, b"", received_at_ms=0)


class Scripted:
    """Rules that make these calls, and a wire that answers them so; an exception that is no `HTTPError` is raised."""

    def __init__(self, calls: Sequence[ErpCall], answers: Sequence[ErpReply | Exception]) -> None:
        self._calls = calls
        self._answers: Iterator[ErpReply | Exception] = iter(answers)
        self.sent: list[tuple[str, Permit | None]] = []

    def execute(self, command: ErpCommand) -> Conversation:
        replies = 0
        for call in self._calls:
            reply = yield call
            replies += isinstance(reply, ErpReply)
        return Proven(Meaning(Outcome.APPLIED), f"{command.business_key}/{replies}", "fine", 7)

    def find(self, command: ErpCommand) -> Conversation:
        return (yield from self.execute(command))

    def probe(self) -> Probe:
        is_up = False
        for call in self._calls:
            is_up = isinstance((yield call), ErpReply)
        return is_up

    def call(self, request: ErpCall, permit: Permit | None) -> ErpReply | HTTPError:
        self.sent.append((request.path, permit))
        answer = next(self._answers)
        if isinstance(answer, HTTPError | ErpReply):
            return answer
        raise answer

    def close(self) -> None:
        self.sent.append(("closed", None))


def executed(calls: Sequence[ErpCall], *answers: ErpReply | Exception) -> ErpResponse:
    erp = Scripted(calls, answers)
    return ConversingErp(erp, erp).execute(create(), PERMIT)


def test_a_conversation_is_held_to_its_end_and_its_words_are_passed_on() -> None:
    done = executed((LOOK, BOOK, LOOK), reply(), reply(), reply())
    assert (Outcome.APPLIED, "portal:P-1/3", "fine", 7) == (
        done.outcome,
        done.document_number,
        done.reason,
        done.retry_after_ms,
    )


def test_only_what_changes_something_has_the_permit() -> None:
    erp = Scripted((LOOK, BOOK), (reply(), reply()))
    adapter = ConversingErp(erp, erp)
    adapter.execute(create(), PERMIT)
    adapter.close()
    assert [("/look", PERMIT), ("/book", PERMIT), ("closed", None)] == erp.sent


@pytest.mark.parametrize(
    ("calls", "answers", "outcome", "reason"),
    (
        ((LOOK, BOOK), (GONE,), Outcome.REJECTED_TRANSIENT, UNREACHABLE),
        ((LOOK, BOOK), (RESET,), Outcome.REJECTED_TRANSIENT, "no answer: ProtocolError"),
        ((LOOK, BOOK), (reply(), GONE), Outcome.REJECTED_TRANSIENT, UNREACHABLE),
        ((LOOK, BOOK), (reply(), RESET), Outcome.UNKNOWN, "no answer: ProtocolError"),
        ((BOOK, LOOK), (reply(), GONE), Outcome.UNKNOWN, "unreachable after a part of it was sent"),
        ((BOOK, LOOK), (reply(), RESET), Outcome.UNKNOWN, "no answer: ProtocolError"),
        ((BOOK, BOOK), (reply(), GONE), Outcome.UNKNOWN, "unreachable after a part of it was sent"),
        ((BOOK, BOOK), (reply(), LeaseExpired()), Outcome.UNKNOWN, "no answer: HTTPError"),
    ),
)
def test_a_call_without_a_reply_proves_nothing_once_something_may_have_changed(
    calls: Sequence[ErpCall], answers: Sequence[ErpReply | Exception], outcome: Outcome, reason: str
) -> None:
    response = executed(calls, *answers)
    assert outcome == response.outcome
    assert response.reason.startswith(reason)


@pytest.mark.parametrize("answers", ((LeaseExpired(),), (reply(), LeaseExpired())))
def test_a_lease_that_ends_before_anything_changed_leaves_the_command_unsent(
    answers: Sequence[ErpReply | Exception],
) -> None:
    with pytest.raises(LeaseExpired):
        executed((LOOK, BOOK)[-len(answers) :], *answers)


@pytest.mark.parametrize(("failure", "outcome"), ((GONE, Outcome.REJECTED_TRANSIENT), (RESET, Outcome.UNKNOWN)))
def test_a_look_up_that_fails_finds_nothing_out(failure: HTTPError, outcome: Outcome) -> None:
    erp = Scripted((LOOK, LOOK), (reply(), failure))
    assert outcome == ConversingErp(erp, erp).find(create()).outcome


@pytest.mark.parametrize(("answers", "is_up"), (((reply(),), True), ((RESET,), False), ((GONE,), False)))
def test_an_erp_that_does_not_answer_is_not_reachable(answers: Sequence[ErpReply | Exception], is_up: bool) -> None:
    erp = Scripted((LOOK,), answers)
    assert is_up is ConversingErp(erp, erp).reachable()


def test_a_conversation_without_an_end_is_a_bug() -> None:
    with pytest.raises(RuntimeError, match="more than 50 calls; the last was GET /look"):
        executed((LOOK,) * (MOST_CALLS + 1), *(reply() for _ in range(MOST_CALLS + 1)))


def test_a_look_up_that_changes_something_is_a_bug() -> None:
    wire = HttpWire("http://127.0.0.1:1", 1, 1_000)
    erp = Scripted((BOOK,), ())
    with pytest.raises(ValueError, match="POST /book changes something, and has no permit"):
        ConversingErp(erp, wire).find(create())


def test_a_reply_that_is_not_the_erps_own_proves_nothing_but_says_when_to_come_again() -> None:
    proven = not_ours(reply(429, retry_after="3"))
    assert (Outcome.UNKNOWN, 3_000, "not the ERP's own answer: 429") == (
        proven.meaning.outcome,
        proven.retry_after_ms,
        proven.words,
    )


def test_every_erp_of_the_release_has_an_adapter() -> None:
    files = sorted(ERP_FILES.glob("*.yaml"))
    assert files
    assert {load_erp_file(file).adapter for file in files} <= set(KNOWN_ERPS)
