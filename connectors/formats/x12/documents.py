"""Maps X12 transaction sets to documents, so that channel files name their fields by paths.

A segment is a mapping from element numbers to texts (`BEG.03`). A segment that begins with a qualifier is nested under
it (`REF.DP.02`, `DTM.002.02`, `AMT.1.02`). An N1 loop is one party: `N1.ST.02`, `N1.ST.N3.01`, `N1.ST.N4.03`. The lines
of an order are the list `PO1`; each has its segments (`PID.F.05`) and its product ids by qualifier (`ids.VN`).
The envelope is in `ISA`, `GS`, `ST`. A second segment with the same name is kept in the list `repeated`.
"""

from typing import Final, NamedTuple

from connectors.formats.documents import Defect, SourceDocument, SourceNode
from connectors.formats.x12.interchanges import Segment, TransactionSet, read_x12

_QUALIFIED: Final = frozenset({"AMT", "DTM", "N1", "N9", "PER", "PID", "REF"})
_PARTY_SEGMENTS: Final = frozenset({"N2", "N3", "N4", "PER", "REF"})
_REPEATED: Final = "repeated"
_FIRST_PRODUCT_ID: Final = 6
_LAST_PRODUCT_ID: Final = 25


class SetShape(NamedTuple):
    """Per kind of set: the segment that begins a line, the one that ends the lines, and those allowed only once."""

    line: str
    summary: str
    single: frozenset[str]


SHAPES: Final = {
    "850": SetShape(line="PO1", summary="CTT", single=frozenset({"BEG", "CTT", "CUR"})),
}
"""The kinds of set with lines; others are read flat."""
_FLAT: Final = SetShape(line="", summary="", single=frozenset())


def read_x12_documents(value: bytes, encoding: str = "utf-8") -> list[SourceDocument | Defect]:
    """A document, or a defect, for each transaction set and each TA1 of a record; one envelope makes its parts once."""
    documents: list[SourceDocument | Defect] = []
    for interchange in read_x12(value, encoding):
        isa = _elements(interchange.isa)
        for ta1 in interchange.acknowledgements:
            document: SourceDocument = {"ISA": isa, "TA1": _elements(ta1)}
            documents.append(Defect("TA1", "interchange acknowledgements are not mapped", document))
        for group in interchange.groups:
            envelope: SourceDocument = {"ISA": isa, "GS": _elements(group.gs)}
            documents.extend(_document(envelope, one) for one in group.sets)
    return documents


def _document(envelope: SourceDocument, one: TransactionSet) -> SourceDocument | Defect:
    st = one.segments[0]
    document: SourceDocument = {**envelope, "ST": _elements(st)}
    defect = _fill(document, one.segments[1:-1], SHAPES.get(st.element(1), _FLAT))
    if one.defect:
        field, reason = one.defect
        return Defect(field, reason, document)
    return defect or document


def _fill(document: SourceDocument, segments: tuple[Segment, ...], shape: SetShape) -> Defect | None:
    lines: list[SourceNode] = []
    target = document
    party: SourceDocument | None = None
    for segment in segments:
        if segment.id in shape.single and segment.id in document and target is document:
            return Defect(segment.id, f"{segment.id} occurs twice", document)
        if segment.id == shape.line:
            target = _elements(segment)
            lines.append(target)
            ids = _product_ids(segment)
            if ids is None:
                return Defect(f"{shape.line}.{len(lines)}", "a product id qualifier without its id", document)
            target["ids"] = ids
            party = None
            continue
        if segment.id == shape.summary:
            target = document
        if party is not None and segment.id in _PARTY_SEGMENTS:
            _put(party, segment)
            continue
        party = _put(target, segment) if segment.id == "N1" else None
        if party is None:
            _put(target, segment)
    if shape.line:
        document[shape.line] = lines
    return None


def _put(target: SourceDocument, segment: Segment) -> SourceDocument:
    """Insert a segment at its path; returns its own mapping."""
    elements = _elements(segment)
    if segment.id not in _QUALIFIED:
        if segment.id in target:
            _repeat(target, segment)
        else:
            target[segment.id] = elements
        return elements
    under = target.setdefault(segment.id, {})
    qualifier = segment.element(1)
    if isinstance(under, dict) and qualifier not in under:
        under[qualifier] = elements
    else:
        _repeat(target, segment)
    return elements


def _repeat(target: SourceDocument, segment: Segment) -> None:
    repeated = target.setdefault(_REPEATED, [])
    if isinstance(repeated, list):
        repeated.append("*".join((segment.id, *segment.elements)))


def _elements(segment: Segment) -> SourceDocument:
    return {f"{number:02}": element for number, element in enumerate(segment.elements, start=1) if element}


def _product_ids(segment: Segment) -> SourceDocument | None:
    """The ids of a line by qualifier; None when a qualifier has no id."""
    ids: SourceDocument = {}
    for number in range(_FIRST_PRODUCT_ID, min(_LAST_PRODUCT_ID, len(segment.elements) + 1), 2):
        qualifier, product = segment.element(number), segment.element(number + 1)
        if qualifier and not product:
            return None
        if qualifier:
            ids.setdefault(qualifier, product)
    return ids
