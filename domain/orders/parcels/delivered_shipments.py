"""What deliveries that name a shipment come to: it alone is delivered by them, and no more of it than it has.

What deliveries have of a shipment is its lines', of those that are alike as many units as it has of each, in order.
What is beyond that was taken back of the shipment, and its delivery with it; or it is delivered and not shipped, such
as a parcel that is reported twice (`OrderLine.delivered_beyond`). All of it follows from what is known of the
shipment and of its deliveries, so it comes to the same whichever is heard of first.

What was delivered of a shipment before all of it was taken back is no delivery of a later one under its number.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from domain.identifiers import LineId, ShipmentId
from domain.messages.orders import FulfilmentLine, OrderDelivered
from domain.orders.alike_lines.groups import all_of
from domain.orders.decision import OrderDecision
from domain.orders.documents.counted import (
    CountedNumber,
    DocumentKind,
    DocumentName,
    Issuer,
    Units,
    issuer_of,
)
from domain.orders.lines import OrderLine


class Delivered(NamedTuple):
    """Units of one line, in millionths."""

    units: int = 0
    """Below zero where they were taken back before they were delivered."""
    beyond: int = 0
    """Of these, beyond what the shipment has."""


Deliveries = Mapping[LineId, Delivered]
NOTHING: Final = Delivered()


def count(decision: OrderDecision, event: OrderDelivered, own: Sequence[FulfilmentLine]) -> None:
    """Count a delivery of a shipment, or take one back: these lines of it, which are the order's."""
    before = of(decision, event.shipment_id)
    deliveries, issuer = decision.documents_named(_deliveries_of(event.shipment_id)), _one_of(event)
    change = deliveries.without_units if event.is_reversal else deliveries.with_units
    decision.keep_documents(change(issuer, own, event.provenance.occurred_at_us))
    recount(decision, event.shipment_id, before)


def recount(decision: OrderDecision, shipment_id: ShipmentId, before: Deliveries) -> None:
    """The shipment, or what is delivered of it, has changed: its lines count what stands now."""
    now = of(decision, shipment_id)
    changed = {line_id for line_id in {**before, **now} if before.get(line_id) != now.get(line_id)}
    if changed:
        decision.change_named_lines(
            changed,
            lambda line: _changed(line, before.get(line.line_id, NOTHING), now.get(line.line_id, NOTHING)),
        )


def _changed(line: OrderLine, before: Delivered, now: Delivered) -> OrderLine:
    beyond = max(0, line.delivered_beyond + now.beyond - before.beyond)
    return line._replace(delivered=line.delivered + now.units - before.units, delivered_beyond=beyond)


def of(decision: OrderDecision, shipment_id: ShipmentId) -> Deliveries:
    """What stands of a shipment as it is now, by line; empty where no delivery has named it."""
    deliveries = decision.documents_named(_deliveries_of(shipment_id))
    if not deliveries.documents:
        return {}
    shipments = decision.documents_named(DocumentName(DocumentKind.SHIPMENT, shipment_id))
    stands: dict[LineId, Delivered] = {}
    for lines in all_of(line for line in decision.order.lines if not line.kept_unit):
        stands.update(_of_item(lines, deliveries, shipments))
    return stands


def _of_item(
    lines: Sequence[OrderLine], deliveries: CountedNumber, shipments: CountedNumber
) -> Iterator[tuple[LineId, Delivered]]:
    reported = _by_line(lines, deliveries.units)
    if not any(reported.values()):
        return
    shipped = {line_id: max(0, units) for line_id, units in _by_line(lines, shipments.units).items()}
    taken_back = _in_all(lines, (each.units_taken_back for each in shipments.documents))
    of_earlier = min(taken_back, _before_all_was_taken_back(lines, deliveries, shipments))
    left = sum(reported.values()) - of_earlier
    if left < 0:
        yield from ((line_id, Delivered(units)) for line_id, units in reported.items() if units)
        return
    beyond = max(0, left - sum(shipped.values()))
    beyond -= min(beyond, taken_back - of_earlier)
    left -= max(0, left - sum(shipped.values()))
    last = [line_id for line_id, units in reported.items() if units][-1]
    for line_id, units in shipped.items():
        taken = min(left, units)
        left -= taken
        too_many = beyond if line_id == last else 0
        yield line_id, Delivered(taken + too_many, too_many)


def _before_all_was_taken_back(lines: Sequence[OrderLine], deliveries: CountedNumber, shipments: CountedNumber) -> int:
    """Units that were delivered before that, less those that had left by then and stand: another warehouse's."""
    taken_back_us = max((each.taken_back_us for each in shipments.documents), default=0)
    earlier = [each.units for each in deliveries.documents if 0 < each.counted_us <= taken_back_us]
    standing = [each.units_until(taken_back_us) for each in shipments.documents]
    return max(0, _in_all(lines, earlier) - _in_all(lines, standing))


def _in_all(lines: Sequence[OrderLine], documents: Iterable[Units]) -> int:
    return sum(sum(_by_line(lines, units).values()) for units in documents)


def _by_line(lines: Sequence[OrderLine], units: Units) -> Mapping[LineId, int]:
    return {line.line_id: units.get((line.line_id, line.item_id), 0) for line in lines}


def _deliveries_of(shipment_id: ShipmentId) -> DocumentName:
    return DocumentName(DocumentKind.DELIVERED_SHIPMENT, shipment_id)


def _one_of(event: OrderDelivered) -> Issuer:
    """Every delivery of a shipment is counted apart; sources number theirs alike."""
    return Issuer(f"{issuer_of(event)}\0{event.delivery_id}")
