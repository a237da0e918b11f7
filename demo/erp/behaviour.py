"""How the simulated ERP behaves: its speed, its faults and its outage, all decided from a seed.

Chance is drawn from (seed, kind, business key, attempt), never from one shared sequence: two runs over the same orders
meet the same faults, whatever the order of their calls.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import blake2b
from typing import Any, Self

_PER_MILLE = 1000


class CallFate(StrEnum):
    """What befalls one call."""

    ANSWERED = "ANSWERED"
    LOCKED = "LOCKED"
    """The document is locked by somebody: nothing is booked, try again."""
    ANSWER_LOST = "ANSWER_LOST"
    """Booked, then the connection is closed without a word."""
    BOOKED_LATE = "BOOKED_LATE"
    """Answered 504 at once, booked `late_by_ms` afterwards."""


@dataclass(frozen=True, slots=True)
class ErpBehaviour:
    """The whole of what a drill can change. Shares of calls are per mille and add up to 1000 at most."""

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
        """Refuse what cannot be meant."""
        shares = (self.lose_answer_per_mille, self.book_late_per_mille, self.lock_per_mille)
        if min(shares) < 0 or sum(shares) > _PER_MILLE:
            raise ValueError("the shares of faults must be 0 or more and add up to 1000 per mille at most")
        if not 0 <= self.latency_from_ms <= self.latency_to_ms:
            raise ValueError("the latency must go from 0 or more to at least as much")
        if min(self.late_by_ms, self.calls_per_second, self.outage_after_orders, self.outage_ms) < 0:
            raise ValueError("times, rates and counts must be 0 or more")

    def changed_by(self, drill: dict[str, Any]) -> Self:
        """This behaviour with the numbers that a drill named; `ValueError` for a name or a value it may not have."""
        for name, value in drill.items():
            if name not in _DRILLS:
                raise ValueError(f"{name!r} cannot be changed; known: {', '.join(sorted(_DRILLS))}")
            if type(value) is not int:
                raise ValueError(f"{name} must be a whole number")
        return replace(self, **drill)

    def fate_of(self, kind: str, business_key: str, attempt: int) -> CallFate:
        """What befalls the `attempt`-th call about one business key."""
        number = self._draw("fate", kind, business_key, attempt) % _PER_MILLE
        for fate, share in (
            (CallFate.ANSWER_LOST, self.lose_answer_per_mille),
            (CallFate.BOOKED_LATE, self.book_late_per_mille),
            (CallFate.LOCKED, self.lock_per_mille),
        ):
            if number < share:
                return fate
            number -= share
        return CallFate.ANSWERED

    def latency_ms_of(self, kind: str, business_key: str, attempt: int) -> int:
        """How long the ERP works on that call."""
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
