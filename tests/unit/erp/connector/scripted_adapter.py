"""An ERP under the test's control: it books at once, answers on request, and records the calls."""

from collections import Counter
from dataclasses import dataclass, field
from threading import Condition, Event

from connectors.erp.adapter import UNREACHABLE, response_to
from connectors.erp.lease import Permit
from domain.messages.dispatch import ErpCommand, ErpResponse, Outcome

_DEADLINE_S = 60.0


@dataclass
class ScriptedAdapter:
    """`answering` cleared: calls wait. `gone`: nothing listens. Booked documents are found."""

    answering: Event = field(default_factory=Event)
    gone: bool = False
    booked: Counter[str] = field(default_factory=Counter)
    asked: list[tuple[str, str, int]] = field(default_factory=list)
    most_at_once: int = 0
    lost: set[str] = field(default_factory=set)
    """Business keys whose booking neither takes place nor is answered."""
    two_at_once_for: set[str] = field(default_factory=set)
    _changed: Condition = field(default_factory=Condition)
    _under_way: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.answering.set()

    def execute(self, command: ErpCommand, permit: Permit) -> ErpResponse:
        assert permit.is_valid()
        self._begin("execute", command)
        try:
            if self.gone:
                return response_to(command, Outcome.REJECTED_TRANSIENT, reason=UNREACHABLE)
            if command.business_key in self.lost:
                return response_to(command, Outcome.UNKNOWN, reason="no answer")
            with self._changed:
                self.booked[command.business_key] += 1
            assert self.answering.wait(_DEADLINE_S)
            return response_to(command, Outcome.APPLIED, document_number=f"SO-{command.business_key}")
        finally:
            self._end(command)

    def find(self, command: ErpCommand) -> ErpResponse:
        self._begin("find", command)
        try:
            if self.gone:
                return response_to(command, Outcome.REJECTED_TRANSIENT, reason=UNREACHABLE)
            if self.booked[command.business_key]:
                return response_to(command, Outcome.DUPLICATE, document_number=f"SO-{command.business_key}")
            return response_to(command, Outcome.NOT_FOUND)
        finally:
            self._end(command)

    def reachable(self) -> bool:
        return not self.gone

    def wait_for_calls(self, number: int) -> None:
        """Until so many calls have begun."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.asked) >= number, _DEADLINE_S)

    def _begin(self, call: str, command: ErpCommand) -> None:
        with self._changed:
            self.asked.append((call, command.business_key, command.attempt))
            self._under_way[command.document_key] += 1
            self.most_at_once = max(self.most_at_once, self._under_way.total())
            if self._under_way[command.document_key] > 1:
                self.two_at_once_for.add(command.document_key)
            self._changed.notify_all()

    def _end(self, command: ErpCommand) -> None:
        with self._changed:
            self._under_way[command.document_key] -= 1
