"""DESADV: a shipment, its packs with their labels, and what is in each."""

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Final

from connectors.formats.edifact.sending.composing import BY_THE_BUYER, MINUTE, MessageComposer
from connectors.formats.edifact.sending.documents.parts import (
    count_of_lines,
    document_date,
    item,
    line_reference,
    node,
    order_references,
    parties,
    units,
)
from connectors.formats.edifact.sending.writing import WrittenSegment
from domain.messages.edi.documents import NoticePurpose, Pack, PackedLine, PartnerOrder, ShipNotice

_DESPATCH_ADVICE: Final = "351"
_PURPOSES: Final[Mapping[NoticePurpose, str]] = {
    NoticePurpose.ORIGINAL: "9",
    NoticePurpose.CANCELLATION: "1",
    NoticePurpose.REPLACEMENT: "5",
}
"""Data element 1225."""
_DESPATCHED: Final = "11"
_DESPATCHED_UNITS, _ORDERED_UNITS = "12", "21"
_CARRIERS_NUMBER: Final = "CN"
_MAIN_CARRIAGE: Final = "20"
_MARKED_WITH_SSCC: Final = "33E"
_SSCC: Final = "BJ"
_INSIDE: Final = "1"
"""Data element 7075: the packs of the shipment are at its inner level."""


def despatch_advice(notice: ShipNotice, composer: MessageComposer) -> list[WrittenSegment]:
    """CPS of the whole shipment, and one for each pack within it; CNT+2 counts the lines."""
    packs = list(_packs(notice, composer))
    lines = sum(len(pack.lines) for pack in notice.packs)
    return [*_head(notice, composer), *packs, count_of_lines(composer, lines)]


def _head(notice: ShipNotice, composer: MessageComposer) -> Iterator[WrittenSegment]:
    yield composer.segment("BGM", _DESPATCH_ADVICE, notice.shipment_id, _PURPOSES[notice.purpose])
    yield document_date(composer, notice.shipped_us)
    yield composer.moment(_DESPATCHED, notice.shipped_us, MINUTE)
    yield from order_references(composer, notice.order)
    if notice.tracking_number.strip():
        yield composer.segment("RFF", [_CARRIERS_NUMBER, notice.tracking_number])
    yield from parties(composer, notice.order)
    yield node(composer, notice.node_id)
    if composer.fitted(notice.carrier):
        code = composer.syntax.carriers.get(notice.carrier)
        carrier = [code, None, BY_THE_BUYER if code else None, notice.carrier]
        yield composer.segment("TDT", _MAIN_CARRIAGE, None, None, None, carrier)


def _packs(notice: ShipNotice, composer: MessageComposer) -> Iterator[WrittenSegment]:
    kind = composer.syntax.package
    yield composer.segment("CPS", 1)
    yield composer.segment("PAC", len(notice.packs), None, kind)
    positions = count(1)
    for level, pack in enumerate(notice.packs, start=2):
        yield composer.segment("CPS", level, 1, _INSIDE)
        yield composer.segment("PAC", 1, None, kind)
        yield from _label(pack, composer)
        for line in pack.lines:
            yield from _line(next(positions), line, notice.order, composer)


def _label(pack: Pack, composer: MessageComposer) -> Iterator[WrittenSegment]:
    yield composer.segment("PCI", _MARKED_WITH_SSCC)
    if pack.tracking_number.strip():
        yield composer.segment("RFF", [_CARRIERS_NUMBER, pack.tracking_number])
    yield composer.segment("GIN", _SSCC, pack.sscc)


def _line(
    position: int, packed: PackedLine, order: PartnerOrder, composer: MessageComposer
) -> Iterator[WrittenSegment]:
    line = packed.line
    yield from item(composer, str(position), line)
    yield units(composer, _DESPATCHED_UNITS, line, packed.shipped)
    yield units(composer, _ORDERED_UNITS, line, line.ordered)
    yield line_reference(composer, order, line)
