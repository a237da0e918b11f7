"""What sources report about an order that is known, and what they ask of it: each event to the rule that handles it."""

from typing import assert_never

from domain.messages.decisions.events import OrderDecided
from domain.messages.orders import (
    OrderAmendRequested,
    OrderCancelRequested,
    OrderDelivered,
    OrderHoldReleaseRequested,
    OrderHoldRequested,
    OrderInvoiced,
    OrderPicked,
    OrderReported,
    OrderReturned,
    OrderShipmentReversed,
    OrderShipped,
    OrderShortPicked,
    OrderUnpicked,
    Parkable,
)
from domain.messages.returns.inspections import OrderReturnInspected
from domain.messages.returns.requests import OrderReturnAuthorised, OrderReturnDeclined, OrderReturnRequested
from domain.orders.alike_lines import evening_out
from domain.orders.amending import later_cancellations, requesting
from domain.orders.checks.deciding import decided as check_decided
from domain.orders.decision import OrderDecision
from domain.orders.facts import (
    after_shipping,
    crediting,
    fulfilling,
    invoicing,
    lines_by_item,
    returning,
    reversing,
    unpicking,
)
from domain.orders.holds import holding
from domain.orders.reports import missing, watching
from domain.orders.returns import deciding, unsent
from domain.orders.returns.requesting import requested as returns_requested
from domain.orders.warehouses import cancelling, cancelling_parts


def arrived(decision: OrderDecision, event: Parkable, *, forward: bool = True) -> None:
    """Apply an event; `forward` is False when what it moves is in the ledger already."""
    event = lines_by_item.with_lines(decision.order, event)
    _apply(decision, event, forward=forward)
    before = decision.order
    if evening_out.even_out(decision, forward=forward):
        crediting.shipped(decision, before)


def _apply(decision: OrderDecision, event: Parkable, *, forward: bool) -> None:  # noqa: C901, PLR0912  a row an event
    match event:
        case OrderCancelRequested():
            later_cancellations.remember(decision, event)
            if event.line_ids or not event.parts:
                cancelling.cancel_requested(decision, event)
            if event.parts:
                cancelling_parts.cancel_parts(decision, event)
        case OrderAmendRequested():
            requesting.requested(decision, event)
        case OrderHoldRequested() | OrderHoldReleaseRequested():
            holding.requested(decision, event)
        case OrderDecided():
            check_decided(decision, event)
        case OrderReturnRequested():
            if event.unsent_first:
                unsent.requested(decision, event)
            else:
                returns_requested(decision, event)
        case OrderReturnAuthorised() | OrderReturnDeclined():
            deciding.decided(decision, event)
        case OrderPicked():
            fulfilling.picked(decision, event, forward=forward)
        case OrderUnpicked():
            unpicking.unpicked(decision, event, forward=forward)
        case OrderShortPicked():
            unpicking.missed(decision, event, forward=forward)
        case OrderShipped():
            fulfilling.shipped(decision, event, forward=forward)
        case OrderShipmentReversed():
            reversing.shipment_reversed(decision, event, forward=forward)
        case OrderDelivered():
            after_shipping.delivered(decision, event)
        case OrderInvoiced():
            invoicing.invoiced(decision, event)
        case OrderReported():
            watching.reported(decision, event)
            missing.named(decision, event.provenance.source_id, event.taken_at_us)
        case OrderReturned():
            returning.returned(decision, event, forward=forward)
        case OrderReturnInspected():
            returning.inspected(decision, event, forward=forward)
        case _:
            assert_never(event)
