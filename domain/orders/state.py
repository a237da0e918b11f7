"""The state of one order."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from domain.addresses import Address
from domain.identifiers import (
    NO_COMMAND,
    NO_PURCHASE_ORDER,
    ChannelId,
    CommandId,
    CustomerId,
    EventId,
    ItemId,
    LineId,
    NodeId,
    OrderId,
    PurchaseOrderId,
    ReturnId,
    ReversalId,
    ShipmentId,
    SourceId,
)
from domain.messages.decisions.events import OrderDecided
from domain.messages.dispatch import CommandType, Document, PostedEvent
from domain.messages.failure_policy import Dependency, FailureAction, Workflow
from domain.messages.orders import (
    BudgetStage,
    HoldKind,
    OrderAmendRequested,
    OrderCancelRequested,
    OrderDelivered,
    OrderHoldReleaseRequested,
    OrderHoldRequested,
    OrderInvoiced,
    OrderPicked,
    OrderPolicy,
    OrderReported,
    OrderReturned,
    OrderShipmentReversed,
    OrderShipped,
    OrderShortPicked,
    OrderUnpicked,
    PartOfLine,
    ReportedLine,
    ReportedStatus,
    StageBudget,
    UnpickedLine,
)
from domain.messages.returns.inspections import OrderReturnInspected
from domain.messages.returns.requests import OrderReturnAuthorised, OrderReturnDeclined, OrderReturnRequested
from domain.messages.snapshots.stock import Reporter
from domain.messages.status import ErpStatus
from domain.money.adjustments import Adjustments
from domain.money.charges import Charge
from domain.orders.amending.amendments import AddedLine, Amendment, RaisedLine, RequestedCancellation
from domain.orders.checks.rows import Payment
from domain.orders.lines import OrderLine
from domain.orders.pending.answers import AnsweredCommand, PendingAnswer
from domain.orders.returns.unsent_rows import UnsentReturn
from domain.orders.warehouses.picks import Picks, in_picking
from domain.orders.watched_cases.rows import WatchedCase
from domain.papers import Papers, RequestedDay
from domain.returns import ReturnedLine
from domain.values import quickly_built


class Stage(StrEnum):
    """The state of the decision about an order.

    ```
    CHECKING ──it is no second order──▶ RESERVING
    RESERVING ──all granted, or ships what is available──▶ ACCEPTED
        │  ▲                                                 ▲
        │  └──────RETRYING ◀──its patience ends──┐           │
        └──something is missing──▶ WAITING ──all filled──────┘
                                      └──fill or kill: time is up──▶ ACCEPTED, or REJECTED with nothing
    any ──all cancelled──▶ CANCELLED
    ```
    """

    CHECKING = "CHECKING"
    """It is not known yet whether this is a second order for the same purchase; nothing is asked of the ledger."""
    RESERVING = "RESERVING"
    """The ledger has not answered all requests."""
    WAITING = "WAITING"
    """What is missing waits in the items' queues; what is granted is pending."""
    RETRYING = "RETRYING"
    """Everything was given back; the order asks again later."""
    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"
    CANCELLED = "CANCELLED"


ENDS = frozenset({Stage.ACCEPTED, Stage.CANCELLED, Stage.REJECTED})
"""In these stages nothing waits for the acceptance any more."""


@dataclass(frozen=True, slots=True)
class Hold:
    """One reason that keeps the order from being released; an order has at most one hold of a kind."""

    kind: HoldKind
    held_by: str
    reason: str
    ends_at_ms: int
    """When it ends by itself; 0: only by a release."""
    overdue_at_ms: int
    """When a person is asked whether it is still needed; 0: a case is open, or it ends by itself."""
    case_key: str = ""
    """Of its open case; empty: it has none."""


class HoldDecision(NamedTuple):
    """When a kind of hold was last set or ended; what was decided before and comes later changes nothing."""

    kind: HoldKind
    decided_us: int


@dataclass(frozen=True, slots=True)
class OutageWait:
    """A workflow of the order that waits for a dependency, by the failure policy."""

    dependency: Dependency
    workflow: Workflow
    action: FailureAction
    node_id: NodeId = NodeId("")
    """The warehouse that is away, if it is a single one."""


@dataclass(frozen=True, slots=True)
class OpenBudgets:
    """The stages with a budget that are watched; at most one entry a stage."""

    due: tuple[StageBudget, ...]
    """Those whose time has not passed. DELIVERY and INVOICE stay until then, because more may be shipped.

    A shipment after their breach brings them back.
    """
    breached: tuple[StageBudget, ...] = ()
    paused_ms: int = 0
    """For how long holds have stopped their time, the pause under way not counted."""
    paused_at_ms: int = 0
    """When the pause under way began; 0: there is none."""
    wakes_at_ms: int = 0
    """When the last timer that was set for them is due."""
    explained: tuple[BudgetStage, ...] = ()
    """Of those that are breached, the stages without an open case, since another one says why they are not reached."""


@dataclass(frozen=True, slots=True)
class UnpostedShipment:
    """A shipment, its reversal, or a cancellation after these, of which the ERP may not be told yet."""

    cause_event_id: EventId
    document: Document
    posted_as: PostedEvent
    business_key: str


@dataclass(frozen=True, slots=True)
class UnpostedReturn:
    """A return that overtook the acceptance, likewise."""

    cause_event_id: EventId
    business_key: str
    document: Document
    posted: PostedEvent = PostedEvent.RETURN_RECEIVED


@dataclass(frozen=True, slots=True)
class RefusedPosting:
    """A posting that the ERP refused; its case ORDER_REJECTED is open, or being retried."""

    command_id: CommandId
    """The command that was refused first: the key of the case."""
    command_type: CommandType | None
    """None if an earlier release did not keep it."""
    business_key: str = ""
    document: Document | None = None
    """None for an order, which is booked as it is when it is retried, and where there was no room to keep it."""
    retried_as: CommandId = NO_COMMAND
    """The command that asks for it again; empty while nobody has."""
    raised_lines: tuple[LineId, ...] = ()
    """The lines of which it tells the ERP that more is on the order, since that has left, or stays."""
    booked_as: tuple[str, ...] = ()
    """The document by which the ERP has it after all, at most one, while it is being retried."""


class UnansweredRaise(NamedTuple):
    """The ERP is told that more is on the order of these lines, since that has left, or stays."""

    command_id: CommandId
    line_ids: tuple[LineId, ...]


@dataclass(frozen=True, slots=True)
class HeldCredit:
    """Units of a return that no shipment covers yet: their credit memo is asked for when it comes."""

    business_key: str
    """Of the return's own memo; memos for the rest extend it."""
    return_id: ReturnId
    reason: str
    lines: tuple[ReturnedLine, ...]
    due_at_ms: int
    """When the shipment is late and a case is opened; 0 while that case is open."""
    came_us: int = 0
    """When they came back; 0: nobody has noted it."""


@dataclass(frozen=True, slots=True)
class HeldReversal:
    """Units of a reversal that no shipment covers yet; its pending answer has the deadline."""

    business_key: str
    """Of the document that reverses all of it in the ERP; those for a rest extend it."""
    shipment_id: ShipmentId
    reversal_id: ReversalId
    node_id: NodeId
    reason: str
    occurred_at_us: int
    lines: tuple[UnpickedLine, ...]
    is_in_ledger: bool
    """Its units are posted to the ledger: neither the shipment nor the order came in time."""
    by_channel: bool = False
    """As in `OrderShipmentReversed`."""


@dataclass(frozen=True, slots=True)
class MisdirectedUnits:
    """Units that moved for a line that the order does not have, or of another item than the line's; in millionths."""

    line_id: LineId
    item_id: ItemId
    picked: int = 0
    shipped: int = 0
    picks: Picks = ()
    """What is in picking, by node."""
    invoiced: int = 0
    """Less what is cancelled; below zero where the cancellation came first."""
    delivered: int = 0
    """Less what was taken back, likewise."""
    returned: int = 0
    """What customers have sent back; nothing of it is credited."""
    is_decided: bool = False
    """A person has closed the case of what is out: it is known whether it was a substitute or an error."""

    @property
    def is_out(self) -> bool:
        """Whether any of them are in picking, or with the customer."""
        return self.out > 0

    @property
    def out(self) -> int:
        """Such units; what one node has shipped is not what another one has picked."""
        return self.with_customer + in_picking(self.picks)

    @property
    def with_customer(self) -> int:
        """Units that are shipped and did not come back."""
        return max(0, self.shipped - self.returned)

    @property
    def returned_unshipped(self) -> int:
        """Units that came back, and of which no shipment is known."""
        return max(0, self.returned - max(0, self.shipped))


@quickly_built
@dataclass(frozen=True, slots=True)
class LastPicture:
    """The newest picture of the order that was compared with it."""

    number: int
    content_hash: str
    """Empty: not all that it shows could be asked for, so the next one is compared whatever it shows."""
    has_case: bool = False
    """It shows what cannot be; a later one that does not resolves the case."""
    was_empty: bool = False
    """It, or one before, shows the order as cancelled, or without anything."""
    left: tuple[PartOfLine, ...] = ()
    """What it shows of lines of which too much has left, if its case is about nothing else.

    The case ends when that is back.
    """


@quickly_built
@dataclass(frozen=True, slots=True)
class LastReport:
    """The newest that a system said of the order, or of one of its documents there; what agrees is left out."""

    source_id: SourceId
    reporter: Reporter
    document_number: str
    taken_at_us: int
    in_flight_s: int
    status: ReportedStatus
    lines: tuple[ReportedLine, ...] = ()
    """Those that differed."""
    is_accepted: bool = False
    """A person has closed the case of it: the same difference is not stated again."""
    is_missing: bool = False
    """It is a complete list of the system, and does not name the order; nothing else of it counts."""

    @property
    def key(self) -> str:
        """Which report it is, and of its case."""
        if self.is_missing:
            return f"list/{self.source_id}"
        return f"report/{self.source_id}/{self.document_number}"


class CreditedCharge(NamedTuple):
    """What credit memos have of a charge of the order, in ten-thousandths of its currency."""

    line_id: LineId
    value: int


@quickly_built
@dataclass(frozen=True, slots=True)
class Order:
    """The order now. `accepted` stays true once the order was promised."""

    order_id: OrderId
    channel_id: ChannelId
    region: str
    customer_id: CustomerId
    currency: str
    ship_to: Address
    policy: OrderPolicy
    content_hash: str
    """Of the placed order, revision 0: an order placed again under another correlation id is measured by it."""
    placed_at_us: int
    ingested_at_us: int
    lines: tuple[OrderLine, ...]
    stage: Stage = Stage.RESERVING
    accepted: bool = False
    attempt: int = 0
    version: int = 0
    revision: int = 0
    erp_status: ErpStatus = ErpStatus.NOT_SENT
    erp_document_number: str = ""
    commands: int = 0
    """How many commands the warehouse was sent."""
    pending_answers: tuple[PendingAnswer, ...] = ()
    """What others owe the order (`domain.orders.pending`): at most a few, and one a command that a warehouse has."""
    unposted: tuple[UnpostedShipment, ...] = ()
    charges: tuple[Charge, ...] = ()
    unposted_returns: tuple[UnpostedReturn, ...] = ()
    """At most `crediting.MOST_WAITING`, like those held."""
    held_credits: tuple[HeldCredit, ...] = ()
    answers_due: int = 0
    """Lines whose reservation requests the ledger has not answered, those of abandoned tries included."""
    open_commands: int = 0
    """How many commands to the ERP have no outcome yet; each gets one. An ERP may be away for hundreds of them."""
    closed: bool = False
    leaves_at_ms: int = 0
    """When the finished order is closed, or the closed one purged; 0 while there is open work."""
    misdirected: tuple[MisdirectedUnits, ...] = ()
    """At most `domain.orders.facts.misdirected.MOST_COUNTED`."""
    settled_commands: tuple[AnsweredCommand, ...] = ()
    """The last ones, at most `MOST_SETTLED`."""
    refusals: tuple[RefusedPosting, ...] = ()
    """What the ERP refused and has not accepted since (`domain.orders.erp.refusals`)."""
    channel_order_id: str = ""
    """As in `OrderPlaced`."""
    unpublished: tuple[LineId, ...] = ()
    """The lines whose last change no event carries yet."""
    held_lines: tuple[LineId, ...] = ()
    """Held by the ledger for their item, or its unit; each is an open case INVALID_ITEM."""
    holds: tuple[Hold, ...] = ()
    """In the order in which they were set."""
    hold_decisions: tuple[HoldDecision, ...] = ()
    """The latest decision about each kind of hold, to set it or to end it, by the clock of its source."""
    purchase_order_id: PurchaseOrderId = NO_PURCHASE_ORDER
    """As in `OrderPlaced`."""
    life: int = 1
    """How often an order of this id was placed, as far as is known: one more each time that it had been forgotten."""
    amendments: tuple[Amendment, ...] = ()
    """That which is under way, and those that wait; at most `MOST_AMENDMENTS`."""
    amended_to: int = 0
    """The last revision that was taken, refused ones included; `revision` is the last that was carried out."""
    has_namesake: bool = False
    """The ERP has a document under the order's id that is not this order's: it is booked under a key of its life."""
    budgets: OpenBudgets | None = None
    """None: its channel has none, or every stage is reached."""
    validated_on_cache: bool = False
    """Master data was used that is older than the channel allows."""
    outage_waits: tuple[OutageWait, ...] = ()
    """At most one a dependency, or warehouse, and workflow."""
    failed_policies: tuple[Dependency, ...] = ()
    """What was known of these was too old to go on with; each is an open case POLICY_FAILED."""
    requested: tuple[RequestedDay, ...] = ()
    """As in `OrderPlaced`; of an order that ships as a whole one day (`domain.orders.requested_days`)."""
    follows_customer: bool = False
    """The home of its customer tells it what changes about him; false once all of it is released."""
    last_shipped_us: int = 0
    """When goods left last, by the clock of the warehouse."""
    picture: LastPicture | None = None
    """None: its channel sends none, or only placed it."""
    booking_due: bool = False
    """It is accepted, and its ERP was not asked to book it: the failure policy keeps that back."""
    is_born_in_erp: bool = False
    """It was entered there, and is never booked again (docs/domain.md#born-in-the-erp)."""
    held_reversals: tuple[HeldReversal, ...] = ()
    """Those that came before their shipment."""
    raised: tuple[RaisedLine, ...] = ()
    """Each line once."""
    early_amendments: tuple[Amendment, ...] = ()
    """Those that wait for revisions before them, by revision; at most `MOST_AMENDMENTS`."""
    duplicate_of: OrderId = OrderId("")
    """The order for whose purchase order number this one is held, or was; empty: none."""
    reports: tuple[LastReport, ...] = ()
    """What other systems said last; at most `domain.orders.reports.watching.MOST_KEPT`."""
    sourced_instead_of: tuple[NodeId, ...] = ()
    """The warehouses in whose place others were asked while they were away (`domain.orders.outages.asking_again`)."""
    changed_at_ms: int = 0
    """When something of it was ordered, cancelled or shipped last, that another system has to know as well."""
    overbooked: tuple[PartOfLine, ...] = ()
    """What its ERP has on it although it is cancelled, since it had left before (`domain.orders.erp.overbooked`)."""
    watched_cases: tuple[WatchedCase, ...] = ()
    """Open cases that end by themselves; at most `domain.orders.watched_cases.rows.MOST_WATCHED`."""
    unanswered_raises: tuple[UnansweredRaise, ...] = ()
    """In the order in which the ERP was asked; one for each command of which it has not said anything."""
    refused_lines: tuple[LineId, ...] = ()
    """Lines that amendments have added, and its ERP has refused (`domain.orders.erp.refused_lines`)."""
    adjustments: Adjustments | None = None
    """None: the customer pays what goods and charges come to."""
    papers: Papers | None = None
    """None: its papers say nothing else."""
    placed_by: SourceId = SourceId("")
    """The source that has placed it; empty: it was placed before anybody noted that."""
    is_tracked: bool = False
    """A carrier has said something of a parcel of it."""
    cancellations: tuple[RequestedCancellation, ...] = ()
    """What sources have asked to cancel; at most `domain.orders.amending.later_cancellations.MOST_KEPT`."""
    added_lines: tuple[AddedLine, ...] = ()
    """Those that other sources have added."""
    credited_as_stated: int = 0
    """What credit memos have at prices that sources state, charges included; in ten-thousandths."""
    credited_charges: tuple[CreditedCharge, ...] = ()
    """What of that is of charges of the order; each once."""
    has_decided_taxes: bool = False
    """A tax service has said what its taxes are: they are not those that its channel states."""
    payments: tuple[Payment, ...] = ()
    """What was told of payments, each reference once; at most `domain.orders.checks.rows.MOST_PAYMENTS` and one."""
    booked_after_all: CommandId = NO_COMMAND
    """The ERP has booked by it what it had refused: it is to be told the order as it is; empty: it has been."""
    unsent_returns: tuple[UnsentReturn, ...] = ()
    """Returns of which what has not left is cancelled; at most `domain.orders.returns.unsent.MOST_KEPT`."""


@dataclass(frozen=True, slots=True)
class ForgottenOrder:
    """What is left of a purged order, so that it is recognised when it is placed again; it expires at `until_ms`."""

    lives: int
    until_ms: int


@dataclass(frozen=True, slots=True)
class ParkedEvent:
    """Something that happened to an order that is not known yet; exactly one of the fields is set."""

    event_id: EventId
    picked: OrderPicked | None = None
    shipped: OrderShipped | None = None
    cancel: OrderCancelRequested | None = None
    returned: OrderReturned | None = None
    unpicked: OrderUnpicked | None = None
    short_picked: OrderShortPicked | None = None
    hold: OrderHoldRequested | None = None
    hold_release: OrderHoldReleaseRequested | None = None
    amend: OrderAmendRequested | None = None
    return_request: OrderReturnRequested | None = None
    return_authorised: OrderReturnAuthorised | None = None
    return_declined: OrderReturnDeclined | None = None
    return_inspected: OrderReturnInspected | None = None
    shipment_reversed: OrderShipmentReversed | None = None
    delivered: OrderDelivered | None = None
    invoiced: OrderInvoiced | None = None
    reported: OrderReported | None = None
    decided: OrderDecided | None = None


@dataclass(frozen=True, slots=True)
class ParkedUnits:
    """Units of one line and item that parked events report to be in picking, by node."""

    line_id: LineId
    item_id: ItemId
    picks: Picks = ()


@dataclass(frozen=True, slots=True)
class ParkedOrder:
    """What waits for an order that has not arrived. `orphaned`: its limit passed and its movements are posted.

    At `deadline_ms` it is orphaned; if it already is, it is purged. Each event has a row of its own, so one more costs
    the same however many there are.
    """

    order_id: OrderId
    deadline_ms: int
    orphaned: bool
    events: tuple[ParkedEvent, ...] = ()
    """Only events that an earlier release kept here: the first ones."""
    case_key: str = ""
    """Of the open case ORPHAN_EVENT; empty: there is none, a person has closed it, or its key is not known."""
    first_event_id: EventId = EventId("")
    parked: int = 0
    """How many events have rows of their own."""
    size_bytes: int = 0
    """What these take together."""
    lines: int = 0
    """How many lines they have together."""
