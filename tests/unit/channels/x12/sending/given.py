"""Documents for partners, how the partner reads X12, and what both readers find in the text."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import x12

from connectors.formats.documents import Defect
from connectors.formats.x12.documents import documents_of
from connectors.formats.x12.interchanges import read_x12
from connectors.formats.x12.segments import Delimiters
from connectors.formats.x12.sending.composing import PartnerSyntax, Side
from connectors.formats.x12.sending.document_sets import set_of
from connectors.formats.x12.sending.writing import (
    GroupToSend,
    InterchangeToSend,
    Participant,
    SetToSend,
    write_interchange,
)
from domain.addresses import Address
from domain.identifiers import ItemId, LineId, OrderId
from domain.messages.edi.documents import PartnerDocument, PartnerLine, PartnerOrder, ProductNumber
from domain.quantities import UNIT

STANDARD = Delimiters("*", ">", "", "~")
SYNTAX = PartnerSyntax(
    ours=Side(Participant("ZZ", "OURS"), "OURS"),
    theirs=Side(Participant("ZZ", "XYZ"), "XYZ"),
    delimiters=STANDARD,
    encoding="ascii",
    units={"EA": "EA", "XCT": "CT", "KGM": "KG"},
    carriers={"UPS": "UPSN"},
    timezone=ZoneInfo("America/New_York"),
)
PLACED_US = int(datetime(2026, 1, 5, 15, tzinfo=UTC).timestamp()) * 1_000_000
NOW_US = int(datetime(2026, 1, 6, 2, 30, tzinfo=UTC).timestamp()) * 1_000_000
"""On the fifth of January in New York."""
FRIDAY_US = int(datetime(2026, 1, 9, tzinfo=UTC).timestamp()) * 1_000_000
STORE = Address("Receiving", "1 Dock St", "Reno", "89501", "NV", "US", "XYZ Retail", "Door 4", "0042")
ORDER = PartnerOrder(OrderId("edi:ZZ:XYZ:PO-1"), "PO-1", "", PLACED_US, "USD", STORE, "077")
CUPS = PartnerLine(
    LineId("1"), ItemId("CUP-1"), (ProductNumber("BP", "B-77"),), 12 * UNIT, "EA", 84_000, 100, "Cup, red"
)
PLATES = PartnerLine(LineId("2"), ItemId("PLATE-9"), (), 3 * UNIT, "XCT", 125_000)


def units(number: int) -> int:
    return number * UNIT


def interchange(document: PartnerDocument, syntax: PartnerSyntax = SYNTAX, version: str = "004010") -> str:
    """The document in its envelope."""
    written = set_of(document, syntax, version)
    group = GroupToSend(written.functional_id, "OURS", "XYZ", 7, version, [SetToSend(written.kind, written.segments)])
    envelope = InterchangeToSend(
        delimiters=syntax.delimiters,
        sender=Participant("ZZ", "OURS"),
        receiver=Participant("ZZ", "XYZ"),
        version=version[:5],
        control_number=7,
        usage="P",
        sent_at_us=NOW_US,
        groups=[group],
    )
    return write_interchange(envelope)


def body(document: PartnerDocument, syntax: PartnerSyntax = SYNTAX, version: str = "004010") -> list[str]:
    """The segments between ST and SE."""
    lines = interchange(document, syntax, version).split(syntax.delimiters.terminator)
    return lines[3:-4]


def read_back(text: str) -> Any:
    """The document that our reader makes of it; both readers find one regular transaction set."""
    (found,) = documents_of(read_x12(text))
    assert not isinstance(found, Defect), found
    parsed = x12.parse_x12_interchange(x12.tokenize_x12(text.encode()))
    assert 1 == len(parsed.groups)
    assert 1 == len(parsed.groups[0].transactions)
    return found


def with_delimiters(element: str, component: str, terminator: str) -> PartnerSyntax:
    return replace(SYNTAX, delimiters=Delimiters(element, component, "", terminator))
