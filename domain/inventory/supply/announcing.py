"""Announced supply is compared with what is known under its number, in the document's home partition.

A purchase order and its shipping notices change: the announcement with the highest revision is in force, among equal
ones the latest. It is the whole document, so an item that it names no more is not expected any more.

| it arrives | verdict |
|---|---|
| for the first time, or later than the one in force | FIRST, CHANGED: its lines apply |
| with the content in force | DUPLICATE |
| earlier than the one in force | OUTDATED |
| of the same revision and time, with other content | CONFLICT: nothing changes, and a person gets a case |
"""

from enum import StrEnum
from typing import NamedTuple

from domain.identifiers import ItemId, LineId
from domain.messages.cases import Case, CaseClass, CaseOrigin
from domain.messages.stock import StockLine, SupplyAnnounced


class SupplyVerdict(StrEnum):
    """How an announcement compares with the one in force."""

    FIRST = "first"
    CHANGED = "changed supply"
    DUPLICATE = "supply announced again"
    OUTDATED = "outdated supply"
    CONFLICT = "conflicting supply"


class KnownSupply(NamedTuple):
    """The row of a purchase order or shipping notice: what is in force of it; it expires at `until_ms`."""

    content_hash: str
    revision: int
    occurred_at_us: int
    item_ids: tuple[ItemId, ...]
    until_ms: int


class SupplyDecision(NamedTuple):
    """The row to store, the lines that apply, and the case of a conflict."""

    verdict: SupplyVerdict
    known: KnownSupply
    lines: tuple[StockLine, ...] = ()
    cases: tuple[Case, ...] = ()


def decide(document: SupplyAnnounced, known: KnownSupply | None, until_ms: int) -> SupplyDecision:
    """Compare an announcement with `known`, the unexpired row under its number."""
    provenance = document.provenance
    if known is None:
        return SupplyDecision(SupplyVerdict.FIRST, _known(document, until_ms), document.lines)
    again = known._replace(until_ms=max(known.until_ms, until_ms))
    if provenance.content_hash == known.content_hash:
        is_later = (provenance.revision, provenance.occurred_at_us) > (known.revision, known.occurred_at_us)
        confirmed = again._replace(revision=provenance.revision, occurred_at_us=provenance.occurred_at_us)
        return SupplyDecision(SupplyVerdict.DUPLICATE, confirmed if is_later else again)
    arrived, in_force = (provenance.revision, provenance.occurred_at_us), (known.revision, known.occurred_at_us)
    if arrived < in_force:
        return SupplyDecision(SupplyVerdict.OUTDATED, again)
    if arrived == in_force:
        return SupplyDecision(SupplyVerdict.CONFLICT, again, cases=(_conflict(document),))
    lines = (*document.lines, *_dropped(document, known))
    return SupplyDecision(SupplyVerdict.CHANGED, _known(document, again.until_ms), lines)


def _known(document: SupplyAnnounced, until_ms: int) -> KnownSupply:
    provenance = document.provenance
    item_ids = tuple(dict.fromkeys(line.item_id for line in document.lines))
    return KnownSupply(provenance.content_hash, provenance.revision, provenance.occurred_at_us, item_ids, until_ms)


def _dropped(document: SupplyAnnounced, known: KnownSupply) -> tuple[StockLine, ...]:
    """Nothing is expected any more of the items that it does not name."""
    named = {line.item_id for line in document.lines}
    return tuple(StockLine(LineId(""), item_id, 0) for item_id in known.item_ids if item_id not in named)


def _conflict(document: SupplyAnnounced) -> Case:
    """One case for each content, however often it comes."""
    provenance = document.provenance
    return Case(
        CaseClass.CONFLICTING_DUPLICATE,
        CaseOrigin.WAREHOUSE,
        subject=document.home_key,
        source_id=provenance.source_id,
        reason=f"{provenance.source_id} announced supply {document.supply_id} of {document.node_id} twice with "
        f"revision {provenance.revision} and the same time, and other content; the first one stays in force",
        suggested_action="ask who announced it which of the two is right, and have it sent with a higher revision",
        key=f"{document.home_key}/{provenance.content_hash}",
    )
