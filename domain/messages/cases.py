"""Exception cases: problems that a person or a policy must solve (docs/domain.md#exception-cases)."""

from dataclasses import dataclass
from enum import StrEnum

from domain.identifiers import CaseId, SourceId


class CaseClass(StrEnum):
    """The kind of problem."""

    ADDRESS_INVALID = "ADDRESS_INVALID"
    ALLOCATION_CONFLICT = "ALLOCATION_CONFLICT"
    CONFLICTING_DUPLICATE = "CONFLICTING_DUPLICATE"
    CREDIT_HOLD = "CREDIT_HOLD"
    DEPENDENCY_TIMEOUT = "DEPENDENCY_TIMEOUT"
    DRIFT = "DRIFT"
    DUPLICATE_DOCUMENT = "DUPLICATE_DOCUMENT"
    DUPLICATE_ORDER = "DUPLICATE_ORDER"
    ERP_OUTAGE = "ERP_OUTAGE"
    INVALID_ITEM = "INVALID_ITEM"
    INVOICE_MISMATCH = "INVOICE_MISMATCH"
    MALFORMED_PAYLOAD = "MALFORMED_PAYLOAD"
    ORDER_REJECTED = "ORDER_REJECTED"
    ORPHAN_EVENT = "ORPHAN_EVENT"
    OVER_SHIPMENT = "OVER_SHIPMENT"
    PRICING_DISPUTE = "PRICING_DISPUTE"
    SHRINKAGE = "SHRINKAGE"
    TAX_UNAVAILABLE = "TAX_UNAVAILABLE"
    WRONG_ITEM = "WRONG_ITEM"


class CaseOrigin(StrEnum):
    """Which system failed."""

    CHANNEL_MAPPING = "CHANNEL_MAPPING"
    MASTER_DATA = "MASTER_DATA"
    ORDER = "ORDER"
    INVENTORY = "INVENTORY"
    ERP = "ERP"
    WAREHOUSE = "WAREHOUSE"
    CARRIER = "CARRIER"
    PLATFORM = "PLATFORM"


class CaseState(StrEnum):
    """The state of the case."""

    OPEN = "OPEN"
    RETRYING = "RETRYING"
    RESOLVED = "RESOLVED"
    DISMISSED = "DISMISSED"


@dataclass(frozen=True, slots=True)
class Case:
    """A case as a rule states it; the position of its input is added when it is written (`ExceptionRaised`).

    Statements with equal `key` are the same case (an outage that opens and is resolved); empty: the causing event.
    """

    case_class: CaseClass
    origin: CaseOrigin
    subject: str
    reason: str
    suggested_action: str = ""
    source_id: SourceId = SourceId("")
    state: CaseState = CaseState.OPEN
    key: str = ""


@dataclass(frozen=True, slots=True)
class ExceptionRaised:
    """A case was opened, or its state changed: a record of `exceptions.v1`, keyed by case_id.

    `subject` is the id of the order, item, stock document, ERP or source that it is about. Its input is at
    `input_topic`/`input_partition`/`input_offset`; for a timer that is the tick that advanced the time.
    """

    case_id: CaseId
    case_class: CaseClass
    origin: CaseOrigin
    state: CaseState
    subject: str
    source_id: SourceId
    reason: str
    suggested_action: str
    input_topic: str
    input_partition: int
    input_offset: int
    raised_at_ms: int
