"""Credit memos: for what was shipped, and for nothing else.

A return may overtake its shipment, and a warehouse may report more than it ever shipped. What no shipment covers yet is
held: the ERP is asked for the memo when the shipment comes. At the deadline a case says what is not credited; the
shipment still releases the memo, and resolves the case, which says what is left as long as only a part has come. So of
each line min(returned, shipped) is credited, whatever came first. Goods that came back before a shipment left are not
of that one, by the clocks of their sources (`domain.orders.returns.by_time`): they are of an earlier life of the order,
or of another one, and a person credits them. Only so much waits (`MOST_WAITING`); what exceeds that is a case at once.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from domain.identifiers import ItemId, LineId, ReturnId
from domain.messages.cases import CaseClass, CaseOrigin, CaseState
from domain.messages.dispatch import Document, PostedEvent
from domain.messages.failure_policy import Workflow
from domain.messages.status import ReturnCredited
from domain.orders.cases import shortened, state_case
from domain.orders.decision import OrderDecision, OrderTimer
from domain.orders.erp.booking import has_ended_unshipped, is_posted_to
from domain.orders.erp.withheld import is_withheld, lines_before, without_refused_lines
from domain.orders.facts.coverage import split
from domain.orders.holds.withdrawn import is_withdrawn
from domain.orders.lines import OrderLine
from domain.orders.money.credit_memos import memo_of, without_line
from domain.orders.outages.pausing import is_kept_back
from domain.orders.returns import by_time, numbering, overcrediting
from domain.orders.returns.by_time import CreditedByTime
from domain.orders.returns.rows import CameBack
from domain.orders.state import HeldCredit, Order, UnpostedReturn
from domain.quantities import format_quantity
from domain.returns import ReturnedLine
from domain.values import replace

MOST_WAITING: Final = 100
"""Credits of one order that wait for a shipment, and documents of its returns that wait until the ERP may be told."""
MOST_WAITING_LINES: Final = 2_000
"""Lines that each of the two have together."""


class Coverage(NamedTuple):
    """The lines of a return: those that shipments cover, and the rest."""

    covered: tuple[ReturnedLine, ...]
    held: tuple[ReturnedLine, ...]


def coverage_of(decision: OrderDecision, lines: Sequence[ReturnedLine], before: Order, came_us: int) -> Coverage:
    """The coverage of lines that are counted now and not in `before`; all are lines and items of the order."""
    new = HeldCredit("", ReturnId(""), "", tuple(lines), 0, came_us)
    covered = dict(_newly_covered(before, decision.order))
    if came_us == by_time.UNKNOWN or came_us >= decision.order.last_shipped_us:
        return _split(lines, covered)
    return _covered_in_time(_credited_by_time(decision, (*decision.order.held_credits, new)), new, covered)


def credit(
    decision: OrderDecision, business_key: str, memo: Document, held: tuple[ReturnedLine, ...], came_us: int
) -> None:
    """Ask for the memo of what is covered, and hold the rest."""
    ask(decision, PostedEvent.RETURN_RECEIVED, business_key, memo)
    if held:
        due_at_ms = decision.cause.now_ms + decision.rules.premature_return_limit_ms
        _hold(decision, HeldCredit(business_key, memo.return_id, memo.reason, held, due_at_ms, came_us))


def _hold(decision: OrderDecision, held: HeldCredit) -> None:
    """What finds no room does not wait: its shipment credits nothing, so a person has to."""
    order = decision.order
    if len(order.held_credits) >= MOST_WAITING or _lines_of(order.held_credits, held) > MOST_WAITING_LINES:
        units = _named(order, held.lines)
        give_up(decision, held.business_key, f"return {held.return_id} does not wait for its shipment: {units}")
        return
    decision.order = replace(order, held_credits=(*order.held_credits, held))
    decision.timers.append(OrderTimer(order.order_id, held.due_at_ms))


def _lines_of(waiting: Iterable[HeldCredit], one_more: HeldCredit) -> int:
    return sum(len(each.lines) for each in waiting) + len(one_more.lines)


def shipped(decision: OrderDecision, before: Order) -> None:
    """A shipment is counted: ask for memos of what it covers, the oldest return first."""
    if not decision.order.held_credits:
        return
    covered = dict(_newly_covered(before, decision.order))
    units = _credited_by_time(decision, decision.order.held_credits)
    still_held = []
    for held in decision.order.held_credits:
        now, later = _covered_in_time(units, held, covered)
        for line in now:
            covered[line.line_id, line.item_id] -= line.quantity
        if now:
            _release(decision, held, now)
        if later:
            still_held.append(replace(held, lines=later))
        elif not held.due_at_ms:
            _state(
                decision, held.business_key, CaseState.RESOLVED, f"the units of return {held.return_id} were shipped"
            )
    decision.order = replace(decision.order, held_credits=tuple(still_held))


def woken(decision: OrderDecision, due_at_ms: int) -> None:
    """The deadline of held credits: each return with one becomes a case; its shipment may still come."""
    late = [held for held in decision.order.held_credits if held.due_at_ms == due_at_ms != 0]
    if not late:
        return
    for held in late:
        _state(decision, held.business_key, CaseState.OPEN, _why_late(decision.order, held))
    reported = tuple(replace(held, due_at_ms=0) if held in late else held for held in decision.order.held_credits)
    decision.order = replace(decision.order, held_credits=reported)


def _why_late(order: Order, held: HeldCredit) -> str:
    return f"return {held.return_id}: {_named(order, held.lines)}"


def forget_line(decision: OrderDecision, line_id: LineId) -> None:
    """Nothing of a line is credited after all: what came back was in another unit than the line's."""
    held, waiting = decision.order.held_credits, decision.order.unposted_returns
    left = tuple(replace(each, lines=_without(each.lines, line_id)) for each in held)
    unposted = [replace(each, document=without_line(decision, each.document, line_id)) for each in waiting]
    for each in left:
        if not each.lines and not each.due_at_ms:
            _state(decision, each.business_key, CaseState.RESOLVED, f"return {each.return_id} has nothing to credit")
    decision.order = replace(
        decision.order,
        held_credits=tuple(each for each in left if each.lines),
        unposted_returns=tuple(each for each in unposted if each.document.lines or each.document.charges),
    )


def _without(lines: tuple[ReturnedLine, ...], line_id: LineId) -> tuple[ReturnedLine, ...]:
    return tuple(line for line in lines if line.line_id != line_id)


def watch(decision: OrderDecision) -> None:
    """After every change: an open case says what is still not credited.

    Of an order that ended before its ERP had it there is no invoice, so nothing is credited.
    """
    _restate_what_is_left(decision)
    for waiting in _without_invoice(decision.order):
        is_memo = waiting.posted is PostedEvent.RETURN_RECEIVED
        if is_memo and waiting not in _without_invoice(decision.first):
            lacks = "its ERP does not have" if decision.order.accepted else "was never accepted"
            reason = f"return {waiting.document.return_id} credits charges of an order that {lacks}"
            _state(decision, _not_accepted_key(waiting), CaseState.OPEN, reason)


def _restate_what_is_left(decision: OrderDecision) -> None:
    """A shipment of a part releases a part, and what came back may be of another line: people read what is left."""
    order, first = decision.order, decision.first
    if not order.held_credits or order is first:
        return
    said = {(held.business_key, _why_late(first, held)) for held in first.held_credits if not held.due_at_ms}
    opened = {business_key for business_key, _ in said}
    for held in order.held_credits:
        reason = _why_late(order, held)
        if held.business_key in opened and (held.business_key, reason) not in said:
            _state(decision, held.business_key, CaseState.OPEN, reason)


def _without_invoice(order: Order) -> tuple[UnpostedReturn, ...]:
    """Those that credit charges of an order of which nothing is posted; for its goods nothing is due."""
    if is_posted_to(order) or not (has_ended_unshipped(order) or is_withdrawn(order)):
        return ()
    return tuple(each for each in order.unposted_returns if each.document.charges)


def keeps(order: Order) -> bool:
    """Whether a return of it waits that may still be posted, or that a person has to credit."""
    is_over = not is_posted_to(order) and (has_ended_unshipped(order) or is_withdrawn(order))
    return bool(_without_invoice(order) if is_over else order.unposted_returns)


def let_go(decision: OrderDecision, case_key: str) -> None:
    """A person has closed the case of charges that nothing credits."""
    order = decision.order
    closed = tuple(each for each in _without_invoice(order) if _not_accepted_key(each) == case_key)
    if closed:
        waiting = tuple(each for each in order.unposted_returns if each not in closed)
        decision.order = replace(order, unposted_returns=waiting)


def _not_accepted_key(waiting: UnpostedReturn) -> str:
    return f"{waiting.business_key}/not accepted"


def post_waiting(decision: OrderDecision) -> None:
    """Ask for the memos of returns that arrived before the order was accepted, or while they were kept back.

    A shipment that waits goes first.
    """
    if not decision.order.unposted_returns or is_kept_back(decision, Workflow.RETURNS):
        return
    before = lines_before(decision.order)
    stays = []
    for waiting in decision.order.unposted_returns:
        if is_withheld(decision, waiting.posted, waiting.document, before):
            before.add(waiting.document)
            stays.append(waiting)
            continue
        is_memo = waiting.posted is PostedEvent.RETURN_RECEIVED
        if is_memo and waiting in _without_invoice(decision.first):
            reason = "the order was shipped, and is accepted with that"
            _state(decision, _not_accepted_key(waiting), CaseState.RESOLVED, reason)
        _post(decision, waiting)
    decision.order = replace(decision.order, unposted_returns=tuple(stays))


def _newly_covered(before: Order, now: Order) -> Mapping[tuple[LineId, ItemId], int]:
    """Units to credit by line and item: of all that is returned, as much as is shipped, less what is credited already.

    Not below zero: a memo stays where the shipment is reversed that it was for.
    """
    held: Counter[LineId] = Counter()
    for waiting in before.held_credits:
        held.update({line.line_id: line.quantity for line in waiting.lines})
    return {
        (line.line_id, line.item_id): max(0, min(line.credited, line.shipped) - (then.credited - held[line.line_id]))
        for then, line in zip(before.lines, now.lines, strict=True)
    }


def _split(lines: Sequence[ReturnedLine], covered: Mapping[tuple[LineId, ItemId], int]) -> Coverage:
    return Coverage(*split(lines, covered))


def _credited_by_time(decision: OrderDecision, waiting: Iterable[HeldCredit]) -> CreditedByTime:
    return CreditedByTime(decision, [came for held in waiting for came in by_time.came_of(held)])


def _covered_in_time(units: CreditedByTime, held: HeldCredit, covered: Mapping[tuple[LineId, ItemId], int]) -> Coverage:
    """As `split`, and of goods that came back no more than had left by then."""
    left, now, later = dict(covered), [], []
    for line in held.lines:
        name = (line.line_id, line.item_id)
        room = units.room(line.line_id, held.came_us) if by_time.is_timed(held, line) else line.quantity
        quantity = max(0, min(line.quantity, left.get(name, 0), room))
        left[name] = left.get(name, 0) - quantity
        if by_time.is_timed(held, line):
            units.credit(CameBack(line.line_id, held.came_us, quantity))
        now.append(replace(line, quantity=quantity))
        later.append(replace(line, quantity=line.quantity - quantity))
    return Coverage(*(tuple(line for line in lines if line.quantity) for lines in (now, later)))


def _release(decision: OrderDecision, held: HeldCredit, lines: tuple[ReturnedLine, ...]) -> None:
    before = decision.order
    memo = memo_of(decision, held.return_id, held.reason, lines)
    overcrediting.report(decision, before, held.return_id)
    decision.publish(ReturnCredited, return_id=held.return_id, lines=lines, credit=memo.grand_total)
    ask(decision, PostedEvent.RETURN_RECEIVED, f"{held.business_key}/{decision.cause.event_id}", memo)


def ask(decision: OrderDecision, posted: PostedEvent, business_key: str, document: Document) -> None:
    """Ask the ERP for a document that has content.

    It waits until the order is asked for and its shipments are posted, while its ERP has refused it, or if it is kept
    back.
    """
    document = without_refused_lines(decision.order, document)
    if not (document.lines or document.charges):
        return
    asked = UnpostedReturn(decision.cause.event_id, business_key, document, posted)
    before = lines_before(decision.order)
    may_follow = is_posted_to(decision.order) and not is_withheld(decision, posted, document, before)
    if may_follow and not is_kept_back(decision, Workflow.RETURNS):
        _post(decision, asked)
        return
    waiting = decision.order.unposted_returns
    lines = sum(len(each.document.lines) for each in (*waiting, asked))
    if len(waiting) >= MOST_WAITING or lines > MOST_WAITING_LINES:
        number = document.return_id
        give_up(decision, business_key, f"{posted} of return {number} does not wait until the ERP may be told of it")
        return
    decision.order = replace(decision.order, unposted_returns=(*waiting, asked))


def give_up(decision: OrderDecision, business_key: str, reason: str) -> None:
    """So many wait already that this one does not; its case is for a person to resolve."""
    action = "post it in the ERP by hand, then resolve the case"
    key = f"{business_key}/does not wait"
    state_case(decision, CaseClass.INVOICE_MISMATCH, CaseOrigin.WAREHOUSE, key, CaseState.OPEN, reason, action)


def _post(decision: OrderDecision, asked: UnpostedReturn) -> None:
    command_id = decision.post(asked.posted, asked.business_key, asked.document, asked.cause_event_id)
    if asked.posted is PostedEvent.RETURN_AUTHORISED:
        numbering.expect(decision, command_id, asked.document.return_id)


def _state(decision: OrderDecision, key: str, state: CaseState, reason: str) -> None:
    action = "find the shipment or the order that the goods are from: its memo follows automatically"
    state_case(decision, CaseClass.INVOICE_MISMATCH, CaseOrigin.WAREHOUSE, key, state, reason, action)


def _named(order: Order, held: Sequence[ReturnedLine]) -> str:
    """What is not credited, line by line."""
    lines = {line.line_id: line for line in order.lines}
    descriptions = [
        f"{format_quantity(line.quantity)} of line {line.line_id} not credited, it has "
        f"{format_quantity(lines[line.line_id].credited)} returned or refunded of "
        f"{format_quantity(lines[line.line_id].shipped)} shipped{_because(order, lines[line.line_id])}"
        for line in held
    ]
    return shortened(descriptions)


def _because(order: Order, line: OrderLine) -> str:
    """Why more is not credited although more has left."""
    waiting = sum(each.quantity for held in order.held_credits for each in held.lines if each.line_id == line.line_id)
    has_left = line.shipped > max(0, line.credited - waiting)
    return ", and came back before what is not credited had left" if has_left else ""
