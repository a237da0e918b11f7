"""What the payments of an order are good for, and what is published of them."""

from collections.abc import Iterable

from domain.messages.decisions.events import CheckOutcome
from domain.messages.status import PaymentStatus
from domain.orders.checks.rows import Payment
from domain.orders.state import Order


def to_be_paid(order: Order, grand_total: int) -> int:
    """What is left of a total after what was paid when the order was placed, in ten-thousandths."""
    return grand_total - sum(each.value for each in order.adjustments.tenders) if order.adjustments else grand_total


def covers(payments: Iterable[Payment], due: int) -> bool:
    """Whether these are good for so much, and for anything at all."""
    good = [worth for row in payments if (worth := good_for(row)) != 0]
    return bool(good) and (None in good or sum(worth or 0 for worth in good) >= due)


def good_for(row: Payment) -> int | None:
    """What it brings; None: as much as is due, as no amount is stated."""
    if row.chargebacks and not row.charged_back:
        return 0
    if row.is_unstated and not row.chargebacks:
        return None
    if row.is_authorised and not row.authorised:
        return None
    to_come = max(0, row.authorised - row.captured) if row.is_authorised else 0
    return max(0, row.captured - row.charged_back) + to_come


def paid_total(payments: Iterable[Payment]) -> int:
    """What has come in, or is said to, less what was charged back; in ten-thousandths."""
    return sum(row.paid for row in payments)


def payment_status_of(order: Order, grand_total: int) -> PaymentStatus:
    """What was charged back counts while the rest does not cover what is due; then what was paid, then the rest."""
    rows = order.payments
    if not rows:
        return PaymentStatus.NONE
    due = to_be_paid(order, grand_total)
    if any(row.chargebacks for row in rows) and not covers(rows, due):
        return PaymentStatus.CHARGED_BACK
    if any(row.captures or row.remittances for row in rows):
        is_paid = any(row.is_unstated for row in rows) or paid_total(rows) >= due
        return PaymentStatus.PAID if is_paid else PaymentStatus.PARTIALLY_PAID
    if any(row.is_authorised for row in rows):
        return PaymentStatus.AUTHORISED
    has_failed = any(row.stands == CheckOutcome.FAILED for row in rows)
    return PaymentStatus.FAILED if has_failed else PaymentStatus.VOIDED
