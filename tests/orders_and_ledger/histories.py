"""What the world does to orders and the ledger, and when who reads what; and how a step of it is played."""

from dataclasses import dataclass, replace

from domain.identifiers import (
    NO_SUPPLY,
    AdjustmentId,
    DeliveryId,
    InvoiceId,
    ItemId,
    LineId,
    NodeId,
    OrderId,
    ReceiptId,
    ReturnId,
    ReversalId,
    ShipmentId,
    SupplyId,
)
from domain.inventory.supply.rows import DAY_US
from domain.messages.case_actions import CaseDismissed, CaseRetried
from domain.messages.customers import CustomerDescribed
from domain.messages.decisions.events import Check, CheckOutcome, OrderDecided
from domain.messages.dispatch import Outcome
from domain.messages.inventory import ItemDescribed
from domain.messages.orders import (
    FromSource,
    FulfilmentLine,
    HoldKind,
    LineAmount,
    OrderAmendRequested,
    OrderCancelRequested,
    OrderDelivered,
    OrderHoldReleaseRequested,
    OrderHoldRequested,
    OrderInvoiced,
    OrderPicked,
    OrderPictured,
    OrderReturned,
    OrderShipmentReversed,
    OrderShipped,
    OrderShortPicked,
    OrderUnpicked,
    PartOfLine,
    UnpickedLine,
)
from domain.messages.returns.inspections import OrderReturnInspected
from domain.messages.returns.requests import (
    OrderReturnAuthorised,
    OrderReturnDeclined,
    OrderReturnRequested,
    UnitsToReturn,
)
from domain.messages.stock import GoodsReceived, StockAdjusted, StockDocument, StockLine, SupplyAnnounced
from domain.money.adjustments import Tax
from domain.papers import RequestedDay
from domain.provenance import Provenance
from domain.returns import InspectedLine, ReturnCondition, ReturnedLine
from tests.orders_and_ledger.world import CHANNEL_NODE, CUSTOMER, CUSTOMERS, Wanted, World

ITEMS = ("lamp", "chair")
NODES = ("E", "W")
LANES = (*ITEMS, CUSTOMERS)

_LEFT_US = 1
"""Goods leave before they come back, in whichever order the two are reported."""


@dataclass(frozen=True, slots=True)
class Place:
    order: int


@dataclass(frozen=True, slots=True)
class Receive:
    """`announced`: it names the supply of its item and node."""

    item: str
    node: str
    quantity: int
    announced: bool = False
    unit: str = ""
    """Empty: nobody says it."""


@dataclass(frozen=True, slots=True)
class Announce:
    """So many units of an item are expected at a node on a day; what was announced with a lower revision is not."""

    item: str
    node: str
    quantity: int
    day: int
    revision: int


@dataclass(frozen=True, slots=True)
class Adjust:
    """Units found, or written off."""

    item: str
    node: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Pick:
    """`other`: not the line's item."""

    order: int
    line: int
    node: str
    quantity: int
    other: bool = False


@dataclass(frozen=True, slots=True)
class Unpick:
    """Picked units are put back, damaged or lost."""

    order: int
    line: int
    node: str
    quantity: int
    condition: ReturnCondition
    other: bool = False


@dataclass(frozen=True, slots=True)
class Miss:
    """Units are not found."""

    order: int
    line: int
    node: str
    quantity: int
    other: bool = False


@dataclass(frozen=True, slots=True)
class Ship:
    order: int
    line: int
    node: str
    quantity: int
    other: bool = False
    shipment: str = "s"
    """Its number; several are parts of one."""


@dataclass(frozen=True, slots=True)
class Reverse:
    """Units of a shipment did not leave, or came back before they were delivered."""

    order: int
    line: int
    node: str
    quantity: int
    condition: ReturnCondition
    other: bool = False
    shipment: str = "s"


@dataclass(frozen=True, slots=True)
class Deliver:
    """A carrier delivered units, or takes back that it did."""

    order: int
    line: int
    quantity: int
    is_reversal: bool = False
    other: bool = False
    shipment: str = ""
    """Empty: it names none."""


@dataclass(frozen=True, slots=True)
class Invoice:
    """Units are invoiced, or an invoice is cancelled."""

    order: int
    line: int
    quantity: int
    is_reversal: bool = False
    other: bool = False
    amount: int | None = None
    """What it states for the units; they are worth nothing to speak of."""


@dataclass(frozen=True, slots=True)
class Return:
    order: int
    line: int
    node: str
    quantity: int
    condition: ReturnCondition
    other: bool = False
    asked_as: int = 0
    """The number of the return that it belongs to; 0: nobody asked for it."""


@dataclass(frozen=True, slots=True)
class AskReturn:
    """A customer asks to send units back; or, with `unsent_first`, a shop that pays them back."""

    order: int
    number: int
    line: int
    quantity: int
    unsent_first: bool = False


@dataclass(frozen=True, slots=True)
class Inspect:
    """A warehouse says what units of a return are like."""

    order: int
    line: int
    node: str
    quantity: int
    condition: ReturnCondition
    is_credited: bool
    asked_as: int = 1
    other: bool = False


@dataclass(frozen=True, slots=True)
class DecideReturn:
    """A person decides about a return."""

    order: int
    number: int
    is_authorised: bool


@dataclass(frozen=True, slots=True)
class Cancel:
    order: int
    lines: tuple[int, ...]
    part: int = 0
    """So many units of each of the lines; 0: all."""


@dataclass(frozen=True, slots=True)
class Amend:
    """The line is to be of so many units: the next revision of its order. With a day, all of it is wanted then."""

    order: int
    revision: int
    line: int
    quantity: int
    day: int = 0


@dataclass(frozen=True, slots=True)
class Show:
    """A picture of the order: so many units of each of its lines, in their order; 0: not wanted any more."""

    order: int
    number: int
    quantities: tuple[int, ...]
    is_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Hold:
    order: int
    kind: HoldKind


@dataclass(frozen=True, slots=True)
class Unhold:
    order: int
    kind: HoldKind


@dataclass(frozen=True, slots=True)
class Decide:
    """A service decides about an order: yes or no; or it has calculated a tax of its first line."""

    order: int
    check: Check
    outcome: CheckOutcome

    @property
    def kind(self) -> HoldKind:
        return HoldKind(self.check)

    @property
    def is_against(self) -> bool:
        return self.outcome in {CheckOutcome.REFUSED, CheckOutcome.FAILED}


@dataclass(frozen=True, slots=True)
class Describe:
    """Master data of an item."""

    item: str
    is_discontinued: bool = False


@dataclass(frozen=True, slots=True)
class DescribeCustomer:
    """Master data of the customer of all orders."""

    is_blocked: bool = False


@dataclass(frozen=True, slots=True)
class Book:
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Refuse:
    """The ERP refuses the oldest shipment, cancellation or memo that it was asked for."""


@dataclass(frozen=True, slots=True)
class Retry:
    """A person retries the last thing of an order that the ERP refused; if nothing is, the retry is refused."""

    order: int


@dataclass(frozen=True, slots=True)
class Dismiss:
    order: int


@dataclass(frozen=True, slots=True)
class AnswerCancel:
    accepts: bool


@dataclass(frozen=True, slots=True)
class Read:
    """The ledger, or the orders, read the next message about an item."""

    flow: str
    item: str


@dataclass(frozen=True, slots=True)
class ReadAll:
    """Everybody reads until nothing is in flight."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Until the next timer is due."""


@dataclass(frozen=True, slots=True)
class Restart:
    """Both flows commit and start again from their rows."""


AboutOrder = Pick | Unpick | Miss | Ship | Reverse | Deliver | Invoice | Return | Inspect
Fact = Receive | Announce | Adjust | AboutOrder
Wish = Place | Show | Cancel | Amend | Hold | Unhold | Decide | AskReturn | DecideReturn
ToldOfOrder = Wish | AboutOrder
MasterData = Describe | DescribeCustomer
Told = ToldOfOrder | Receive | Announce | Adjust | MasterData
Step = Told | Book | Refuse | Retry | Dismiss | AnswerCancel | Read | ReadAll | Wait | Restart


@dataclass(frozen=True, slots=True)
class History:
    wanted: tuple[Wanted, ...]
    steps: tuple[Step, ...]
    nodes: tuple[str, ...] = NODES


def order_id_of(number: int) -> str:
    return f"order {number}"


def play(world: World, history: History, number: int) -> None:
    """Let one step of a history happen; its number marks what the source sends."""
    happen(world, history, history.steps[number], str(number))


def happen(world: World, history: History, step: Step, name: str) -> None:  # noqa: C901  one row a step
    """Let a step happen; `name` marks the message and the document that the source sends."""
    match step:
        case (
            Place()
            | Show()
            | Cancel()
            | Amend()
            | Hold()
            | Unhold()
            | Decide()
            | AskReturn()
            | DecideReturn()
            | Pick()
            | Unpick()
            | Miss()
            | Ship()
            | Reverse()
            | Deliver()
            | Invoice()
            | Return()
            | Inspect()
            | Receive()
            | Announce()
            | Adjust()
            | Describe()
            | DescribeCustomer()
        ):
            world.say(*said(history, step, name, world.provenance(f"message {name}", step)))
        case Book(outcome):
            world.answer_erp(outcome)
        case Refuse():
            world.refuse_posting()
        case Retry(order) | Dismiss(order):
            world.decide(order_id_of(order), CaseRetried if isinstance(step, Retry) else CaseDismissed)
        case AnswerCancel(accepts):
            world.answer_cancel(accepts=accepts)
        case Read("ledger", item):
            world.read_ledger(item)
        case Read(_, item):
            world.read_orders(item)
        case ReadAll():
            world.drain()
        case Wait():
            world.fire_timer()
        case Restart():
            world.restart()


def said(
    history: History, step: Told, name: str, provenance: Provenance
) -> tuple[str, FromSource | StockDocument | ItemDescribed | CustomerDescribed]:
    """What the source sends, and to which flow."""
    match step:
        case Receive(item, node, quantity):
            lines = _stock_line(item, quantity, step.unit)
            supply_id = supply_id_of(item) if step.announced else NO_SUPPLY
            return "ledger", GoodsReceived(provenance, NodeId(node), ReceiptId(f"r{name}"), lines, supply_id=supply_id)
        case Announce(item, node, quantity, day, revision):
            line = StockLine(LineId("1"), ItemId(item), quantity, "", day * DAY_US)
            announced = replace(provenance, revision=revision)
            return "ledger", SupplyAnnounced(announced, NodeId(node), supply_id_of(item), (line,))
        case Adjust(item, node, quantity):
            lines = _stock_line(item, quantity)
            return "ledger", StockAdjusted(provenance, NodeId(node), AdjustmentId(f"a{name}"), "", lines)
        case Describe(item, is_discontinued):
            return "ledger", ItemDescribed(ItemId(item), provenance, "EA", (), is_discontinued)
        case DescribeCustomer(is_blocked):
            return "orders", CustomerDescribed(CUSTOMER, provenance, is_blocked, "insolvent" if is_blocked else "")
        case _:
            return "orders", _said_of_order(history, step, name, provenance)


def _shown(history: History, step: Show, order_id: OrderId, provenance: Provenance) -> OrderPictured:
    placed = history.wanted[step.order].placed(order_id, history.nodes, provenance)
    shown = tuple(
        replace(line, quantity=quantity)
        for line, quantity in zip(placed.lines, step.quantities, strict=False)
        if quantity
    )
    content = replace(provenance, content_hash=f"{step.quantities} {step.is_cancelled}")
    return OrderPictured(order_id, content, step.number, step.is_cancelled, "", replace(placed, lines=shown))


def _said_of_order(  # noqa: C901, PLR0911, PLR0912  one return a step
    history: History, step: ToldOfOrder, name: str, provenance: Provenance
) -> FromSource:
    order_id = OrderId(order_id_of(step.order))
    match step:
        case Place(order):
            return history.wanted[order].placed(order_id, history.nodes, provenance)
        case Show():
            return _shown(history, step, order_id, provenance)
        case Cancel(_, numbers, part):
            line_ids = tuple(LineId(str(number)) for number in numbers)
            parts = tuple(PartOfLine(line_id, part) for line_id in line_ids) if part else ()
            return OrderCancelRequested(order_id, provenance, "changed", () if part else line_ids, parts)
        case Amend(_, revision, number, quantity, day):
            wanted = (PartOfLine(LineId(str(number)), quantity),)
            requested = (RequestedDay(day),) if day else ()
            revised = replace(provenance, revision=revision)
            return OrderAmendRequested(order_id, revised, "changed", wanted, requested=requested)
        case Hold(_, kind):
            return OrderHoldRequested(order_id, provenance, kind, "ann", "checked")
        case Unhold(_, kind):
            return OrderHoldReleaseRequested(order_id, provenance, kind, "ann", "checked")
        case Decide(_, check, outcome):
            taxes = (Tax(LineId("1"), "VAT", 0, 7, is_included=False),) if check is Check.TAX else ()
            return OrderDecided(order_id, provenance, check, outcome, "ann", "", "checked", taxes=taxes)
        case AskReturn(_, number, line, quantity, unsent_first):
            asked, return_id = (UnitsToReturn(LineId(str(line)), quantity),), return_id_of(number)
            return OrderReturnRequested(order_id, provenance, return_id, "", asked, return_id, unsent_first)
        case DecideReturn(_, number, is_authorised):
            decided = OrderReturnAuthorised if is_authorised else OrderReturnDeclined
            return decided(order_id, provenance, return_id_of(number), "ann", "")
        case Pick(_, _, node):
            return OrderPicked(order_id, provenance, NodeId(node), (_moved(history, step),))
        case Unpick(_, _, node, _, condition):
            put = _moved(history, step)
            unpicked = (UnpickedLine(put.line_id, put.item_id, put.quantity, condition),)
            return OrderUnpicked(order_id, provenance, NodeId(node), "", unpicked, f"u{name}")
        case Miss(_, _, node):
            return OrderShortPicked(order_id, provenance, NodeId(node), "", (_moved(history, step),), f"m{name}")
        case Ship(_, _, node):
            lines = (_moved(history, step),)
            return OrderShipped(
                order_id,
                replace(provenance, occurred_at_us=_LEFT_US),
                NodeId(node),
                ShipmentId(step.shipment),
                "",
                "",
                lines,
                f"s{name}",
                by_channel=node == CHANNEL_NODE,
            )
        case Inspect(_, _, node, _, condition, is_credited, asked_as):
            moved = _moved(history, step)
            inspected = InspectedLine(moved.line_id, moved.item_id, moved.quantity, condition, is_credited)
            return OrderReturnInspected(
                order_id, provenance, NodeId(node), return_id_of(asked_as), "", (inspected,), f"i{name}"
            )
        case Reverse(_, _, node, _, condition):
            moved = _moved(history, step)
            came_back = (UnpickedLine(moved.line_id, moved.item_id, moved.quantity, condition),)
            shipment_id, reversal_id = ShipmentId(step.shipment), ReversalId(f"v{name}")
            return OrderShipmentReversed(
                order_id,
                provenance,
                NodeId(node),
                shipment_id,
                reversal_id,
                "",
                came_back,
                f"v{name}",
                by_channel=node == CHANNEL_NODE,
            )
        case Deliver(is_reversal=is_reversal):
            delivery_id, lines = DeliveryId(f"d{name}"), (_moved(history, step),)
            return OrderDelivered(
                order_id, provenance, delivery_id, ShipmentId(step.shipment), "", is_reversal, lines, delivery_id
            )
        case Invoice(is_reversal=is_reversal, amount=amount):
            invoice_id, moved = InvoiceId(f"b{name}"), _moved(history, step)
            stated = () if amount is None else (LineAmount(moved.line_id, moved.item_id, amount),)
            return OrderInvoiced(order_id, provenance, invoice_id, 0, "EUR", is_reversal, (moved,), invoice_id, stated)
        case Return(_, _, node, _, condition):
            moved = _moved(history, step)
            back = ReturnedLine(moved.line_id, moved.item_id, moved.quantity, 10_000, condition)
            return_id = return_id_of(step.asked_as) if step.asked_as else ReturnId(f"r{name}")
            is_of_channel = node == CHANNEL_NODE
            return OrderReturned(
                order_id, provenance, NodeId(node), return_id, "", (back,), (), f"r{name}", by_channel=is_of_channel
            )


def return_id_of(number: int) -> ReturnId:
    return ReturnId(f"rma {number}")


def supply_id_of(item: str) -> SupplyId:
    return SupplyId(f"PO {item}")


def _stock_line(item: str, quantity: int, unit: str = "") -> tuple[StockLine, ...]:
    return (StockLine(LineId("1"), ItemId(item), quantity, unit),)


def _moved(history: History, step: AboutOrder) -> FulfilmentLine:
    return FulfilmentLine(LineId(str(step.line)), ItemId(item_moved(history, step)), step.quantity)


def item_moved(history: History, step: AboutOrder) -> str:
    """The line's item or the other one, or any for a line that the order has not."""
    lines = history.wanted[step.order].lines
    item = lines[step.line - 1][0] if step.line <= len(lines) else ITEMS[0]
    return next(each for each in ITEMS if (each == item) is not step.other)
