"""What a partner says of what we sent: its CONTRL, and the APERAK of its application.

Each of our interchanges has one message: what is said of either is said of a document.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from connectors.formats.edifact.interchanges import EdifactInterchange
from connectors.formats.edifact.segments import EdifactSegment
from connectors.formats.edifact.sending.receipts import component
from connectors.formats.x12.segments import element
from domain.identifiers import PartnerId
from domain.messages.edi.events import AcknowledgedAs, AcknowledgementReceived

_ACCEPTING: Final = frozenset({"7", "8"})
"""Data element 0083 of UCI; 8 says that it was received. In UCM, 7."""
_ERRORS: Final = frozenset({"UCM", "UCS", "UCD"})
_APPLICATION_ERROR: Final = "313"
"""Data element 1001 of an APERAK that only says what is wrong."""
_NOT_ACCEPTED: Final = frozenset({"27", "RE"})
"""Data elements 1225 and 4343."""
_OUR_DOCUMENT: Final = ("ACW", "DQ", "IV", "AAK", "AAU", "DM")
"""Data element 1153: the number of the message that is meant, of a delivery note, an invoice, a despatch advice."""
_LONGEST: Final = 300


def acknowledgements_of(interchange: EdifactInterchange, partner_id: PartnerId) -> Iterator[AcknowledgementReceived]:
    """One for each interchange or document of ours that is acknowledged."""
    for message in interchange.messages:
        if message.defect is None:
            kind = element(message.segments[0], 2)
            if kind == "CONTRL":
                yield from _of_control(message.segments, partner_id)
            elif kind == "APERAK":
                yield from _of_application(message.segments, partner_id)


def _of_control(segments: Sequence[EdifactSegment], partner_id: PartnerId) -> Iterator[AcknowledgementReceived]:
    uci = next((each for each in segments if each[0] == "UCI"), None)
    if uci is None:
        return
    codes = [element(uci, 4), *(element(each, 3) for each in segments if each[0] == "UCM")]
    verdict = AcknowledgedAs.ACCEPTED if _ACCEPTING.issuperset(codes) else AcknowledgedAs.REJECTED
    rejected = [] if verdict is AcknowledgedAs.ACCEPTED else [f"UCI {element(uci, 4)} {element(uci, 5)}".strip()]
    if rejected:
        rejected += [" ".join(filter(None, map(_text, _parts(each)))) for each in segments if each[0] in _ERRORS]
    yield AcknowledgementReceived(partner_id, "", element(uci, 1), verdict, "; ".join(rejected)[:_LONGEST])


def _parts(segment: EdifactSegment) -> tuple[tuple[str, ...], ...]:
    return ((segment[0],), *segment.elements)


def _text(components: tuple[str, ...]) -> str:
    return ":".join(components).rstrip(":")


def _of_application(segments: Sequence[EdifactSegment], partner_id: PartnerId) -> Iterator[AcknowledgementReceived]:
    """It names a document of ours by its number, or the interchange that it came in."""
    bgm = next((each for each in segments if each[0] == "BGM"), None)
    if bgm is None:
        return
    errors = [" ".join(filter(None, map(_text, _parts(each)))) for each in segments if each[0] in {"ERC", "FTX"}]
    is_rejected = (
        element(bgm, 1) == _APPLICATION_ERROR
        or not _NOT_ACCEPTED.isdisjoint({element(bgm, 3), element(bgm, 4)})
        or any(each[0] == "ERC" for each in segments)
    )
    verdict = AcknowledgedAs.REJECTED if is_rejected else AcknowledgedAs.ACCEPTED
    references = [each for each in segments if each[0] == "RFF"]
    named = (component(each, 1, 2) for kind in _OUR_DOCUMENT for each in references if element(each, 1) == kind)
    number = next((each for each in named if each), "")
    if number:
        reason = "; ".join(errors)[:_LONGEST] if is_rejected else ""
        yield AcknowledgementReceived(partner_id, "", "", verdict, reason, number)
