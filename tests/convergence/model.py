"""A second model of orders and stock: it counts what a story tells, and knows nothing of how either is kept.

It uses no code of `domain.orders` and `domain.inventory`. What happened in the world is added up, whatever came first;
what somebody asked for only bounds what may become of an order.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from domain.messages.orders import HoldKind, PromisePolicy
from domain.returns import ReturnCondition
from tests.convergence.story import Story, told_us
from tests.orders_and_ledger.histories import (
    AboutOrder,
    Adjust,
    Amend,
    Announce,
    AskReturn,
    Cancel,
    Decide,
    DecideReturn,
    Deliver,
    Describe,
    DescribeCustomer,
    Hold,
    Inspect,
    Invoice,
    Miss,
    Pick,
    Place,
    Receive,
    Return,
    Reverse,
    Ship,
    Show,
    Unhold,
    Unpick,
)
from tests.orders_and_ledger.inspected_goods import Said, conditions_of
from tests.orders_and_ledger.world import CHANNEL_NODE

Moved = tuple[int, int, str]
"""Order, line and the item that moved for it: of lines of one item the first, since they share what is told of each."""


@dataclass(frozen=True, slots=True)
class Line:
    """What an order has of an item on one line, or on several that are alike."""

    moved: Moved
    ordered: Mapping[int, int]
    """What was placed, by the number of the line."""

    @property
    def number(self) -> int:
        """That of the first of them."""
        return self.moved[1]

    @property
    def in_all(self) -> int:
        return sum(self.ordered.values())


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the most."""

    least: int
    most: int


class Count:
    """The counters that a story must come to."""

    def __init__(self, story: Story) -> None:  # noqa: C901, PLR0912, PLR0915  one row a fact
        self._story = story
        self.picked: Counter[Moved] = Counter()
        self.in_picking_at: Counter[tuple[Moved, str]] = Counter()
        """Picked at a node, less what was put back or shipped there; below zero where that is all that was told."""
        self.shipped: Counter[Moved] = Counter()
        """Less what was reversed."""
        self.reversed: Counter[Moved] = Counter()
        self.delivered: Counter[Moved] = Counter()
        """Less what was taken back, as of `invoiced`; and less what was delivered of a shipment that was reversed."""
        self.beyond: Counter[Moved] = Counter()
        """Of these, what is delivered beyond what the shipment has that its delivery names."""
        self.of_shipment: defaultdict[tuple[Moved, str], Counter[str]] = defaultdict(Counter)
        """Shipped, reversed and delivered, by the number of the shipment."""
        self.invoiced: Counter[Moved] = Counter()
        self.uninvoiced: Counter[Moved] = Counter()
        """Whose invoices were cancelled."""
        self.invoiced_amount: Counter[Moved] = Counter()
        self.amounts_stated: Counter[Moved] = Counter()
        self.returned: Counter[Moved] = Counter()
        self.missing: Counter[Moved] = Counter()
        self.left_at: defaultdict[Moved, Counter[int]] = defaultdict(Counter)
        """Shipped, reversed or not, by the time at which it left."""
        self.back_at: defaultdict[Moved, Counter[int]] = defaultdict(Counter)
        """Returned, likewise."""
        self.supplied: Counter[tuple[str, str]] = Counter()
        self.adjusted: Counter[tuple[str, str]] = Counter()
        self.gone_to_customers: Counter[tuple[str, str]] = Counter()
        self.to_inspect: Counter[tuple[Moved, int]] = Counter()
        """Of each return by its number; 0: of those that nobody asked for, which nobody inspects."""
        self.accepted: Counter[tuple[Moved, int]] = Counter()
        self.came_to_inspect: Counter[tuple[Moved, int, str]] = Counter()
        self.inspected: defaultdict[tuple[Moved, int, str], list[list[Said]]] = defaultdict(list)
        """What was said of goods of a return at a node: `tests.convergence.playing` lets it happen in this order."""
        self.damaged: Counter[tuple[str, str]] = Counter()
        self.held: defaultdict[int, set[HoldKind]] = defaultdict(set)
        """What somebody has asked for last, and nobody released: wishes keep their order."""
        self.cancels: list[Cancel] = []
        self.amends: list[Amend] = []
        self.shown: list[Show] = []
        self.placed = {event.order for event in story.told if isinstance(event, Place | Show)}
        for event in story.told:
            match event:
                case Show():
                    self.shown.append(event)
                case Amend():
                    self.amends.append(event)
                case Cancel():
                    self.cancels.append(event)
                case Receive(item, node, quantity):
                    self.supplied[item, node] += quantity
                case Adjust(item, node, quantity):
                    self.adjusted[item, node] += quantity
                case Pick():
                    self.picked[self.moved(event)] += event.quantity
                    self.in_picking_at[self.moved(event), event.node] += event.quantity
                case Unpick(condition=condition):
                    self.picked[self.moved(event)] -= event.quantity
                    self.in_picking_at[self.moved(event), event.node] -= event.quantity
                    self._count_loss(event, condition)
                case Miss():
                    self._count_loss(event, ReturnCondition.MISSING)
                case Ship():
                    self.shipped[self.moved(event)] += event.quantity
                    self.of_shipment[self.moved(event), event.shipment]["shipped"] += event.quantity
                    self.in_picking_at[self.moved(event), event.node] -= event.quantity
                    if not self._is_of_channel(event):
                        self.gone_to_customers[self.moved(event)[2], event.node] += event.quantity
                case Reverse():
                    self._count_reversal(event)
                case Deliver():
                    units = -event.quantity if event.is_reversal else event.quantity
                    self.delivered[self.moved(event)] += units
                    if event.shipment:
                        self.of_shipment[self.moved(event), event.shipment]["delivered"] += units
                case Invoice():
                    sign = -1 if event.is_reversal else 1
                    self.invoiced[self.moved(event)] += sign * event.quantity
                    self.uninvoiced[self.moved(event)] += event.quantity if event.is_reversal else 0
                    self.invoiced_amount[self.moved(event)] += sign * (event.amount or 0)
                    self.amounts_stated[self.moved(event)] += event.amount is not None
                case Return():
                    self._count_return(event)
                case Inspect():
                    self._count_inspection(event)
                case Hold(order, kind):
                    self.held[order].add(kind)
                case Unhold(order, kind):
                    self.held[order].discard(kind)
                case Decide(order) if event.is_against:
                    self.held[order].add(event.kind)
                case Decide(order):
                    self.held[order].discard(event.kind)
                case AskReturn(order, _, line, quantity, True):
                    self.cancels.append(Cancel(order, (line,), quantity))
                case Place() | AskReturn() | DecideReturn() | Announce() | Describe() | DescribeCustomer():
                    pass
        self._count_what_is_inspected()
        self._count_what_is_delivered()
        self._note_times()

    def _note_times(self) -> None:
        for name, event, _ in (each for source in self._story.said for each in source):
            if isinstance(event, Ship):
                self.left_at[self.moved(event)][told_us(name)] += event.quantity
            elif isinstance(event, Return) and event.condition is not ReturnCondition.MISSING:
                self.back_at[self.moved(event)][told_us(name)] += event.quantity

    def _count_what_is_delivered(self) -> None:
        """Of each shipment that deliveries name: what was reversed is not delivered, nor what it never had."""
        lines = [line.moved for line in self.lines() if not self.is_in_pallets(line.moved)]
        for shipment in {number for _, number in self.of_shipment}:
            for moved in lines:
                self._count_deliveries(moved, self.of_shipment[moved, shipment])

    def _count_deliveries(self, moved: Moved, told: Counter[str]) -> None:
        if told["delivered"] < 0:
            return
        sent = max(0, told["shipped"] - told["reversed"])
        too_many = max(0, told["delivered"] - sent)
        beyond = max(0, too_many - told["reversed"])
        self.delivered[moved] += beyond - too_many
        self.beyond[moved] += beyond

    def _count_reversal(self, event: Reverse) -> None:
        """What was picked for a shipment that did not leave is not picked any more; what is in picking is not that."""
        moved = self.moved(event)
        self.picked[moved] -= event.quantity
        self.shipped[moved] -= event.quantity
        self.reversed[moved] += event.quantity
        self.of_shipment[moved, event.shipment]["reversed"] += event.quantity
        if not self._is_of_channel(event):
            self.gone_to_customers[moved[2], event.node] -= event.quantity
            self._count_loss(event, event.condition)

    def _count_loss(self, event: Unpick | Miss | Reverse, condition: ReturnCondition) -> None:
        place = self.moved(event)[2], event.node
        if condition is ReturnCondition.MISSING:
            self.adjusted[place] -= event.quantity
        elif condition is ReturnCondition.DAMAGED:
            self.damaged[place] += event.quantity

    def _count_return(self, event: Return) -> None:
        moved = self.moved(event)
        if event.condition is ReturnCondition.MISSING:
            self.missing[moved] += event.quantity
            return
        self.returned[moved] += event.quantity
        if event.condition is ReturnCondition.INSPECT:
            self.to_inspect[moved, event.asked_as] += event.quantity
            self.came_to_inspect[moved, event.asked_as, event.node] += event.quantity
        if self._is_of_channel(event):
            return
        self.gone_to_customers[moved[2], event.node] -= event.quantity
        if event.condition is ReturnCondition.DAMAGED:
            self.damaged[moved[2], event.node] += event.quantity

    def _count_inspection(self, event: Inspect) -> None:
        moved = self.moved(event)
        said = (event.condition, event.is_credited, event.quantity)
        self.inspected[moved, event.asked_as, event.node].append([said])
        if event.is_credited:
            self.accepted[moved, event.asked_as] += event.quantity

    def _count_what_is_inspected(self) -> None:
        """Units of an order leave the quality hold once, whenever they came into it."""
        for goods, inspections in self.inspected.items():
            moved, _, node = goods
            units = conditions_of(self.came_to_inspect[goods] if moved[0] in self.placed else 0, inspections)
            self.adjusted[moved[2], node] -= units[ReturnCondition.MISSING]
            self.damaged[moved[2], node] += units[ReturnCondition.DAMAGED]

    def moved(self, event: AboutOrder) -> Moved:
        """The line's item, or the other of the two."""
        lines = self._story.orders[event.order].lines
        if event.line > len(lines):
            return event.order, event.line, "chair" if event.other else "lamp"
        item = lines[event.line - 1][0]
        if event.other:
            return event.order, event.line, "chair" if item == "lamp" else "lamp"
        is_known = event.order in self.placed
        return event.order, self._alike(event.order, event.line)[0] if is_known else event.line, item

    def _alike(self, order: int, number: int) -> list[int]:
        """The lines that have the same item as this one, in the same unit and from the same stock."""
        wanted = self._story.orders[order]
        kinds = [
            (item, each in wanted.pallets, each in wanted.nothing_leaves, each in wanted.by_channel)
            for each, (item, _) in enumerate(wanted.lines, 1)
        ]
        return [each for each, kind in enumerate(kinds, 1) if kind == kinds[number - 1]]

    def _is_of_channel(self, event: Ship | Reverse | Return) -> bool:
        """Whether it moves goods that are not ours, of a line that needs none of ours."""
        wanted = self._story.orders[event.order]
        is_apart = event.line in wanted.nothing_leaves | wanted.by_channel
        return event.node == CHANNEL_NODE and is_apart and not event.other

    def may_be_done(self, moved: Moved) -> bool:
        """Whether nothing leaves of the line, and it is done when its order is released."""
        order, number, _ = moved
        return number in self._story.orders[order].nothing_leaves

    def lines(self) -> Iterator[Line]:
        """All that was placed."""
        for order in sorted(self.placed):
            lines = self._story.orders[order].lines
            for number, (item, _) in enumerate(lines, 1):
                alike = self._alike(order, number)
                if number == alike[0]:
                    yield Line((order, number, item), {each: lines[each - 1][1] for each in alike})

    def is_in_pallets(self, moved: Moved) -> bool:
        """Whether the line is ordered in pallets, and its item is kept in pieces: so is all that is reported of it."""
        order, number, item = moved
        is_kept_in_pieces = any(each.unit and each.item == item for each in self._story.stock_told)
        return is_kept_in_pieces and number in self._story.orders[order].pallets

    def ordered(self, moved: Moved) -> int:
        """What was placed of the line's own item."""
        return next((line.in_all for line in self.lines() if line.moved == moved), 0)

    def on_hand(self, item: str, node: str) -> int:
        return self.supplied[item, node] + self.adjusted[item, node] - self.gone_to_customers[item, node]

    def in_picking(self, item: str, node: str) -> int:
        """Picked there for some line and not shipped from there."""
        units = (units for (moved, at), units in self.in_picking_at.items() if (moved[2], at) == (item, node))
        return sum(max(0, each) for each in units)

    def places(self) -> set[tuple[str, str]]:
        """Every item and node at which anything moved that can be counted."""
        return {*self.supplied, *self.adjusted, *self.gone_to_customers, *self.damaged}

    def wanted(self, line: Line) -> Bounds:
        """What may be ordered in the end: an amendment counts what is cancelled in addition, and may be refused."""
        return _together(self._wanted(line.moved[0], *each) for each in line.ordered.items())

    def _wanted(self, order: int, number: int, ordered: int) -> Bounds:
        named = self._named(order, number)
        cancels = (each for each in self.cancels if each.order == order and (not each.lines or number in each.lines))
        later = sum(each.part or ordered + sum(named) for each in cancels)
        return Bounds(max(0, min(ordered, *named, ordered) - later), ordered + sum(named))

    def _named(self, order: int, number: int) -> list[int]:
        """What amendments and pictures say is wanted of a line."""
        amended = [each.quantity for each in self.amends if (each.order, each.line) == (order, number)]
        return amended + [each.quantities[number - 1] for each in self.shown if each.order == order]

    def cancelled(self, line: Line, ordered_in_the_end: Mapping[int, int]) -> Bounds:
        """Nothing unless somebody asked for it, or the channel wants what is there at once and nothing else.

        What an amendment or a picture takes off too late is cancelled when it comes back.
        """
        return _together(self._cancelled(line.moved[0], *each) for each in ordered_in_the_end.items())

    def _cancelled(self, order: int, number: int, ordered: int) -> Bounds:
        own = [each for each in self.cancels if each.order == order and (not each.lines or number in each.lines)]
        kills = self._story.orders[order].promise is PromisePolicy.FILL_OR_KILL
        is_cancelled = any(each.is_cancelled for each in self.shown if each.order == order)
        if kills or is_cancelled or any(not each.part for each in own):
            return Bounds(0, ordered)
        less = max((ordered - quantity for quantity in self._named(order, number)), default=0)
        return Bounds(0, min(ordered, max(0, less) + sum(each.part for each in own)))

    def credited(self, moved: Moved, done: int) -> Bounds:
        """What the customer does not pay for of what left; a memo stays where its shipment is reversed.

        `done`: what counts as shipped although nobody has shipped it.
        """
        if self.is_in_pallets(moved):
            return Bounds(0, 0)
        held = sum(
            max(0, units - (self.accepted[each, number] if number else 0))
            for (each, number), units in self.to_inspect.items()
            if each == moved
        )
        back, left = self.returned[moved] + self.missing[moved] - held, self.shipped[moved] + done
        early = self._came_before(moved, done)
        least, most = min(back, left), min(back, left + self.reversed[moved])
        if self.back_at[moved] and min(self.back_at[moved]) < max(self.left_at[moved], default=0):
            least -= early + self.reversed[moved]
        return Bounds(max(0, least), min(most, self.returned[moved] + self.missing[moved] - early))

    def _came_before(self, moved: Moved, done: int) -> int:
        """What came back before as much had left: it is of another order."""
        left, back = self.left_at[moved], self.back_at[moved]
        beyond = (
            sum(units for at, units in back.items() if at <= then)
            - sum(units for at, units in left.items() if at <= then)
            for then in back
        )
        return max(0, max(beyond, default=0) - done)


def _together(bounds: Iterable[Bounds]) -> Bounds:
    every = list(bounds)
    return Bounds(sum(each.least for each in every), sum(each.most for each in every))
