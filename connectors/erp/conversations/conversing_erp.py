"""Holds the conversations of an ERP's rules over a wire."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Final, TypeVar

from urllib3.exceptions import HTTPError

from connectors.erp.adapter import UNREACHABLE, response_to
from connectors.erp.classification import Meaning, meaning_of_failure
from connectors.erp.conversations.conversation import Conversation, ErpRules, Proven
from connectors.erp.http.exchange import ErpCall, ErpReply
from connectors.erp.http.wire import ErpWire
from connectors.erp.lease import LeaseExpired, Permit
from domain.messages.dispatch import ErpCommand, ErpResponse, Outcome

MOST_CALLS: Final = 50
"""Of one conversation: one that goes on for longer is a bug of the rules."""


class ConversingErp:
    """An `ErpAdapter` by the rules of an ERP, over a wire."""

    def __init__(self, rules: ErpRules, wire: ErpWire) -> None:
        self._rules = rules
        self._wire = wire

    def close(self) -> None:
        """Close the wire."""
        self._wire.close()

    def execute(self, command: ErpCommand, permit: Permit) -> ErpResponse:
        """As the port says. A call that fails before any that changes something proves that nothing was done."""
        return _response(command, _held(self._rules.execute(command), self._wire, permit))

    def find(self, command: ErpCommand) -> ErpResponse:
        """As the port says."""
        return _response(command, _held(self._rules.find(command), self._wire, None))

    def reachable(self) -> bool:
        """As the port says."""
        said = _said(self._rules.probe(), self._wire, None)
        return False if isinstance(said, _Failed) else said


@dataclass(frozen=True, slots=True)
class _Failed:
    """A call had no reply, and the conversation ended."""

    failure: HTTPError
    request: ErpCall
    has_changed: bool
    """Whether an earlier call of the conversation may have changed something."""


_Said = TypeVar("_Said", Proven, bool)


def _said(conversation: Generator[ErpCall, ErpReply, _Said], wire: ErpWire, permit: Permit | None) -> _Said | _Failed:
    """Hold a conversation to its end, or to the first call without a reply."""
    has_changed = False
    try:
        request = next(conversation)
        for _ in range(MOST_CALLS):
            reply = wire.call(request, permit)
            if isinstance(reply, HTTPError):
                return _Failed(reply, request, has_changed)
            has_changed = has_changed or request.changes
            request = conversation.send(reply)
    except StopIteration as end:
        said: _Said = end.value
        return said
    except LeaseExpired:
        if not has_changed:
            raise
        return _Failed(HTTPError("the lease ended between two calls"), request, has_changed)
    finally:
        conversation.close()
    raise RuntimeError(f"a conversation of more than {MOST_CALLS} calls; the last was {request.method} {request.path}")


def _held(conversation: Conversation, wire: ErpWire, permit: Permit | None) -> Proven:
    said = _said(conversation, wire, permit)
    if not isinstance(said, _Failed):
        return said
    meaning = meaning_of_failure(said.failure)
    if said.has_changed and meaning.outcome is not Outcome.UNKNOWN:
        return Proven(Meaning(Outcome.UNKNOWN, f"unreachable after a part of it was sent: {said.failure}"))
    if permit is None or said.request.changes or said.has_changed or meaning.reason == UNREACHABLE:
        return Proven(meaning)
    return Proven(Meaning(Outcome.REJECTED_TRANSIENT, meaning.reason))


def _response(command: ErpCommand, proven: Proven) -> ErpResponse:
    return response_to(
        command,
        proven.meaning.outcome,
        document_number=proven.document_number,
        reason=proven.meaning.reason or proven.words,
        retry_after_ms=proven.retry_after_ms,
    )
