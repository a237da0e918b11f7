"""What must be true of orders and ledger: at every moment, and when nothing is in flight between them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from domain.identifiers import ItemId
from domain.inventory.accounts import Item, on_hand
from domain.inventory.laws import audit
from domain.inventory.reservations import Reservation
from domain.inventory.supply.promising import lots_of, promise_page
from domain.messages.cases import CaseClass, CaseState
from domain.messages.dispatch import CommandType, PostedEvent
from domain.messages.orders import HoldKind, OrderPictured, OrderPlaced, OrderReturned
from domain.messages.returns.inspections import OrderReturnInspected
from domain.messages.status import (
    ErpCommandRefused,
    InventoryAllocated,
    InventoryBackordered,
    LineSummary,
    LineTotals,
    OrderAccepted,
    OrderBooked,
    OrderHeld,
    OrderHoldReleased,
    OrderReceived,
    OrderSnapshot,
    PickReleased,
    ShipmentReversed,
    StatusEvent,
)
from domain.orders import lines
from domain.orders.alike_lines.groups import all_of
from domain.orders.erp.booking import has_ended_unshipped, is_posted_to
from domain.orders.holds.holding import is_disputed
from domain.orders.lines import OrderLine
from domain.orders.pending import awaiting
from domain.orders.pending.answers import TO_STOP, Awaited
from domain.orders.requested_days import day_of
from domain.orders.returns.rows import OPEN
from domain.orders.state import Order, ParkedOrder, ParkedUnits, Stage
from domain.orders.warehouses import picks
from domain.orders.watched_cases.rows import EndsWhen
from domain.returns import ReturnCondition
from operators.engine.timers import TIMERS
from operators.machines.availability_feed import TO_COME
from operators.machines.claims.promises import PROMISE_ROUNDS
from operators.machines.claims.rows import RESERVATIONS, WAITING, claims_of
from operators.machines.claims.supplies import expected_of
from operators.machines.document_rows import RETURNS
from operators.machines.inventory import ITEMS
from operators.machines.orders import ORDERS
from operators.machines.parked_events import PARKED, PARKED_EVENTS, PARKED_UNITS
from tests.orders_and_ledger.histories import (
    AboutOrder,
    Adjust,
    Deliver,
    History,
    Invoice,
    Miss,
    Pick,
    Receive,
    Return,
    Reverse,
    Ship,
    Unpick,
    item_moved,
    order_id_of,
)
from tests.orders_and_ledger.inspected_goods import Said, conditions_of
from tests.orders_and_ledger.world import World

_COUNTERS = tuple(name for name in LineTotals.__dataclass_fields__ if name in LineSummary.__dataclass_fields__)

OF_INVOICES = (
    Awaited.INVOICED_SHIPMENT,
    Awaited.CANCELLED_INVOICE,
    Awaited.INVOICE_CANCELLATION,
    Awaited.INVOICE_CORRECTION,
    Awaited.INVOICE_OF_CREDIT,
    Awaited.INVOICE_BEFORE_CREDIT,
)
"""What invoices wait for."""


def orders_of(world: World) -> dict[str, Order]:
    return dict(world.rows["orders"].rows(ORDERS))


def items_of(world: World) -> dict[str, Item]:
    return dict(world.rows["ledger"].rows(ITEMS))


def reservations_of(world: World) -> list[Reservation]:
    return [row for _, row in world.rows["ledger"].rows(RESERVATIONS)]


def every_law_holds(world: World) -> None:
    """The laws of both sides by themselves: true at every moment."""
    rows = reservations_of(world)
    for item in items_of(world).values():
        assert () == audit(item, [row for row in rows if row.item_id == item.item_id])
    waiting = {row.reservation_id for row in rows if row.waits}
    assert waiting == {name for _, name in world.rows["ledger"].rows(WAITING)}
    for item_id in items_of(world):
        queue = list(claims_of(world.rows["ledger"].partition.state, ItemId(item_id)).waiting)
        assert queue == sorted(queue, key=lambda row: row.queue_position), "the rows are in the order of the queue"
    for order in orders_of(world).values():
        assert [] == [law for line in order.lines for law in lines.violations(line)]
        if order.stage in {Stage.CANCELLED, Stage.REJECTED}:
            assert all(line.open_quantity == 0 for line in order.lines)
        nobody_is_asked_twice_to_stop(order)


def nobody_is_asked_twice_to_stop(order: Order) -> None:
    """A warehouse has one command for a line to which it owes an answer, whatever this decides."""
    commands: dict[tuple[str, str], set[str]] = defaultdict(set)
    for pending in awaiting.all_of(order, *TO_STOP):
        for line_id in pending.line_ids:
            commands[pending.node_id, line_id].add(pending.key)
    assert [] == [name for name, keys in commands.items() if len(keys) > 1]


def units_are_conserved(world: World, history: History) -> None:  # noqa: C901, PLR0912  one row a fact
    """Recounted from the facts alone.

    Only what is parked for an order that has not come is not in the ledger, and what is reversed and not shipped.
    """
    items = items_of(world)
    parked = {order_id for order_id, row in parked_of(world).items() if not row.orphaned}
    customer: Counter[str] = Counter()
    received: Counter[str] = Counter()
    found_at_least: Counter[str] = Counter()
    damaged: Counter[str] = Counter()
    for step in history.steps:
        match step:
            case Receive(item, _, quantity):
                received[item] += quantity
            case Adjust(item, _, quantity):
                found_at_least[item] += quantity
            case Unpick(order, _, _, quantity, ReturnCondition.MISSING) | Miss(order, _, _, quantity) if (
                order_id_of(order) not in parked
            ):
                found_at_least[item_moved(history, step)] -= quantity
            case Ship(order, _, _, quantity) if order_id_of(order) not in parked:
                customer[item_moved(history, step)] += quantity
            case Reverse(order, _, _, quantity, condition) if order_id_of(order) not in parked:
                customer[item_moved(history, step)] -= quantity
                if condition is ReturnCondition.MISSING:
                    found_at_least[item_moved(history, step)] -= quantity
                elif condition is ReturnCondition.DAMAGED:
                    damaged[item_moved(history, step)] += quantity
            case Unpick(order, _, _, quantity, ReturnCondition.DAMAGED) if order_id_of(order) not in parked:
                damaged[item_moved(history, step)] += quantity
            case Return(order, _, _, quantity, condition) if order_id_of(order) not in parked:
                if condition is not ReturnCondition.MISSING:
                    customer[item_moved(history, step)] -= quantity
                if condition is ReturnCondition.DAMAGED:
                    damaged[item_moved(history, step)] += quantity
            case _:
                pass
    for item, condition, quantity in _inspected(world):
        if condition is ReturnCondition.MISSING:
            found_at_least[item] -= quantity
        elif condition is ReturnCondition.DAMAGED:
            damaged[item] += quantity
    for known in orders_of(world).values():
        for line in (line for held in known.held_reversals if not held.is_in_ledger for line in held.lines):
            customer[line.item_id] += line.quantity
            if line.condition is ReturnCondition.MISSING:
                found_at_least[line.item_id] += line.quantity
            elif line.condition is ReturnCondition.DAMAGED:
                damaged[line.item_id] -= line.quantity
    for name, row in items.items():
        found = -sum(node.adjustment for node in row.nodes)
        assert customer[name] == sum(node.customer for node in row.nodes)
        assert damaged[name] == sum(node.damaged for node in row.nodes)
        assert received[name] == -sum(node.supplier for node in row.nodes)
        assert received[name] + found - customer[name] == units_on_hand(row)
        assert found >= found_at_least[name]


_Goods = tuple[str, str, str, str, str]
"""Order, return, node, line and item."""


def _inspected(world: World) -> Iterator[tuple[str, ReturnCondition, int]]:
    """What was found by item; without an order, each inspection is of goods of its own."""
    parked = parked_of(world)
    placed = {message.order_id for _, message in world.said if isinstance(message, OrderPlaced | OrderPictured)}
    came: Counter[_Goods] = Counter()
    said: defaultdict[_Goods, list[tuple[int, str, list[Said]]]] = defaultdict(list)
    for message in {each.document_id: each for _, each in world.said if _is_of_return(each)}.values():
        for line in message.lines:
            goods = (message.order_id, message.return_id, message.node_id, line.line_id, line.item_id)
            if isinstance(message, OrderReturnInspected):
                units = (line.condition, line.is_credited, line.quantity)
                said[goods].append((message.provenance.occurred_at_us, message.document_id, [units]))
            elif line.condition is ReturnCondition.INSPECT:
                came[goods] += line.quantity
    for goods, inspections in said.items():
        if goods[0] in parked and not parked[goods[0]].orphaned:
            continue
        is_known = goods[0] in placed and goods[0] not in parked
        found = conditions_of(came[goods] if is_known else 0, [units for *_, units in sorted(inspections)])
        yield from ((goods[-1], condition, quantity) for condition, quantity in found.items())


def _is_of_return(message: object) -> bool:
    return isinstance(message, OrderReturned | OrderReturnInspected)


def units_on_hand(item: Item) -> int:
    return sum(on_hand(node) for node in item.nodes)


def parked_of(world: World) -> dict[str, ParkedOrder]:
    return dict(world.rows["orders"].rows(PARKED))


def parked_units_of(world: World, order_id: str) -> list[ParkedUnits]:
    return [units for key, units in world.rows["orders"].rows(PARKED_UNITS) if key.startswith(f"{order_id}\0")]


def nothing_is_parked_for_nobody(world: World) -> None:
    """Events and units wait only under a head, and as many as it says."""
    heads = parked_of(world)
    waiting = Counter(key.partition("\0")[0] for key, _ in world.rows["orders"].rows(PARKED_EVENTS))
    assert {order_id: head.parked for order_id, head in heads.items()} == dict(waiting)
    assert {key.partition("\0")[0] for key, _ in world.rows["orders"].rows(PARKED_UNITS)} <= set(heads)


def nothing_is_oversold(world: World) -> None:
    """The position is what the journal adds up to; that promises only what is free, the world sees entry by entry."""
    for item in items_of(world).values():
        for node in item.nodes:
            assert world.available[item.item_id, node.node_id] == node.available


def nothing_is_left_to_recall(world: World) -> None:
    """Nothing is in flight: where more is promised than there is, every order was asked and keeps what it holds."""
    short = {
        (item.item_id, node.node_id) for item in items_of(world).values() for node in item.nodes if node.available < 0
    }
    for row in reservations_of(world):
        for at in row.at:
            assert at.recalled == 0, f"a recall has no answer: {row}"
            is_short = (row.item_id, at.node_id) in short
            assert at.recallable == 0 or not is_short, f"nobody was asked for units that are gone: {row}"


def both_sides_agree(world: World, history: History) -> None:
    """Nothing is in flight: each order line counts what the ledger keeps for it, and the ledger keeps nothing else."""
    kept: dict[tuple[str, str, str], list[Reservation]] = defaultdict(list)
    for row in reservations_of(world):
        kept[row.order_id, row.line_id, row.item_id].append(row)
    for order in orders_of(world).values():
        for line in order.lines:
            name = (order.order_id, line.line_id, line.item_id)
            rows = kept.pop(name, [])
            if line.kept_unit:
                unclaimed = [row for row in rows if "/" in row.reservation_id]
                rows = [row for row in rows if row not in unclaimed]
                kept |= {name: unclaimed} if unclaimed else {}
            assert _as_the_order_counts(line) == _as_the_ledger_counts(rows), (order, line, rows)
            is_held_as_duplicate = order.stage is Stage.CHECKING and bool(order.holds)
            assert line.is_answered or is_held_as_duplicate, "the ledger has not answered"
            claimed = (row.requested_us for row in rows if "/" not in row.reservation_id)
            assert {day_of(order, line.line_id)} >= set(claimed), "it is wanted on one day"
            assert {each.reservation_id: each.promised_us for each in line.claims if each.waiting} == {
                row.reservation_id: row.promised_us for row in rows if row.backordered
            }
            if order.stage is Stage.ACCEPTED:
                assert not any(row.pending or (row.waits and not row.confirmed) for row in rows)
    in_picking = {
        (order.order_id, units.line_id, units.item_id): picks.in_picking(units.picks)
        for order in orders_of(world).values()
        for units in order.misdirected
        if picks.in_picking(units.picks)
    }
    known = {key: sum(row.picked for row in rows) for key, rows in kept.items() if key[0] in orders_of(world)}
    assert in_picking == known, "the ledger keeps what was picked for no line's item, until it is shipped"
    for order_id, line_id, _ in kept:
        assert order_id in orders_of(world) or _was_picked(history, order_id, line_id), "nobody's reservation is left"


def promise_dates_are_exact(world: World) -> None:
    """Nothing has moved for a while: whoever goes through the queue again finds the same dates."""
    partition = world.rows["ledger"].partition
    moving = {item_id for item_id, _ in world.rows["ledger"].rows(PROMISE_ROUNDS)}
    for item in (each for each in items_of(world).values() if each.item_id not in moving):
        lots = lots_of(item, expected_of(partition, item.item_id))
        page = promise_page(item, lots, claims_of(partition.state, item.item_id).waiting)
        assert () == page.decision.changes
        left = partition.state.get(TO_COME, item.item_id)
        assert page.lots == (left.lots if left else ()), "channels are shown what nobody is promised"


def _as_the_order_counts(line: OrderLine) -> dict[tuple[str, str], int]:
    """Units by node and by what they are; claim by claim they have to be the same on both sides."""
    counted: Counter[tuple[str, str]] = Counter()
    for claim in line.claims:
        counted["", "waits"] += claim.waiting
        for at in claim.held:
            counted[at.node_id, "pending"] += at.pending
            counted[at.node_id, "allocated"] += at.allocated
            counted[at.node_id, "picked"] += at.picked
    return {key: units for key, units in counted.items() if units}


def _as_the_ledger_counts(rows: Iterable[Reservation]) -> dict[tuple[str, str], int]:
    counted: Counter[tuple[str, str]] = Counter()
    for row in rows:
        counted["", "waits"] += row.backordered
        for at in row.at:
            counted[at.node_id, "pending"] += at.pending
            counted[at.node_id, "allocated"] += at.allocated
            counted[at.node_id, "picked"] += at.picked
    return {key: units for key, units in counted.items() if units}


def _was_picked(history: History, order_id: str, line_id: str) -> bool:
    """For an order that never came, or is purged."""
    return any(
        (order_id_of(step.order), str(step.line)) == (order_id, line_id)
        for step in history.steps
        if isinstance(step, Pick)
    )


def facts_are_counted(world: World, history: History) -> None:
    """What was picked, shipped and returned, added up; beyond the order only when nothing of it is left.

    Where lines are alike, what exceeds one of them is of the others.
    """
    for order in orders_of(world).values():
        for of_item in all_of(order.lines):
            names = {(order.order_id, line.line_id) for line in of_item}
            own = [
                step
                for step in history.steps
                if isinstance(step, Pick | Unpick | Ship | Reverse | Deliver | Invoice | Return)
                and (order_id_of(step.order), str(step.line)) in names
                and not step.other
            ]
            put_back = sum(step.quantity for step in own if isinstance(step, Unpick))
            shipped = sum(step.quantity for step in own if isinstance(step, Ship))
            came_back = shipped - sum(line.sent for line in of_item)
            picked = sum(step.quantity for step in own if isinstance(step, Pick))
            assert picked - put_back - came_back == sum(line.picked for line in of_item)
            assert _least_reversed(own) <= came_back <= _most_reversed(own)
            counts = (
                (Deliver, sum(line.delivered for line in of_item)),
                (Invoice, sum(line.invoiced for line in of_item)),
            )
            for kind, counted in counts:
                told = [step for step in own if isinstance(step, kind)]
                assert sum(-step.quantity if step.is_reversal else step.quantity for step in told) == counted
            returned = [step for step in own if isinstance(step, Return)]
            missing = [step.quantity for step in returned if step.condition is ReturnCondition.MISSING]
            assert sum(missing) == sum(line.missing for line in of_item)
            assert sum(step.quantity for step in returned) == sum(line.taken_back for line in of_item)
            assert all(line.excess == 0 or line.open_quantity == 0 for line in of_item)


def _least_reversed(steps: Sequence[AboutOrder]) -> int:
    """Each is taken off its own warehouse's shipment; off another one's at its deadline, or not at all."""
    units = _by_shipment(steps)
    shipments = {(number, node) for _, number, node in units}
    return sum(min(units[Ship, number, node], units[Reverse, number, node]) for number, node in shipments)


def _most_reversed(steps: Sequence[AboutOrder]) -> int:
    """Of a number never more than all warehouses have shipped under it."""
    of_number: Counter[tuple[type, str]] = Counter()
    for (kind, number, _), units in _by_shipment(steps).items():
        of_number[kind, number] += units
    return sum(min(of_number[Ship, number], of_number[Reverse, number]) for number in {each for _, each in of_number})


def _by_shipment(steps: Iterable[AboutOrder]) -> Counter[tuple[type, str, str]]:
    """Units shipped and reversed, by number and warehouse."""
    units: Counter[tuple[type, str, str]] = Counter()
    for step in steps:
        if isinstance(step, Ship | Reverse):
            units[type(step), step.shipment, step.node] += step.quantity
    return units


def the_erp_is_asked_in_order(world: World) -> None:
    """One sales order for each accepted order, before all its shipments; each business key once a type."""
    asked = [(request.command_type, request.business_key) for request in world.erp_requests]
    assert len(asked) == len(set(asked))
    booked: set[str] = set()
    for request in world.erp_requests:
        if request.command_type is CommandType.CREATE_SALES_ORDER:
            booked.add(request.document_key)
        assert request.document_key in booked
    orders = orders_of(world)
    assert booked == {order_id for order_id, order in orders.items() if order.accepted}
    posted = {request.business_key for request in world.erp_requests if request.document_key != request.business_key}
    for order in orders.values():
        shipments = {held.business_key for held in order.unposted}
        assert not posted & (shipments | {held.business_key for held in order.unposted_returns})


def what_was_shipped_is_credited(world: World) -> None:
    """Of each line as much as is returned and shipped; what came back before the last shipment left may be of another.

    It waits before the order is accepted, behind a shipment that waits, and while the ERP refuses what it follows.
    A memo stays where the shipment is reversed that it was for.
    """
    memos = [asked.document for asked in world.erp_requests if asked.command_type is CommandType.POST_CREDIT_MEMO]
    waiting = [
        held.document
        for order in orders_of(world).values()
        for held in order.unposted_returns
        if held.posted is PostedEvent.RETURN_RECEIVED
    ]
    credited: Counter[tuple[str, str]] = Counter()
    for memo in (*memos, *waiting):
        credited.update({(memo.order_id, line.line_id): line.quantity for line in memo.lines})
    due: dict[tuple[str, str], int] = {
        (order.order_id, line.line_id): min(line.credited, line.shipped)
        for order in orders_of(world).values()
        for line in order.lines
    }
    early: Counter[tuple[str, str]] = Counter()
    for order in orders_of(world).values():
        for held in order.held_credits:
            if held.came_us < order.last_shipped_us:
                early.update({(order.order_id, line.line_id): line.quantity for line in held.lines})
    reversed_lines = {
        (message.order.order_id, line.line_id)
        for message in world.published
        if isinstance(message, ShipmentReversed)
        for line in message.lines
    }
    for key in set(due) | set(credited):
        assert credited[key] >= due.get(key, 0) - early[key] or key[0] in world.given_up
        assert credited[key] <= due.get(key, 0) or key in reversed_lines
    waits_for = {order.order_id for order in orders_of(world).values() if order.unposted} | {*world.unsettled.values()}
    posted_to = [
        order for order_id, order in orders_of(world).items() if is_posted_to(order) and order_id not in waits_for
    ]
    assert not any(order.unposted_returns for order in posted_to)


def _is_for_a_person(world: World, order_id: str, key: str) -> bool:
    """A return named a line that the order did not have, goods came back twice, or a service is due without its goods.

    Nothing else ends it, or credits the service.
    """
    order = orders_of(world).get(order_id)
    if key == "service without goods":
        return order is not None and any(line.done and line.due_quantity for line in order.lines)
    if order is None or not key.startswith("came back twice/"):
        return order is not None and key.endswith("/no such line")
    return any(line.taken_back for line in order.lines)


def every_credit_too_much_is_a_case(world: World) -> None:
    """All deadlines are past: what is returned and not shipped has an open case, each return one."""
    cases = [case for case in world.cases if case.case_class is CaseClass.INVOICE_MISMATCH]
    still_open: dict[tuple[str, str], str] = {}
    for case in cases:
        name = (case.subject, case.key)
        if case.state is CaseState.OPEN:
            assert case.reason != still_open.get(name), "opened again, and nothing else is said"
            still_open[name] = case.reason
        else:
            assert still_open.pop(name, ""), "resolved, and not open"
    held = {(order.order_id, each.business_key) for order in orders_of(world).values() for each in order.held_credits}
    held |= {
        (order.order_id, each.business_key) for order in orders_of(world).values() for each in order.held_reversals
    }
    held |= {
        (order.order_id, each.key)
        for order in orders_of(world).values()
        for each in awaiting.all_of(order, *OF_INVOICES)
    }
    for order in orders_of(world).values():
        for each in awaiting.all_of(order, *OF_INVOICES):
            assert each.is_late
        if any(line.invoiced > line.shipped for line in order.lines):
            assert any(awaiting.all_of(order, Awaited.INVOICED_SHIPMENT, Awaited.INVOICE_CANCELLATION))
    assert held == {each for each in still_open if not _is_for_a_person(world, *each)}
    for order in orders_of(world).values():
        assert not any(each.due_at_ms for each in order.held_credits)
        is_reversed = any(
            isinstance(message, ShipmentReversed) and message.order.order_id == order.order_id
            for message in world.published
        )
        if not is_reversed and any(line.credited > line.shipped for line in order.lines):
            assert order.order_id in {order_id for order_id, _ in held}


def acceptance_comes_first(world: World) -> None:
    """Allocated and missing units are published only after the acceptance."""
    accepted: set[str] = set()
    for message in world.published:
        if isinstance(message, OrderAccepted):
            accepted.add(message.order.order_id)
        elif isinstance(message, InventoryAllocated | InventoryBackordered):
            assert message.order.order_id in accepted


def _is_all_back(totals: LineTotals) -> bool:
    """Whether all that has left has come back, and nothing is left to send."""
    return 0 < totals.shipped <= totals.returned and totals.ordered <= totals.cancelled + totals.shipped


def held_orders_are_not_released(world: World) -> None:
    """Nothing is released to a warehouse while an order is held, and none is accepted while it is in dispute.

    A hold lasts until somebody releases it, or all of the order is cancelled, whatever has left meanwhile; that of a
    dispute, also until all of it is back.
    """
    held: dict[str, set[HoldKind]] = defaultdict(set)
    for message in world.published:
        match message:
            case OrderReceived(order):
                held[order.order_id].clear()
            case OrderHeld(order, hold=kind):
                held[order.order_id].add(kind)
            case OrderHoldReleased(order, hold=kind, released_by=released_by):
                held[order.order_id].discard(kind)
                assert released_by or _is_all_back(order.totals) or order.totals.cancelled >= order.totals.ordered, (
                    f"{kind} ends by itself"
                )
            case PickReleased(order):
                assert () == order.holds
                assert not held[order.order_id], f"released although held: {held[order.order_id]}"
            case OrderAccepted(order):
                assert HoldKind.DUPLICATE not in order.holds
            case _:
                pass


def refused_orders_are_not_released(world: World) -> None:
    """Nothing is released to a warehouse from the refusal of the booking until the ERP has accepted it."""
    refused: set[str] = set()
    for message in world.published:
        if isinstance(message, ErpCommandRefused) and message.command_type is CommandType.CREATE_SALES_ORDER:
            refused.add(message.order.order_id)
        elif isinstance(message, OrderBooked):
            refused.discard(message.order.order_id)
        elif isinstance(message, PickReleased):
            assert message.order.order_id not in refused, "a refused order is not released"


def refusals_have_cases(world: World) -> None:
    """An order keeps what was refused and not accepted since, unless it is cancelled; each has an open case."""
    orders = orders_of(world)
    kept = {(each.command_type, each.business_key): name for name, row in orders.items() for each in row.refusals}
    ended = {name for name, order in orders.items() if has_ended_unshipped(order)}
    due = {what: name for what, name in world.unsettled.items() if what in kept or name not in ended}
    assert due == kept, "what the ERP has refused is kept until it is settled"
    assert len(kept) == sum(len(order.refusals) for order in orders.values()), "each is kept once"
    last = {each.key: each for each in world.cases if each.case_class is CaseClass.ORDER_REJECTED}
    is_open = {each.key: each.subject for each in last.values() if each.state is CaseState.OPEN}
    of_amendments = {key for key in is_open if key.startswith("amendment/")}
    cases = {key: is_open[key] for key in is_open if key not in world.dismissed | of_amendments}
    assert cases == {each.command_id: name for name, row in orders.items() for each in row.refusals}, "one case each"


def retries_are_new_commands(world: World) -> None:
    """Each has the business key of what was refused, and an id that no command had."""
    asked = [request.command_id for request in (*world.erp_requests, *world.retries)]
    assert len(asked) == len(set(asked)), "a retry has an id of its own"


def what_explains_itself_is_resolved(world: World) -> None:
    """A case says that too much was shipped of a line for as long as that is so; likewise of units that are lost.

    What came back of one line makes up for another one that is like it.
    """
    latest = {(case.case_class, case.subject, case.key): case.state for case in world.cases if case.key}
    still_open = {name for name, state in latest.items() if state is CaseState.OPEN}
    lost = {(CaseClass.SHRINKAGE, item.item_id, loss.key) for item in items_of(world).values() for loss in item.losses}
    told = {name for name in still_open if name[2].startswith("shipped too much/")}
    for order in orders_of(world).values():
        for alike in _counted_together(order):
            names = {(CaseClass.OVER_SHIPMENT, order.order_id, f"shipped too much/{line.line_id}") for line in alike}
            is_too_much = sum(line.excess - line.taken_back for line in alike) > 0
            assert is_too_much == bool(told & names), f"shipped too much: {alike}"
    told = {name for name in still_open if name[0] is CaseClass.SHRINKAGE}
    assert lost == told, f"lost: {lost ^ told}"
    _cases_are_watched(world, {name for name in still_open if name[2] not in world.dismissed})


def _counted_together(order: Order) -> list[list[OrderLine]]:
    """The lines that are alike; one of which another unit has left than it is ordered in, is alone."""
    together = [[line for line in alike if not line.kept_unit] for alike in all_of(order.lines)]
    return [*together, *([line] for line in order.lines if line.kept_unit)]


def _cases_are_watched(world: World, still_open: set[tuple[CaseClass, str, str]]) -> None:
    """A case of lost units, of a refusal to pick or of an amendment is open as long as its order watches it."""
    orders = orders_of(world)
    kinds = ("lost/", "refused/", "amendment/")
    watched = {
        (row.case_class, name, row.key)
        for name, order in orders.items()
        for row in order.watched_cases
        if row.key.startswith(kinds)
    }
    told = {name for name in still_open if name[1] in orders and name[2].startswith(kinds)}
    assert watched == told, f"watched: {watched ^ told}"
    for order in orders.values():
        for row in order.watched_cases:
            lines = [line for line in order.lines if line.line_id in row.line_ids]
            waits = any(line.open_quantity for line in lines)
            assert waits or row.ends_when is not EndsWhen.NOTHING_OPEN, f"nothing of {row} is open"
            too_much = any(line.unwanted > line.taken_back for line in lines)
            assert too_much or row.ends_when is not EndsWhen.NOTHING_UNWANTED, f"nothing of {row} is unwanted"


def nobody_waits_for_nothing(world: World) -> None:
    """Nothing is in flight: every order is decided, or has a timer for the end of its patience, or its next try.

    One in dispute waits for a person, who has a case.
    """
    timers = {(timer.subject, timer.due_at_ms) for _, timer in world.rows["orders"].rows(TIMERS)}
    for order in orders_of(world).values():
        if is_disputed(order):
            continue
        assert order.stage is not Stage.RESERVING
        is_decided = order.stage not in {Stage.WAITING, Stage.RETRYING}
        unclaimed = order.stage is not Stage.RETRYING and any(line.unclaimed for line in order.lines)
        assert not unclaimed, f"the ledger was not asked for what is open: {order}"
        patience = awaiting.all_of(order, Awaited.UNITS, Awaited.NEXT_TRY)
        is_patient = any((order.order_id, pending.due_at_ms) in timers for pending in patience)
        assert is_decided or order.held_lines or is_patient


def the_events_add_up(world: World) -> None:
    """Each event carries the lines that changed: added up they come to the totals that it states."""
    lines: dict[str, dict[str, LineSummary]] = defaultdict(dict)
    for message in world.published:
        if not isinstance(message, StatusEvent):
            continue
        order = message.order
        known = lines[order.order_id]
        if isinstance(message, OrderReceived):
            known.clear()
        known.update({line.line_id: line for line in order.lines})
        added_up = {name: sum(getattr(line, name) for line in known.values()) for name in _COUNTERS}
        assert added_up == {name: getattr(order.totals, name) for name in _COUNTERS}, message
        assert len(known) == order.line_count
    for message in world.published:
        if isinstance(message, OrderSnapshot):
            assert len(message.order.lines) == message.order.line_count


def returns_are_expected(world: World) -> None:
    """Somebody waits for each open return and for no other; the lines of its order count what is to come."""
    announced: Counter[tuple[str, str]] = Counter()
    uncredited: Counter[tuple[str, str]] = Counter()
    to_inspect: set[tuple[str, str]] = set()
    waited_for: set[tuple[str, str]] = set()
    for key, known in world.rows["orders"].rows(RETURNS):
        order_id, _, _ = key.partition("\0")
        uncredited.update({(order_id, line_id): units for line_id, units in known.uncredited_by_line.items()})
        assert sum(line.uncredited for line in known.lines) == sum(line.quantity for line in known.uncredited)
        if known.is_uninspected:
            to_inspect.add((order_id, known.return_id))
        if known.stage in OPEN:
            waited_for.add((order_id, known.return_id))
            announced.update({(order_id, line.line_id): known.announced(line.line_id) for line in known.lines})
            assert not known.has_come
    for order in orders_of(world).values():
        kinds = awaiting.all_of(order, Awaited.RETURN_DECISION, Awaited.RETURNED_GOODS)
        own = sorted(return_id for order_id, return_id in waited_for if order_id == order.order_id)
        assert own == sorted(pending.reason for pending in kinds)
        inspected = sorted(return_id for order_id, return_id in to_inspect if order_id == order.order_id)
        assert inspected == sorted(each.reason for each in awaiting.all_of(order, Awaited.INSPECTION))
        for line in order.lines:
            assert uncredited[order.order_id, line.line_id] == line.uncredited
            assert announced[order.order_id, line.line_id] == line.announced
