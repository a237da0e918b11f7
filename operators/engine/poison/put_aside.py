"""What the poison guard puts aside: a record, or a timer in the form of a record, with the reason."""

from typing import NamedTuple

from connectors.log.port import Record
from operators.engine.timers import TIMERS, Timer


class PutAside(NamedTuple):
    """`record` holds the bytes and the place; for a timer the bytes of its row, under its subject."""

    record: Record
    reason: str
    timer: Timer | None = None


def timer_put_aside(timer: Timer, due_at: Record, reason: str) -> PutAside:
    """A timer that was due at a record: its place is that record's."""
    headers = (("timer_kind", timer.kind.encode()), ("timer_due_at_ms", str(timer.due_at_ms).encode()))
    return PutAside(
        due_at._replace(key=timer.subject, value=TIMERS.encode(timer), headers=headers),
        f"the timer {timer.kind!r} of {timer.subject!r} {reason}",
        timer,
    )
