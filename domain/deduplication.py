"""Recognising what a source sends again (design: domain, section 3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from domain.provenance import Provenance

_HOUR_MS = 3_600_000
_DAY_MS = 24 * _HOUR_MS


@dataclass(frozen=True, slots=True)
class Seen:
    """The first arrival of a message; from `until_ms` on it is forgotten."""

    content_hash: str
    event_id: str
    first_seen_ms: int
    until_ms: int


@dataclass(frozen=True, slots=True)
class Horizons:
    """For how many days what a source said is known again: by source_id, as its channel file says."""

    days_by_source: Mapping[str, int] = field(default_factory=dict)
    default_days: int = 30
    """Of a source whose file is gone while its messages are still under way."""

    def until_ms(self, source_id: str, now_ms: int) -> int:
        """When something that is said now is forgotten: at the first full hour behind the source's horizon."""
        horizon_ms = self.days_by_source.get(source_id, self.default_days) * _DAY_MS
        return -(-(now_ms + horizon_ms) // _HOUR_MS) * _HOUR_MS


class Arrival(StrEnum):
    """What a message is, measured by what came before."""

    FIRST = "FIRST"
    DUPLICATE = "DUPLICATE"
    CONFLICT = "CONFLICT"
    """The same ids with other content: an error of the channel, never an update."""


def arrival_of(seen: Seen | None, content_hash: str) -> Arrival:
    """The verdict on one message; `seen` is what is known of it, forgotten ones apart."""
    if seen is None:
        return Arrival.FIRST
    return Arrival.DUPLICATE if seen.content_hash == content_hash else Arrival.CONFLICT


def deduplication_key(subject: str, event_type: str, provenance: Provenance) -> str:
    """The row of a message, beside the state of the order or item (`subject`) that it concerns."""
    return "\x00".join((subject, provenance.source_id, provenance.correlation_id, event_type, str(provenance.revision)))


def subject_and_source_of(key: str) -> tuple[str, str]:
    """What a deduplication key begins with."""
    subject, source_id, _ = key.split("\x00", 2)
    return subject, source_id
