"""The origin of a message from outside, and how a repeat of it is recognised."""

from dataclasses import dataclass

from domain.identifiers import CorrelationId, SourceId


@dataclass(frozen=True, slots=True)
class Provenance:
    """Part of every canonical event that a source caused.

    (`source_id`, `correlation_id`, event type, `revision`) is the deduplication key; `content_hash` (hex of 16 bytes
    over the canonical content) distinguishes equal and conflicting repeats (docs/domain.md#deduplication).
    Times are microseconds since 1970 in UTC: `occurred_at_us` by the source's clock (clamped when it is in the
    future), `ingested_at_us` the append time of the raw record.
    """

    source_id: SourceId
    correlation_id: CorrelationId
    revision: int
    content_hash: str
    occurred_at_us: int
    ingested_at_us: int
