"""Maps one document about an order to its canonical event: each kind of rule to the module that reads it."""

from connectors.formats.documents import DocumentPlace
from connectors.formats.orders.after_shipping import delivery, invoice
from connectors.formats.orders.amended_orders import amended_order
from connectors.formats.orders.decisions.decided_orders import decided_order
from connectors.formats.orders.decisions.hold_requests import hold_request
from connectors.formats.orders.order_events import OrderEventRule, order_event
from connectors.formats.orders.pictured_orders import pictured_order
from connectors.formats.orders.placed_orders import placed_order
from connectors.formats.orders.reported_orders import reported_order
from connectors.formats.orders.requested_returns import requested_return, return_decision
from connectors.formats.orders.return_inspections import inspected_return
from connectors.formats.orders.returned_orders import returned_order
from connectors.formats.orders.reversed_shipments import reversed_shipment
from connectors.formats.orders.undone_picks import undone_pick
from connectors.formats.origins import Origin
from domain.messages.orders import FromSource
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.orders.decision_rules import OrderDecidedRule
from schemas.channel_language.orders.return_rules import (
    OrderReturnAuthorisedRule,
    OrderReturnDeclinedRule,
    OrderReturnInspectedRule,
    OrderReturnRequestedRule,
)
from schemas.channel_language.rules import (
    OrderAmendRequestedRule,
    OrderDeliveredRule,
    OrderHoldReleaseRequestedRule,
    OrderHoldRequestedRule,
    OrderInvoicedRule,
    OrderPicturedRule,
    OrderPlacedRule,
    OrderReportedRule,
    OrderReturnedRule,
    OrderShipmentReversedRule,
    OrderShortPickedRule,
    OrderUnpickedRule,
)

OrderMessageRule = (
    OrderPlacedRule
    | OrderPicturedRule
    | OrderAmendRequestedRule
    | OrderHoldRequestedRule
    | OrderHoldReleaseRequestedRule
    | OrderDecidedRule
    | OrderUnpickedRule
    | OrderShortPickedRule
    | OrderReturnRequestedRule
    | OrderReturnAuthorisedRule
    | OrderReturnDeclinedRule
    | OrderShipmentReversedRule
    | OrderDeliveredRule
    | OrderInvoicedRule
    | OrderReportedRule
    | OrderReturnedRule
    | OrderReturnInspectedRule
    | OrderEventRule
)


def order_message(  # noqa: C901, PLR0911, PLR0912  one return a kind
    channel: ChannelFile, rule: OrderMessageRule, place: DocumentPlace, origin: Origin
) -> FromSource:
    """The event of a document; `BrokenForm` when it violates the contract."""
    match rule:
        case OrderPlacedRule():
            return placed_order(channel, rule, place, origin)
        case OrderPicturedRule():
            return pictured_order(channel, rule, place, origin)
        case OrderAmendRequestedRule():
            return amended_order(channel, rule, place, origin)
        case OrderHoldRequestedRule() | OrderHoldReleaseRequestedRule():
            return hold_request(channel, rule, place, origin)
        case OrderDecidedRule():
            return decided_order(channel, rule, place, origin)
        case OrderUnpickedRule() | OrderShortPickedRule():
            return undone_pick(channel, rule, place, origin)
        case OrderReturnRequestedRule():
            return requested_return(channel, rule, place, origin)
        case OrderReturnAuthorisedRule() | OrderReturnDeclinedRule():
            return return_decision(channel, rule, place, origin)
        case OrderReturnInspectedRule():
            return inspected_return(channel, rule, place, origin)
        case OrderShipmentReversedRule():
            return reversed_shipment(channel, rule, place, origin)
        case OrderDeliveredRule():
            return delivery(channel, rule, place, origin)
        case OrderInvoicedRule():
            return invoice(channel, rule, place, origin)
        case OrderReportedRule():
            return reported_order(channel, rule, place, origin)
        case OrderReturnedRule():
            return returned_order(channel, rule, place, origin)
        case _:
            return order_event(channel, rule, place, origin)
