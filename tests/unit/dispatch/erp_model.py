"""A naive ERP with no unique keys: it books every request, and its answer may be lost."""

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum

from domain.messages.dispatch import CommandType, ErpCommand, ErpResponse, Outcome

LONGEST_EXECUTION_MS = 400
"""So long after a lost answer a call may still be booked."""


class Fault(StrEnum):
    """What goes wrong with one call."""

    NONE = "NONE"
    LOSES_CALL = "LOSES_CALL"
    LOSES_ANSWER = "LOSES_ANSWER"
    BOOKS_LATE = "BOOKS_LATE"
    BUSY = "BUSY"
    REFUSES = "REFUSES"


@dataclass(frozen=True, slots=True)
class Effect:
    """A document that the ERP booked."""

    command: ErpCommand
    number: str


class ErpModel:
    """The ERP, with the connector in front of it."""

    def __init__(self) -> None:
        self.effects: list[Effect] = []
        self.late: list[tuple[int, ErpCommand]] = []
        self.unanswered: list[ErpCommand] = []
        self.unknown: list[ErpCommand] = []
        self.down = False
        self.of_others: dict[tuple[CommandType, str], str] = {}
        """Documents that somebody else booked before, by kind and business key."""

    def documents(self) -> dict[tuple[CommandType, str], list[str]]:
        """The numbers of the documents, by kind and business key."""
        found: dict[tuple[CommandType, str], list[str]] = defaultdict(list)
        for effect in self.effects:
            found[effect.command.queried_type, effect.command.business_key].append(effect.number)
        return dict(found)

    def handle(self, command: ErpCommand, fault: Fault, now_ms: int, delay_ms: int = 1) -> ErpResponse:
        """One call: what it does, and what the connector sees of it."""
        self.unanswered.remove(command)
        fault = Fault.LOSES_CALL if self.down else fault
        if command.command_type is CommandType.QUERY_DOCUMENT:
            return self._looked_up(command, fault)
        theirs = self.of_others.get((command.command_type, command.business_key))
        if theirs and fault is Fault.NONE:
            return _response(command, Outcome.DUPLICATE, theirs, sent_now=True)
        match fault:
            case Fault.NONE:
                return _response(command, Outcome.APPLIED, self.book(command), sent_now=True)
            case Fault.BUSY:
                return _response(command, Outcome.REJECTED_TRANSIENT, sent_now=True)
            case Fault.REFUSES:
                return _response(command, Outcome.REJECTED_BUSINESS, sent_now=True)
            case Fault.LOSES_ANSWER if not theirs:
                self.book(command)
            case Fault.BOOKS_LATE if not theirs:
                self.late.append((now_ms + delay_ms, command))
            case _:
                pass
        self.unknown.append(command)
        return _response(command, Outcome.UNKNOWN, sent_now=True)

    def book(self, command: ErpCommand) -> str:
        """No unique key: what is sent twice is booked twice."""
        number = f"D{len(self.effects) + 1}"
        self.effects.append(Effect(command, number))
        return number

    def book_what_was_late(self, due_ms: int) -> None:
        """Calls given up long ago are booked after all."""
        for booked_at_ms, command in list(self.late):
            if booked_at_ms <= due_ms:
                self.late.remove((booked_at_ms, command))
                self.book(command)

    def word_after_restart(self, command: ErpCommand) -> ErpResponse | None:
        """A connector that starts again looks up what it had sent, and reports the old attempt."""
        number = self._find(command)
        return _response(command, Outcome.DUPLICATE, number) if number else None

    def _looked_up(self, command: ErpCommand, fault: Fault) -> ErpResponse:
        if fault is Fault.BUSY:
            return _response(command, Outcome.REJECTED_TRANSIENT)
        if fault is Fault.REFUSES:
            return _response(command, Outcome.REJECTED_BUSINESS)
        if fault is not Fault.NONE:
            return _response(command, Outcome.UNKNOWN)
        number = self._find(command)
        return _response(command, Outcome.APPLIED, number) if number else _response(command, Outcome.NOT_FOUND)

    def _find(self, command: ErpCommand) -> str:
        key = (command.queried_type, command.business_key)
        return self.of_others.get(key) or next(iter(self.documents().get(key, ())), "")


def _response(
    command: ErpCommand, outcome: Outcome, document_number: str = "", *, sent_now: bool = False
) -> ErpResponse:
    return ErpResponse(
        erp_id=command.erp_id,
        command_id=command.command_id,
        command_type=command.command_type,
        attempt=command.attempt,
        outcome=outcome,
        document_number=document_number,
        reason=outcome.lower(),
        retry_after_ms=0,
        sent_now=sent_now,
    )
