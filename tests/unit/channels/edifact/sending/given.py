"""How a partner reads EDIFACT, and what two readers find in a text: ours, and pydifact alone."""

import warnings
from dataclasses import replace
from typing import Any, Final
from zoneinfo import ZoneInfo

from pydifact.segmentcollection import Interchange as OtherInterchange

from connectors.formats.documents import Defect
from connectors.formats.edifact.documents import edifact_documents_of
from connectors.formats.edifact.interchanges import EdifactInterchange, read_edifact
from connectors.formats.edifact.segments import Separators
from connectors.formats.edifact.sending.composing import DocumentParty, EdifactSyntax
from connectors.formats.edifact.sending.messages import message_of
from connectors.formats.edifact.sending.writing import Correspondent, EdifactToSend, Notation, write_interchange
from domain.addresses import Address
from domain.identifiers import ItemId, LineId, OrderId
from domain.messages.edi.documents import AnswerVerdict, PartnerDocument, PartnerLine, PartnerOrder, ProductNumber
from domain.quantities import UNIT
from tests.unit.channels.x12.sending.given import NOW_US, PLACED_US

SYNTAX = EdifactSyntax(
    notation=Notation(),
    ours=DocumentParty(Correspondent("5412345000013", "14"), "5412345000013", "DE811907980"),
    theirs=DocumentParty(Correspondent("4012345000009", "14"), "4012345000009"),
    units={"EA": "PCE", "XCT": "CT"},
    carriers={"UPS": "UPSN"},
    timezone=ZoneInfo("Europe/Berlin"),
    verdicts={AnswerVerdict.ACCEPTED: "29", AnswerVerdict.CHANGED: "4", AnswerVerdict.REJECTED: "27"},
)
STORE = Address("Wareneingang", "Kai 1", "Hamburg", "20457", "", "DE", "Kai GmbH", "Tor 4", "4012345000016")
ORDER = PartnerOrder(OrderId("edifact:4012345000009:KW-1"), "KW-1", "", PLACED_US, "EUR", STORE, "077")
CUPS = PartnerLine(
    LineId("1"),
    ItemId("CUP-1"),
    (ProductNumber("EN", "4000862141404"), ProductNumber("IN", "B-77")),
    12 * UNIT,
    "EA",
    84_000,
    100,
    "Cup, red",
)
PLATES = PartnerLine(LineId("2"), ItemId("PLATE-9"), (), 3 * UNIT, "XCT", 125_000)
NUMBER: Final = "ORDRSP7"


def units(number: int) -> int:
    return number * UNIT


def with_notation(**changes: Any) -> EdifactSyntax:
    return replace(SYNTAX, notation=replace(SYNTAX.notation, **changes))


def separated(letters: str, decimal: str = ".") -> Notation:
    """Component, element, release and terminator."""
    return Notation(Separators(*letters), decimal)


def interchange(document: PartnerDocument, syntax: EdifactSyntax = SYNTAX, version: str = "D96A:EAN008") -> str:
    """The document in its envelope."""
    return write_interchange(
        EdifactToSend(
            notation=syntax.notation,
            sender=syntax.ours.correspondent,
            receiver=syntax.theirs.correspondent,
            reference="7",
            sent_at_us=NOW_US,
            messages=[message_of(document, syntax, version, NUMBER)],
            asks_for_acknowledgement=True,
        )
    )


def body(document: PartnerDocument, syntax: EdifactSyntax = SYNTAX, version: str = "D96A:EAN008") -> list[str]:
    """The segments between UNH and UNT, in the usual separators, without what releases a letter."""
    (part,) = read_edifact(interchange(document, syntax, version))
    assert isinstance(part, EdifactInterchange)
    (message,) = part.messages
    return ["+".join((each[0], *map(":".join, each.elements))) for each in message.segments[1:-1]]


def segments_of(text: str, notation: Notation) -> list[str]:
    """The raw segments, cut by hand: a terminator ends one unless it is released."""
    component, element, release, terminator = notation.separators
    if notation.has_advice:
        assert "UNA" == text[:3]
        assert f"{component}{element}{notation.decimal}{release}" == text[3:7]
        text = text[9:]
    found, current, is_released = [], "", False
    for letter in text:
        if letter == terminator and not is_released:
            found.append(current)
            current = ""
            continue
        is_released = letter == release and not is_released
        current += letter
    assert not current
    return found


def read_back(text: str, notation: Notation) -> Any:
    """The document that our reader makes of it; both readers find one message with the counts that it states."""
    element = notation.separators.element
    segments = segments_of(text, notation)
    names = [each.partition(element)[0] for each in segments]
    assert ["UNB", "UNH"] == names[:2]
    assert ["UNT", "UNZ"] == names[-2:]
    assert f"UNT{element}{len(segments) - 2}{element}1" == segments[-2]
    assert f"UNZ{element}1{element}7" == segments[-1]
    (found,) = edifact_documents_of(read_edifact(text))
    assert not isinstance(found, Defect), found
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it knows no directory of messages, and says so at each segment
        (message,) = OtherInterchange.from_str(text).get_messages()
    assert names[2:-2] == [each.tag for each in message.segments]
    return found
