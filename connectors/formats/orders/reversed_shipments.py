"""Maps a document to `OrderShipmentReversed`."""

from connectors.formats.channel_ids import document_id_of, named_order_id
from connectors.formats.content import with_content_hash
from connectors.formats.documents import DocumentPlace
from connectors.formats.forms import checked_id, checked_text
from connectors.formats.orders.order_events import node_of_fact
from connectors.formats.orders.undone_picks import unpicked_lines
from connectors.formats.origins import Origin
from connectors.formats.values import required_text
from domain.identifiers import ReversalId, ShipmentId
from domain.messages.orders import OrderShipmentReversed
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.rules import OrderShipmentReversedRule


def reversed_shipment(
    channel: ChannelFile, rule: OrderShipmentReversedRule, place: DocumentPlace, origin: Origin
) -> OrderShipmentReversed:
    """The reversal of a document; `BrokenForm` when it violates the contract."""
    node_id = node_of_fact(channel, rule.node_id, place)
    reversal_id = ReversalId(checked_id(required_text(rule.reversal_id, "reversal_id", place), "reversal_id"))
    return with_content_hash(
        OrderShipmentReversed(
            order_id=named_order_id(channel, rule, place),
            provenance=origin.provenance,
            node_id=node_id,
            shipment_id=ShipmentId(checked_id(required_text(rule.shipment_id, "shipment_id", place), "shipment_id")),
            reversal_id=reversal_id,
            reason=checked_text(required_text(rule.reason, "reason", place), "reason"),
            lines=unpicked_lines(channel, rule.lines, place),
            document_id=document_id_of(rule, place, node_id, reversal_id),
            by_channel=node_id in channel.channel_nodes,
        )
    )
