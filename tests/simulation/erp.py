"""An ERP in memory on the simulation's clock: the same calls give the same fates, and nothing runs by itself.

It has no unique keys, as several real ones have none: a command that is sent blindly once more makes a second
document, which the oracle then finds.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Any

from connectors.erp.adapter import UNREACHABLE, response_to
from connectors.erp.calls import Answered, Probed, call
from connectors.erp.lanes import Work
from connectors.erp.lease import Permit
from demo.erp.behaviour import CallFault, ErpBehaviour
from domain.messages.dispatch import CommandType, ErpCommand, ErpResponse, Outcome

_TIMEOUT_MS = 400
"""How long a caller waits before it gives up on an answer."""


@dataclass(frozen=True, slots=True)
class Outage:
    """A time in which nothing is answered."""

    begins_at_ms: int
    ends_at_ms: int


@dataclass
class ErpInMemory:
    """Implements `connectors.erp.adapter.ErpAdapter`. `behaviour` can be changed while it runs."""

    clock: Callable[[], int]
    behaviour: ErpBehaviour
    outages: tuple[Outage, ...]
    documents: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By kind and business key."""
    occurred: Counter[str] = field(default_factory=Counter)
    """How often each fate was given to a call."""
    _attempts: Counter[tuple[str, str]] = field(default_factory=Counter)
    _late: list[tuple[int, int, tuple[str, str]]] = field(default_factory=list)

    def execute(self, command: ErpCommand, permit: Permit) -> ErpResponse:
        """Book; what fate says befalls the call or its answer."""
        assert permit.is_valid()
        if not self.reachable():
            return response_to(command, Outcome.REJECTED_TRANSIENT, reason=UNREACHABLE)
        key = self._key(command, command.command_type)
        self._attempts[key] += 1
        fate = self.behaviour.fault_of(*key, self._attempts[key])
        self.occurred[fate] += 1
        match fate:
            case CallFault.NONE:
                return response_to(command, Outcome.APPLIED, document_number=self._book(key))
            case CallFault.LOCKED:
                return response_to(command, Outcome.REJECTED_TRANSIENT, reason="423 LOCKED")
            case CallFault.ANSWER_LOST:
                self._book(key)
                return response_to(command, Outcome.UNKNOWN, reason="no answer")
            case CallFault.BOOKED_LATE:
                heappush(self._late, (self.clock() + self.behaviour.late_by_ms, sum(self._attempts.values()), key))
                return response_to(command, Outcome.UNKNOWN, reason="504 TIMEOUT")

    def find(self, command: ErpCommand) -> ErpResponse:
        """Look a document up."""
        if not self.reachable():
            return response_to(command, Outcome.REJECTED_TRANSIENT, reason=UNREACHABLE)
        key = self._key(command, command.queried_type)
        if not self.documents[key]:
            return response_to(command, Outcome.NOT_FOUND)
        return response_to(command, Outcome.DUPLICATE, document_number=_number(key))

    def reachable(self) -> bool:
        """Whether it is up; what was to be booked late by now is booked, up or down."""
        now_ms = self.clock()
        while self._late and self._late[0][0] <= now_ms:
            self._book(heappop(self._late)[2])
        return not any(outage.begins_at_ms <= now_ms < outage.ends_at_ms for outage in self.outages)

    def answers_after_ms(self, command: ErpCommand, outcome: Outcome) -> int:
        """How long the caller waits."""
        key = self._key(command, command.command_type)
        return _TIMEOUT_MS if outcome is Outcome.UNKNOWN else self.behaviour.latency_ms_of(*key, self._attempts[key])

    def statistics(self) -> Mapping[str, Any]:
        """As the ERP simulator tells them."""
        kinds: Counter[str] = Counter()
        for (kind, _), count in self.documents.items():
            kinds[kind] += count
        orders = [count for (kind, _), count in self.documents.items() if kind == "sales_order"]
        return {
            "documents": {"sales_order": kinds["sales_order"]},
            "sales_orders_per_order_max": max(orders, default=0),
            "outages": [{"started_at_ms": each.begins_at_ms, "ends_at_ms": each.ends_at_ms} for each in self.outages],
        }

    def _book(self, key: tuple[str, str]) -> str:
        self.documents[key] += 1
        return _number(key)

    def _key(self, command: ErpCommand, kind: CommandType) -> tuple[str, str]:
        return "sales_order" if kind is CommandType.CREATE_SALES_ORDER else kind.value, command.business_key


def _number(key: tuple[str, str]) -> str:
    return "/".join(key)


class CallsInTime:
    """Stands in for `connectors.erp.calls.Calls`: a call works at once, its answer comes when its time has come."""

    def __init__(self, erp: ErpInMemory) -> None:
        self._erp = erp
        self._due: list[tuple[int, int, Answered | Probed]] = []
        self._count = 0

    def start(self, work: Work, permit: Permit, *, doubtful: bool) -> None:
        response = call(self._erp, work.command, permit, doubtful=doubtful)
        self._answer(Answered(work, response), self._erp.answers_after_ms(work.command, response.outcome))

    def probe(self) -> None:
        self._answer(Probed(self._erp.reachable()), 0)

    def take(self, wait_s: float) -> Iterator[Answered | Probed]:
        assert wait_s == 0
        while self._due and self._due[0][0] <= self._erp.clock():
            yield heappop(self._due)[2]

    def _answer(self, answer: Answered | Probed, after_ms: int) -> None:
        self._count += 1
        heappush(self._due, (self._erp.clock() + after_ms, self._count, answer))
