"""The acceptance of an order: its claims are confirmed, its ERP is asked to book it, its warehouses to pick it."""

from domain.messages.dispatch import PostedEvent
from domain.messages.failure_policy import Workflow
from domain.messages.inventory import ReservationsConfirmed
from domain.messages.orders import PromisePolicy
from domain.messages.status import InventoryAllocated, InventoryBackordered, OrderAccepted
from domain.orders import counters
from domain.orders.decision import OrderDecision, booking_key, sales_document, units_to_book
from domain.orders.erp import overbooked
from domain.orders.erp.posting import post_what_waits
from domain.orders.holds.withdrawn import is_withdrawn
from domain.orders.outages.pausing import is_kept_back
from domain.orders.state import Order, Stage
from domain.orders.warehouses.releasing import release_what_is_ready
from domain.values import replace


def accept(decision: OrderDecision) -> None:
    """Confirm the claims; publish; post to the ERP; release to the warehouse when the release rule allows."""
    if not takes_what_there_is(decision.order) and (claims := decision.change_claims(counters.confirm)):
        decision.send(ReservationsConfirmed(decision.order.order_id, claims))
    decision.order = replace(decision.order, stage=Stage.ACCEPTED)
    promise(decision)
    release_what_is_ready(decision)


def promise(decision: OrderDecision) -> None:
    """Tell subscribers and the ERP that the order is accepted, if they do not know, and what of it is allocated."""
    first_time = not decision.order.accepted
    books = first_time and not decision.order.is_born_in_erp
    decision.order = replace(decision.order, accepted=True, booking_due=decision.order.booking_due or books)
    if first_time:
        if books:
            _book(decision)
        decision.publish(OrderAccepted)
        post_what_waits(decision)
    if any(line.allocated for line in decision.order.lines):
        decision.publish(InventoryAllocated)
    if first_time and any(line.backordered for line in decision.order.lines):
        decision.publish(InventoryBackordered)


def book(decision: OrderDecision) -> None:
    """What kept the booking of an accepted order back has ended: ask for it, and for what waited for it."""
    _book(decision)
    post_what_waits(decision)


def _book(decision: OrderDecision) -> None:
    """Ask the ERP for the order, unless the failure policy keeps that back."""
    if not is_kept_back(decision, Workflow.BOOKING):
        units = units_to_book(decision.order)
        booked = overbooked.now_in(decision.order, units)
        decision.order = replace(decision.order, booking_due=False, overbooked=booked)
        decision.post(PostedEvent.ORDER_ACCEPTED, booking_key(decision.order), sales_document(decision.order, units))


def accept_what_was_shipped(decision: OrderDecision) -> None:
    """The goods left for an order that had ended without being accepted: the ERP needs the order to invoice them.

    Not before it is known that they are in the units of its lines, and not while all of them are back.
    """
    order = decision.order
    has_ended = order.stage in {Stage.REJECTED, Stage.CANCELLED} and not is_withdrawn(order)
    if has_ended and not order.accepted and not any(line.awaits_unit for line in order.lines):
        promise(decision)


def takes_what_there_is(order: Order) -> bool:
    """Whether the order is accepted whatever is available; then its claims need no confirmation (ADR 0012)."""
    return order.policy.promise is PromisePolicy.SHIP_AVAILABLE
