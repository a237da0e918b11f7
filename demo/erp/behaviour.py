"""How the simulated ERP behaves: its speed, its faults and its outage, all decided from a seed.

Each draw depends on (seed, kind, business key, attempt) and not on a shared sequence: two runs over the same orders
have the same faults, whatever the order of their calls.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import blake2b
from typing import Any, Self

_PER_MILLE = 1000


class CallFault(StrEnum):
    """The fault of one call."""

    NONE = "NONE"
    LOCKED = "LOCKED"
    """Another user has the document open: nothing is booked."""
    ANSWER_LOST = "ANSWER_LOST"
    """Booked, then the connection is closed without an answer."""
    BOOKED_LATE = "BOOKED_LATE"
    """Answered 504 at once, booked `late_by_ms` afterwards."""


@dataclass(frozen=True, slots=True)
class ErpBehaviour:
    """Speed, faults and outage. Shares of calls are per mille and add up to 1000 at most."""

    seed: int = 0
    unique_keys: bool = True
    """False: the ERP books a second document under the same business key, as several real ones do."""
    latency_from_ms: int = 5
    latency_to_ms: int = 25
    lose_answer_per_mille: int = 0
    book_late_per_mille: int = 0
    lock_per_mille: int = 0
    late_by_ms: int = 300
    calls_per_second: int = 0
    """0: no limit."""
    blocked_customers: frozenset[str] = frozenset()
    outage_after_orders: int = 0
    """The one planned outage starts when this many sales orders are booked; 0: none."""
    outage_ms: int = 0

    def __post_init__(self) -> None:
        """`ValueError` for values out of range."""
        shares = (self.lose_answer_per_mille, self.book_late_per_mille, self.lock_per_mille)
        if min(shares) < 0 or sum(shares) > _PER_MILLE:
            raise ValueError("the shares of faults must be 0 or more and add up to 1000 per mille at most")
        if not 0 <= self.latency_from_ms <= self.latency_to_ms:
            raise ValueError("the latency must go from 0 or more to at least as much")
        if min(self.late_by_ms, self.calls_per_second, self.outage_after_orders, self.outage_ms) < 0:
            raise ValueError("times, rates and counts must be 0 or more")

    def changed_by(self, drill: dict[str, Any]) -> Self:
        """This behaviour with the numbers of a drill; `ValueError` for an unknown name or a bad value."""
        for name, value in drill.items():
            if name not in _DRILLS:
                raise ValueError(f"{name!r} cannot be changed; known: {', '.join(sorted(_DRILLS))}")
            if type(value) is not int:
                raise ValueError(f"{name} must be a whole number")
        return replace(self, **drill)

    def fault_of(self, kind: str, business_key: str, attempt: int) -> CallFault:
        """The fault of the `attempt`-th call for one business key."""
        number = self._draw("fate", kind, business_key, attempt) % _PER_MILLE
        for fault, share in (
            (CallFault.ANSWER_LOST, self.lose_answer_per_mille),
            (CallFault.BOOKED_LATE, self.book_late_per_mille),
            (CallFault.LOCKED, self.lock_per_mille),
        ):
            if number < share:
                return fault
            number -= share
        return CallFault.NONE

    def latency_ms_of(self, kind: str, business_key: str, attempt: int) -> int:
        """The latency of that call."""
        span = self.latency_to_ms - self.latency_from_ms + 1
        return self.latency_from_ms + self._draw("latency", kind, business_key, attempt) % span

    def _draw(self, purpose: str, kind: str, business_key: str, attempt: int) -> int:
        cause = f"{self.seed}/{purpose}/{kind}/{attempt}/{business_key}"
        return int.from_bytes(blake2b(cause.encode(), digest_size=8).digest())


_DRILLS = frozenset(
    {
        "latency_from_ms",
        "latency_to_ms",
        "lose_answer_per_mille",
        "book_late_per_mille",
        "lock_per_mille",
        "late_by_ms",
        "calls_per_second",
    }
)
