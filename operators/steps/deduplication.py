"""Messages and business documents are recognised until their horizon has passed; then their rows are deleted.

Rows: each message under its deduplication key, each document under its own; and the keys in the order in which they
expire. What is about an order that is still open is kept for another horizon: nothing applies a fact twice. What is
repeated after its horizon is a first one.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, Protocol, TypeVar

from domain.deduplication import (
    Arrival,
    BusinessDocument,
    Horizons,
    Seen,
    SeenDocument,
    arrival_of,
    deduplication_key,
    document_key,
    document_keys,
    subject_and_source_of,
)
from domain.identifiers import EventId
from domain.provenance import Provenance
from operators.engine.partition import Partition
from operators.engine.partition_state import PartitionState
from operators.engine.tables import Table
from operators.steps.expiry_queue import ExpiryQueue

SEEN: Table[Seen] = Table("seen", Seen)


def _with_occurrence(seen: Any) -> Any:  # noqa: ANN401 - as version 1 wrote it
    """Version 2 knows when the document occurred."""
    return {**seen, "occurred_at_us": 0}


DOCUMENTS: Table[SeenDocument] = Table("seen document", SeenDocument, version=2, upgrades={1: _with_occurrence})
HORIZON: Table[bool] = Table("horizon", bool, ordered=True)

PASSED: Final = "horizon passed"
"""The timer that forgets."""

EXPIRY = ExpiryQueue(HORIZON, PASSED)

Row = TypeVar("Row", Seen, SeenDocument)

IsInWork = Callable[[PartitionState, str], bool]
"""Whether the order or item that a message is about has work left."""


class SourceMessage(Protocol):
    """The part of a source message that deduplication needs."""

    @property
    def provenance(self) -> Provenance:
        """By what it is recognised."""
        ...


class Deduplication:
    """The messages of one flow."""

    def __init__(self, horizons: Horizons, is_in_work: IsInWork) -> None:
        self._horizons = horizons
        self._is_in_work = is_in_work

    def arrival(
        self, partition: Partition, subject: str, message: SourceMessage, event_id: EventId, now_ms: int
    ) -> Arrival:
        """Whether a source said this before; a first one is known from now on."""
        provenance = message.provenance
        key = deduplication_key(subject, type(message).__name__, provenance)
        arrival = arrival_of(self._unexpired(partition, SEEN, key, now_ms), provenance.content_hash)
        if arrival is Arrival.FIRST:
            self.keep_message(partition, subject, message, event_id, now_ms)
        return arrival

    def keep_message(
        self, partition: Partition, subject: str, message: SourceMessage, event_id: EventId, now_ms: int
    ) -> None:
        """The message is known from now on by this content; what came under its ids before is not any more."""
        provenance = message.provenance
        key = deduplication_key(subject, type(message).__name__, provenance)
        before = partition.state.get(SEEN, key)
        if before is not None:
            EXPIRY.remove(partition, before.until_ms, key)
        until_ms = self._horizons.until_ms(provenance.source_id, now_ms)
        _keep(partition, key, Seen(provenance.content_hash, event_id, now_ms, until_ms))

    def first_of(
        self, partition: Partition, subject: str, document: BusinessDocument, message: SourceMessage, now_ms: int
    ) -> SeenDocument | None:
        """The message in which a document arrived before; None for a first one, which is known from now on."""
        for key in document_keys(subject, document):
            if seen := self._unexpired(partition, DOCUMENTS, key, now_ms):
                return seen
        self.keep_document(partition, subject, document, message, now_ms)
        return None

    def keep_document(
        self, partition: Partition, subject: str, document: BusinessDocument, message: SourceMessage, now_ms: int
    ) -> None:
        """The document is known from now on by this message; what came under its number before is not any more."""
        provenance, key = message.provenance, document_key(subject, document)
        before = partition.state.get(DOCUMENTS, key)
        if before is not None:
            EXPIRY.remove(partition, before.until_ms, key)
        first = SeenDocument(
            document.content_hash,
            provenance.source_id,
            provenance.correlation_id,
            self._horizons.until_ms(provenance.source_id, now_ms),
            provenance.occurred_at_us,
        )
        _keep(partition, key, first)

    def knows(self, partition: Partition, key: str) -> bool:
        """Whether a message with this deduplication key has come, and its horizon has not passed."""
        seen = partition.state.get(SEEN, key)
        return seen is not None and seen.until_ms > partition.now_ms

    def forget(self, partition: Partition) -> None:
        """The timer: delete a page of messages whose horizon has passed."""
        for key in EXPIRY.take_due(partition):
            self._forget(partition, key, partition.now_ms)

    def _unexpired(self, partition: Partition, table: Table[Row], key: str, now_ms: int) -> Row | None:
        seen = partition.state.get(table, key)
        if seen is None or seen.until_ms > now_ms:
            return seen
        EXPIRY.remove(partition, seen.until_ms, key)
        self._forget(partition, key, now_ms)
        return partition.state.get(table, key)

    def _forget(self, partition: Partition, key: str, now_ms: int) -> None:
        subject, source_id = subject_and_source_of(key)
        if not self._is_in_work(partition.state, subject):
            _delete(partition.state, key)
            return
        seen = partition.state.get(SEEN, key) if source_id else partition.state.get(DOCUMENTS, key)
        match seen:
            case None:
                raise KeyError(f"the row {key!r} has a horizon, but is not there")
            case Seen():
                _keep(partition, key, replace(seen, until_ms=self._horizons.until_ms(source_id, now_ms)))
            case SeenDocument():
                _keep(partition, key, replace(seen, until_ms=self._horizons.until_ms(seen.source_id, now_ms)))


def _delete(state: PartitionState, key: str) -> None:
    _, source_id = subject_and_source_of(key)
    if source_id:
        state.delete(SEEN, key)
    else:
        state.delete(DOCUMENTS, key)


def _keep(partition: Partition, key: str, seen: Seen | SeenDocument) -> None:
    if isinstance(seen, SeenDocument):
        partition.state.put(DOCUMENTS, key, seen)
    else:
        partition.state.put(SEEN, key, seen)
    EXPIRY.add(partition, seen.until_ms, key)
