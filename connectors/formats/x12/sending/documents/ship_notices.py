"""856: a shipment as levels, structure 0001: shipment, order, packs, items."""

from collections.abc import Iterator, Mapping
from typing import Final

from connectors.formats.x12.segments import Segment
from connectors.formats.x12.sending.composing import Composer, SetText, quantity
from connectors.formats.x12.sending.documents.parts import node, party, products
from domain.messages.edi.documents import NoticePurpose, Pack, PackedLine, ShipNotice

_PURPOSES: Final[Mapping[NoticePurpose, str]] = {
    NoticePurpose.ORIGINAL: "00",
    NoticePurpose.CANCELLATION: "01",
    NoticePurpose.REPLACEMENT: "05",
}
"""Data element 353."""
_STRUCTURE: Final = "0001"
_SCAC: Final = "2"
_SHIPPED: Final = "011"
_IDENTIFIER_OF_SSCC: Final = "00"
_WITH_IDENTIFIER: Final = "GM"
_OF_THE_CARRIER: Final = "CP"
"""Data element 88: the carrier's number of a pack."""
_FIRST_PACK: Final = 3
"""The number of its level: the first two are of the shipment and of its order."""


def ship_notice(notice: ShipNotice, composer: Composer) -> SetText:
    """BSN, then HL loops, each with its parent; CTT counts the levels."""
    order = notice.order
    shipped = composer.day(notice.shipped_us)
    packs = list(_packs(notice, composer))
    levels = sum(segment[0] == "HL" for segment in packs) + _FIRST_PACK - 1
    segments = [
        composer.segment("BSN", _PURPOSES[notice.purpose], notice.shipment_id, shipped, shipped, _STRUCTURE),
        *_shipment(notice, composer),
        composer.segment("HL", _FIRST_PACK - 1, 1, "O", "1"),
        composer.segment("PRF", order.number, order.release, None, composer.day(order.ordered_us)),
        *((composer.segment("REF", "DP", order.department),) if order.department.strip() else ()),
        *packs,
        composer.segment("CTT", levels),
    ]
    return SetText("856", "SH", segments)


def _shipment(notice: ShipNotice, composer: Composer) -> Iterator[Segment]:
    yield composer.segment("HL", 1, None, "S", "1")
    yield composer.segment("TD1", "CTN", len(notice.packs))
    if composer.fitted(notice.carrier):
        scac = composer.syntax.carriers.get(notice.carrier)
        yield composer.segment("TD5", None, _SCAC if scac else None, scac, None, notice.carrier)
    if notice.tracking_number.strip():
        yield composer.segment("REF", "CN", notice.tracking_number)
    yield composer.segment("DTM", _SHIPPED, composer.day(notice.shipped_us))
    yield node(composer, "SF", notice.node_id)
    yield from party(composer, "ST", notice.order.ship_to)


def _packs(notice: ShipNotice, composer: Composer) -> Iterator[Segment]:
    number = _FIRST_PACK
    for pack in notice.packs:
        parent = number
        yield composer.segment("HL", number, _FIRST_PACK - 1, "P", "1")
        yield _label(pack, composer)
        if pack.tracking_number.strip():
            yield composer.segment("MAN", _OF_THE_CARRIER, pack.tracking_number)
        for line in pack.lines:
            number += 1
            yield composer.segment("HL", number, parent, "I", "0")
            yield from _item(line, composer)
        number += 1


def _label(pack: Pack, composer: Composer) -> Segment:
    marks = composer.syntax.marks
    return composer.segment("MAN", marks, (_IDENTIFIER_OF_SSCC if marks == _WITH_IDENTIFIER else "") + pack.sscc)


def _item(packed: PackedLine, composer: Composer) -> Iterator[Segment]:
    line, unit = packed.line, composer.unit(packed.line.unit)
    yield composer.segment("LIN", line.line_id, *products(line.item_id, line.products))
    yield composer.segment("SN1", line.line_id, quantity(packed.shipped), unit, None, quantity(line.ordered), unit)
