"""Compares a world with the second model, and says whether its end is legal: nothing in it waits for ever."""

from collections import Counter

from domain.identifiers import LineId
from domain.inventory.accounts import balance, on_hand
from domain.messages.cases import CaseClass
from domain.messages.dispatch import CommandType
from domain.messages.inventory import Account, NodePosition
from domain.messages.orders import HoldKind
from domain.messages.status import ErpStatus
from domain.money.amounts import smallest_coin
from domain.orders.alike_lines.groups import groups
from domain.orders.amending.holding_back import held_back
from domain.orders.erp.booking import is_posted_to
from domain.orders.holds.holding import is_disputed
from domain.orders.holds.sleeping import in_force
from domain.orders.holds.withdrawn import is_withdrawn
from domain.orders.lines import OrderLine
from domain.orders.pending import awaiting
from domain.orders.pending.answers import TO_STOP, Awaited, PendingAnswer
from domain.orders.state import Order, Stage
from domain.orders.warehouses.releasing import gate_is_open
from domain.returns import ReturnCondition
from operators.engine.timers import TIMERS
from tests.convergence import outcome
from tests.convergence.model import Bounds, Count, Moved
from tests.convergence.outcome import names_of, one_line_an_item, open_cases
from tests.convergence.story import Story
from tests.orders_and_ledger import audit
from tests.orders_and_ledger.histories import Inspect, Miss, Return, Unpick, order_id_of
from tests.orders_and_ledger.world import World


def judge(world: World, story: Story, count: Count) -> None:
    """All that must hold in the end, whatever came first."""
    facts_are_counted(world, count)
    stock_is_counted(world, count)
    the_erp_is_told_what_happened(world, count)
    the_erp_has_what_is_wanted(world)
    no_more_is_held_than_there_is(world)
    audit.nothing_is_oversold(world)
    audit.nothing_is_left_to_recall(world)
    audit.both_sides_agree(world, story.history)
    audit.nobody_waits_for_nothing(world)
    audit.what_explains_itself_is_resolved(world)
    audit.promise_dates_are_exact(world)
    audit.nothing_is_parked_for_nobody(world)
    audit.acceptance_comes_first(world)
    audit.held_orders_are_not_released(world)
    audit.the_events_add_up(world)
    audit.the_erp_is_asked_in_order(world)
    audit.what_was_shipped_is_credited(world)
    audit.returns_are_expected(world)
    for order in audit.orders_of(world).values():
        somebody_has_to_act(world, order)
        invoices_are_compared(order, count)
        deliveries_are_compared(order, count)
        each_warehouse_is_watched(order, count)
        other_items_have_a_case(world, order, count, story)
        nobody_is_let_go_by_itself(order, count, story)


def invoices_are_compared(order: Order, count: Count) -> None:
    """What is invoiced and can never be shipped, or stated at more than the units are worth, waits for finance."""
    number = int(order.order_id.removeprefix("order "))
    awaited = {pending.awaited for pending in order.pending_answers}
    lines = one_line_an_item(order)
    left = {
        (number, int(line.line_id), str(line.item_id)): line.ordered - line.cancelled
        for line in lines
        if not line.kept_unit
    }
    invoiced = {moved: units for moved, units in count.invoiced.items() if moved[0] == number}
    sent_back = {moved: 0 if moved in left else units for moved, units in count.returned.items()}
    with_customer = {moved: count.shipped[moved] - sent_back.get(moved, 0) for moved in invoiced}
    too_much = [moved for moved, units in invoiced.items() if units > max(0, with_customer[moved], left.get(moved, 0))]
    assert bool(too_much) == (Awaited.INVOICE_CANCELLATION in awaited), too_much
    paid_for_nothing = [
        (line.line_id, units)
        for line in lines
        if (units := _credited_and_uninvoiced(line, count, (number, int(line.line_id), str(line.item_id)))) > 0
    ]
    assert bool(paid_for_nothing) == (Awaited.INVOICE_OF_CREDIT in awaited), paid_for_nothing
    credited_first = [
        line.line_id
        for line in lines
        if not line.kept_unit
        and _credited_and_never_invoiced(line, count, (number, int(line.line_id), str(line.item_id)))
    ]
    is_invoiced = any(units > 0 or count.uninvoiced[moved] for moved, units in count.invoiced.items() if moved in left)
    assert bool(credited_first and is_invoiced) == (Awaited.INVOICE_BEFORE_CREDIT in awaited), credited_first
    coin = smallest_coin(order.currency)
    wrong = [moved for moved in left if abs(count.invoiced_amount[moved]) > coin * count.amounts_stated[moved]]
    assert bool(wrong) == (Awaited.INVOICE_CORRECTION in awaited), wrong


def each_warehouse_is_watched(order: Order, count: Count) -> None:
    """Whoever has units in picking, or is asked for some, is watched by what it does itself."""
    number = int(order.order_id.removeprefix("order "))
    rows = awaiting.all_of(order, Awaited.ACTION, Awaited.SHIPMENT, Awaited.SURPLUS, *TO_STOP)
    watched = {row.node_id for row in rows}
    asked = {at.node_id for line in order.lines for at in line.released_at}
    holding = {node for (moved, node), units in count.in_picking_at.items() if moved[0] == number and units > 0}
    assert asked | holding <= watched, f"nobody watches {(asked | holding) - watched}"


def _credited_and_uninvoiced(line: OrderLine, count: Count, moved: Moved) -> int:
    shipped = count.shipped[moved] + line.done
    return min(count.uninvoiced[moved], line.credited, shipped, shipped - count.invoiced[moved])


def _credited_and_never_invoiced(line: OrderLine, count: Count, moved: Moved) -> int:
    shipped = count.shipped[moved] + line.done
    lacking = min(line.credited, shipped, shipped - count.invoiced[moved])
    return max(0, lacking - max(0, _credited_and_uninvoiced(line, count, moved)))


def other_items_have_a_case(world: World, order: Order, count: Count, story: Story) -> None:
    """While they are out, or more came back than was shipped, and no longer; but for what only people can explain."""
    number = int(order.order_id.removeprefix("order "))
    own = {(number, int(line.line_id)): str(line.item_id) for line in order.lines}
    moved = {name for name in (*count.picked, *count.shipped, *count.returned) if name[:2] in own}
    others = [name for name in moved if own[name[:2]] != name[2]]
    wrong = [name for name in others if count.shipped[name] > count.returned[name]]
    wrong += [name for (name, _), units in count.in_picking_at.items() if name in others and units > 0]
    wrong += [name for name in others if count.returned[name] > max(0, count.shipped[name])]
    is_open = (CaseClass.WRONG_ITEM, order.order_id) in open_cases(world)
    assert is_open or not wrong, f"nobody knows of {wrong}"
    only_people_know = any(line.kept_unit for line in order.lines) or any(map(_is_for_people, story.told))
    assert wrong or only_people_know or not is_open, "all other items are back"


def _is_for_people(event: object) -> bool:
    match event:
        case Unpick() | Miss() | Inspect():
            return True
        case Return(condition=condition):
            return condition is ReturnCondition.MISSING
        case _:
            return False


def nobody_is_let_go_by_itself(order: Order, count: Count, story: Story) -> None:
    """What is held and never released stays held, whatever left and came back, until all of it is cancelled.

    Master data also releases a customer.
    """
    number = int(order.order_id.removeprefix("order "))
    held = count.held[number] - ({HoldKind.CUSTOMER} if story.orders[number].known else set())
    is_cancelled = all(line.cancelled >= line.ordered for line in order.lines)
    assert is_cancelled or held <= {hold.kind for hold in order.holds}, f"not held any more: {held}"


def deliveries_are_compared(order: Order, count: Count) -> None:
    """What is delivered waits for its shipment, of a line of the order or not; what is taken back, for what it was."""
    number = int(order.order_id.removeprefix("order "))
    delivered = {moved: units for moved, units in count.delivered.items() if moved[0] == number}
    done = {(number, int(line.line_id), str(line.item_id)): line.done for line in one_line_an_item(order)}
    unshipped = [
        moved
        for moved, units in delivered.items()
        if count.beyond[moved] or units > max(0, count.shipped[moved] + done.get(moved, 0))
    ]
    awaited = {pending.awaited for pending in order.pending_answers}
    assert bool(unshipped) == (Awaited.DELIVERED_SHIPMENT in awaited), unshipped
    assert any(units < 0 for units in delivered.values()) == (Awaited.REVERSED_DELIVERY in awaited), delivered
    invoiced = {moved: units for moved, units in count.invoiced.items() if moved[0] == number}
    assert any(units < 0 for units in invoiced.values()) == (Awaited.CANCELLED_INVOICE in awaited), invoiced


def facts_are_counted(world: World, count: Count) -> None:
    orders = audit.orders_of(world)
    assert {order_id_of(order) for order in count.placed} == set(orders), "an order is lost"
    for counted in count.lines():
        moved = counted.moved
        order = orders[order_id_of(moved[0])]
        (line,) = (each for each in one_line_an_item(order) if each.line_id == str(counted.number))
        wanted = count.wanted(counted)
        assert wanted.least <= line.ordered <= wanted.most, f"ordered {line.ordered}: {line}"
        if count.is_in_pallets(moved):
            pieces_are_counted_beside(order, line, count, moved)
        else:
            assert (count.picked[moved], count.shipped[moved]) == (line.picked, line.sent)
            assert (count.returned[moved], count.missing[moved]) == (line.returned, line.missing)
            assert (count.delivered[moved], count.invoiced[moved]) == (line.delivered, line.invoiced)
            assert count.invoiced_amount[moved] == line.invoiced_amount
        numbers = {each: str(each) for each in counted.ordered}
        own = {each.line_id: each for each in order.lines}
        bounds = count.cancelled(counted, {number: own[LineId(name)].ordered for number, name in numbers.items()})
        assert bounds.least <= line.cancelled <= bounds.most, f"{line.cancelled} of {line.ordered} cancelled: {line}"
        assert 0 <= line.done <= (line.ordered if count.may_be_done(moved) else 0), f"done: {line}"
    for line in (each for order in orders.values() for each in order.lines):
        excess = max(0, line.cancelled + line.shipped - line.ordered)
        held = line.unanswered + line.reserved + line.allocated + line.backordered + line.without_stock
        assert held + line.cancelled + line.shipped == line.ordered + excess


def pieces_are_counted_beside(order: Order, line: OrderLine, count: Count, moved: Moved) -> None:
    """Nothing of a line in pallets is taken for its own."""
    assert not any((line.picked, line.shipped, line.delivered, line.invoiced, line.taken_back, line.invoiced_amount))
    name = (line.line_id, line.item_id)
    beside = [each for each in order.misdirected if (each.line_id, each.item_id) == name]
    left_with = (count.picked[moved], count.shipped[moved], count.returned[moved])
    pieces = (*left_with, count.delivered[moved], count.invoiced[moved])
    counted = [(each.picked, each.shipped, each.returned, each.delivered, each.invoiced) for each in beside]
    assert (counted or [(0, 0, 0, 0, 0)]) == [pieces]


def stock_is_counted(world: World, count: Count) -> None:
    items = audit.items_of(world)
    nodes: dict[tuple[str, str], NodePosition] = {
        (item.item_id, node.node_id): node for item in items.values() for node in item.nodes
    }
    for place in count.places():
        node = nodes.get(place)
        if node is None:
            assert 0 == count.on_hand(*place)
            continue
        assert count.on_hand(*place) == on_hand(node), f"on hand at {place}"
        assert count.supplied[place] == -node.supplier
        assert count.adjusted[place] == -node.adjustment
        assert count.gone_to_customers[place] == node.customer
        assert count.damaged[place] == node.damaged
    for item in items.values():
        for node in item.nodes:
            picked = balance(node, Account.PICKED)
            assert count.in_picking(item.item_id, node.node_id) == picked, f"in picking of {item.item_id} at {node}"


def the_erp_is_told_what_happened(world: World, count: Count) -> None:
    """Every shipment of an accepted order's own items, and a credit for what came back of it, each once."""
    orders = audit.orders_of(world)
    names = names_of(orders.values())
    posted: Counter[tuple[str, str, str]] = Counter()
    for request in world.erp_requests:
        order_id = request.document.order_id
        for line in request.document.lines:
            first = names.get((order_id, line.line_id), line.line_id)
            posted[request.command_type, order_id, first] += line.quantity
    for counted in count.lines():
        moved = counted.moved
        name = (order_id_of(moved[0]), str(counted.number))
        is_known = is_posted_to(orders[name[0]]) and not count.is_in_pallets(moved)
        left, came_back = count.shipped[moved] + count.reversed[moved], count.reversed[moved]
        assert posted[CommandType.POST_SHIPMENT, *name] == (left if is_known else 0)
        assert posted[CommandType.REVERSE_SHIPMENT, *name] == (came_back if is_known else 0)
        (own,) = (each for each in one_line_an_item(orders[name[0]]) if each.line_id == name[1])
        credited = count.credited(moved, own.done) if is_known else Bounds(0, 0)
        assert credited.least <= posted[CommandType.POST_CREDIT_MEMO, *name] <= credited.most


def the_erp_has_what_is_wanted(world: World) -> None:
    """Of each line what is not cancelled, and beyond that only what has left; a warehouse may owe an amendment."""
    booked = outcome.booked(world)
    for order in audit.orders_of(world).values():
        if is_posted_to(order) and not order.amendments:
            for line in order.lines:
                units = booked.get((order.order_id, line.line_id), 0)
                assert line.ordered - line.cancelled <= units <= line.due_quantity, f"booked {units}: {line}"


def no_more_is_held_than_there_is(world: World) -> None:
    """Except what a warehouse was asked for before it was gone: then a case is open."""
    cases = {
        subject for case_class, subject in open_cases(world) if case_class in {CaseClass.DRIFT, CaseClass.SHRINKAGE}
    }
    for item in audit.items_of(world).values():
        for node in item.nodes:
            if node.available < 0:
                assert item.item_id in cases, f"less than nothing is available, and nobody is told: {node}"


def somebody_has_to_act(world: World, order: Order) -> None:
    """Nothing of an order waits for ever: a deadline is set, a case is open, or it waits for stock in the queue."""
    cases = {case_class for case_class, subject in open_cases(world) if subject == order.order_id}
    timers = {timer.due_at_ms for _, timer in world.rows["orders"].rows(TIMERS) if timer.subject == order.order_id}
    for pending in order.pending_answers:
        has_no_deadline = _waits_for_an_end(order, pending)
        assert has_no_deadline or pending.is_late or pending.due_at_ms in timers, f"nobody waits for {pending}"
    for asked in awaiting.all_of(order, Awaited.CANCELLATION, Awaited.AMENDMENT):
        assert any(line.to_be_picked for line in order.lines if line.line_id in asked.line_ids), (
            "nothing can be stopped"
        )
    for held in order.held_credits:
        assert CaseClass.INVOICE_MISMATCH in cases or held.due_at_ms in timers
    assert not order.answers_due
    waits = any(awaiting.all_of(order, Awaited.AMENDMENT, Awaited.CANCELLATION))
    assert waits or not order.amendments or not order.accepted or is_disputed(order), (
        f"nobody carries it out: {order.amendments}"
    )
    has_left = any(line.shipped for line in order.lines)
    waits_for_master_data = bool(order.held_lines) and not has_left
    is_owed = bool(order.unposted) and has_left
    assert order.accepted or is_disputed(order) or not is_owed or waits_for_master_data or is_withdrawn(order)
    for hold in in_force(order):
        assert hold.case_key or hold.ends_at_ms in timers or hold.overdue_at_ms in timers
    if any(line.backordered for line in order.lines if line.line_id in order.held_lines):
        assert CaseClass.INVALID_ITEM in cases
    if order.stage is Stage.ACCEPTED:
        what_is_held_is_with_a_warehouse(order)


def _waits_for_an_end(order: Order, pending: PendingAnswer) -> bool:
    """Of a dispute, or of what keeps back a release whose window has passed: that has a deadline, or a case."""
    if pending.awaited is Awaited.RELEASE_WINDOW:
        return not pending.due_at_ms
    return pending.awaited is Awaited.UNITS and (is_disputed(order) or bool(order.held_lines))


def what_is_held_is_with_a_warehouse(order: Order) -> None:
    """Units that are held and that nobody was asked to ship would lie there for ever."""
    if order.erp_status is ErpStatus.REJECTED:
        assert order.refusals, "the ERP has refused it, and no case is open"
        return
    asked = awaiting.all_of(order, Awaited.CANCELLATION, Awaited.STOP, Awaited.AMENDMENT)
    waiting = {line_id for each in asked for line_id in each.line_ids} | held_back(order)
    if gate_is_open(order):
        covered = {
            line.line_id
            for alike in groups(order.lines)
            if any(line.cancelled + line.shipped - line.taken_back > line.ordered for line in alike)
            for line in alike
        }
        left = [line for line in order.lines if line.to_release and line.line_id not in waiting | covered]
        assert not left, f"held, and nobody is asked to ship it: {left}"
        open_lines = [line for line in order.lines if line.to_be_done and line.line_id not in waiting]
        assert not open_lines, f"nothing leaves of it, and it is not done: {open_lines}"
