"""A placed order is received; what happened before it came is applied, then it is asked whether it is a second one."""

from domain.messages.orders import HoldKind, OrderPlaced
from domain.messages.status import ErpStatus, OrderReceived
from domain.orders.decision import Cause, OrderDecision, OrderRules
from domain.orders.holds import holding, unknown_places
from domain.orders.identity import checking
from domain.orders.lines import line_of
from domain.orders.money.placed import adjustments_of, dispute_of, papers_of
from domain.orders.outages import waiting
from domain.orders.requested_days import days_placed
from domain.orders.service_levels import budgets
from domain.orders.state import Order, Stage


def place(event: OrderPlaced, cause: Cause, rules: OrderRules, *, life: int) -> OrderDecision:
    """A new order is received; nothing is asked for yet."""
    order = Order(
        order_id=event.order_id,
        channel_id=event.channel_id,
        region=event.region,
        customer_id=event.customer_id,
        currency=event.currency,
        ship_to=event.ship_to,
        policy=budgets.without_those_watched_once(event.policy),
        content_hash=event.provenance.content_hash,
        placed_at_us=event.provenance.occurred_at_us,
        channel_order_id=event.channel_order_id,
        ingested_at_us=event.provenance.ingested_at_us,
        lines=tuple(line_of(line) for line in event.lines),
        charges=event.charges,
        purchase_order_id=event.purchase_order_id,
        life=life,
        budgets=budgets.opened(event.policy),
        requested=days_placed(event),
        erp_status=ErpStatus.BOOKED if event.erp_document_number else ErpStatus.NOT_SENT,
        erp_document_number=event.erp_document_number,
        is_born_in_erp=bool(event.erp_document_number),
        changed_at_ms=cause.now_ms,
        adjustments=adjustments_of(event),
        papers=papers_of(event),
        placed_by=event.provenance.source_id,
    )
    decision = OrderDecision(order, cause, rules)
    decision.publish(OrderReceived)
    holding.begin(decision)
    if dispute := dispute_of(event):
        holding.hold(decision, HoldKind.PRICING, "orderline", dispute)
    unknown_places.begin(decision)
    return decision


def begin(decision: OrderDecision) -> None:
    """What happened before the order was placed is applied: ask what the failure policy says, and for its stock."""
    if decision.order.stage is Stage.RESERVING:
        waiting.begin(decision)
    if decision.order.stage is Stage.RESERVING:
        checking.begin(decision)
