"""What was asked for after what the ERP refused, and needs that: it was not sent, and waits for a retry."""

from domain.messages.dispatch import Document, PostedEvent
from domain.messages.orders import ErpOutcomeReceived
from domain.orders.decision import OrderDecision
from domain.orders.erp import refusals
from domain.orders.erp.posting import post_document
from domain.orders.erp.withheld import is_withheld, lines_before
from domain.orders.facts import crediting
from domain.values import replace

_SHIPMENTS = frozenset({PostedEvent.SHIPMENT_CONFIRMED, PostedEvent.SHIPMENT_REVERSED})
_RETURNS = frozenset({PostedEvent.RETURN_AUTHORISED, PostedEvent.RETURN_RECEIVED})


def take_back(decision: OrderDecision, event: ErpOutcomeReceived) -> None:
    """Let it wait again. A cancellation or an amendment does not: the order is booked as it is then."""
    posted = refusals.posted_as(decision, event.command_type)
    if posted is None or (posted in _SHIPMENTS | _RETURNS and not event.refused):
        refusals.refused(decision, event)
    elif posted in _SHIPMENTS:
        _take_back_shipment(decision, posted, event.business_key, event.refused[0])
    elif posted in _RETURNS:
        crediting.ask(decision, posted, event.business_key, event.refused[0])


def follows_refused(decision: OrderDecision, event: ErpOutcomeReceived) -> bool:
    """Whether it needs a shipment, or a reversal, that the ERP has refused, or comes after what does.

    The retry of what was refused is no such thing: all others wait for it.
    """
    posted = refusals.posted_as(decision, event.command_type)
    is_retried = any(each.retried_as == event.command_id for each in decision.order.refusals)
    if posted is None or is_retried or event.is_foreign or not event.refused:
        return False
    return is_withheld(decision, posted, event.refused[0], lines_before(decision.order))


def wait_again(decision: OrderDecision, event: ErpOutcomeReceived) -> None:
    """Until what was refused is posted, or its case closed: then it is asked for again."""
    posted = refusals.posted_as(decision, event.command_type)
    if posted in _RETURNS:
        crediting.ask(decision, posted, event.business_key, event.refused[0])
    elif posted is not None:
        post_document(decision, posted, event.business_key, event.refused[0])


def _take_back_shipment(decision: OrderDecision, posted: PostedEvent, business_key: str, document: Document) -> None:
    """Shipments are posted before what reverses them, whatever came in between."""
    post_document(decision, posted, business_key, document)
    in_order = sorted(decision.order.unposted, key=lambda each: each.posted_as is PostedEvent.SHIPMENT_REVERSED)
    decision.order = replace(decision.order, unposted=tuple(in_order))
