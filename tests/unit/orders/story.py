"""One order for tests: reads its history as sentences, tells what each event leads to in one line.

`place available 5 3 [gate accepted] [answered] [charged]` places lines 1 and 2 with these quantities (`complete` and
`kill` are the other promises; `1none` and `2channel` are lines of which nothing leaves, and that the channel ships;
`answered`: the channel wants its duplicates answered; `charged`: with a charge of 18; `CLF`: not in EUR, but in a
currency whose smallest coin is a ten-thousandth;
`discounted`: less 5,000; `adjusted`: with the discounts and taxes of `_adjusted`, `coupon=5`: less 5 of the whole
order, `allowance=5`: less 5 by a charge, `untaxed=1`: and 1 of tax with it, `taxed=5`: 5 of tax on top,
`tendered=5`: 5 are paid; `disputed`: with another total;
`alike`: all of its lines are of one item, `lamp`; `to-store`: to a place of which only its code is known;
`CREDIT`: its channel holds every order for that; `numbered`: with a purchase order number, of which `no duplicate` and
`duplicate [cut short]` are the word of its home); placed again after it was purged, `found` and `not found` are the
ERP's word about an earlier life, and `foreign` is a booking that the ERP had before; `known`: its channel checks items
and customers, and `customer known`, `customer unknown` and `customer blocked` are the home's word, each `[as of 5]`;
`hold FRAUD [until 5]` holds it (for 5 s), `unhold FRAUD` ends that (either `decided at 5`); `decide PAYMENT CAPTURED
[18] [USD] [as p1] [at 5]`, `decide ADDRESS CORRECTED [as other]` and `decide TAX CALCULATED [1:4] [C:2] [all:3]` are
what a service decides (of line 1 a tax of 4, of the charge C 2, of the order 3);
`answer 1:5 2:0 3:0:held` is the ledger's word (what is not granted waits), `old answer` one to the first try; `fill
1:2` (at E, or `fill 1:2:W`), `state 1:2` (how much is held at E, the rest waits; `1:2:held`: the line gets nothing),
`old fill 1 2`; `promise 1:3` promises line 1
on day 3 (0: on none), after `crossed` when a message of the order is in flight; `recall 1:2 [for earlier]`, `old
recall 1:2`; `pick 1:3`, `ship 1:3`, `cancel [1] [2:3]` (`agent-cancels`: another source than that of the order),
`amend 1 1:8 [+3:6] [address] [by5] [1by5] [1@12]` (the first
revision: 8 of line 1 in all, a line 3, all of it, or line 1, on day 5; a price of 12 for line 1, which is `agreed`,
or in `USD`; `1=lamp` and `1*XCT` say other goods, `postage` a charge of 18, `note` what a person is to read); placed
with `by5` or `1by5` it is wanted on
that day, `born` it was entered in its ERP, `whole` one node is to serve a line, `gathered` its releases are, for 2 h;
`picture 7 1:5 2:3 [cancelled] [address] [by5] [dear]` shows the order
so, with the number 7 (`dear`: at other prices); `booked`, `erp refuses`, `cancellation refused`, `amendment applied`,
`posted`, `credited`, `posting refused`, `memo refused`; `booked after all [as SO-2]` (or `posted`, `credited`,
`cancellation`, `amendment`) is what the ERP says later of its first refusal; `retry booking` (or `posting`, `memo`,
`cancellation`, `ledger`) is a person's decision about the case of it, as are `dismiss` and `resolve`; `warehouse
accepts`, `warehouse refuses` a cancellation (or, with `release`, a release); `timer` lets the first timer come;
`return 1:3 [1:2:damaged] [1:1:missing] [refund]` takes units back
(at 10, or `1:1:restocked:unpriced`), `refund` gives back a charge of 18; `unpick 1:2 [2:1:damaged]` puts picked
units back, or loses them, `miss 1:2` finds none; `unship 1:2 [1:2:damaged]` takes them off a shipment: `S`, unless
it is `ship 1:3 as T`, `unship 1:2 of T` and `deliver 1:3 of T` (`of none`: it names no shipment); `late ship 1:3` and
`late unship 1:3` occurred when the history began, as does `late picture 7 1:3`.
`ask return R 1:3` asks to send 3 of line 1 back, with `for=20000` as what was paid back for them, and `refund return R
1:3` so that what has not left is cancelled first.
`report ERP OPEN 1:5:2 [as SO-9]` is what another system has now: 5 of line 1, of which 2 are shipped; `wait 2h` lets
time pass. `invoice 1:5@700 [USD]` states 700 for these units. In a fact, `1=lamp:3` is of another item, and
`ship@W` happens at another node; `ship@C` is the channel's own shipment. An order that is placed with `BOOKING<60` is
to be booked within 60 s of its receipt; with `!` behind it a breach is a case, with `pauses` a CREDIT hold stops
the time.
"""

import re
from collections import defaultdict, deque
from dataclasses import replace
from itertools import pairwise

from domain.addresses import Address
from domain.fulfilment import Fulfilment
from domain.identifiers import (
    NO_PURCHASE_ORDER,
    CaseId,
    ChannelId,
    CommandId,
    CorrelationId,
    CustomerId,
    DeliveryId,
    ErpId,
    EventId,
    InvoiceId,
    ItemId,
    LineId,
    NodeId,
    OrderId,
    PurchaseOrderId,
    ReservationId,
    ReturnId,
    ReversalId,
    ShipmentId,
    SourceId,
)
from domain.messages.case_actions import CaseAction, CaseDismissed, CaseResolved, CaseRetried, CaseReversed
from domain.messages.cases import Case, CaseClass, CaseHome, CaseOrigin, CaseState
from domain.messages.decisions.events import Check, CheckOutcome, OrderDecided
from domain.messages.dispatch import CommandType, ErpRequested, Outcome, PostedEvent, Posting
from domain.messages.inventory import (
    ReservationsConfirmed,
    ReservationsGivenBack,
    ReservationsMoved,
    ReservationsReleased,
    ReservationsRequested,
    UnitsInspected,
    UnitsPicked,
    UnitsReturned,
    UnitsReversed,
    UnitsShipped,
    UnitsShortPicked,
    UnitsUnpicked,
)
from domain.messages.orders import (
    AnsweredLine,
    BackorderFilled,
    BudgetStage,
    ClaimedAs,
    ClaimedUnits,
    CustomerAnswered,
    DescribedLine,
    DisputedTotal,
    ErpOutcomeReceived,
    FallbackNodes,
    FilledLine,
    FulfilmentLine,
    HoldKind,
    LineAmount,
    OrderAmendRequested,
    OrderCancelRequested,
    OrderDelivered,
    OrderEvent,
    OrderHoldReleaseRequested,
    OrderHoldRequested,
    OrderInvoiced,
    OrderPicked,
    OrderPictured,
    OrderPlaced,
    OrderPolicy,
    OrderReported,
    OrderReturned,
    OrderShipmentReversed,
    OrderShipped,
    OrderShortPicked,
    OrderUnpicked,
    PartOfLine,
    PlacedLine,
    PromisePolicy,
    PromiseReason,
    PurchaseOrderAnswered,
    RecalledLine,
    ReleaseGate,
    ReportedLine,
    ReportedStatus,
    ReservationsAnswered,
    ReservationsRecalled,
    ReservationsStated,
    StageBudget,
    StatedLine,
    TotalKind,
    UnpickedLine,
    WarehouseAccepted,
    WarehouseRefused,
)
from domain.messages.returns.inspections import OrderReturnInspected
from domain.messages.returns.policy import ReturnApproval, ReturnPolicy
from domain.messages.returns.requests import (
    OrderReturnAuthorised,
    OrderReturnDeclined,
    OrderReturnRequested,
    UnitsToReturn,
)
from domain.messages.snapshots.stock import Reporter
from domain.messages.status import OrderSnapshot
from domain.messages.warehouse import WarehouseCancelCommanded, WarehouseReleaseCommanded
from domain.money.adjustments import WHOLE_ORDER, Discount, Tax, Tender
from domain.money.charges import Charge
from domain.orders import transitions
from domain.orders.accepting import takes_what_there_is
from domain.orders.claims import Claim, HeldUnits
from domain.orders.decision import Cause, OrderEffect, OrderRules, OrderTimer
from domain.orders.documents.counted import CountedNumber, DocumentKind, DocumentName
from domain.orders.parking import units_of
from domain.orders.pending import awaiting
from domain.orders.pending.answers import Awaited, PendingAnswer
from domain.orders.returns.rows import OrderReturn
from domain.orders.state import Order, ParkedEvent, ParkedOrder, ParkedUnits, Stage
from domain.orders.transitions import Known, OrderVerdict
from domain.papers import Note, RequestedDay
from domain.provenance import Provenance
from domain.quantities import UNIT
from domain.returns import InspectedLine, ReturnCondition, ReturnedLine

ERP = ErpId("main")
SUPPLY = PromiseReason.SUPPLY
POSTINGS = {
    PostedEvent.ORDER_ACCEPTED: Posting(CommandType.CREATE_SALES_ORDER, 2),
    PostedEvent.ORDER_CANCELLED: Posting(CommandType.CANCEL_SALES_ORDER, 0),
    PostedEvent.ORDER_AMENDED: Posting(CommandType.AMEND_SALES_ORDER, 2),
    PostedEvent.SHIPMENT_CONFIRMED: Posting(CommandType.POST_SHIPMENT, 1),
    PostedEvent.RETURN_AUTHORISED: Posting(CommandType.CREATE_RETURN_AUTHORIZATION, 2),
    PostedEvent.SHIPMENT_REVERSED: Posting(CommandType.REVERSE_SHIPMENT, 1),
    PostedEvent.RETURN_RECEIVED: Posting(CommandType.POST_CREDIT_MEMO, 1),
}
RULES = OrderRules(postings={ERP: POSTINGS})
ORDER_ID = OrderId("shop:1")
_BEGAN_MS = 1_000_000
DEAR = 200_000_000
"""A price that makes a few millionths of a unit dearer than rounding could."""
PROMISES = {
    "available": PromisePolicy.SHIP_AVAILABLE,
    "complete": PromisePolicy.SHIP_COMPLETE,
    "kill": PromisePolicy.FILL_OR_KILL,
}
_NAMES: dict[type, str] = {
    ReservationsRequested: "asks",
    ReservationsConfirmed: "confirms",
    ReservationsReleased: "gives up",
    UnitsPicked: "picked",
    UnitsUnpicked: "took out of picking",
    UnitsShortPicked: "missed",
    UnitsShipped: "shipped",
    UnitsReversed: "reversed",
    UnitsReturned: "took back",
    UnitsInspected: "inspected",
    WarehouseReleaseCommanded: "releases",
}
_ANSWERED = {
    "booked": CommandType.CREATE_SALES_ORDER,
    "erp": CommandType.CREATE_SALES_ORDER,
    "cancellation": CommandType.CANCEL_SALES_ORDER,
    "amendment": CommandType.AMEND_SALES_ORDER,
    "posted": CommandType.POST_SHIPMENT,
    "posting": CommandType.POST_SHIPMENT,
    "reversal": CommandType.REVERSE_SHIPMENT,
    "credited": CommandType.POST_CREDIT_MEMO,
    "numbered": CommandType.CREATE_RETURN_AUTHORIZATION,
    "memo": CommandType.POST_CREDIT_MEMO,
}
"""What the ERP answers, by the first word."""
_ACTIONS: dict[str, type[CaseAction]] = {
    "retry": CaseRetried,
    "dismiss": CaseDismissed,
    "resolve": CaseResolved,
    "reverse": CaseReversed,
}
_CASES = {"booking": CommandType.CREATE_SALES_ORDER, **_ANSWERED}
"""What the case of a decision is about, by the second word."""
_COUNTERS = (
    "cancelled",
    "unanswered",
    "reserved",
    "allocated",
    "backordered",
    "without_stock",
    "picked",
    "shipped",
    "done",
    "excess",
    "returned",
    "missing",
)


class ParkedInMemory:
    """What waits for the order, as `operators.machines.parked_events` keeps it in rows."""

    def __init__(self) -> None:
        self._events: list[ParkedEvent] = []

    def events(self) -> list[ParkedEvent]:
        return self._events

    def units(self, line_id: LineId, item_id: ItemId) -> ParkedUnits:
        own = (each for each in self.all_units() if (each.line_id, each.item_id) == (line_id, item_id))
        return next(own, ParkedUnits(line_id, item_id))

    def all_units(self) -> tuple[ParkedUnits, ...]:
        return units_of(self._events)

    def became(self, verdict: OrderVerdict) -> None:
        if not isinstance(verdict.state, ParkedOrder):
            self._events = []
        elif verdict.parks is not None and verdict.parks.event is not None:
            self._events.append(verdict.parks.event)


class DocumentsInMemory:
    """The documents of the order, as `operators.machines.document_rows` keeps them in rows."""

    def __init__(self) -> None:
        self._returns: dict[ReturnId, OrderReturn] = {}
        self._counted: dict[DocumentName, CountedNumber] = {}

    def return_named(self, return_id: ReturnId) -> OrderReturn | None:
        return self._returns.get(return_id)

    def counted(self, name: DocumentName) -> CountedNumber | None:
        return self._counted.get(name)

    def shipments(self) -> tuple[CountedNumber, ...]:
        return tuple(each for name, each in self._counted.items() if name.kind is DocumentKind.SHIPMENT)

    def returns(self) -> tuple[OrderReturn, ...]:
        return tuple(self._returns.values())

    def became(self, verdict: OrderVerdict) -> None:
        self._returns.update({each.return_id: each for each in verdict.returns})
        self._counted.update({each.name: each for each in verdict.documents})
        if verdict.state is None:
            self._returns, self._counted = {}, {}


class Story:
    def __init__(self) -> None:
        self.known: Known = None
        self.parked = ParkedInMemory()
        self.documents = DocumentsInMemory()
        self.asked_due_ms: set[int] = set()
        self.events = 0
        self.now_ms = _BEGAN_MS
        self.timers: list[OrderTimer] = []
        self.first_claims: dict[str, str] = {}
        self.commanded: dict[type, str] = {}
        self.asked: dict[CommandType, deque[ErpRequested]] = defaultdict(deque)
        self.refused: CommandType | None = None
        self.refusals: dict[CommandType, ErpOutcomeReceived] = {}
        self.cases: dict[CommandType | None, Case] = {}
        self.lives = 0
        self.rules = RULES

    @property
    def order(self) -> Order:
        assert isinstance(self.known, Order)
        return self.known

    def do(self, sentence: str) -> OrderVerdict:
        self.events += 1
        if sentence.startswith("wait "):
            unit_ms = 3_600_000 if sentence.endswith("h") else 60_000
            return self._waited(int(sentence.removeprefix("wait ")[:-1]) * unit_ms)
        if sentence == "timer":
            timer = min(filter(self._is_awaited, self.timers), key=lambda each: each.due_at_ms)
            self.timers.remove(timer)
            self.now_ms = timer.due_at_ms
            return self._became(self._woken(timer.due_at_ms))
        if sentence.split(maxsplit=1)[0] in _ACTIONS:
            return self._became(
                transitions.acted(self.known, *self.decision(sentence), self._cause(), self.rules, self.documents)
            )
        return self.take(self.event(sentence))

    def _woken(self, due_at_ms: int) -> OrderVerdict:
        cause, lives = self._cause(), 0 if isinstance(self.known, Order) else self.lives
        return transitions.woken(self.known, due_at_ms, cause, self.rules, self.parked, self.documents, lives)

    def _waited(self, time_ms: int) -> OrderVerdict:
        """All timers that are due by then come."""
        until_ms, messages = self.now_ms + time_ms, list[OrderEffect]()
        while any(each.due_at_ms <= until_ms for each in self.timers):
            timer = min(self.timers, key=lambda each: each.due_at_ms)
            self.timers.remove(timer)
            self.now_ms = max(self.now_ms, timer.due_at_ms)
            messages += self._became(self._woken(timer.due_at_ms)).messages
        self.now_ms = until_ms
        return OrderVerdict(self.known, messages)

    def decision(self, sentence: str) -> tuple[Case, CaseAction]:
        """What a person decides, about the last case of that kind; without one about a case that nobody opened."""
        verb, about = sentence.split()
        case = self.cases.get(_CASES.get(about))
        if case is None:
            case_class = CaseClass.ORDER_REJECTED if about in _CASES else CaseClass.DEPENDENCY_TIMEOUT
            case = Case(case_class, CaseOrigin.ERP, ORDER_ID, "no", "wait", key="unknown")
        provenance = Provenance(SourceId("operations"), CorrelationId(f"{self.events}"), 0, sentence, 0, 0)
        action = _ACTIONS[verb](CaseId(case.key), CaseHome.ORDERS, ORDER_ID, provenance, "Ann", "mended")
        return case, action

    def _is_awaited(self, timer: OrderTimer) -> bool:
        """A deadline of what warehouses were asked for passes in silence when all of it is shipped."""
        waiting = self.pending(Awaited.ACTION) if isinstance(self.known, Order) else None
        return timer.due_at_ms not in self.asked_due_ms or (
            waiting is not None and waiting.due_at_ms == timer.due_at_ms
        )

    def pending(self, awaited: Awaited) -> PendingAnswer | None:
        return awaiting.one_of(self.order, awaited)

    def take(self, event: OrderEvent) -> OrderVerdict:
        """An event that was made before."""
        return self._became(
            transitions.apply(self.known, event, self._cause(), self.rules, self.parked, self.lives, self.documents)
        )

    def take_decision(self, case: Case, action: CaseAction) -> OrderVerdict:
        """A person decides about this case."""
        return self._became(transitions.acted(self.known, case, action, self._cause(), self.rules, self.documents))

    def _became(self, verdict: OrderVerdict) -> OrderVerdict:
        if isinstance(self.known, Order) and verdict.state is None:
            self.lives = self.known.life
        self.known = verdict.state
        self.parked.became(verdict)
        self.documents.became(verdict)
        if isinstance(self.known, Order) and (waiting := self.pending(Awaited.ACTION)):
            self.asked_due_ms.add(waiting.due_at_ms)
        self.timers += verdict.timers
        for message in verdict.messages:
            if isinstance(message, ErpRequested):
                asked = CommandType.QUERY_DOCUMENT if message.only_look_up else message.command_type
                self.asked[asked].append(message)
            if (
                isinstance(message, Case)
                and message.case_class is CaseClass.ORDER_REJECTED
                and self.refused is not None
            ):
                self.cases[self.refused] = message
            if isinstance(message, WarehouseCancelCommanded | WarehouseReleaseCommanded):
                self.commanded[type(message)] = message.command_id
        if isinstance(self.known, Order):
            for line in self.known.lines:
                for claim in line.claims:
                    self.first_claims.setdefault(line.line_id, claim.reservation_id)
        return verdict

    def event(self, sentence: str) -> OrderEvent:  # noqa: PLR0911, PLR0912, PLR0915, C901  one row a kind of sentence
        provenance = Provenance(
            SourceId("source"),
            CorrelationId(f"message {self.events}"),
            0,
            sentence,
            self.now_ms * 1_000,
            self.now_ms * 1_000,
        )
        match sentence.split():
            case ["late", *fact]:
                said = self.event(" ".join(fact))
                assert isinstance(said, OrderShipped | OrderShipmentReversed | OrderPictured)
                return replace(said, provenance=replace(said.provenance, occurred_at_us=_BEGAN_MS * 1_000))
            case ["place", promise, *rest]:
                return _placed(promise, rest, provenance)
            case ["answer", *units]:
                return ReservationsAnswered(ORDER_ID, tuple(self._answered(*each.split(":")) for each in units))
            case ["old", "answer", line_id]:
                answer = AnsweredLine(ReservationId(self.first_claims[line_id]), LineId(line_id), NodeId("E"), 5, 0, 0)
                return ReservationsAnswered(ORDER_ID, (answer,))
            case ["old", "fill", line_id, quantity]:
                claim = ReservationId(self.first_claims[line_id])
                filled = FilledLine(claim, LineId(line_id), NodeId("E"), int(quantity), 9, 9)
                return BackorderFilled(ORDER_ID, (filled,))
            case ["fill", *units]:
                return BackorderFilled(ORDER_ID, tuple(self._filled(*each.split(":")) for each in units))
            case ["state", *units]:
                return ReservationsStated(ORDER_ID, tuple(self._stated(*each.split(":")) for each in units))
            case ["overtaken", "state", unit]:
                stated = self._stated(*unit.split(":"))
                return ReservationsStated(ORDER_ID, (replace(stated, said=stated.said - 2),))
            case [*crossed, "promise", unit]:
                return ReservationsStated(ORDER_ID, (self._promised(unit, crossed=bool(crossed)),), SUPPLY)
            case ["old", "recall", unit]:
                line_id, _, quantity = unit.partition(":")
                old = ReservationId(self.first_claims[line_id])
                line = RecalledLine(old, LineId(line_id), int(quantity), NodeId("E"), 9, 9)
                return ReservationsRecalled(ORDER_ID, for_earlier=False, lines=(line,))
            case ["recall", *units]:
                for_earlier = units[-1] == "earlier"
                units = units[: -2 * for_earlier or None]
                return ReservationsRecalled(
                    ORDER_ID, for_earlier, tuple(self._recalled(*each.split(":")) for each in units)
                )
            case [("pick" | "pick@W") as word, *units]:
                return OrderPicked(ORDER_ID, provenance, _node(word), _moved(units))
            case [("unpick" | "unpick@W") as word, *units]:
                lines, _ = _returned(units)
                unpicked = tuple(UnpickedLine(at.line_id, at.item_id, at.quantity, at.condition) for at in lines)
                return OrderUnpicked(ORDER_ID, provenance, _node(word), "", unpicked, f"E/U{self.events}")
            case [("miss" | "miss@W") as word, *units]:
                return OrderShortPicked(ORDER_ID, provenance, _node(word), "", _moved(units), f"E/M{self.events}")
            case [("ship" | "ship@W" | "ship@C") as word, *units]:
                shipment_id, units = _shipment_in(units)
                number = f"E/S{self.events}"
                node_id, moved = _node(word), _moved(units)
                return OrderShipped(
                    ORDER_ID, provenance, node_id, shipment_id, "", "", moved, number, by_channel=node_id == "C"
                )
            case [("ask" | "refund") as verb, "return", number, *units]:
                paid_back = [int(word.removeprefix("for=")) for word in units if word.startswith("for=")]
                named = [word for word in units if not word.startswith("for=")]
                return OrderReturnRequested(
                    ORDER_ID,
                    provenance,
                    ReturnId(number),
                    "",
                    tuple(UnitsToReturn(each.line_id, each.quantity) for each in _moved(named)),
                    number,
                    unsent_first=verb == "refund",
                    states_credit=bool(paid_back),
                    credit=sum(paid_back),
                )
            case [("authorise" | "decline") as verb, number]:
                decided = OrderReturnAuthorised if verb == "authorise" else OrderReturnDeclined
                return decided(ORDER_ID, provenance, ReturnId(number), "ann", "checked")
            case ["bring", number, *units]:
                lines, charges = _returned(units)
                document_id = f"{number}/{self.events}"
                return OrderReturned(
                    ORDER_ID, provenance, NodeId("E"), ReturnId(number), "", lines, charges, document_id
                )
            case ["inspect", number, *units]:
                return _inspected(number, units, provenance)
            case [("unship" | "unship@W" | "unship@C") as word, *units]:
                shipment_id, units = _shipment_in(units)
                lines, _ = _returned(units)
                came_back = tuple(UnpickedLine(at.line_id, at.item_id, at.quantity, at.condition) for at in lines)
                reversal_id = ReversalId(f"V{self.events}")
                node_id, number = _node(word), f"E/{reversal_id}"
                return OrderShipmentReversed(
                    ORDER_ID,
                    provenance,
                    node_id,
                    shipment_id,
                    reversal_id,
                    "",
                    came_back,
                    number,
                    by_channel=node_id == "C",
                )
            case [("deliver" | "undeliver") as word, *units]:
                shipment_id, units = _shipment_in(units)
                number = f"D{self.events}"
                return OrderDelivered(
                    ORDER_ID,
                    provenance,
                    DeliveryId(number),
                    ShipmentId("") if shipment_id == "none" else shipment_id,
                    "c",
                    word == "undeliver",
                    _moved(units),
                    number,
                )
            case [("invoice" | "uninvoice") as word, *units]:
                number = f"I{self.events}"
                currency = units.pop() if units[-1].isupper() else "EUR"
                return OrderInvoiced(
                    ORDER_ID,
                    provenance,
                    InvoiceId(number),
                    10_000,
                    currency,
                    word == "uninvoice",
                    _moved([unit.partition("@")[0] for unit in units]),
                    number,
                    _amounts(units),
                )
            case ["report", ("ERP" | "CHANNEL") as reporter, status, *words]:
                number = words[words.index("as") + 1] if "as" in words else ""
                return OrderReported(
                    ORDER_ID,
                    replace(provenance, source_id=SourceId(reporter.lower())),
                    Reporter(reporter),
                    self.now_ms * 1_000,
                    900,
                    ReportedStatus(status),
                    number,
                    tuple(_reported(*word.split(":")) for word in words if ":" in word),
                )
            case ["return", *units]:
                lines, charges = _returned(units)
                number = f"R{self.events}"
                return OrderReturned(ORDER_ID, provenance, NodeId("E"), ReturnId(number), "", lines, charges, number)
            case ["no", "duplicate"]:
                return PurchaseOrderAnswered(ORDER_ID, OrderId(""))
            case ["customer", status, *as_of]:
                at_us = int(as_of[2]) if as_of else (status != "unknown")
                return CustomerAnswered(ORDER_ID, CustomerId("c"), status != "unknown", status == "blocked", "", at_us)
            case ["duplicate", *cut_short]:
                return PurchaseOrderAnswered(ORDER_ID, OrderId("portal:7"), bool(cut_short))
            case ["found"]:
                return self._outcome(CommandType.QUERY_DOCUMENT, Outcome.DUPLICATE)
            case ["not", "found"]:
                return self._outcome(CommandType.QUERY_DOCUMENT, Outcome.NOT_FOUND)
            case ["foreign"]:
                booking = self._outcome(CommandType.CREATE_SALES_ORDER, Outcome.DUPLICATE)
                return replace(booking, is_foreign=True)
            case [("hold" | "unhold") as word, kind, "decided", "at", second]:
                then = replace(provenance, occurred_at_us=1_000_000 * int(second))
                event = OrderHoldRequested if word == "hold" else OrderHoldReleaseRequested
                return event(ORDER_ID, then, HoldKind(kind), "ann", "checked")
            case ["hold", kind, *until]:
                until_us = (self.now_ms + 1_000 * int(until[1])) * 1_000 if until else 0
                return OrderHoldRequested(ORDER_ID, provenance, HoldKind(kind), "ann", "checked", until_us)
            case ["unhold", kind]:
                return OrderHoldReleaseRequested(ORDER_ID, provenance, HoldKind(kind), "ann", "settled")
            case ["decide", check, outcome, *words]:
                return _decided(Check(check), CheckOutcome(outcome), words, provenance)
            case ["picture", number, *shown]:
                return _pictured(int(number), shown, provenance)
            case ["amend", revision, *changes]:
                return _amended(int(revision), changes, provenance)
            case [("cancel" | "agent-cancels") as word, *line_ids]:
                if word == "agent-cancels":
                    provenance = replace(provenance, source_id=SourceId("decisions"))
                parts = [word.split(":") for word in line_ids if ":" in word]
                return OrderCancelRequested(
                    ORDER_ID,
                    provenance,
                    "changed",
                    tuple(LineId(word) for word in line_ids if ":" not in word),
                    tuple(PartOfLine(LineId(line_id), int(units)) for line_id, units in parts),
                )
            case [word, *_, "after", "all"] | [word, *_, "after", "all", "as", _]:
                return self._after_all(_ANSWERED[word], sentence)
            case [word, *_] if word in _ANSWERED:
                outcome = Outcome.REJECTED_BUSINESS if "refuse" in sentence else Outcome.APPLIED
                return self._outcome(_ANSWERED[word], outcome)
            case ["warehouse", "accepts", *what]:
                return WarehouseAccepted(ORDER_ID, provenance, CommandId(self._command(what)))
            case ["warehouse", "refuses", *what]:
                return WarehouseRefused(ORDER_ID, provenance, CommandId(self._command(what)), "picked already")
            case _:
                raise ValueError(f"not a step: {sentence}")

    def _outcome(self, kind: CommandType, outcome: Outcome) -> ErpOutcomeReceived:
        asked = self.asked[kind].popleft() if self.asked[kind] else None
        command_id = asked.command_id if asked else CommandId("unknown")
        is_refused = asked is not None and outcome is Outcome.REJECTED_BUSINESS
        self.refused = kind
        answer = ErpOutcomeReceived(
            ORDER_ID,
            ERP,
            command_id,
            kind,
            outcome,
            "SO-1",
            "blocked",
            business_key=asked.business_key if asked and is_refused else "",
            refused=(asked.document,) if asked and is_refused and kind is not CommandType.CREATE_SALES_ORDER else (),
        )
        if is_refused:
            self.refusals.setdefault(kind, answer)
        return answer

    def _after_all(self, kind: CommandType, sentence: str) -> ErpOutcomeReceived:
        refusal, number = self.refusals[kind], sentence.partition(" as ")[2] or "SO-1"
        return replace(refusal, outcome=Outcome.APPLIED, document_number=number, refused=(), was_refused=True)

    def _cause(self) -> Cause:
        return Cause(EventId(f"event {self.events}"), self.now_ms)

    def _command(self, what: list[str]) -> str:
        """The last release, or the oldest pending command to stop, or the last one of these."""
        if what:
            return self.commanded[WarehouseReleaseCommanded]
        kinds = (Awaited.CANCELLATION, Awaited.STOP, Awaited.AMENDMENT) if isinstance(self.known, Order) else ()
        pending = [each.key for awaited in kinds for each in awaiting.all_of(self.order, awaited)]
        return pending[0] if pending else self.commanded.get(WarehouseCancelCommanded, "unknown")

    def _claim(self, line_id: str) -> Claim:
        line = next(line for line in self.order.lines if line.line_id == line_id)
        return line.claims[-1] if line.claims else Claim(ReservationId(self.first_claims.get(line_id, "for nothing")))

    def _answered(self, line_id: str, granted: str, held: str = "") -> AnsweredLine:
        claim = self._claim(line_id)
        missing = claim.total - int(granted)
        stated = self._stated(line_id, granted)
        return AnsweredLine(
            claim.reservation_id,
            LineId(line_id),
            NodeId("E"),
            int(granted),
            missing,
            0,
            stated.said,
            stated.heard,
            stated.units,
            is_held=bool(held),
            kept_unit=held.removeprefix("held"),
        )

    def _recalled(self, line_id: str, quantity: str) -> RecalledLine:
        claim = self._claim(line_id)
        units = _units_of(claim)
        return RecalledLine(
            claim.reservation_id, LineId(line_id), int(quantity), NodeId("E"), claim.heard + 1, claim.sent, units
        )

    def _filled(self, line_id: str, quantity: str, node: str = "E") -> FilledLine:
        claim, units = self._claim(line_id), int(quantity)
        held = self._with_more(claim.at(NodeId(node)), min(units, claim.waiting))
        filled = claim._replace(waiting=max(0, claim.waiting - units)).with_held(held)
        return FilledLine(
            claim.reservation_id,
            LineId(line_id),
            NodeId(node),
            units,
            claim.heard + 1,
            claim.sent,
            _units_of(filled),
        )

    def _stated(self, line_id: str, held: str, is_held: str = "") -> StatedLine:
        """The claim holds so much at E that is not picked, and waits for the rest."""
        claim = self._claim(line_id)
        units = min(int(held), claim.unpicked)
        picked = HeldUnits(NodeId("E"), picked=claim.picked)
        now = claim._replace(waiting=claim.unpicked - units, held=()).with_held(self._with_more(picked, units))
        return StatedLine(
            claim.reservation_id,
            LineId(line_id),
            claim.heard + 1,
            claim.sent,
            _units_of(now),
            bool(is_held),
            not is_held,
            is_held.removeprefix("held"),
        )

    def _promised(self, unit: str, *, crossed: bool) -> StatedLine:
        """The claim as it is, with another promise date."""
        line_id, _, day = unit.partition(":")
        claim = self._claim(line_id)
        units = _units_of(claim._replace(promised_us=int(day)))
        return StatedLine(claim.reservation_id, LineId(line_id), claim.heard + 1, claim.sent - crossed, units)

    def _with_more(self, held: HeldUnits, units: int) -> HeldUnits:
        """Allocated, or pending while the order has not confirmed."""
        is_confirmed = takes_what_there_is(self.order) or self.order.stage is Stage.ACCEPTED
        return held._replace(
            pending=held.pending + (0 if is_confirmed else units),
            allocated=held.allocated + (units if is_confirmed else 0),
        )


def _units_of(claim: Claim) -> tuple[ClaimedUnits, ...]:
    """As the ledger states them."""
    units = [ClaimedUnits(NodeId(""), ClaimedAs.WAITING, claim.waiting, claim.promised_us)]
    for at in claim.held:
        units += [
            ClaimedUnits(at.node_id, ClaimedAs.PENDING, at.pending),
            ClaimedUnits(at.node_id, ClaimedAs.ALLOCATED, at.allocated),
            ClaimedUnits(at.node_id, ClaimedAs.PICKED, at.picked),
        ]
    return tuple(each for each in units if each.quantity)


def _node(word: str) -> NodeId:
    return NodeId(word.partition("@")[2] or "E")


def _requested(words: list[str]) -> tuple[RequestedDay, ...]:
    pairs = (word.split("by") for word in words if "by" in word)
    return tuple(RequestedDay(int(day), LineId(line_id)) for line_id, day in pairs)


_QUANTITY = re.compile(r"(\d+)(none|channel)?")


def _placed_line(line_id: str, quantity: str, price: int = 10) -> PlacedLine:
    found = _QUANTITY.fullmatch(quantity)
    assert found is not None, quantity
    fulfilment = Fulfilment((found[2] or "stock").upper())
    return PlacedLine(LineId(line_id), ItemId(f"item {line_id}"), int(found[1]), "EA", price, "", fulfilment)


def _adjusted(lines: tuple[PlacedLine, ...]) -> tuple[tuple[Discount, ...], tuple[Tax, ...]]:
    """Four off the first line, three off the order; taxes of six and two on top, of five within the price."""
    first = lines[0]
    discounts = (
        Discount(first.line_id, "SALE", "", 4, first.quantity),
        Discount(WHOLE_ORDER, "COUPON", "", 3),
    )
    taxes = (
        Tax(first.line_id, "VAT", 200_000, 6, is_included=False, quantity=first.quantity),
        Tax(first.line_id, "ECO", 0, 5, is_included=True, quantity=first.quantity),
        Tax(WHOLE_ORDER, "VAT", 200_000, 2, is_included=False),
    )
    return discounts, taxes


def _decided(check: Check, outcome: CheckOutcome, words: list[str], provenance: Provenance) -> OrderDecided:
    said = dict(pairwise(words))
    if "at" in said:
        provenance = replace(provenance, occurred_at_us=1_000_000 * int(said["at"]))
    amounts = [int(word) for word in words[:1] if word.isdigit()]
    named = [word.split(":") for word in words if ":" in word]
    moved = Address("n", said.get("as", "other"), "c", "p", "", "DE")
    return OrderDecided(
        ORDER_ID,
        provenance,
        check,
        outcome,
        "ann",
        said.get("as", ""),
        "checked",
        sum(amounts),
        "USD" if "USD" in words else "",
        (moved,) if outcome is CheckOutcome.CORRECTED else (),
        tuple(Tax(LineId(name.removeprefix("all")), "VAT", 0, int(value), is_included=False) for name, value in named),
    )


def _values(name: str, words: list[str]) -> list[int]:
    return [int(word.partition("=")[2]) for word in words if word.startswith(f"{name}=")]


def _placed(promise: str, words: list[str], provenance: Provenance) -> OrderPlaced:
    gate = ReleaseGate.ACCEPTED if "accepted" in words else ReleaseGate.BOOKED
    units = [word for word in words if _QUANTITY.fullmatch(word)]
    lines = tuple(_placed_line(str(number), word) for number, word in enumerate(units, 1))
    if "alike" in words:
        lines = tuple(replace(line, item_id=ItemId("lamp")) for line in lines)
    holds = tuple(HoldKind(word) for word in words if word in set(HoldKind))
    known = "known" in words
    policy = OrderPolicy(
        PROMISES[promise],
        gate,
        ERP,
        1,
        (NodeId("E"),),
        "answered" in words,
        1,
        holds=holds,
        known_items_only=known,
        known_customers_only=known,
        master_data_max_age_ms=1 if known else 0,
        budgets=tuple(_budget(word) for word in words if "<" in word),
        returns=ReturnPolicy(
            ReturnApproval.AUTOMATICALLY if "authorised" in words else ReturnApproval.BY_PERSON,
            approved_within_ms=1_000 if "soon" in words else 0,
            opens_case="strict" in words,
        ),
        budgets_paused_by=(HoldKind.CREDIT,) if "pauses" in words else (),
        fallbacks=(FallbackNodes(NodeId("E"), (NodeId("W"), NodeId("N"))),) if "fallback" in words else (),
        split="whole" not in words,
        release_window_ms=7_200_000 if "gathered" in words else 0,
    )
    address = Address("n", "s", "c", "p", "", "DE")
    if "to-store" in words:
        address = Address("", "", "", "", "", "", location_code="17")
    charges: tuple[Charge, ...] = (Charge(LineId("C"), "POST", "Postage", UNIT, 18),) if "charged" in words else ()
    if "discounted" in words:
        charges = (Charge(LineId("D"), "DISCOUNT", "Discount", UNIT, -5_000),)
    charges += tuple(Charge(LineId("A"), "C310", "", UNIT, -value) for value in _values("allowance", words))
    coupons = tuple(Discount(WHOLE_ORDER, "COUPON", "", value) for value in _values("coupon", words))
    taxes = tuple(Tax(WHOLE_ORDER, "VAT", 0, value, is_included=False) for value in _values("taxed", words))
    taxes += tuple(Tax(LineId("A"), "VAT", 0, -value, is_included=False) for value in _values("untaxed", words))
    return OrderPlaced(
        ORDER_ID,
        ChannelId("shop"),
        "1",
        "eu",
        provenance,
        CustomerId("c"),
        "CLF" if "CLF" in words else "EUR",
        address,
        lines,
        policy,
        {},
        charges,
        PurchaseOrderId("C/4711") if "numbered" in words else NO_PURCHASE_ORDER,
        _requested(words),
        "SO-9" if "born" in words else "",
        *(_adjusted(lines) if "adjusted" in words and lines else (coupons, taxes)),
        tuple(Tender("GIFT_CARD", "", value) for value in _values("tendered", words)),
        0,
        (DisputedTotal(TotalKind.GRAND, 210_000, 200_000),) if "disputed" in words else (),
    )


def _inspected(number: str, units: list[str], provenance: Provenance) -> OrderReturnInspected:
    """LINE:UNITS, LINE:UNITS:CONDITION; with ! behind it, they are not credited."""
    lines, _ = _returned([unit.rstrip("!") for unit in units])
    inspected = tuple(
        InspectedLine(line.line_id, line.item_id, line.quantity, line.condition, not unit.endswith("!"))
        for line, unit in zip(lines, units, strict=True)
    )
    return OrderReturnInspected(ORDER_ID, provenance, NodeId("E"), ReturnId(number), "", inspected, "")


def _budget(word: str) -> StageBudget:
    stage, _, seconds = word.partition("<")
    return StageBudget(BudgetStage(stage), int(seconds.rstrip("!")) * 1_000, seconds.endswith("!"))


def _pictured(number: int, shown: list[str], provenance: Provenance) -> OrderPictured:
    """Without a promise it is one that ships what is available. `1>2`: the channel has shipped two of line 1."""
    promise, rest = (shown[0], shown[1:]) if shown and shown[0] in PROMISES else ("available", shown)
    placed = _placed(promise, [word for word in rest if ":" not in word], provenance)
    units = [word.split(":") for word in rest if ":" in word]
    price = DEAR if "dear" in rest else 10
    left = [word.split(">") for word in rest if ">" in word]
    shipped = tuple(PartOfLine(LineId(line_id), int(quantity)) for line_id, quantity in left)
    lines = tuple(_placed_line(line_id, quantity, price) for line_id, quantity in units)
    ship_to = replace(placed.ship_to, street="other") if "address" in rest else placed.ship_to
    content = replace(provenance, content_hash=" ".join(shown))
    adjusted = (placed.discounts, placed.taxes)
    discounts, taxes = _adjusted(lines) if "adjusted" in rest else adjusted
    shows = replace(placed, lines=lines, ship_to=ship_to, discounts=discounts, taxes=taxes)
    return OrderPictured(ORDER_ID, content, number, "cancelled" in rest, "", shows, NodeId("C"), shipped)


def _amended(revision: int, changes: list[str], provenance: Provenance) -> OrderAmendRequested:
    parts = [word.split(":") for word in changes if word[0].isdecimal() and ":" in word]
    added = tuple(
        _placed_line(line_id, units)
        for line_id, units in (word[1:].split(":") for word in changes if word.startswith("+"))
    )
    moved = (Address("n", "other", "c", "p", "", "DE"),) if "address" in changes else ()
    return OrderAmendRequested(
        ORDER_ID,
        replace(provenance, revision=revision),
        "changed",
        tuple(PartOfLine(LineId(line_id), int(units)) for line_id, units in parts),
        added,
        moved,
        _requested(changes),
        described_lines=tuple(_described(word) for word in changes if word[0].isdecimal() and re.search("[@=*]", word)),
        charges=(Charge(LineId("SAC"), "POST", "", UNIT, 18),) if "postage" in changes else (),
        notes=(Note("the back door"),) if "note" in changes else (),
        currency="USD" if "USD" in changes else "",
        prices_are_agreed="agreed" in changes,
    )


def _described(word: str) -> DescribedLine:
    """`1@12` states 12 for line 1, `1=lamp` another item, `1*XCT` another unit."""
    line_id, sign, said = word.partition(re.search("[@=*]", word)[0])  # type: ignore[index]
    stated = DescribedLine(LineId(line_id))
    match sign:
        case "@":
            return replace(stated, states_price=True, unit_price=int(said))
        case "=":
            return replace(stated, item_ids=(ItemId(said),))
        case _:
            return replace(stated, unit=said)


def _shipment_in(words: list[str]) -> tuple[ShipmentId, list[str]]:
    """The shipment that a sentence names, and its other words."""
    if len(words) > 2 and words[-2] in {"as", "of"}:
        return ShipmentId(words[-1]), words[:-2]
    return ShipmentId("S"), words


def _moved(units: list[str]) -> tuple[FulfilmentLine, ...]:
    pairs = (each.split(":") for each in units)
    return tuple(FulfilmentLine(*_line_and_item(name), int(quantity)) for name, quantity in pairs)


def _reported(line_id: str, ordered: str, shipped: str = "") -> ReportedLine:
    return ReportedLine(LineId(line_id), int(ordered), int(shipped or 0), bool(shipped))


def _amounts(units: list[str]) -> tuple[LineAmount, ...]:
    stated = (each.partition("@") for each in units if "@" in each)
    return tuple(LineAmount(*_line_and_item(unit.split(":")[0]), int(amount)) for unit, _, amount in stated)


def _line_and_item(name: str) -> tuple[LineId, ItemId]:
    line_id, _, item = name.partition("=")
    return LineId(line_id), ItemId(item or f"item {line_id}")


def _returned(words: list[str]) -> tuple[tuple[ReturnedLine, ...], tuple[Charge, ...]]:
    parts = [[*word.split(":"), "restocked"] for word in words if word != "refund"]
    lines = tuple(
        ReturnedLine(*_line_and_item(name), int(quantity), 10, ReturnCondition(condition.upper()), "unpriced" in price)
        for name, quantity, condition, *price in parts
    )
    return lines, (Charge(LineId("C"), "POST", "Postage", -UNIT, 18),) if "refund" in words else ()


def effects_of(verdict: OrderVerdict) -> str:
    """What is published, in order, without the snapshots."""
    effects = [_effect(message) for message in verdict.messages if not isinstance(message, OrderSnapshot)]
    dropped = [f"dropped: {verdict.dropped}"] if verdict.dropped else []
    return "; ".join([*effects, *dropped, *([f"refused: {verdict.refused}"] if verdict.refused else [])])


def _effect(message: object) -> str:  # noqa: PLR0911  one return a kind
    match message:
        case WarehouseCancelCommanded(line_ids=line_ids):
            return f"asks the warehouse to stop {' '.join(line_ids)}"
        case ErpRequested(command_type=command_type, document=document):
            units = [f"{line.line_id}:{line.quantity}" for line in document.lines]
            charges = [f"{charge.code}:{charge.unit_price}" for charge in document.charges]
            looks_up = ["looks up"] if message.only_look_up else []
            return " ".join([*looks_up, command_type, *units, *charges])
        case Case(case_class=case_class, state=state):
            return f"case {case_class}" if state is CaseState.OPEN else f"case {case_class} {state}"
        case ReservationsMoved(requested_us=requested_us, lines=lines):
            return f"moves {' '.join(line.line_id for line in lines)} to {requested_us}"
        case ReservationsGivenBack(lines=lines):
            units = [f"{line.line_id}:{line.quantity}" + f" keeps {line.kept}" * bool(line.kept) for line in lines]
            return f"gives back {' '.join(units)}"
        case (
            ReservationsRequested()
            | ReservationsConfirmed()
            | ReservationsReleased()
            | UnitsPicked()
            | UnitsUnpicked()
            | UnitsShortPicked()
            | UnitsShipped()
            | UnitsReversed()
            | UnitsReturned()
            | UnitsInspected()
            | WarehouseReleaseCommanded()
        ):
            return f"{_NAMES[type(message)]} {' '.join(f'{line.line_id}:{line.quantity}' for line in message.lines)}"
        case _:
            return type(message).__name__


def story_of(history: str) -> Story:
    """The order after a history: steps parted by semicolons."""
    story = Story()
    for step in filter(None, (step.strip() for step in history.split(";"))):
        story.do(step)
    return story


def flow_status_of(story: Story) -> str:
    """The stage, and the counters that are not zero, line by line."""
    if not isinstance(story.known, Order):
        return "parked" if story.known else "unknown"
    status = [story.known.stage.value]
    for line in story.known.lines:
        counted = ((name, getattr(line, name)) for name in _COUNTERS)
        status.append(" ".join([f"{line.line_id}:", *(f"{name} {units}" for name, units in counted if units)]))
    return "; ".join(status)
