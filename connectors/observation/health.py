"""Whether one flow lives and whether it is ready, as its probes tell.

| state     | restores  | stands as a member | stands as none | is told to end |
|-----------|-----------|--------------------|----------------|----------------|
| JOINING   | RESTORING | SERVING            | -              | STOPPING       |
| RESTORING | -         | SERVING            | JOINING        | STOPPING       |
| SERVING   | RESTORING | -                  | JOINING        | STOPPING       |
| STOPPING  | -         | -                  | -              | -              |

Only SERVING is ready. A flow lives while its loop passes its gate, or a restore gets on, often enough: one that hangs
in a call never does, and a restart helps it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from connectors.log.port import TopicPartition


class State(StrEnum):
    """Where a member is on its way."""

    JOINING = "joining"
    RESTORING = "restoring"
    SERVING = "serving"
    STOPPING = "stopping"


@dataclass(frozen=True, slots=True)
class _Publication:
    """The state, and what is said beside it: one value, for another thread reads it."""

    state: State
    words: str


class Health:
    """`clock` gives seconds that never go back. One thread tells it, others ask."""

    def __init__(self, live_within_s: float, clock: Callable[[], float]) -> None:
        self._live_within_s = live_within_s
        self._clock = clock
        self._alive_at_s = clock()
        self._told = _Publication(State.JOINING, "joining")

    def passed_gate(self) -> None:
        """The loop goes round."""
        self._alive_at_s = self._clock()

    def restoring(self, changelog: TopicPartition, applied: int, to_apply: int) -> None:
        """It restores, and got on."""
        self._alive_at_s = self._clock()
        percent = 100 * applied // max(1, to_apply)
        self._become(State.RESTORING, f"restoring {changelog.topic}/{changelog.partition}: {percent} %")

    def set_membership(self, *, is_member: bool) -> None:
        """Nothing of what it holds is to be restored any more."""
        state = State.SERVING if is_member else State.JOINING
        self._become(state, state.value)

    def stopping(self) -> None:
        """It was told to end."""
        self._become(State.STOPPING, "stopping")

    @property
    def is_ready(self) -> bool:
        """Whether it serves what it was assigned."""
        return self._told.state is State.SERVING

    def unready(self) -> str | None:
        """Why it is not ready; None when it is."""
        told = self._told
        return None if told.state is State.SERVING else told.words

    def dead(self) -> str | None:
        """Why it does not live; None when it does."""
        silent_s = self._clock() - self._alive_at_s
        if silent_s <= self._live_within_s:
            return None
        return f"no gate was passed for {silent_s:.0f} s"

    def _become(self, state: State, words: str) -> None:
        if self._told.state is not State.STOPPING:
            self._told = _Publication(state, words)
