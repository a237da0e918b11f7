"""What is published of an order: with each event its head and the lines that changed, in the view all of it.

So an event costs what it changes: a fill of one line of an order of 1,000 lines carries one line.
"""

from itertools import zip_longest
from operator import attrgetter

from domain.identifiers import LineId
from domain.messages.status import WHOLE, LineSummary, LineTotals, OrderSummary
from domain.orders.checks.paid import paid_total, payment_status_of
from domain.orders.holds.sleeping import in_force
from domain.orders.lines import OrderLine
from domain.orders.money.worth import totals_of
from domain.orders.state import Order
from domain.orders.status import invoice_status_of, return_status_of, status_of

_NO_COUNTERS = {"line_id", "item_id", "promised_us", "fulfilment"}
_COUNTERS = attrgetter(*(name for name in LineSummary.__dataclass_fields__ if name not in _NO_COUNTERS))


class OrderPublication:
    """The summaries of one order within one decision. `first` is the order before it."""

    __slots__ = ("_first", "_goods", "_is_published", "_lines", "_promised_us", "_summaries", "_told", "_totals")

    def __init__(self, first: Order) -> None:
        self._first = first
        self._told = first.lines
        self._is_published = False
        self._lines: tuple[OrderLine, ...] = ()
        self._summaries: tuple[LineSummary, ...] = ()
        self._totals = LineTotals()
        self._goods = 0
        self._promised_us = 0

    def of_event(self, order: Order, event: object) -> OrderSummary:
        """As an event of this class carries it: the lines that changed since the last event before the decision."""
        self._told, self._is_published = order.lines, True
        summaries = self._summarised(order.lines)
        if event in WHOLE:
            return self._summary(order, summaries)
        known = self._first.unpublished
        changed = tuple(
            summary
            for then, now, summary in zip_longest(self._first.lines, order.lines, summaries)
            if now is not then or (known and now.line_id in known)
        )
        return self._summary(order, changed)

    def of_view(self, order: Order) -> OrderSummary:
        """The order with all its lines."""
        return self._summary(order, self._summarised(order.lines))

    def unpublished(self, order: Order) -> tuple[LineId, ...]:
        """The lines whose last change no event carries yet."""
        known = () if self._is_published else self._first.unpublished
        if order.lines is self._told:
            return known
        changed = [now.line_id for then, now in zip_longest(self._told, order.lines) if now is not then]
        return tuple(dict.fromkeys((*known, *changed)))

    def _summarised(self, lines: tuple[OrderLine, ...]) -> tuple[LineSummary, ...]:
        """All lines; those that have not changed since the last time in this decision are used again."""
        if lines is not self._lines:
            self._summaries = tuple(
                [
                    known if known is not None and line is then else _summary_of(line)
                    for line, then, known in zip_longest(lines, self._lines, self._summaries)
                ]
            )
            self._lines = lines
            counters: tuple[int, ...] = tuple(map(sum, zip(*map(_COUNTERS, self._summaries), strict=True))) or (0,) * 12
            due = [line.due_quantity for line in lines]
            self._totals = LineTotals(*(*counters, sum(due)))
            self._goods = sum(quantity * line.scaled_price for quantity, line in zip(due, lines, strict=True))
            self._promised_us = _last_day(self._summaries)
        return self._summaries

    def _summary(self, order: Order, lines: tuple[LineSummary, ...]) -> OrderSummary:
        worth = totals_of(order, self._goods)
        return OrderSummary(
            order_id=order.order_id,
            channel_id=order.channel_id,
            region=order.region,
            version=order.version,
            revision=order.revision,
            status=status_of(order, self._summaries),
            erp_status=order.erp_status,
            erp_id=order.policy.erp_id,
            erp_document_number=order.erp_document_number,
            currency=order.currency,
            value=worth.grand,
            placed_at_us=order.placed_at_us,
            ingested_at_us=order.ingested_at_us,
            lines=lines,
            charges=order.charges,
            return_status=return_status_of(order),
            channel_order_id=order.channel_order_id,
            line_count=len(order.lines),
            totals=self._totals,
            holds=tuple(hold.kind for hold in in_force(order)),
            validated_on_cache=order.validated_on_cache,
            promised_us=self._promised_us,
            invoice_status=invoice_status_of(order),
            goods_total=worth.goods,
            discount_total=worth.discount,
            charge_total=worth.charge,
            tax_total=worth.tax,
            grand_total=worth.grand,
            payment_status=payment_status_of(order, worth.grand),
            paid_total=paid_total(order.payments),
        )


def _last_day(lines: tuple[LineSummary, ...]) -> int:
    """The day on which supply covers all that is backordered; 0 where a line has none."""
    days = [line.promised_us for line in lines if line.backordered]
    return max(days) if days and all(days) else 0


def _summary_of(line: OrderLine) -> LineSummary:
    reserved, allocated, _, backordered, _ = line.open_units
    return LineSummary(
        line.line_id,
        line.item_id,
        line.ordered,
        line.cancelled,
        reserved,
        allocated,
        backordered,
        line.released,
        max(0, line.picked),
        line.packed,
        line.shipped,
        max(0, line.delivered),
        max(0, line.invoiced),
        line.returned,
        line.promised_us if backordered else 0,
        line.fulfilment,
    )
