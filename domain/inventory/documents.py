"""Stock documents are recognised whole, then split for the partitions of their items.

A document has two identities: its number at its node, and the message that brought it (docs/domain.md#deduplication).
The row of a document keeps both, so a repeat is recognised by either.

| it arrives again | verdict |
|---|---|
| with the same lines, in any order, under any message id | DUPLICATE |
| with the lines that had been refused, and all others as they were | COMPLETED: these lines apply |
| with other lines, or other fields | CONFLICT: nothing changes, and a person gets a case |
"""

from collections import Counter
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple, assert_never

from domain.identifiers import CorrelationId, EventId, ItemId, NodeId, SourceId
from domain.messages.cases import Case, CaseClass, CaseOrigin
from domain.messages.stock import (
    GoodsReceived,
    GoodsSent,
    StockAdjusted,
    StockCounted,
    StockDocument,
    StockLine,
    StockStatusChanged,
    SupplyAnnounced,
)
from domain.messages.stock_movements import (
    StockMovement,
    UnitsAdjusted,
    UnitsCounted,
    UnitsExpected,
    UnitsReceived,
    UnitsSent,
    UnitsStatusChanged,
)


class DocumentVerdict(StrEnum):
    """How a document compares with the one that is known under its identity."""

    FIRST = "first"
    DUPLICATE = "duplicate"
    COMPLETED = "completed document"
    CONFLICT = "conflicting duplicate"


class LineContent(NamedTuple):
    """A line without its number: sources number the lines of a repeat as they like."""

    item_id: ItemId
    quantity: int
    unit: str


@dataclass(frozen=True, slots=True)
class KnownDocument:
    """The row of a document; it expires at `until_ms`."""

    content_hashes: tuple[str, ...]
    """Of all contents that were accepted: more than one where refused lines came later."""
    node_id: NodeId
    number: str
    source_id: SourceId
    correlation_id: CorrelationId
    """Of the first message that brought it."""
    event_id: EventId
    first_seen_ms: int
    until_ms: int
    refused_lines: int
    """How many lines are still missing."""
    lines: tuple[LineContent, ...]
    """Those that were accepted, while lines are missing; else empty."""


class DocumentDecision(NamedTuple):
    """The row to store, the lines that apply, and the case of a conflict."""

    verdict: DocumentVerdict
    known: KnownDocument
    lines: tuple[StockLine, ...] = ()
    cases: tuple[Case, ...] = ()


def identity_of(document: StockDocument) -> str:
    """The key of the document's row: its kind, node, number and part; or the ids of its message, if that is all."""
    provenance = document.provenance
    named = (document.node_id, document.number, document.part)
    message = (provenance.source_id, provenance.correlation_id, str(provenance.revision))
    scope = ("message", *message) if document.by_message else ("number", *named)
    return "\0".join((document.kind, *scope))


def decide(
    document: StockDocument, known: KnownDocument | None, event_id: EventId, now_ms: int, until_ms: int
) -> DocumentDecision:
    """Compare a document with `known`, the unexpired row under its identity.

    `until_ms` is when a message that arrives now expires; a document is known for as long as each of its messages.
    """
    if known is None:
        first = _known(document, event_id, now_ms, until_ms)
        return DocumentDecision(DocumentVerdict.FIRST, first, document.lines)
    again = known if known.until_ms >= until_ms else replace(known, until_ms=until_ms)
    if document.provenance.content_hash in known.content_hashes:
        return DocumentDecision(DocumentVerdict.DUPLICATE, again)
    missing = _missing_lines(known, document)
    if missing:
        return DocumentDecision(DocumentVerdict.COMPLETED, _completed(again, document), missing)
    return DocumentDecision(DocumentVerdict.CONFLICT, again, cases=(_conflict(document, known),))


def movement_of(document: StockDocument, lines: tuple[StockLine, ...], event_id: EventId) -> StockMovement:
    """What the ledger applies of a document: these lines, caused by `event_id`, the document's event."""
    origin, node_id = document.provenance, document.node_id
    match document:
        case GoodsReceived(receipt_id=number, status=status, transfer_order_id=order, from_node_id=sender):
            return UnitsReceived(origin, node_id, number, event_id, lines, status, order, sender, document.supply_id)
        case StockAdjusted(adjustment_id=number, reason=reason):
            return UnitsAdjusted(origin, node_id, number, reason, event_id, lines)
        case StockCounted(count_id=number, counted_at_us=counted_at_us):
            return UnitsCounted(origin, node_id, number, counted_at_us, event_id, lines)
        case StockStatusChanged(change_id=number, reason=reason, from_status=before, to_status=after):
            return UnitsStatusChanged(origin, node_id, number, reason, before, after, event_id, lines)
        case GoodsSent(to_node_id=receiver, transfer_order_id=order):
            return UnitsSent(origin, node_id, receiver, order, event_id, lines)
        case SupplyAnnounced(supply_id=supply_id):
            return UnitsExpected(origin, node_id, supply_id, event_id, lines)
        case _:
            assert_never(document)


def _known(document: StockDocument, event_id: EventId, now_ms: int, until_ms: int) -> KnownDocument:
    provenance = document.provenance
    return KnownDocument(
        content_hashes=(provenance.content_hash,),
        node_id=document.node_id,
        number=document.number,
        source_id=provenance.source_id,
        correlation_id=provenance.correlation_id,
        event_id=event_id,
        first_seen_ms=now_ms,
        until_ms=until_ms,
        refused_lines=document.refused_lines,
        lines=_kept(document),
    )


def _completed(known: KnownDocument, document: StockDocument) -> KnownDocument:
    return replace(
        known,
        content_hashes=(*known.content_hashes, document.provenance.content_hash),
        refused_lines=document.refused_lines,
        lines=_kept(document),
    )


def _kept(document: StockDocument) -> tuple[LineContent, ...]:
    return tuple(map(_content, document.lines)) if document.refused_lines else ()


def _content(line: StockLine) -> LineContent:
    return LineContent(line.item_id, line.quantity, line.unit)


def _missing_lines(known: KnownDocument, document: StockDocument) -> tuple[StockLine, ...]:
    """The lines that were refused when the document came first; none where anything else differs."""
    arrived = len(document.lines) - len(known.lines)
    is_same = (document.node_id, document.number) == (known.node_id, known.number)
    if not is_same or arrived <= 0 or arrived != known.refused_lines - document.refused_lines:
        return ()
    rest = Counter(known.lines)
    missing = []
    for line in document.lines:
        content = _content(line)
        if rest[content]:
            rest[content] -= 1
        else:
            missing.append(line)
    return tuple(missing) if len(missing) == arrived else ()


def _conflict(document: StockDocument, known: KnownDocument) -> Case:
    """One case for each content, however often it comes."""
    provenance = document.provenance
    return Case(
        CaseClass.CONFLICTING_DUPLICATE,
        CaseOrigin.WAREHOUSE,
        subject=document.home_key,
        source_id=provenance.source_id,
        reason=f"{provenance.source_id} sent {_name(document)} with message {provenance.correlation_id!r} again with "
        f"other content than message {known.correlation_id!r} of {known.source_id}; the first one stays in force",
        suggested_action="ask the warehouse which of the two is right; correct the stock by an adjustment",
        key=f"{identity_of(document)}/{provenance.content_hash}",
    )


def _name(document: StockDocument) -> str:
    part = f", part {document.part}," if document.part else ""
    return f"{document.kind} {document.number} of {document.node_id}{part}"
