"""What is invoiced: facts that always count, compared with what the order says may be invoiced.

An invoice may be ahead of its shipment (`after_shipping`). Nothing makes it right if its units can never be shipped:
they are cancelled, or more than was ordered, or of a line or an item that the order does not have. Nor if it states an
amount for a line that is not quantity times price. Both wait a little for the fact that explains them, such as the
cancellation of the invoice; then a case says so, with the difference as its impact. It is resolved when the invoices,
less what is cancelled of them, agree again.

If an invoice is cancelled of units that came back and are credited, the customer owes nothing for them and is due
their credit all the same. Finance may be writing it anew; if it does not, that is such a case too. So is a credit of
units that were never invoiced, where invoices are reported: the order has a budget for its invoice, or has one already.
"""

from collections.abc import Callable, Mapping, Sequence

from domain.identifiers import LineId
from domain.messages.cases import CaseClass, CaseOrigin, CaseState
from domain.messages.orders import BudgetStage, FulfilmentLine, OrderInvoiced, StageBudget
from domain.messages.status import InvoicePosted
from domain.money.amounts import format_amount
from domain.money.prices import amount_of
from domain.orders.cases import shortened, state_case
from domain.orders.decision import OrderDecision
from domain.orders.facts import misdirected
from domain.orders.lines import OrderLine
from domain.orders.money import invoice_amounts
from domain.orders.money.apportioning import taken_off_order
from domain.orders.pending import awaiting
from domain.orders.pending.answers import Awaited, PendingAnswer
from domain.orders.service_levels.deadlines import allowed_ms, since_us
from domain.orders.state import MisdirectedUnits, Order
from domain.quantities import format_quantity

_NEVER_SHIPPED = "invoiced and never to be shipped"
_OTHER_AMOUNTS = "invoiced at other amounts"
_CREDITED = "credited and not invoiced any more"
_CREDITED_FIRST = "credited and never invoiced"


def invoiced(decision: OrderDecision, event: OrderInvoiced) -> None:
    """Count what was invoiced, and at what amounts; units that the order does not have are counted beside its lines."""
    own, others = misdirected.own_and_others(decision.order, event.lines)
    units, sign = misdirected.units_by_line(own), -1 if event.is_reversal else 1
    amounts = _amounts_of(event, own, decision.order)
    decision.change_named_lines(units, lambda line: _counted(line, sign, units[line.line_id], amounts))
    uncounted = misdirected.invoiced(decision, others, sign)
    decision.count_document(event)
    decision.publish(
        InvoicePosted,
        invoice_id=event.invoice_id,
        value=event.value,
        currency=event.currency,
        is_reversal=event.is_reversal,
        lines=event.lines,
        amounts=event.amounts,
    )
    if uncounted and not event.is_reversal:
        _report_uncounted(decision, event, uncounted)


def _amounts_of(event: OrderInvoiced, own: Sequence[FulfilmentLine], order: Order) -> Mapping[LineId, int]:
    """What it states, by line; in another currency than the order's no amount is worth anything."""
    items = {line.line_id: line.item_id for line in own}
    rate = 1 if event.currency == order.currency else 0
    stated = (each for each in event.amounts if items.get(each.line_id) == each.item_id)
    return {each.line_id: each.value * rate for each in stated}


def _counted(line: OrderLine, sign: int, quantity: int, amounts: Mapping[LineId, int]) -> OrderLine:
    cancelled = quantity if sign < 0 else 0
    counted = line._replace(invoiced=line.invoiced + sign * quantity, uninvoiced=line.uninvoiced + cancelled)
    if line.line_id not in amounts:
        return counted
    return counted._replace(
        invoiced_amount=line.invoiced_amount + sign * amounts[line.line_id],
        units_with_amount=line.units_with_amount + sign * quantity,
        amounts_stated=line.amounts_stated + 1,
    )


def _report_uncounted(decision: OrderDecision, event: OrderInvoiced, uncounted: Sequence[FulfilmentLine]) -> None:
    named = [f"{format_quantity(line.quantity)} of {line.item_id} on line {line.line_id!r}" for line in uncounted]
    reason = f"invoice {event.invoice_id} has {shortened(named)}, which the order does not have"
    action = "have the invoice cancelled, or find the order that the goods are of"
    key = f"{decision.cause.event_id}/no such line"
    state_case(decision, CaseClass.INVOICE_MISMATCH, CaseOrigin.ERP, key, CaseState.OPEN, reason, action)


def watch(decision: OrderDecision) -> None:
    """After every change: wait until the invoices agree with the order, and no longer than that.

    When nothing is waited for yet, only what has changed can disagree.
    """
    order, first = decision.order, decision.first
    if order.lines is first.lines and order.misdirected is first.misdirected:
        return
    changed = decision.changed_after_shipping()
    _watch(decision, Awaited.INVOICE_CANCELLATION, _NEVER_SHIPPED, _until_corrected_ms, changed, _has_too_much)
    _watch(decision, Awaited.INVOICE_CORRECTION, _OTHER_AMOUNTS, _until_corrected_ms, changed, invoice_amounts.disagree)
    _watch(decision, Awaited.INVOICE_OF_CREDIT, _CREDITED, _until_corrected_ms, changed, _is_credited_uninvoiced)
    came_back = tuple(line for line in decision.changed_lines() if line.taken_back or line.has_arrived)
    _watch(decision, Awaited.INVOICE_BEFORE_CREDIT, _CREDITED_FIRST, _until_invoiced_ms, came_back, _is_credited_first)
    _note_currency(decision)


def _until_corrected_ms(decision: OrderDecision) -> int:
    return decision.rules.invoice_corrected_within_ms


def _until_invoiced_ms(decision: OrderDecision) -> int:
    """How long the invoice of what was shipped may still take; once that has passed, as long as a correction."""
    order, now_ms = decision.order, decision.cause.now_ms
    budget = _invoice_budget(order)
    if budget is None:
        return decision.rules.invoiced_within_ms
    passes_at_ms = since_us(order, budget) // 1_000 + allowed_ms(order, budget)
    return max(passes_at_ms - now_ms, decision.rules.invoice_corrected_within_ms)


def _invoice_budget(order: Order) -> StageBudget | None:
    return next((each for each in order.policy.budgets if each.stage is BudgetStage.INVOICE), None)


def _watch(  # noqa: PLR0913, PLR0917  a row of the table of what invoices may lack
    decision: OrderDecision,
    awaited: Awaited,
    key: str,
    within_ms: Callable[[OrderDecision], int],
    changed: Sequence[OrderLine],
    disagrees: Callable[[Order, Sequence[OrderLine]], bool],
) -> None:
    order, pending = decision.order, awaiting.one_of(decision.order, awaited)
    is_wrong = disagrees(order, changed if pending is None else order.lines)
    if is_wrong and pending is None:
        awaiting.expect_within(decision, awaited, key, within_ms(decision))
    elif pending is not None and not is_wrong:
        awaiting.settle(decision, pending, "the invoices agree with the order")


def _note_currency(decision: OrderDecision) -> None:
    """An amount in another currency than the order's is worth nothing: the case will say so."""
    pending, own = awaiting.one_of(decision.order, Awaited.INVOICE_CORRECTION), decision.order.currency
    invoices = (message for message in decision.messages if isinstance(message, InvoicePosted) and message.amounts)
    others = [invoice.currency for invoice in invoices if invoice.currency != own]
    if pending is not None and others:
        awaiting.change(decision, pending._replace(reason=others[-1]))


def too_much_of(line: OrderLine) -> int:
    """How much more of the line is invoiced than is shipped or may still be."""
    return max(0, line.invoiced - line.expected_in_all)


def _too_much_of_others(units: MisdirectedUnits) -> int:
    """Likewise of units that no line has; no memo credits what came back of them."""
    return max(0, units.invoiced - units.with_customer)


def _has_too_much(order: Order, lines: Sequence[OrderLine]) -> bool:
    return any(map(too_much_of, lines)) or any(map(_too_much_of_others, order.misdirected))


def _is_credited_uninvoiced(_: Order, lines: Sequence[OrderLine]) -> bool:
    return any(line.credited_uninvoiced for line in lines)


def _is_credited_first(order: Order, lines: Sequence[OrderLine]) -> bool:
    """Where one line is invoiced, invoices are reported of the others as well; what costs nothing needs none."""
    if not lines or not _is_to_be_invoiced(order):
        return False
    return any(line.credited_never_invoiced and line.unit_price for line in order.lines)


def _is_to_be_invoiced(order: Order) -> bool:
    return _invoice_budget(order) is not None or any(line.invoiced > 0 or line.uninvoiced for line in order.lines)


def invoice_before_credit_is_late(decision: OrderDecision, pending: PendingAnswer) -> None:
    """It may still come; or finance takes the credit back, of which nobody tells the order."""
    lines = [line for line in decision.order.lines if line.credited_never_invoiced and line.unit_price]
    named = [f"{format_quantity(line.credited_never_invoiced)} of line {line.line_id}" for line in lines]
    worth = amount_of(sum(line.credited_never_invoiced * line.scaled_price for line in lines))
    awaiting.report(decision, pending, f"credited, and never invoiced: {shortened(named)}", worth)


def invoice_of_credit_is_late(decision: OrderDecision, pending: PendingAnswer) -> None:
    """It may still come; or finance takes the credit back, of which nobody tells the order."""
    lines = [line for line in decision.order.lines if line.credited_uninvoiced]
    named = [f"{format_quantity(line.credited_uninvoiced)} of line {line.line_id}" for line in lines]
    worth = amount_of(sum(line.credited_uninvoiced * line.scaled_price for line in lines))
    awaiting.report(decision, pending, f"credited, and their invoice is cancelled: {shortened(named)}", worth)


def cancellation_is_late(decision: OrderDecision, pending: PendingAnswer) -> None:
    """It may still come, as may a shipment or an amendment that makes the invoice right."""
    order = decision.order
    wrong = [line for line in order.lines if too_much_of(line)]
    units = [_too_much_in_words(line) for line in wrong]
    units += [_others_in_words(order, each) for each in order.misdirected if _too_much_of_others(each)]
    worth = amount_of(sum(too_much_of(line) * line.scaled_price for line in wrong))
    awaiting.report(decision, pending, shortened(units, "; "), worth)


def _others_in_words(order: Order, units: MisdirectedUnits) -> str:
    why = "not shipped" if units.invoiced > max(0, units.shipped) else "sent back"
    return f"{misdirected.described(order, units, _too_much_of_others(units))} invoiced and {why}"


def _too_much_in_words(line: OrderLine) -> str:
    """Of what is shipped only what exceeds the rest: it stays true when more of that leaves."""
    cancelled = f", {format_quantity(line.cancelled)} cancelled" if line.cancelled else ""
    is_beyond = line.shipped > line.ordered - line.cancelled
    shipped = f", {format_quantity(line.shipped)} shipped" if is_beyond else ""
    return (
        f"line {line.line_id}: {format_quantity(line.invoiced)} invoiced, but at most "
        f"{format_quantity(line.expected_in_all)} can be shipped "
        f"({format_quantity(line.ordered)} ordered{cancelled}{shipped}): {format_quantity(too_much_of(line))} too many"
    )


def correction_is_late(decision: OrderDecision, pending: PendingAnswer) -> None:
    """It may still come: an invoice is cancelled and written anew."""
    order = decision.order
    found = invoice_amounts.differences(order)
    named = [
        f"line {each.line_id} at {format_amount(each.stated)} and not {format_amount(each.due)} {order.currency}"
        for each in found
    ]
    difference = sum(abs(each.stated - each.due) for each in found)
    other = f"; an invoice in {pending.reason} counts as 0" if pending.reason else ""
    off = taken_off_order(order)
    spread = (
        f"; an invoice may spread over the lines {format_amount(off)} that is taken off the whole order" if off else ""
    )
    awaiting.report(decision, pending, f"invoiced {shortened(named)}{spread}{other}", difference)
