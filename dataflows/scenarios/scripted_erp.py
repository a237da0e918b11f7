"""An ERP that answers as a scenario says, and otherwise behaves well: one document for each business key."""

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never

from connectors.erp.adapter import UNREACHABLE, response_to
from domain.messages.dispatch import CommandType, ErpCommand, ErpResponse, Outcome


class ErpFate(StrEnum):
    """What happens to one call."""

    APPLIED = "APPLIED"
    REJECTED_BUSINESS = "REJECTED_BUSINESS"
    REJECTED_TRANSIENT = "REJECTED_TRANSIENT"
    UNKNOWN = "UNKNOWN"
    """The call failed without an answer, and nothing was booked."""
    ANSWER_LOST = "ANSWER_LOST"
    """The ERP booked, and its answer was lost."""
    NOT_FOUND = "NOT_FOUND"
    """Only to a query, whatever is booked."""
    SILENT = "SILENT"
    """Nothing comes back at all: the connector is away."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One command that reached the connector, and what came back; None when nothing did."""

    command: ErpCommand
    response: ErpResponse | None


class ScriptedErp:
    """Executes commands in memory. `attempts` holds all, in their order."""

    def __init__(self) -> None:
        self.attempts: list[Attempt] = []
        self.available = True
        self._documents: dict[tuple[CommandType, str], str] = {}
        self._fates: dict[tuple[CommandType, str], deque[tuple[ErpFate, str]]] = defaultdict(deque)

    def script(self, command_type: CommandType, business_key: str, fates: Iterable[ErpFate], reason: str) -> None:
        """Script the next calls for one document."""
        self._fates[command_type, business_key].extend((fate, reason) for fate in fates)

    def keep(self, command_type: CommandType, business_key: str, document_number: str) -> None:
        """Somebody else books a document."""
        self._documents[command_type, business_key] = document_number

    def unheard(self) -> tuple[tuple[CommandType, str], ...]:
        """The scripted documents for which no call came: the scenario misspells them."""
        heard = {(attempt.command.queried_type, attempt.command.business_key) for attempt in self.attempts}
        return tuple(key for key, fates in self._fates.items() if fates and key not in heard)

    def execute(self, command: ErpCommand) -> ErpResponse | None:
        """The response to one attempt; None when none comes."""
        response = self._respond(command)
        if response is not None and command.command_type is not CommandType.QUERY_DOCUMENT:
            response = replace(response, sent_now=True)
        self.attempts.append(Attempt(command, response))
        return response

    def late_response(self, command: ErpCommand, outcome: Outcome, number: str, reason: str) -> ErpResponse:
        """A response to no current attempt; it counts as one more attempt."""
        response = response_to(command, outcome, document_number=number, reason=reason)
        self.attempts.append(Attempt(command, response))
        return response

    def _respond(self, command: ErpCommand) -> ErpResponse | None:
        if not self.available:
            return response_to(command, Outcome.REJECTED_TRANSIENT, reason=UNREACHABLE)
        key = (command.queried_type, command.business_key)
        if not self._fates[key]:
            return self._behave(command, key)
        fate, reason = self._fates[key].popleft()
        match fate:
            case ErpFate.SILENT:
                return None
            case ErpFate.APPLIED:
                return self._behave(command, key)
            case ErpFate.ANSWER_LOST:
                self._behave(command, key)
                return response_to(command, Outcome.UNKNOWN, reason=reason)
            case ErpFate.REJECTED_BUSINESS | ErpFate.REJECTED_TRANSIENT | ErpFate.UNKNOWN | ErpFate.NOT_FOUND:
                return response_to(command, Outcome(fate.value), reason=reason)
            case _:
                assert_never(fate)

    def _behave(self, command: ErpCommand, key: tuple[CommandType, str]) -> ErpResponse:
        number = self._documents.get(key)
        if number is not None:
            return response_to(command, Outcome.DUPLICATE, document_number=number)
        if command.command_type is CommandType.QUERY_DOCUMENT:
            return response_to(command, Outcome.NOT_FOUND)
        self._documents[key] = f"ERP-{len(self._documents) + 1}"
        return response_to(command, Outcome.APPLIED, document_number=self._documents[key])
