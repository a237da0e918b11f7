"""Asks the ERP for what has left, came back or was cancelled after that, in this order, when it may be told."""

from domain.document_order import WaitingLines
from domain.identifiers import LineId
from domain.messages.dispatch import Document, PostedEvent
from domain.messages.failure_policy import Workflow
from domain.orders.amending.telling import must_wait, tell_what_has_left
from domain.orders.decision import OrderDecision
from domain.orders.erp import raises, unposted
from domain.orders.erp.booking import is_posted_to
from domain.orders.erp.withheld import is_withheld, without_refused_lines
from domain.orders.facts import crediting
from domain.orders.outages.pausing import is_kept_back
from domain.orders.state import Order, UnpostedShipment
from domain.values import replace


def post_what_waits(decision: OrderDecision) -> None:
    """Post what waited for the booking, for a dependency, or until what the ERP had refused was mended."""
    if is_posted_to(decision.order):
        _post_shipments(decision)
        crediting.post_waiting(decision)


def post_document(decision: OrderDecision, event: PostedEvent, business_key: str, document: Document) -> None:
    """Post a shipment, or what reverses it, or a cancellation, after what waits.

    Until the order itself is asked for, and while its ERP has refused it, it waits.
    """
    told = without_refused_lines(decision.order, document)
    if (told.lines or not document.lines) and unposted.wait(decision, event, business_key, told):
        post_what_waits(decision)


def _post_shipments(decision: OrderDecision) -> None:
    if not decision.order.unposted:
        return
    goes = _in_turn(decision)
    first = next((each for each in goes if each.posted_as is PostedEvent.SHIPMENT_CONFIRMED), None)
    if first and tell_what_has_left(decision, first.business_key):
        goes = _in_turn(decision)
    for waiting in goes:
        decision.post(waiting.posted_as, waiting.business_key, waiting.document, waiting.cause_event_id)
    gone = frozenset(map(id, goes))
    stays = tuple(each for each in decision.order.unposted if id(each) not in gone)
    decision.order = replace(decision.order, unposted=stays)


def _in_turn(decision: OrderDecision) -> list[UnpostedShipment]:
    """What can be posted now; a cancellation waits for nothing but what is before it."""
    before, goes = WaitingLines(), []
    moves = [each for each in decision.order.unposted if each.posted_as is not PostedEvent.ORDER_CANCELLED]
    is_paused = bool(moves) and (must_wait(decision.order) or is_kept_back(decision, Workflow.SHIPMENT))
    early = raises.lines_that_wait(decision.order) | _lines_in_doubt(decision.order)
    for waiting in decision.order.unposted:
        is_move = waiting.posted_as is not PostedEvent.ORDER_CANCELLED
        is_early = waiting.posted_as is PostedEvent.SHIPMENT_CONFIRMED and raises.is_about(waiting.document, early)
        is_kept = is_early or (is_paused and is_move)
        if is_kept or is_withheld(decision, waiting.posted_as, waiting.document, before):
            before.add(waiting.document)
        else:
            goes.append(waiting)
    return goes


def _lines_in_doubt(order: Order) -> frozenset[LineId]:
    """The lines of which something has left that may be in another unit than theirs: the ledger says it soon."""
    return frozenset(line.line_id for line in order.lines if line.shipped and line.may_be_in_another_unit)
