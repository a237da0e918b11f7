"""Where a statement from outside came from, and by what it is recognised when it comes again."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Provenance:
    """Part of every canonical event that a source caused.

    (`source_id`, `correlation_id`, event type, `revision`) is the deduplication key and `content_hash` (hex of
    16 bytes over the canonical content) tells an equal repeat from a conflicting one (design: domain, section 3).
    Times are microseconds since 1970 in UTC: `occurred_at_us` by the source's clock (clamped when it lies in the
    future), `ingested_at_us` the append time of the raw record.
    """

    source_id: str
    correlation_id: str
    revision: int
    content_hash: str
    occurred_at_us: int
    ingested_at_us: int
