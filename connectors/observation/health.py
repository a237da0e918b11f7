"""Liveness and readiness of one flow, for its probes.

| state     | restores  | is a member | is no member | stop requested |
|-----------|-----------|-------------|--------------|----------------|
| JOINING   | RESTORING | SERVING     | -            | STOPPING       |
| RESTORING | -         | SERVING     | JOINING      | STOPPING       |
| SERVING   | RESTORING | -           | JOINING      | STOPPING       |
| STOPPING  | -         | -           | -            | -              |

Only SERVING is ready, and only while the loop passes its commit gate: a commit that waits for a broker serves nobody. A
flow is live while its loop passes its commit gate, or a restore makes progress, often enough: one that hangs in a call
does not, and a restart helps it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from connectors.log.port import TopicPartition

_READY_WITHIN_S = 5.0
"""An epoch takes a tenth of a second; a flow that passed no commit gate for so long waits for something."""


class State(StrEnum):
    """The state of a member."""

    JOINING = "joining"
    RESTORING = "restoring"
    SERVING = "serving"
    STOPPING = "stopping"


@dataclass(frozen=True, slots=True)
class _Status:
    """The state and its detail: one value, because another thread reads it."""

    state: State
    words: str


class Health:
    """`clock` gives monotonic seconds. One thread writes, others read."""

    def __init__(self, live_within_s: float, clock: Callable[[], float]) -> None:
        self._live_within_s = live_within_s
        self._clock = clock
        self._alive_at_s = clock()
        self._status = _Status(State.JOINING, "joining")

    def passed_gate(self) -> None:
        """Record a pass of the loop."""
        self._alive_at_s = self._clock()

    def restoring(self, changelog: TopicPartition, applied: int, to_apply: int) -> None:
        """Record progress of a restore."""
        self._alive_at_s = self._clock()
        percent = 100 * applied // max(1, to_apply)
        self._become(State.RESTORING, f"restoring {changelog.topic}/{changelog.partition}: {percent} %")

    def set_membership(self, *, is_member: bool) -> None:
        """Record that no held partition has to be restored any more."""
        state = State.SERVING if is_member else State.JOINING
        self._become(state, state.value)

    def set_available(self, unavailable: str | None) -> None:
        """Record whether a program that is no member of a group can do its work, and why not."""
        state = State.SERVING if unavailable is None else State.JOINING
        self._become(state, unavailable or state.value)

    def stopping(self) -> None:
        """Record that a stop was requested."""
        self._become(State.STOPPING, "stopping")

    @property
    def is_ready(self) -> bool:
        """Whether it serves its assignment now."""
        return self.unready() is None

    def unready(self) -> str | None:
        """The reason why it is not ready; None when it is."""
        status = self._status
        if status.state is not State.SERVING:
            return status.words
        silent_s = self._clock() - self._alive_at_s
        return None if silent_s <= _READY_WITHIN_S else f"waiting: no commit gate was passed for {silent_s:.0f} s"

    def dead(self) -> str | None:
        """The reason why it is not live; None when it is."""
        silent_s = self._clock() - self._alive_at_s
        if silent_s <= self._live_within_s:
            return None
        return f"no commit gate was passed for {silent_s:.0f} s"

    def _become(self, state: State, words: str) -> None:
        if self._status.state is not State.STOPPING:
            self._status = _Status(state, words)
