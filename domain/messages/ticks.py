"""Ticks: the records that advance the time of a partition without other records."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tick:
    """Advances the time of a partition; has no key (docs/architecture.md#time-and-ticks)."""

    due_at_ms: int
