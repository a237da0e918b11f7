"""Maps EDIFACT messages to documents, so that channel files name their fields by paths.

A segment is a mapping from element numbers to texts: `BGM.02`. Of a composite, `01` is its first component, and every
component has a number of its own: `DTM.137.01-2`. Where segments lie is as in X12: those with a qualifier below it
(`NAD.BY.02`, `QTY.21.01-2`, `RFF.ON.01-2`), those that repeat in lists (`ALC`, `FTX`, `IMD`), lines with what belongs
to them (`LIN`, in each `PRI.AAA.01-2`), packages of a despatch advice in `CPS`, others by their name. `all` and
`repeated` have the others of one name, `sums.145` what all QTY of one qualifier come to. `ids` of a line are its item's
numbers by qualifier, of LIN and PIA
(`ids.EN`). The service segments are in `UNB`, `UNG`, `UNH`. Which segments belong to which group: `groups.py`.
"""

from collections.abc import Iterable, Iterator

from connectors.formats.documents import Defect, SourceDocument
from connectors.formats.edifact.faults import MessageDefect, defect_of_segment
from connectors.formats.edifact.groups import OTHER, SHAPES, routes_of_message
from connectors.formats.edifact.interchanges import (
    EdifactInterchange,
    EdifactMessage,
    EdifactPart,
    UnreadableEdifact,
)
from connectors.formats.edifact.segments import EdifactSegment
from connectors.formats.x12.filling import fill
from connectors.formats.x12.nodes import Parts, SegmentNode
from connectors.formats.x12.segments import element


def edifact_documents_of(parts: Iterable[EdifactPart]) -> list[SourceDocument | Defect]:
    """A document, or a defect, for each message, and each part that is no interchange."""
    documents: list[SourceDocument | Defect] = []
    for part in parts:
        if isinstance(part, UnreadableEdifact):
            documents.append(Defect("UNB", part.reason, {"UNB": ComposedNode(part.unb)} if part.unb else {}))
        else:
            documents.extend(_of_interchange(part))
    return documents


def _of_interchange(interchange: EdifactInterchange) -> list[SourceDocument | Defect]:
    unb = ComposedNode(interchange.unb)
    documents = [_document({"UNB": unb}, message) for message in interchange.messages]
    return documents or [Defect("UNB", "the interchange contains no message", {"UNB": unb})]


def _document(envelope: Parts, message: EdifactMessage) -> SourceDocument | Defect:
    document: Parts = {**envelope, "UNH": ComposedNode(message.segments[0])}
    if message.group is not None:
        document["UNG"] = ComposedNode(message.group)
    defect = fill_message(document, message)
    return Defect(defect.field, defect.reason, document) if defect else document


def fill_message(document: Parts, message: EdifactMessage) -> MessageDefect | None:
    """Put a message into its document, as much of it as there is; says what is wrong with it."""
    unh, *segments = message.segments
    kind = element(unh, 2)
    if lines := SHAPES.get(kind, OTHER).lines:
        document[lines] = []
    if segments and segments[-1][0] == "UNT":
        segments.pop()
    misfit = fill(document, segments, routes_of_message(kind), ComposedNode)
    return message.defect or (defect_of_segment(misfit) if misfit else None)


class ComposedNode(SegmentNode):
    """A segment whose elements have components, each with a number of its own."""

    __slots__ = ()

    def _made(self) -> Iterator[tuple[str, str]]:
        elements = self.segment.elements if isinstance(self.segment, EdifactSegment) else ()
        for number, components in enumerate(elements, start=1):
            yield from ((f"{number:02}-{place}", text) for place, text in enumerate(components, start=1) if text)
