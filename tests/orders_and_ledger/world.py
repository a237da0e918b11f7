"""Orders and the ledger as two machines whose messages to each other arrive late: they wait in lanes.

There is a lane each way for every item, first in, first out, as between two partitions of two flows; a stock document
too reaches its items by these. Nothing moves by
itself: a history says when a lane is read, when a timer is due, and what the world does.
"""

from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field, replace
from typing import Any

from connectors.log.port import Record
from domain.addresses import Address
from domain.deduplication import Horizons
from domain.fulfilment import Fulfilment
from domain.identifiers import (
    CaseId,
    ChannelId,
    CommandId,
    CorrelationId,
    CustomerId,
    ErpId,
    EventId,
    ItemId,
    LineId,
    NodeId,
    OrderId,
    SourceId,
)
from domain.inventory.accounts import PROMISES
from domain.messages.case_actions import CaseAction, CaseDismissed
from domain.messages.cases import Case, CaseClass, CaseHome, CaseOrigin, CaseState
from domain.messages.customers import CustomerAsked, CustomerNoLongerAwaited
from domain.messages.dispatch import CommandType, ErpRequested, Outcome, PostedEvent, Posting
from domain.messages.inventory import (
    Account,
    ItemDescribed,
    ItemTransfers,
    ReservationsConfirmed,
    ReservationsGivenBack,
    ReservationsMoved,
    ReservationsReleased,
    ReservationsRequested,
    StockTransferred,
    UnitsInspected,
    UnitsPicked,
    UnitsReturned,
    UnitsReversed,
    UnitsShipped,
    UnitsShortPicked,
    UnitsUnpicked,
)
from domain.messages.orders import (
    BackorderFilled,
    CustomerAnswered,
    ErpOutcomeReceived,
    FallbackNodes,
    OrderPlaced,
    OrderPolicy,
    PlacedLine,
    PromisePolicy,
    ReleaseGate,
    ReservationsAnswered,
    ReservationsRecalled,
    ReservationsStated,
    WarehouseAccepted,
    WarehouseRefused,
)
from domain.messages.returns.policy import ReturnApproval, ReturnPolicy
from domain.messages.stock_movements import UnitsAdjusted, UnitsExpected, UnitsReceived
from domain.messages.warehouse import WarehouseCancelCommanded
from domain.orders.decision import OrderRules
from domain.papers import RequestedDay
from domain.provenance import Provenance
from operators.engine.event import Event
from operators.engine.keyed_state import Machine
from operators.machines.claims.promises import EVERY_MS, PROMISE_ROUNDS
from operators.machines.inventory import InventoryMachine
from operators.machines.orders import OrderMachine
from tests.memory_state import MemoryRows
from tests.orders_and_ledger.erp_orders import ErpOrders, is_amendment

ERP = ErpId("main")
_MESSAGES_OF_A_DRAIN = 100_000
"""Far more than any history has in flight."""
POSTINGS = {
    PostedEvent.ORDER_ACCEPTED: Posting(CommandType.CREATE_SALES_ORDER, 2),
    PostedEvent.ORDER_CANCELLED: Posting(CommandType.CANCEL_SALES_ORDER, 0),
    PostedEvent.ORDER_AMENDED: Posting(CommandType.AMEND_SALES_ORDER, 2),
    PostedEvent.SHIPMENT_CONFIRMED: Posting(CommandType.POST_SHIPMENT, 1),
    PostedEvent.RETURN_AUTHORISED: Posting(CommandType.CREATE_RETURN_AUTHORIZATION, 2),
    PostedEvent.SHIPMENT_REVERSED: Posting(CommandType.REVERSE_SHIPMENT, 1),
    PostedEvent.RETURN_RECEIVED: Posting(CommandType.POST_CREDIT_MEMO, 1),
}
RULES = OrderRules(
    answer_within_ms=3_000,
    complete_within_ms=3_500,
    retry_after_ms=200,
    orphan_after_ms=2_000,
    premature_return_limit_ms=1_000,
    premature_reversal_limit_ms=1_000,
    unshipped_within_ms=1_000,
    undelivered_within_ms=1_200,
    invoice_corrected_within_ms=700,
    invoiced_within_ms=700,
    cancelled_within_ms=2_000,
    revision_within_ms=1_500,
    shipped_within_ms=500,
    acted_within_ms=1_500,
    channel_ships_within_ms=1_500,
    held_within_ms=1_500,
    postings={ERP: POSTINGS},
)

CHANNEL_NODE = "C"
"""From here the channel ships; nothing there is ours."""
CUSTOMER = CustomerId("c")
CUSTOMERS = "customers"
"""The lane between orders and the homes of their customers."""
HORIZONS = Horizons({"source": 90})
_PATIENCE_MS = 3_600_000
"""Nobody who waits for a timer waits longer."""

_TO_LEDGER = (
    ReservationsRequested,
    ReservationsConfirmed,
    ReservationsReleased,
    ReservationsMoved,
    ReservationsGivenBack,
    UnitsPicked,
    UnitsUnpicked,
    UnitsShortPicked,
    UnitsShipped,
    UnitsReversed,
    UnitsReturned,
    UnitsInspected,
    UnitsReceived,
    UnitsExpected,
    UnitsAdjusted,
)
_OF_CUSTOMERS = (CustomerAsked, CustomerNoLongerAwaited, CustomerAnswered)
_TO_ORDERS = (ReservationsAnswered, BackorderFilled, ReservationsRecalled, ReservationsStated)


@dataclass(frozen=True, slots=True)
class Wanted:
    """An order as a channel places it: what it promises, when it is released, and (item, quantity) by line.

    With `known`, its channel checks items and customers.
    """

    promise: PromisePolicy
    gate: ReleaseGate
    lines: tuple[tuple[str, int], ...]
    known: bool = False
    days: tuple[tuple[int, str], ...] = ()
    """When it is wanted, in microseconds, of all of it or of a line by its number."""
    fallbacks: tuple[FallbackNodes, ...] = ()
    window_ms: int = 0
    """How long its releases are gathered."""
    pallets: frozenset[int] = frozenset()
    """The lines that are ordered in pallets, by their numbers; all others are in pieces."""
    nothing_leaves: frozenset[int] = frozenset()
    """The lines of which nothing leaves."""
    by_channel: frozenset[int] = frozenset()
    """The lines that the channel ships, from `CHANNEL_NODE`."""

    def fulfilment_of(self, number: int) -> Fulfilment:
        """From whose stock a line is served."""
        if number in self.nothing_leaves:
            return Fulfilment.NONE
        return Fulfilment.CHANNEL if number in self.by_channel else Fulfilment.STOCK

    @property
    def returns(self) -> ReturnPolicy:
        """Orders that ship what is there have their returns authorised automatically."""
        is_automatic = self.promise is PromisePolicy.SHIP_AVAILABLE
        approval = ReturnApproval.AUTOMATICALLY if is_automatic else ReturnApproval.BY_PERSON
        return ReturnPolicy(approval, 0, 1_500, 1_500, 1_500, inspected_within_ms=1_500)

    def placed(self, order_id: str, nodes: tuple[str, ...], provenance: Provenance) -> OrderPlaced:
        return OrderPlaced(
            order_id=OrderId(order_id),
            channel_id=ChannelId("shop"),
            channel_order_id=order_id,
            region="eu",
            provenance=provenance,
            customer_id=CUSTOMER,
            currency="EUR",
            ship_to=Address("n", "s", "c", "p", "", "DE"),
            lines=tuple(
                PlacedLine(
                    LineId(str(number)),
                    ItemId(item),
                    quantity,
                    "XPX" if number in self.pallets else "EA",
                    10_000,
                    "",
                    self.fulfilment_of(number),
                )
                for number, (item, quantity) in enumerate(self.lines, 1)
            ),
            policy=OrderPolicy(
                self.promise,
                self.gate,
                ERP,
                1,
                tuple(map(NodeId, nodes)),
                answer_duplicates=False,
                channel_file_version=1,
                known_items_only=self.known,
                known_customers_only=self.known,
                returns=self.returns,
                fallbacks=self.fallbacks,
                release_window_ms=self.window_ms,
            ),
            extensions={},
            requested=tuple(RequestedDay(day, LineId(line)) for day, line in self.days),
        )


@dataclass
class World:
    """See the module. With `twice`, every message of a source comes twice, the second time as another record."""

    twice: bool = False
    rows: dict[str, MemoryRows] = field(default_factory=lambda: {"orders": MemoryRows(), "ledger": MemoryRows()})
    to_ledger: dict[str, deque[Any]] = field(default_factory=lambda: defaultdict(deque))
    to_orders: dict[str, deque[Any]] = field(default_factory=lambda: defaultdict(deque))
    published: list[Any] = field(default_factory=list)
    available: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By item and node, as the journal adds up."""
    cases: list[Case] = field(default_factory=list)
    erp_requests: list[ErpRequested] = field(default_factory=list)
    """Without retries."""
    retries: list[ErpRequested] = field(default_factory=list)
    refused: set[tuple[str, str]] = field(default_factory=set)
    """What the ERP has refused at least once, by command type and business key."""
    unsettled: dict[tuple[str, str], str] = field(default_factory=dict)
    """What the ERP has refused and not accepted since, and nobody has dismissed: its order."""
    dismissed: set[str] = field(default_factory=set)
    """The cases of refusals that a person has closed."""
    given_up: set[str] = field(default_factory=set)
    """Orders of which one was that of the booking: what waited for it is not posted any more."""
    now_ms: int = 1
    records: int = 0
    bookings: deque[ErpRequested] = field(default_factory=deque)
    postings: deque[ErpRequested] = field(default_factory=deque)
    cancels: deque[WarehouseCancelCommanded] = field(default_factory=deque)
    refused_amendments: set[str] = field(default_factory=set)
    erp_orders: ErpOrders = field(default_factory=ErpOrders)
    said: list[tuple[str, Any]] = field(default_factory=list)
    machines: dict[str, Machine[object]] = field(
        default_factory=lambda: {"orders": OrderMachine(RULES, HORIZONS), "ledger": InventoryMachine(HORIZONS)}
    )

    def provenance(self, correlation_id: str, content: object) -> Provenance:
        return Provenance(SourceId("source"), CorrelationId(correlation_id), 0, repr(content), self.now_ms, self.now_ms)

    def say(self, flow: str, message: Any) -> None:
        """A source says something: it is processed at once."""
        self.said.append((flow, message))
        self._hear(flow, message, _lane_of(message))
        if self.twice:
            self.say_again(flow, message)

    def say_again(self, flow: str, message: Any) -> None:
        """The same once more, in another record, before the time advances."""
        self._apply(flow, message, f"again {self.records}", _lane_of(message))

    def read_ledger(self, item: str) -> None:
        if self.to_ledger[item]:
            self._hear("ledger", self.to_ledger[item].popleft(), item)

    def read_orders(self, item: str) -> None:
        if self.to_orders[item]:
            self._hear("orders", self.to_orders[item].popleft())

    def fire_timer(self) -> bool:
        """Let the time pass until the first timer is due."""
        first = (rows.partition.timers.earliest_due_ms() for rows in self.rows.values())
        due_ms = min((due_ms for due_ms in first if due_ms is not None), default=None)
        if due_ms is None or due_ms > self.now_ms + _PATIENCE_MS:
            return False
        self.wait_until(due_ms)
        return True

    def wait_until(self, now_ms: int) -> None:
        """Let the time pass."""
        self.now_ms = max(self.now_ms, now_ms)
        self._fire_due()

    def settle_promises(self) -> None:
        """Let the ledger go through queues whose promise dates may have moved; an order that asks again moves them."""
        for _ in range(3):
            if not list(self.rows["ledger"].rows(PROMISE_ROUNDS)):
                return
            self.wait_until(self.now_ms + EVERY_MS)
            self.drain()

    def answer_erp(self, outcome: Outcome) -> None:
        """The ERP answers the oldest booking."""
        if self.bookings:
            asked = self.bookings.popleft()
            if asked.only_look_up:
                self._hear_look_up(asked, is_found=outcome is not Outcome.REJECTED_BUSINESS)
            else:
                self._hear_outcome(asked, outcome)
                if outcome is Outcome.REJECTED_BUSINESS:
                    self._give_back(asked)

    def answer_amendment(self, order_id: str, outcome: Outcome) -> bool:
        """The ERP answers the oldest amendment of an order that is not behind its booking; whether there was one.

        What a later word about it says has left, it accepts.
        """
        behind = {each.document_key for each in self.bookings}
        asked = (each for each in self.postings if each.command_type is CommandType.AMEND_SALES_ORDER)
        first = next((each for each in asked if order_id == each.document_key not in behind), None)
        if first is not None:
            self.postings.remove(first)
            self._hear_outcome(first, outcome if is_amendment(first) else Outcome.APPLIED)
        return first is not None

    def _give_back(self, booking: ErpRequested) -> None:
        """What was asked for behind a refused booking was never sent."""
        behind = [each for each in self.postings if each.document_key == booking.document_key]
        for asked in behind:
            self.postings.remove(asked)
            (self.erp_requests if asked in self.erp_requests else self.retries).remove(asked)
            self._hear("orders", _refusal_of(asked))

    def _take_posting(self) -> ErpRequested | None:
        """The oldest one that is not behind a booking."""
        behind = {each.document_key for each in self.bookings}
        first = next((each for each in self.postings if each.document_key not in behind), None)
        if first is not None:
            self.postings.remove(first)
        return first

    def _hear_look_up(self, asked: ErpRequested, *, is_found: bool) -> None:
        """What the ERP knows of an order that was here before and is forgotten."""
        query = CommandType.QUERY_DOCUMENT
        outcome, number = (Outcome.APPLIED, "SO-1") if is_found else (Outcome.NOT_FOUND, "")
        order_id, command_id = asked.document.order_id, asked.command_id
        self._hear("orders", ErpOutcomeReceived(order_id, ERP, command_id, query, outcome, number, ""))

    def _hear_outcome(self, asked: ErpRequested, outcome: Outcome) -> None:
        is_refused = outcome is Outcome.REJECTED_BUSINESS
        what = (asked.command_type, asked.business_key)
        if is_amendment(asked):
            if is_refused:  # it is taken back, and nothing is kept of it
                self.refused_amendments.add(asked.command_id)
        elif is_refused:
            self.refused.add(what)
            self.unsettled[what] = asked.document.order_id
        else:
            self.unsettled.pop(what, None)
        if not is_refused:
            self.erp_orders.accept(asked)
        refusal = _refusal_of(asked)
        accepted = replace(refusal, outcome=outcome, business_key="", refused=())
        self._hear("orders", refusal if is_refused else accepted)

    def refuse_posting(self) -> None:
        """The ERP refuses the oldest posting."""
        asked = self._take_posting()
        if asked is not None:
            self._hear_outcome(asked, Outcome.REJECTED_BUSINESS)

    def decide(self, order_id: str, decision: type[CaseAction]) -> None:
        """A person decides about the last refusal of an order that is open, or about one that never was."""
        machine = self.machines["orders"]
        assert isinstance(machine, OrderMachine)
        case = self._open_refusal(order_id)
        self.now_ms += 1
        self.records += 1
        self._fire_due()
        provenance = self.provenance(f"decision {self.records}", decision)
        action = decision(CaseId(case.key), CaseHome.ORDERS, order_id, provenance, "ann", "mended")
        record = Record("orders.inbox", 0, self.records, self.now_ms, None, b"", ())
        event = Event(EventId(f"event {self.records}"), CorrelationId(""), (), action, record, 1)
        reaction = machine.react(self.rows["orders"].partition, case, action, event, self.now_ms)
        assert not (reaction.refused and reaction.messages)
        self._route(reaction.messages, "")
        if decision is CaseDismissed and not reaction.refused:
            self.dismissed.add(case.key)
            self.erp_orders.let_go(CommandId(case.key))
            if case.reason.startswith(CommandType.CREATE_SALES_ORDER):
                self.given_up.add(case.subject)
            for asked in (*self.erp_requests, *self.retries):
                if asked.command_id == case.key:
                    self.unsettled.pop((asked.command_type, asked.business_key), None)

    def _open_refusal(self, order_id: str) -> Case:
        last = {each.key: each for each in self.cases if each.case_class is CaseClass.ORDER_REJECTED}
        found = [each for each in last.values() if each.subject == order_id and each.state is CaseState.OPEN]
        never = Case(CaseClass.ORDER_REJECTED, CaseOrigin.ERP, order_id, "", key="never refused")
        return ([never] + [each for each in found if each.key not in self.dismissed])[-1]

    def answer_cancel(self, *, accepts: bool) -> None:
        """The warehouse answers the oldest cancellation."""
        if self.cancels:
            asked = self.cancels.popleft()
            provenance = self.provenance(asked.command_id, asked)
            if accepts:
                self.say("orders", WarehouseAccepted(asked.order_id, provenance, asked.command_id))
            else:
                self.say("orders", WarehouseRefused(asked.order_id, provenance, asked.command_id, "picked"))

    def drain(self) -> None:
        """Read all lanes until nothing is in flight; all that is to be posted is."""
        end = self.records + _MESSAGES_OF_A_DRAIN
        asked = self._take_posting()
        while asked is not None or any(self.to_ledger.values()) or any(self.to_orders.values()):
            assert self.records < end, "order and ledger answer each other for ever"
            if asked is not None:
                self._hear_outcome(asked, Outcome.APPLIED)
            for item in list(self.to_ledger):
                self.read_ledger(item)
            for item in list(self.to_orders):
                self.read_orders(item)
            asked = self._take_posting()

    def restart(self) -> None:
        for rows in self.rows.values():
            rows.restart()

    def _fire_due(self) -> None:
        for flow, rows in self.rows.items():
            partition = rows.partition
            for timer in partition.timers.take_due(partition.advance(self.now_ms)):
                cause = EventId(f"timer {timer.subject} {timer.due_at_ms}")
                item = timer.subject if flow == "ledger" else ""
                self._route(self.machines[flow].fire(partition, timer, cause), item)

    def _hear(self, flow: str, message: Any, item: str = "") -> None:
        self.now_ms += 1
        self.records += 1
        self._fire_due()
        self._apply(flow, message, f"event {self.records}", item)

    def _apply(self, flow: str, message: Any, event_id: str, item: str = "") -> None:
        record = Record(f"{flow}.inbox", 0, self.records, self.now_ms, None, b"", ())
        event = Event(EventId(event_id), CorrelationId(""), (), message, record, 1)
        self._route(self.machines[flow].apply(self.rows[flow].partition, event, self.now_ms), item)

    def _route(self, messages: Any, item: str) -> None:
        for message in messages:
            if isinstance(message, _TO_LEDGER):
                for each in dict.fromkeys(line.item_id for line in message.lines):
                    lines = tuple(line for line in message.lines if line.item_id == each)
                    self.to_ledger[each].append(replace(message, lines=lines))  # type: ignore[arg-type]
            elif isinstance(message, _OF_CUSTOMERS):
                self.to_orders[CUSTOMERS].append(message)
            elif isinstance(message, _TO_ORDERS):
                self.to_orders[item].append(message)
            else:
                self._note(message)

    def _enter(self, entry: ItemTransfers) -> None:
        """Nothing is promised that is not free at its node."""
        for move in entry.transfers:
            place = (entry.item_id, move.node_id)
            if move.debit is Account.AVAILABLE:
                assert move.credit not in PROMISES or move.quantity <= self.available[place]
                self.available[place] -= move.quantity
            if move.credit is Account.AVAILABLE:
                self.available[entry.item_id, move.to_node_id or move.node_id] += move.quantity

    def _note(self, message: Any) -> None:
        if isinstance(message, StockTransferred):
            for line in message.lines:
                self._enter(line)
        if isinstance(message, Case):
            self.cases.append(message)
            if message.reason.endswith("goods have left since, or came back"):
                self.unsettled[CommandType.CREATE_SALES_ORDER, message.subject] = message.subject
        elif isinstance(message, ErpRequested):
            is_retry = (message.command_type, message.business_key) in self.refused
            (self.retries if is_retry else self.erp_requests).append(message)
            is_booking = message.command_type is CommandType.CREATE_SALES_ORDER
            (self.bookings if is_booking else self.postings).append(message)
            self.erp_orders.ask(message)
        elif isinstance(message, WarehouseCancelCommanded):
            self.cancels.append(message)
        else:
            self.published.append(message)


def _lane_of(message: Any) -> str:
    """Master data goes to the ledger as it is; what follows from it takes the item's lane."""
    return message.item_id if isinstance(message, ItemDescribed) else ""


def _refusal_of(asked: ErpRequested) -> ErpOutcomeReceived:
    is_kept = asked.command_type is not CommandType.CREATE_SALES_ORDER
    return ErpOutcomeReceived(
        order_id=asked.document.order_id,
        erp_id=ERP,
        command_id=asked.command_id,
        command_type=asked.command_type,
        outcome=Outcome.REJECTED_BUSINESS,
        document_number="SO-1",
        reason="no",
        business_key=asked.business_key,
        refused=(asked.document,) if is_kept else (),
    )
