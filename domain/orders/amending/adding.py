"""Lines that an amendment adds; what a warehouse moved for one before the order had it is the line's from then on.

Otherwise it would be sent once more: a warehouse may know of the line from the channel itself. Its shipment is posted
then, as that of any other line. What came back of it is not credited: its return has opened a case for that.
"""

from collections.abc import Iterator, Mapping

from domain.identifiers import NO_SOURCE, LineId, ShipmentId
from domain.messages.dispatch import PostedEvent
from domain.messages.orders import PartOfLine, PlacedLine
from domain.orders import counters
from domain.orders.amending.amendments import AddedLine, Amendment
from domain.orders.decision import OrderDecision, document_of, shipment_key
from domain.orders.erp import refused_lines
from domain.orders.erp.posting import post_document
from domain.orders.lines import OrderLine, line_of
from domain.orders.shops import reporting
from domain.orders.state import MisdirectedUnits, Order
from domain.values import replace


def as_raise_of_refused(decision: OrderDecision, amendment: Amendment) -> Amendment:
    """The order has a line already that the ERP has refused before: it is raised, at the price that is said now."""
    refused = {
        (line.line_id, line.item_id) for line in decision.order.lines if line.line_id in decision.order.refused_lines
    }
    again = {line.line_id: line for line in amendment.added if (line.line_id, line.item_id) in refused}
    if not again:
        return amendment
    decision.change_named_lines(again, lambda line: _priced(line, again[line.line_id]))
    return amendment._replace(
        quantities=(*amendment.quantities, *(PartOfLine(line.line_id, line.quantity) for line in again.values())),
        added=tuple(line for line in amendment.added if line.line_id not in again),
    )


def _priced(line: OrderLine, again: PlacedLine) -> OrderLine:
    return line._replace(unit=again.unit, unit_price=again.unit_price, price_basis=again.price_basis)


def add_lines(decision: OrderDecision, amendment: Amendment) -> None:
    """Add them as they are ordered, with what has moved for them."""
    order = decision.order
    moved = {(units.line_id, units.item_id): units for units in order.misdirected if units.shipped >= 0}
    found = {line.line_id: moved.get((line.line_id, line.item_id)) for line in amendment.added}
    added = tuple(_line(line, found[line.line_id]) for line in amendment.added)
    others = tuple(units for units in order.misdirected if units not in found.values())
    decision.order = replace(
        order,
        lines=(*order.lines, *added),
        misdirected=others,
        added_lines=(*order.added_lines, *_added_by_others(order, amendment)),
    )
    shipped = {line.line_id: line.shipped for line in added if line.shipped}
    raised = (part.line_id for part in amendment.quantities if part.quantity)
    _post_what_was_shipped(decision, amendment, shipped | refused_lines.ordered_again(decision, raised))


def _added_by_others(order: Order, amendment: Amendment) -> Iterator[AddedLine]:
    if amendment.asked_by not in {NO_SOURCE, order.placed_by}:
        for line in amendment.added:
            yield AddedLine(line.line_id, amendment.asked_by)


def _line(line: PlacedLine, units: MisdirectedUnits | None) -> OrderLine:
    added = line_of(line)
    if units is None:
        return added
    moved = added._replace(
        picked=units.picked,
        shipped=units.shipped,
        delivered=units.delivered,
        invoiced=units.invoiced,
        picks=units.picks,
        returned=units.returned,
        uncredited=units.returned,
    )
    return counters.take_over(moved)


def _post_what_was_shipped(decision: OrderDecision, amendment: Amendment, shipped: Mapping[LineId, int]) -> None:
    if shipped:
        number = ShipmentId(f"before revision {amendment.revision}")
        document = replace(document_of(decision.order, shipped), shipment_id=number)
        business_key = shipment_key(document, decision.cause.event_id)
        post_document(decision, PostedEvent.SHIPMENT_CONFIRMED, business_key, document)
        reporting.report(decision, PostedEvent.SHIPMENT_CONFIRMED, business_key, document, by_channel=False)
