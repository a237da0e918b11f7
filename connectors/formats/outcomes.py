"""What becomes of a raw record: canonical messages, refusals, or nothing that can be read."""

from dataclasses import dataclass

from domain.messages.inventory import StockFact
from domain.messages.orders import FromSource

CanonicalMessage = FromSource | StockFact


@dataclass(frozen=True, slots=True)
class Canonical:
    """A message that goes on to an inbox."""

    message: CanonicalMessage


@dataclass(frozen=True, slots=True)
class Refused:
    """A document that could be read and breaks the contract: an exception MALFORMED_PAYLOAD."""

    reason: str
    field: str
    """The canonical field, like `lines.2.quantity`; empty when the document as a whole is meant."""
    correlation_id: str | None
    """None when the document does not even say that."""


@dataclass(frozen=True, slots=True)
class Unparsable:
    """A record that cannot be read: a dead letter. Always the only outcome of its record."""

    reason: str


RecordOutcome = Canonical | Refused | Unparsable
RecordOutcomes = tuple[RecordOutcome, ...]
"""One raw record's outcomes, in the order of its documents and lines; never empty."""


class UnreadableRecord(Exception):
    """The bytes are no document of the format; raised by the readers, turned into `Unparsable` by the mapping."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class BrokenForm(Exception):
    """A field of a document breaks the contract; raised by the form checks, turned into `Refused` by the mapping."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason
