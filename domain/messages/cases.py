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
    INVALID_CUSTOMER = "INVALID_CUSTOMER"
    INVALID_ITEM = "INVALID_ITEM"
    INVOICE_MISMATCH = "INVOICE_MISMATCH"
    MALFORMED_PAYLOAD = "MALFORMED_PAYLOAD"
    ORDER_REJECTED = "ORDER_REJECTED"
    ORPHAN_EVENT = "ORPHAN_EVENT"
    OVER_SHIPMENT = "OVER_SHIPMENT"
    PARTNER_OUTAGE = "PARTNER_OUTAGE"
    PAYMENT_FAILED = "PAYMENT_FAILED"
    POLICY_FAILED = "POLICY_FAILED"
    PRICING_DISPUTE = "PRICING_DISPUTE"
    SHRINKAGE = "SHRINKAGE"
    TAX_UNAVAILABLE = "TAX_UNAVAILABLE"
    TRANSFORMATION_FAILED = "TRANSFORMATION_FAILED"
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


class CaseHome(StrEnum):
    """The flow that keeps a case: it states every change of it, and takes what people decide about it."""

    ORDERS = "orders"
    INVENTORY = "inventory"
    DISPATCH = "dispatch"
    EDI = "edi"


@dataclass(frozen=True, slots=True)
class Impact:
    """What a case holds up or puts at risk, as far as the rule that states it knows."""

    value: int = 0
    """Worth of the order or document, in ten-thousandths of `currency`."""
    currency: str = ""
    """Empty: no value is known."""
    orders: int = 0
    """Orders that have open units."""
    lines: int = 0
    """Lines of these that have open units."""


NO_IMPACT = Impact()


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
    impact: Impact = NO_IMPACT


@dataclass(frozen=True, slots=True)
class Act:
    """Who changed a case, and why; empty where a rule did."""

    who: str = ""
    why: str = ""


NOBODY = Act()


@dataclass(frozen=True, slots=True)
class CaseChange:
    """A case as its home states it: what the rule said, and what the home knows of it beyond that."""

    case_id: CaseId
    case: Case
    home: CaseHome
    home_key: str
    """A key of the home's inbox whose partition keeps the case."""
    owner: str
    score: int
    first_seen_ms: int
    was_open: bool
    """Whether it was open, or being retried, before."""
    act: Act = NOBODY


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
    owner: str = ""
    """The team, by the policy of cases."""
    score: int = 0
    """How much it presses (docs/domain.md#impact-and-owner)."""
    impact: Impact = NO_IMPACT
    first_seen_ms: int = 0
    """When the case was opened for the first time; 0 in a record of an earlier release."""
    was_open: bool = False
    """Whether it was open, or being retried, before this."""
    home: str = ""
    """The flow that keeps the case and takes decisions about it, with a key of its inbox; empty: an earlier release."""
    home_key: str = ""
    who: str = ""
    """The person who changed the state; empty: a rule did."""
    why: str = ""


@dataclass(frozen=True, slots=True)
class ExceptionSnapshot:
    """The compacted view of a case: its newest state."""

    case: ExceptionRaised


@dataclass(frozen=True, slots=True)
class ExceptionForgotten:
    """A case that ended some time ago leaves the view."""

    case_id: CaseId


@dataclass(frozen=True, slots=True)
class CaseReported:
    """A flow that keeps no cases has raised one: its home keeps it from now on."""

    home_key: str
    case: ExceptionRaised
