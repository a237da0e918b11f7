"""Ticks: the records that bring time to a partition when nothing else comes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tick:
    """Moves the time of a partition when nothing else does; has no key (design: architecture, section 7)."""

    due_at_ms: int
