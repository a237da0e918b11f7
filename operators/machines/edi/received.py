"""What intake tells the EDI flow: interchanges that are owed an answer, acknowledgements, partners' orders."""

from collections.abc import Iterable, Iterator
from typing import Final

from connectors.formats.edifact.interchanges import EdifactInterchange, EdifactPart, UnreadableEdifact
from connectors.formats.edifact.sending import receipts as edifact_receipts
from connectors.formats.edifact.sending import received_acknowledgements as edifact_acknowledgements
from connectors.formats.records.reading import Envelope
from connectors.formats.x12.interchanges import Interchange, UnreadableInterchange
from connectors.formats.x12.segments import element
from connectors.formats.x12.sending import receipts as x12_receipts
from connectors.formats.x12.sending import received_acknowledgements as x12_acknowledgements
from domain.identifiers import PartnerId
from domain.messages.cases import Case, CaseClass, CaseOrigin
from domain.messages.edi.documents import PartnerLine, PartnerOrder, ProductNumber
from domain.messages.edi.events import (
    AcknowledgedAs,
    AcknowledgementReceived,
    InterchangeReceived,
    PartnerLinesAdded,
    PartnerOrderPlaced,
)
from domain.messages.orders import OrderAmendRequested, OrderPictured, OrderPlaced, PlacedLine
from domain.papers import ItemNumber
from operators.machines.edi.partners import EdiPartner, Partners
from schemas.channel_language.channel_file import ChannelFile

_DEPARTMENT: Final = "DP"
_SHORTEST_QUALIFIER: Final = 2
_SENDER_IN_UNB: Final = 2

PartnerSaid = InterchangeReceived | AcknowledgementReceived | Case
"""What an envelope of a partner leads to, whatever is in it."""


def of_envelopes(channel: ChannelFile, envelopes: Iterable[Envelope], partners: Partners) -> Iterator[PartnerSaid]:
    """For each interchange of a raw record: that it came, and what it acknowledges."""
    for part in envelopes:
        if isinstance(part, EdifactInterchange | UnreadableEdifact):
            yield from _of_edifact(channel, part, partners)
        else:
            yield from _of_x12(channel, part, partners)


def _of_x12(
    channel: ChannelFile, part: Interchange | UnreadableInterchange, partners: Partners
) -> Iterator[PartnerSaid]:
    if isinstance(part, UnreadableInterchange):
        if part.isa is None:
            return
        isa, applications = part.isa.segment, []
    else:
        isa, applications = part.isa, [element(group.gs, 2) for group in part.groups]
    qualifier, sender = element(isa, 5), element(isa, 6)
    partner = partners.sending(channel.source_id, qualifier, sender, applications)
    partner_id = PartnerId("") if partner is None else partner.policy.partner_id
    said = x12_acknowledgements.acknowledgements_of(part, partner_id) if isinstance(part, Interchange) else ()
    if partner is None:
        yield from _of_a_stranger(channel, said, f"{qualifier}/{sender}"[:40])
        return
    receipt = x12_receipts.receipt_of(part, partner_id, channel.source_id, channel.kinds_read)
    if receipt is not None:
        yield receipt
    yield from said


def _of_edifact(channel: ChannelFile, part: EdifactPart, partners: Partners) -> Iterator[PartnerSaid]:
    if part.unb is None:
        return
    qualifier, sender = (edifact_receipts.component(part.unb, _SENDER_IN_UNB, place) for place in (2, 1))
    partner = partners.sending(channel.source_id, qualifier, sender, ())
    partner_id = PartnerId("") if partner is None else partner.policy.partner_id
    said = (
        edifact_acknowledgements.acknowledgements_of(part, partner_id) if isinstance(part, EdifactInterchange) else ()
    )
    if partner is None:
        yield from _of_a_stranger(channel, said, f"{qualifier}/{sender}".lstrip("/")[:40])
        return
    receipt = edifact_receipts.receipt_of(part, partner_id, channel.source_id, channel.kinds_read)
    if receipt is not None:
        yield receipt
    yield from said


def _of_a_stranger(channel: ChannelFile, said: Iterable[AcknowledgementReceived], sender: str) -> Iterator[PartnerSaid]:
    """Who has no partner file is answered nothing; a rejection of what we sent must not be overheard all the same."""
    for each in said:
        if each.acknowledged_as is AcknowledgedAs.REJECTED:
            named = [part for part in (each.functional_id, each.control_number or each.document_number) if part]
            yield Case(
                CaseClass.TRANSFORMATION_FAILED,
                CaseOrigin.CHANNEL_MAPPING,
                subject=channel.source_id,
                source_id=channel.source_id,
                reason=f"{sender}, which has no partner file, rejects {' '.join(named)}:"
                f" {each.reason or 'no reason given'}",
                suggested_action="write a partner file for it (docs/how-to/add-an-edi-partner.md)",
                key=f"{channel.source_id}/{sender}/{each.functional_id}/{named[-1]}",
            )


def of_message(message: object, partners: Partners) -> PartnerOrderPlaced | PartnerLinesAdded | None:
    """What a canonical message of any source says of a partner's order, as far as documents repeat it."""
    if isinstance(message, OrderPictured):
        message = message.placed
    if not isinstance(message, OrderPlaced | OrderAmendRequested):
        return None
    partner = partners.of_order(message.order_id)
    if partner is None:
        return None
    partner_id = partner.policy.partner_id
    if isinstance(message, OrderPlaced):
        return PartnerOrderPlaced(
            partner_id, _order(message, partner), _lines(message.lines, message.item_numbers, partner)
        )
    return (
        PartnerLinesAdded(partner_id, message.order_id, _lines(message.added, (), partner)) if message.added else None
    )


def _order(placed: OrderPlaced, partner: EdiPartner) -> PartnerOrder:
    number, release = _number_of(placed, partner.policy.order_scope)
    departments = (each.number for each in placed.references if each.kind == _DEPARTMENT)
    return PartnerOrder(
        order_id=placed.order_id,
        number=number,
        release=release,
        ordered_us=placed.provenance.occurred_at_us,
        currency=placed.currency,
        ship_to=placed.ship_to,
        department=next(departments, ""),
    )


def _number_of(placed: OrderPlaced, scope: str) -> tuple[str, str]:
    """The purchase order number and its release, which the order's id has apart (`scoped_order_id_of`)."""
    if scope.count(":") == 1:
        return placed.channel_order_id, ""
    number, _, release = placed.order_id.removeprefix(scope).partition(":")
    return _unescaped(number), _unescaped(release)


def _unescaped(part: str) -> str:
    return part.replace("%3A", ":").replace("%25", "%")


def _lines(
    lines: tuple[PlacedLine, ...], numbers: tuple[ItemNumber, ...], partner: EdiPartner
) -> tuple[PartnerLine, ...]:
    named: dict[str, list[ProductNumber]] = {}
    for each in numbers:
        if _SHORTEST_QUALIFIER <= len(each.qualifier) <= partner.longest_qualifier and each.number:
            named.setdefault(each.line_id, []).append(ProductNumber(each.qualifier, each.number))
    return tuple(
        PartnerLine(
            line_id=line.line_id,
            item_id=line.item_id,
            products=tuple(named.get(line.line_id, ())),
            ordered=line.quantity,
            unit=line.unit,
            unit_price=line.unit_price,
            price_basis=line.price_basis,
            description=line.description,
        )
        for line in lines
    )
