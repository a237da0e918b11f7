"""The rows of stock documents in their home partitions: each is recognised until its horizon has passed."""

from collections.abc import Sequence
from typing import Any, Final

from domain.deduplication import Horizons
from domain.identifiers import EventId
from domain.inventory.documents import DocumentVerdict, KnownDocument, decide, identity_of, movement_of
from domain.inventory.effects import LedgerEffect
from domain.messages.stock import StockDocument, SupplyAnnounced
from domain.units import PIECE
from operators.engine.partition import Partition
from operators.engine.tables import Table
from operators.machines.claims.supplies import AnnouncedSupplies
from operators.steps.expiry_queue import ExpiryQueue


def _with_units(document: Any) -> Any:  # noqa: ANN401 - as version 1 wrote it
    """Version 2 knows the unit of each line; version 1 took all for pieces."""
    return {**document, "lines": [[*line, PIECE] for line in document["lines"]]}


DOCUMENTS: Table[KnownDocument] = Table("stock document", KnownDocument, version=2, upgrades={1: _with_units})
DOCUMENT_HORIZON: Table[bool] = Table("stock document horizon", bool, ordered=True)

DOCUMENT_PASSED: Final = "stock document horizon passed"
"""The timer that forgets documents."""

_EXPIRY = ExpiryQueue(DOCUMENT_HORIZON, DOCUMENT_PASSED)


class StockDocuments:
    """The stock documents of the inventory flow."""

    def __init__(self, horizons: Horizons) -> None:
        self._horizons = horizons
        self._supplies = AnnouncedSupplies(horizons)

    def apply(
        self, partition: Partition, document: StockDocument, event_id: EventId, now_ms: int
    ) -> Sequence[LedgerEffect]:
        """The lines that apply, as one message that is split for the partitions of their items; or a case."""
        if isinstance(document, SupplyAnnounced):
            return self._supplies.apply(partition, document, event_id, now_ms)
        key = identity_of(document)
        stored = partition.state.get(DOCUMENTS, key)
        known = None if stored is None or stored.until_ms <= now_ms else stored
        until_ms = self._horizons.until_ms(document.provenance.source_id, now_ms)
        decision = decide(document, known, event_id, now_ms, until_ms)
        if decision.verdict is not DocumentVerdict.FIRST:
            partition.count(decision.verdict)
        if decision.known != stored:
            _store(partition, key, stored, decision.known)
        moved = (movement_of(document, decision.lines, event_id),) if decision.lines else ()
        return (*moved, *decision.cases)

    def forget(self, partition: Partition) -> None:
        """The timer: delete a page of documents whose horizon has passed."""
        for key in _EXPIRY.take_due(partition):
            partition.state.delete(DOCUMENTS, key)


def _store(partition: Partition, key: str, stored: KnownDocument | None, known: KnownDocument) -> None:
    if stored is not None:
        _EXPIRY.remove(partition, stored.until_ms, key)
    partition.state.put(DOCUMENTS, key, known)
    _EXPIRY.add(partition, known.until_ms, key)
