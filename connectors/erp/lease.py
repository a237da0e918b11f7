"""Until when a connector may send a command: its lease.

A process can be stopped at any line, for an hour, and then continue as if nothing had happened, while its successor
looks up, settles and sends again what it held. So a command is sent only under a permit, which ends `lease_ms` after
the last proof that this process still owned its partitions. The proof must be newer than the reading of the command:
then the command was in the log before any successor took over, and the successor looks it up instead of sending it.

The bound: what is sent ends its work in the ERP at most `settled_after_s` after the proof, so at most that long after
a successor took over. An ERP file whose `settle_after_ms` is shorter is refused (`schemas/erp_file.py`).
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from math import inf


def _running_clock() -> int:
    """The clock that runs while a process is stopped and while the machine sleeps.

    Where Linux's CLOCK_BOOTTIME does not exist, CLOCK_MONOTONIC: on macOS it runs during sleep as well, and on any
    system while a process is stopped.
    """
    return getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


_CLOCK = _running_clock()


def since_boot_s() -> float:
    """Seconds on a clock that no stop of this process stops."""
    return time.clock_gettime(_CLOCK)


class LeaseExpired(Exception):
    """The permit ended before any byte of the command was sent: the ERP has seen nothing of it."""


@dataclass(frozen=True, slots=True)
class Permit:
    """Permission to send one command. Check right before each write to the socket: any line before may take an hour."""

    until_s: float
    clock: Callable[[], float]

    def is_valid(self) -> bool:
        """Whether the next bytes may be sent."""
        return self.clock() < self.until_s


class Lease:
    """The last proof of ownership. `clock` in seconds; another than `since_boot_s` only where time is simulated."""

    def __init__(self, lease_ms: int, call_timeout_ms: int, clock: Callable[[], float]) -> None:
        self.settled_after_s = (lease_ms + 2 * call_timeout_ms) / 1000
        """A call sent in the last moment: `call_timeout_ms` to be delivered, the same again to be executed."""
        self._length_s = lease_ms / 1000
        self._clock = clock
        self._proven_at_s = -inf

    def now_s(self) -> float:
        """The time to pass to `renew` later, taken before the proof is asked for."""
        return self._clock()

    def renew(self, proven_at_s: float) -> None:
        """Ownership was proven by a question that was asked at this time."""
        self._proven_at_s = max(self._proven_at_s, proven_at_s)

    def end(self) -> None:
        """Somebody else may be the owner."""
        self._proven_at_s = -inf

    def permit(self, read_at_s: float) -> Permit | None:
        """For a command that was read at this time; None when a newer proof is needed first."""
        permit = Permit(self._proven_at_s + self._length_s, self._clock)
        return permit if read_at_s <= self._proven_at_s and permit.is_valid() else None
