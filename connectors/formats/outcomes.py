"""The outcomes of a raw record: canonical messages, refusals, what is passed over, or a dead letter."""

from dataclasses import dataclass

from domain.identifiers import CorrelationId, OrderId
from domain.messages.case_actions import CaseAction
from domain.messages.customers import CustomerDescribed
from domain.messages.failure_policy import OutageEvent
from domain.messages.orders import FromSource
from domain.messages.parcels import ParcelReported
from domain.messages.reference_data import ReferenceData
from domain.messages.snapshots.orders import OrderListPart
from domain.messages.snapshots.stock import StockSnapshotPart
from domain.messages.stock import StockDocument

CanonicalMessage = (
    FromSource
    | OrderListPart
    | StockDocument
    | StockSnapshotPart
    | ReferenceData
    | CustomerDescribed
    | ParcelReported
    | CaseAction
    | OutageEvent
)


@dataclass(frozen=True, slots=True)
class Canonical:
    """A message for an inbox."""

    message: CanonicalMessage


@dataclass(frozen=True, slots=True)
class Refused:
    """A readable document that violates the contract: an exception case MALFORMED_PAYLOAD."""

    reason: str
    field: str
    """The canonical field, like `lines.2.quantity`; empty for the document as a whole."""
    correlation_id: CorrelationId | None
    """None when the document does not name it."""
    order_id: OrderId | None = None
    """The order that the document is about, where it names one."""
    is_perhaps_the_files: bool = False
    """Whether the channel file may be at fault (a rule, a code or a path that it lacks), and not the source."""


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A document that the channel file passes over on purpose: counted, without a case."""

    reason: str
    """As the channel file says it."""


@dataclass(frozen=True, slots=True)
class Unparsable:
    """A record that cannot be read: a dead letter. Always the only outcome of its record."""

    reason: str


RecordOutcome = Canonical | Refused | PassedOver | Unparsable
RecordOutcomes = tuple[RecordOutcome, ...]
"""One raw record's outcomes, in the order of its documents, refused lines behind theirs; never empty."""


class UnreadableRecord(Exception):
    """The bytes are not a document of the format; raised by the readers, turned into `Unparsable` by the mapping."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class BrokenForm(Exception):
    """A field of a document violates the contract; raised by the form checks, turned into `Refused` by the mapping."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class NotInTheFile(BrokenForm):
    """The document may be right, and the channel file may lack a code or name a wrong path."""
