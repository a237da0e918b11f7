"""A decision about one order under construction: the new state of the order, and the effects.

This module only decides: messages and timers are values that the caller executes.
"""

from collections import Counter
from collections.abc import Callable, Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Concatenate, ParamSpec

from domain.identifiers import (
    NO_COMMAND,
    CommandId,
    DocumentKey,
    ErpId,
    EventId,
    LineId,
    NodeId,
    OrderId,
    ReturnId,
    ShipmentId,
    SourceId,
    command_id_of,
    escaped,
    in_life,
)
from domain.messages.cases import Case, CaseState
from domain.messages.customers import CustomerAsked, CustomerNoLongerAwaited
from domain.messages.dispatch import CommandType, Document, DocumentLine, ErpRequested, PostedEvent, Posting
from domain.messages.inventory import OrderMessage, ReservationLine
from domain.messages.notifications.events import CustomerNotification
from domain.messages.orders import (
    CustomerAnswered,
    OrderReturned,
    OrderShipmentReversed,
    ParcelSent,
    ParcelTold,
    PurchaseOrderAnswered,
    PurchaseOrderEvent,
)
from domain.messages.returns.inspections import OrderReturnInspected
from domain.messages.snapshots.orders import OrderListCompleted, OrdersListed
from domain.messages.status import ErpStatus, OrderArchived, OrderSnapshot, OrderSummary, OrderView, StatusEvent
from domain.messages.warehouse import WarehouseCommand
from domain.money.prices import scaled_sum
from domain.orders.claims import ClaimChange
from domain.orders.documents.counted import (
    Counted,
    CountedNumber,
    DocumentKind,
    DocumentName,
    issuer_of,
    name_of,
    takes_back,
)
from domain.orders.documents.known import KnownDocuments, NoDocuments
from domain.orders.lines import OrderLine
from domain.orders.money.apportioning import parts_of_units
from domain.orders.money.worth import totals_with
from domain.orders.notifying.news import news_of
from domain.orders.outages.table import ALL_IS_WELL, Conditions
from domain.orders.publication import OrderPublication
from domain.orders.returns.rows import OrderReturn
from domain.orders.state import Order, Stage
from domain.orders.status import impact_of
from domain.papers import Papers
from domain.values import replace

OrderEffect = (
    OrderMessage
    | PurchaseOrderEvent
    | PurchaseOrderAnswered
    | ParcelSent
    | ParcelTold
    | CustomerAsked
    | CustomerNoLongerAwaited
    | CustomerAnswered
    | OrdersListed
    | OrderListCompleted
    | WarehouseCommand
    | ErpRequested
    | StatusEvent
    | OrderView
    | OrderArchived
    | CustomerNotification
    | Case
)
"""What the order machine may send, as an order or as the home of a purchase order number, a parcel or a customer."""
Particulars = ParamSpec("Particulars")

_WAITS = frozenset({Stage.WAITING, Stage.RETRYING})
_DAY_MS = 24 * 3_600_000
_NO_PAPERS = Papers()


@dataclass(frozen=True, slots=True)
class OrderRules:
    """Limits in milliseconds, the ERP's posting table by erp_id, and what is away."""

    answer_within_ms: int = 600_000
    """How long a reservation request may stay unanswered before the order abandons it and requests again."""
    fill_or_kill_within_ms: int = 1_000
    """How long a fill-or-kill order waits for units that somebody may give back, before the rest is cancelled."""
    backordered_after_ms: int = 1_000
    """How long a ship-complete order waits for its last units before it is accepted as backordered."""
    complete_within_ms: int = 14 * _DAY_MS
    """How long it then holds what it has got while it waits for the rest."""
    retry_after_ms: int = _DAY_MS
    """After that it gives everything back, and asks again this much later."""
    stocked_within_ms: int = 30 * _DAY_MS
    """How long something of an accepted order may be backordered before a person is asked what becomes of it."""
    cancelled_within_ms: int = 3_600_000
    """How long a warehouse may take to answer a cancellation before a person is asked to call it."""
    revision_within_ms: int = 900_000
    """How long an amendment waits for the revisions before it."""
    shipped_within_ms: int = _DAY_MS
    """How long picked goods may stay unshipped, when nothing else of the order is open, before a person is asked."""
    channel_ships_within_ms: int = 7 * _DAY_MS
    """How long a channel may take to report the shipment of what it ships itself, before a person asks it."""
    held_within_ms: int = 7 * _DAY_MS
    """How long a hold may last that nobody set an end to, before a person is asked whether it is still needed."""
    acted_within_ms: int = 3 * _DAY_MS
    """How long nothing may happen to what a warehouse was asked to ship, before a person is asked to call it."""
    orphan_after_ms: int = 900_000
    """How long events wait for their order."""
    parked_events: int = 1_000
    """How many events wait for one order; what comes beyond that does not wait."""
    parked_bytes: int = 4_194_304
    """How large they may be together."""
    parked_lines: int = 10_000
    """How many lines they may have together."""
    premature_return_limit_ms: int = 900_000
    """How long a return may wait for the shipment of its units."""
    premature_reversal_limit_ms: int = 900_000
    """How long a reversal may wait for the shipment, delivery or invoice that it takes back."""
    unshipped_within_ms: int = _DAY_MS
    """How long what is delivered or invoiced may wait for the shipment of its units."""
    undelivered_within_ms: int = 14 * _DAY_MS
    """How long carriers who report of an order may take to deliver its last shipment, before a person asks them."""
    invoice_corrected_within_ms: int = 900_000
    """How long units may be invoiced that nobody ordered, or at other amounts, before a person is asked."""
    invoiced_within_ms: int = _DAY_MS
    """How long what is credited may wait for its invoice, where no budget says by when that is to come."""
    close_after_ms: int = 30 * _DAY_MS
    """How long after an order is finished it is closed."""
    purge_after_ms: int = 60 * _DAY_MS
    """How long a closed order, or an event without an order, is kept; until then returns still apply."""
    remembered_ms: int = 400 * _DAY_MS
    """How long a purged order is recognised when it comes again, and a purchase order number after it was last used."""
    postings: Mapping[ErpId, Mapping[PostedEvent, Posting]] = field(default_factory=dict)
    reports_to: Mapping[SourceId, ErpId] = field(default_factory=dict)
    """By source: the shop that is told what became of the orders it has placed."""
    stocked_nodes: Collection[NodeId] = frozenset()
    """The nodes whose stock a warehouse, an ERP or a planning reports, by the files; empty: no file says."""
    notifying: Collection[SourceId] = frozenset()
    """The sources of whose orders customers are to hear."""
    conditions: Conditions = ALL_IS_WELL
    """What is away at the time of the decision, and what the failure policy says about it."""


@dataclass(frozen=True, slots=True)
class Cause:
    """The cause of a decision: the id of the event, its append time, and its size."""

    event_id: EventId
    now_ms: int
    size_bytes: int = 0
    """What the event takes in the log."""


@dataclass(frozen=True, slots=True)
class OrderTimer:
    """Wakes the order at a time; ignored if nothing of the order is due then any more."""

    order_id: OrderId
    due_at_ms: int


@dataclass(slots=True)
class OrderDecision:
    """The order so far, and the effects decided; `order` is replaced, never changed in place.

    `publish` takes a class of `domain.messages.status` and its particulars.
    """

    order: Order
    cause: Cause
    rules: OrderRules
    messages: list[OrderEffect] = field(default_factory=list)
    timers: list[OrderTimer] = field(default_factory=list)
    dropped: str = ""
    """Why the event had no effect, for a counter; empty when it had one."""
    documents: KnownDocuments = field(default_factory=NoDocuments)
    """As they were before the event."""
    changed_returns: dict[ReturnId, OrderReturn] = field(default_factory=dict)
    changed_documents: dict[DocumentName, CountedNumber] = field(default_factory=dict)
    first: Order = field(init=False)
    """The order before the event."""
    _publication: OrderPublication = field(init=False)
    _compared: tuple[OrderLine, ...] = field(init=False)
    """The lines of which `_changed` are those that differ."""
    _changed: tuple[OrderLine, ...] = ()

    def __post_init__(self) -> None:
        self.first = self.order
        self._compared = self.order.lines
        self._publication = OrderPublication(self.order)

    def return_named(self, return_id: ReturnId) -> OrderReturn:
        """A return of the order as it is now; a new one where nothing was heard of it."""
        return self.changed_returns.get(return_id) or self.documents.return_named(return_id) or OrderReturn(return_id)

    def returns(self) -> Iterable[OrderReturn]:
        """All returns of the order as they are now."""
        before = {each.return_id: each for each in self.documents.returns()}
        return tuple((before | self.changed_returns).values())

    def documents_named(self, name: DocumentName) -> CountedNumber:
        """The shipments, deliveries or invoices of a number as they are now, likewise."""
        return self.changed_documents.get(name) or self.documents.counted(name) or CountedNumber(name)

    def shipments(self) -> Iterable[CountedNumber]:
        """All shipments of the order as they are now."""
        known = {each.name: each for each in self.documents.shipments()}
        changed = {name: each for name, each in self.changed_documents.items() if name.kind is DocumentKind.SHIPMENT}
        return tuple((known | changed).values())

    def keep_documents(self, changed: CountedNumber) -> None:
        """Keep them as they are now."""
        self.changed_documents[changed.name] = changed

    def count_document(self, event: Counted) -> None:
        """Count what a shipment, delivery or invoice says, or takes back of an earlier one."""
        documents, occurred_at_us = self.documents_named(name_of(event)), event.provenance.occurred_at_us
        change = documents.without_units if takes_back(event) else documents.with_units
        self.keep_documents(change(issuer_of(event), event.lines, occurred_at_us))

    def keep_return(self, changed: OrderReturn) -> None:
        """Keep a return as it is now; the order's lines count what is to come of them, and what is not credited."""
        before = self.return_named(changed.return_id)
        self.changed_returns[changed.return_id] = changed
        announced = {
            line.line_id: changed.announced(line.line_id) - before.announced(line.line_id) for line in changed.lines
        }
        uncredited = Counter(changed.uncredited_by_line)
        uncredited.subtract(before.uncredited_by_line)
        touched = {line_id for units in (announced, uncredited) for line_id, more in units.items() if more}
        if touched:
            self.change_named_lines(
                touched,
                lambda line: line.with_returns(announced.get(line.line_id, 0), uncredited[line.line_id]),
            )

    def changed_lines(self) -> tuple[OrderLine, ...]:
        """The lines that differ from those before the event, and those that were added."""
        if self._compared is not self.order.lines:
            pairs = zip_longest(self.first.lines, self.order.lines)
            self._changed = tuple(now for then, now in pairs if now is not None and now is not then)
            self._compared = self.order.lines
        return self._changed

    def changed_after_shipping(self) -> tuple[OrderLine, ...]:
        """Of the changed lines those of which anything was delivered or invoiced: most changes are none of theirs."""
        return tuple(line for line in self.changed_lines() if line.has_arrived)

    def change_lines(self, change: Callable[[OrderLine], OrderLine]) -> None:
        """Apply one change to every line."""
        self.order = replace(self.order, lines=tuple(change(line) for line in self.order.lines))

    def change_named_lines(self, line_ids: Container[LineId], change: Callable[[OrderLine], OrderLine]) -> None:
        """Apply one change to these lines; a long order hears of a few at a time."""
        lines = [change(line) if line.line_id in line_ids else line for line in self.order.lines]
        self.order = replace(self.order, lines=tuple(lines))

    def change_claims(
        self, change: Callable[[OrderLine], tuple[OrderLine, Sequence[ClaimChange]]]
    ) -> tuple[ReservationLine, ...]:
        """Apply one change to every line; returns what the ledger has to be told of it."""
        told: list[ReservationLine] = []

        def apply(line: OrderLine) -> OrderLine:
            changed, moves = change(line)
            for claim, quantity in moves:
                told.append(
                    ReservationLine(
                        claim.reservation_id, line.line_id, line.item_id, quantity, claim.sent, claim.heard, claim.holds
                    )
                )
            return changed

        self.change_lines(apply)
        return tuple(told)

    def send(
        self,
        message: OrderMessage
        | PurchaseOrderEvent
        | ParcelSent
        | CustomerAsked
        | CustomerNoLongerAwaited
        | WarehouseCommand,
    ) -> None:
        """Send a message to another flow, to the home of a purchase order number or a customer, or to a warehouse."""
        self.messages.append(message)

    def open_case(self, case: Case, value_at_risk: int | None = None) -> None:
        """Open an exception case for a person or a policy, or resolve one; `value_at_risk` None: the whole order's."""
        if case.state is CaseState.OPEN:
            impact = impact_of(self.order)
            risk = impact if value_at_risk is None else replace(impact, value=value_at_risk)
            case = replace(case, impact=risk)
        self.messages.append(case)

    def next_command_id(self, node_id: NodeId, kind: str) -> CommandId:
        """The id of the next command to a warehouse; the order counts them."""
        number = self.order.commands + 1
        self.order = replace(self.order, commands=number)
        return command_id_of(node_id, self.order.order_id, kind, in_life(str(number), self.order.life))

    def publish(
        self,
        event: Callable[Concatenate[OrderSummary, EventId, Particulars], StatusEvent],
        *args: Particulars.args,
        **particulars: Particulars.kwargs,
    ) -> None:
        """Publish a status event with the next version; `particulars` are its fields after order and cause."""
        self.order = replace(self.order, version=self.order.version + 1)
        summary = self._publication.of_event(self.order, event)
        published = event(summary, self.cause.event_id, *args, **particulars)
        self.messages.append(published)
        if self.order.placed_by in self.rules.notifying:
            self._notify(published)

    def _notify(self, published: StatusEvent) -> None:
        said = [each for each in self.messages if isinstance(each, CustomerNotification)]
        news = news_of(published, self.order, self.first, said)
        if news is not None:
            self.messages.append(news)

    def post(
        self, event: PostedEvent, business_key: str, document: Document, cause_event_id: EventId = EventId("")
    ) -> CommandId:
        """Ask the ERP for what the posting table says about this event; the command, empty if it says nothing."""
        erp_id = self.order.policy.erp_id
        posting = self.rules.postings.get(erp_id, {}).get(event)
        if posting is None:
            return NO_COMMAND
        command_id = self._request(erp_id, posting, business_key, document, cause_event_id or self.cause.event_id)
        is_booking = posting.command_type is CommandType.CREATE_SALES_ORDER
        self.order = replace(
            self.order,
            erp_status=ErpStatus.QUEUED if is_booking else self.order.erp_status,
            open_commands=self.order.open_commands + 1,
        )
        return command_id

    def report(self, shop: ErpId, event: PostedEvent, business_key: str, document: Document) -> None:
        """Tell a shop what its posting table says about this event; nothing waits for the outcome."""
        posting = self.rules.postings.get(shop, {}).get(event)
        if posting is not None:
            self._request(shop, posting, business_key, document, self.cause.event_id)

    def _request(
        self, erp_id: ErpId, posting: Posting, business_key: str, document: Document, cause: EventId
    ) -> CommandId:
        command_id = command_id_of(erp_id, business_key, posting.command_type, cause)
        self.messages.append(
            ErpRequested(
                erp_id=erp_id,
                command_id=command_id,
                command_type=posting.command_type,
                document_key=DocumentKey(self.order.order_id),
                business_key=business_key,
                priority_class=posting.priority_class,
                document=document,
            )
        )
        return command_id

    def command_type_of(self, event: PostedEvent) -> CommandType | None:
        """The command for this event; None if the posting table of the order's ERP says nothing about it."""
        posting = self.rules.postings.get(self.order.policy.erp_id, {}).get(event)
        return None if posting is None else posting.command_type

    def finished(self) -> "OrderDecision":
        """Add the compacted view if an event was published, or if an order that waits got units or gave some back.

        No event says that: units are not promised before the order has all of them.
        """
        unpublished = self._publication.unpublished(self.order)
        if unpublished != self.order.unpublished:
            self.order = replace(self.order, unpublished=unpublished)
        moved = self.order.stage in _WAITS and self.order.lines != self.first.lines
        if moved or self.order.version != self.first.version:
            self.messages.append(OrderSnapshot(self._publication.of_view(self.order)))
        return self


def booking_key(order: Order) -> str:
    """The key by which the ERP is queried for the order."""
    return in_life(order.order_id, order.life) if order.has_namesake else order.order_id


def sales_document(order: Order, units: Mapping[LineId, int], reason: str = "") -> Document:
    """The whole order with so many units of each line, as its ERP is to have it."""
    document = document_of(order, units, reason)
    parts = parts_of_units(order, units)
    papers = order.papers or _NO_PAPERS
    return replace(
        document,
        charges=parts.charges,
        discounts=parts.adjustments.discounts,
        taxes=parts.adjustments.taxes,
        tenders=parts.adjustments.tenders,
        grand_total=totals_with(parts, scaled_sum(document.lines), units, order.currency).grand,
        ship_to=(order.ship_to,),
        buyer=papers.buyer,
        bill_to=papers.bill_to,
        terms=papers.terms,
        references=papers.references,
        notes=papers.notes,
        item_numbers=papers.item_numbers,
        requested=order.requested,
    )


def units_due(order: Order) -> Mapping[LineId, int]:
    """By line: what is ordered and not cancelled, or has left."""
    return {line.line_id: line.due_quantity for line in order.lines}


def units_to_book(order: Order) -> Mapping[LineId, int]:
    """By line: what is due, and at least what shipments say that are posted after the booking.

    Not beyond what was ordered when they left.
    """
    left: Counter[LineId] = Counter()
    for waiting in order.unposted:
        if waiting.posted_as is PostedEvent.SHIPMENT_CONFIRMED:
            left.update({line.line_id: line.quantity for line in waiting.document.lines})
    lowered = {part.line_id: part.quantity for part in order.overbooked}
    ordered = {
        line.line_id: max(line.ordered, line.ordered - line.cancelled + lowered.get(line.line_id, 0))
        for line in order.lines
    }
    return {
        line.line_id: max(line.due_quantity, min(ordered[line.line_id], left[line.line_id])) for line in order.lines
    }


def shipment_key(document: Document, cause_event_id: EventId) -> str:
    """The key by which the ERP is queried for a posted shipment.

    Warehouses number alike, one shipment may serve several orders, and one may be reported in parts: only the order
    and the report together name a posting.
    """
    return f"{document.order_id}/{document.shipment_id}/{cause_event_id}"


def reversal_key(event: OrderShipmentReversed, cause_event_id: EventId) -> str:
    """The key by which the ERP is queried for the reversal of a posted shipment: the order and the report name it."""
    return f"{event.order_id}/{event.reversal_id}/{cause_event_id}"


def return_key(event: OrderReturned, cause_event_id: EventId) -> str:
    """The key by which the ERP is queried for a credit memo.

    One for each return of an order, or for each part of it; a report that only its message ids identify names its own.
    """
    order_id = escaped(event.order_id, "/")
    return f"{order_id}/{event.document_id or f'{event.return_id}/{cause_event_id}'}"


def inspection_key(event: OrderReturnInspected, cause_event_id: EventId) -> str:
    """The same for the memo of what an inspection credits."""
    order_id = escaped(event.order_id, "/")
    return f"{order_id}/inspected/{event.document_id or f'{event.return_id}/{cause_event_id}'}"


def authorisation_key(order: Order, authorisation_number: str) -> str:
    """The key by which the ERP is queried for an authorised return."""
    return f"{escaped(in_life(order.order_id, order.life), '/')}/{authorisation_number}"


def document_line(line: OrderLine, quantity: int) -> DocumentLine:
    """So many units of a line, at its price."""
    return DocumentLine(
        line.line_id, line.item_id, quantity, line.unit, line.unit_price, line.price_basis, line.fulfilment
    )


def document_of(order: Order, quantities: Mapping[LineId, int], reason: str = "") -> Document:
    """A document about the order, with the lines that have a quantity."""
    return Document(
        order_id=order.order_id,
        channel_id=order.channel_id,
        customer_id=order.customer_id,
        currency=order.currency,
        shipment_id=ShipmentId(""),
        carrier="",
        tracking_number="",
        reason=reason,
        lines=tuple(
            document_line(line, quantities[line.line_id]) for line in order.lines if quantities.get(line.line_id)
        ),
        channel_order_id=order.channel_order_id,
        sales_order_number=order.erp_document_number if order.is_born_in_erp else "",
    )
