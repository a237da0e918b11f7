"""Stock facts of an earlier release, which made a record of each line of a document and recognised it at its item.

Such records may be in the inbox when this release starts, and a document whose lines they were may come again.
"""

from dataclasses import replace
from typing import TypeGuard

from domain.deduplication import Arrival, deduplication_key
from domain.identifiers import CorrelationId, LineId
from domain.messages.cases import Case, CaseClass, CaseOrigin
from domain.messages.stock import GoodsReceived, StockAdjusted, StockDocument, StockLine
from domain.messages.stock_movements import UnitsAdjusted, UnitsReceived

SingleLine = GoodsReceived | StockAdjusted
"""There were no others then."""


def is_single_line(document: StockDocument) -> TypeGuard[SingleLine]:
    """Whether it is the record of one line."""
    return isinstance(document, SingleLine) and bool(document.item_id)


def line_of(document: SingleLine) -> StockLine:
    """That line."""
    return StockLine(LineId(""), document.item_id, document.quantity)


def key_of(movement: UnitsReceived | UnitsAdjusted, line: StockLine) -> str:
    """The deduplication key of the record that the line would have been: its correlation id ended in the line's id."""
    event_type = (GoodsReceived if isinstance(movement, UnitsReceived) else StockAdjusted).__name__
    provenance = movement.provenance
    correlation_id = CorrelationId(f"{provenance.correlation_id}/{line.line_id}")
    return deduplication_key(line.item_id, event_type, replace(provenance, correlation_id=correlation_id))


def repeated(document: SingleLine, arrival: Arrival) -> tuple[Case, ...]:
    """The record of a line came again: no effect, and a case where its content differs."""
    if arrival is not Arrival.CONFLICT:
        return ()
    provenance = document.provenance
    conflict = Case(
        CaseClass.CONFLICTING_DUPLICATE,
        CaseOrigin.WAREHOUSE,
        subject=document.item_id,
        source_id=provenance.source_id,
        reason=f"{provenance.source_id} sent {document.kind} {provenance.correlation_id!r} again with other content; "
        "the first one stays in force",
        suggested_action="ask the warehouse which of the two is right",
    )
    return (conflict,)
