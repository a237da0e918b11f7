"""Recognising what a source sends again (design: domain, section 3)."""

from dataclasses import dataclass
from enum import StrEnum

from domain.provenance import Provenance


@dataclass(frozen=True, slots=True)
class Seen:
    """The first arrival of a message."""

    content_hash: str
    event_id: str
    first_seen_ms: int


class Arrival(StrEnum):
    """What a message is, measured by what came before."""

    FIRST = "FIRST"
    DUPLICATE = "DUPLICATE"
    CONFLICT = "CONFLICT"
    """The same ids with other content: an error of the channel, never an update."""


def arrival_of(seen: Seen | None, content_hash: str) -> Arrival:
    """The verdict on one message."""
    if seen is None:
        return Arrival.FIRST
    return Arrival.DUPLICATE if seen.content_hash == content_hash else Arrival.CONFLICT


def deduplication_key(subject: str, event_type: str, provenance: Provenance) -> str:
    """The row of a message, beside the state of the order or item (`subject`) that it concerns."""
    return "\x00".join((subject, provenance.source_id, provenance.correlation_id, event_type, str(provenance.revision)))
