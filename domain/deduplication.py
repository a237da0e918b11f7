"""Recognising what a source sends again, by its message ids and by the numbers of its business documents.

A message is known by (source, correlation id, event type, revision). A business document, such as a shipment, is known
by its own number, whatever message carries it (docs/domain.md#deduplication).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from domain.identifiers import CorrelationId, EventId, SourceId
from domain.provenance import Provenance

_HOUR_MS = 3_600_000
_DAY_MS = 24 * _HOUR_MS


@dataclass(frozen=True, slots=True)
class Seen:
    """The first arrival of a message; its row expires at `until_ms`."""

    content_hash: str
    event_id: EventId
    first_seen_ms: int
    until_ms: int


@dataclass(frozen=True, slots=True)
class BusinessDocument:
    """One document: its kind, its number and its content, whatever message carries it."""

    kind: str
    """The event type, such as OrderShipped."""
    number: str
    """Unique for its kind and subject: it includes all that scopes the source's number, such as the node."""
    content_hash: str
    """Independent of message ids, times and the order of lines."""
    earlier_number: str = ""
    """By which an earlier release knew it; empty: by the same."""


@dataclass(frozen=True, slots=True)
class SeenDocument:
    """The message in which a document arrived first; its row expires at `until_ms`."""

    content_hash: str
    source_id: SourceId
    correlation_id: CorrelationId
    until_ms: int
    occurred_at_us: int = 0
    """When it happened, as its source says; 0 in a row of an earlier release."""


def expires_at_ms(now_ms: int, horizon_ms: int) -> int:
    """When a row of now expires: at the first full hour after its horizon, so that many expire together."""
    return -(-(now_ms + horizon_ms) // _HOUR_MS) * _HOUR_MS


@dataclass(frozen=True, slots=True)
class Horizons:
    """For how many days repeats of a source are recognised: by source_id, from its channel file."""

    days_by_source: Mapping[str, int] = field(default_factory=dict)
    default_days: int = 30
    """For a source whose file was removed while its messages are still in flight."""

    def until_ms(self, source_id: SourceId, now_ms: int) -> int:
        """When the row of a message that arrives now expires."""
        return expires_at_ms(now_ms, self.days_by_source.get(source_id, self.default_days) * _DAY_MS)


class Arrival(StrEnum):
    """How a message compares with the first one that had its ids."""

    FIRST = "FIRST"
    DUPLICATE = "DUPLICATE"
    CONFLICT = "CONFLICT"
    """The same ids with other content: an error of the channel, never an update."""


def arrival_of(seen: Seen | SeenDocument | None, content_hash: str) -> Arrival:
    """Classify one message or document; `seen` is the unexpired row under its key, if any."""
    if seen is None:
        return Arrival.FIRST
    return Arrival.DUPLICATE if seen.content_hash == content_hash else Arrival.CONFLICT


def deduplication_key(subject: str, event_type: str, provenance: Provenance) -> str:
    """The key of a message's row; it is next to the state of the order or item (`subject`) that it concerns."""
    return "\x00".join((subject, provenance.source_id, provenance.correlation_id, event_type, str(provenance.revision)))


def document_key(subject: str, document: BusinessDocument) -> str:
    """The key of a document's row: as of a message, but of no source, because two may report the same document."""
    return f"{subject}\x00\x00{document.kind}\x00{document.number}"


def document_keys(subject: str, document: BusinessDocument) -> tuple[str, ...]:
    """The keys under which a row of the document may be: its own, then that of an earlier release."""
    own = document_key(subject, document)
    if not document.earlier_number:
        return (own,)
    return own, document_key(subject, replace(document, number=document.earlier_number))


def subject_and_source_of(key: str) -> tuple[str, SourceId]:
    """The prefix of all keys; the source is empty in the key of a document."""
    subject, source_id, _ = key.split("\x00", 2)
    return subject, SourceId(source_id)
