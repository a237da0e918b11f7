"""Maps X12 transaction sets to documents, so that channel files name their fields by paths.

A segment is a mapping from element numbers to texts: `BEG.03`. Where it lies depends on its name:

- What begins with a qualifier lies below it: `REF.DP.02`, `DTM.002.02`, `AMT.1.02`. So does a party, with the segments
  of its loop: `N1.ST.04`, `N1.ST.N3.01`, `N1.ST.REF.DP.02`.
- What adds up or is meant to repeat is a list, also where there is one only: `SAC`, `TXI`, `MSG`, `SCH`, `PO4`. So are
  the segments that begin a loop, like the lines of an order: `PO1`, each with its own segments (`PID.F.05`).
- Levels (HL) are lists by their code, each below its parent: `HL.S`, in each of them `HL.O`, in each of those `HL.I`.
- Any other segment is there by its name: `CUR.02`.

`all` has, by name, the list of all segments that are not lists already, in their order: `all.N1`, `all.REF`. Those that
no path by name reaches, since another one with the same name and qualifier came before, are also in `repeated`:
`repeated.REF`. A segment with product ids has `ids`, the first of each qualifier (`ids.VN`), and `id_list`, all of them
in order (`qualifier`, `id`). SAC has its parts by name, and is also in `charges` or `allowances`. QTY of one qualifier
are also added up: `sums.17`. W12 has what is `short` of it. What SDQ segments
send where is also the list `locations` of their line. A composite is one text (`05`), and also its components (`05-1`,
`05-2`). The envelope is in `ISA`, `GS`, `ST`. Which segments belong to which loop: `loops.py`.
"""

from collections.abc import Iterable

from connectors.formats.documents import Defect, SourceDocument
from connectors.formats.x12.filling import fill_set
from connectors.formats.x12.groups import TransactionSet
from connectors.formats.x12.interchanges import Interchange, UnreadableInterchange
from connectors.formats.x12.nodes import Parts, SegmentNode, SegmentNodeOf, node_with_components


def documents_of(parts: Iterable[Interchange | UnreadableInterchange]) -> list[SourceDocument | Defect]:
    """A document, or a defect, for each transaction set, each TA1, and each part that is no interchange.

    One envelope makes its parts once.
    """
    documents: list[SourceDocument | Defect] = []
    for part in parts:
        if isinstance(part, UnreadableInterchange):
            documents.append(Defect("ISA", part.reason, {"ISA": SegmentNode(part.isa.segment)} if part.isa else {}))
        else:
            documents.extend(_of_interchange(part))
    return documents


def _of_interchange(interchange: Interchange) -> list[SourceDocument | Defect]:
    isa = SegmentNode(interchange.isa)
    node: SegmentNodeOf = SegmentNode
    if interchange.has_composites:
        node = node_with_components(interchange.delimiters.component)
    documents: list[SourceDocument | Defect] = [
        {"ISA": isa, "TA1": SegmentNode(ta1)} for ta1 in interchange.acknowledgements
    ]
    for group in interchange.groups:
        envelope: Parts = {"ISA": isa, "GS": SegmentNode(group.gs)}
        documents.extend(_document(envelope, one, node) for one in group.sets)
        if not group.sets:
            documents.append(Defect("GS", "the functional group contains no transaction set", envelope))
    return documents or [Defect("ISA", "the interchange contains no functional group", {"ISA": isa})]


def _document(envelope: Parts, one: TransactionSet, node: SegmentNodeOf) -> SourceDocument | Defect:
    document: Parts = {**envelope, "ST": SegmentNode(one.segments[0])}
    defect = fill_set(document, one, node)
    return Defect(defect.field, defect.reason, document) if defect else document
