"""For which documents a call may still be executing in the ERP, so that "not found" proves nothing yet.

Two causes: the partition's last owner may have sent something in the last moment of its lease; or our own call ended
without an answer, and a query for the same document, in the topic already, follows at once.
"""

from collections.abc import Callable

from domain.identifiers import DocumentKey


class Settling:
    """Partitions and documents, each until `settled_after_s` have passed."""

    def __init__(self, settled_after_s: float, clock: Callable[[], float]) -> None:
        self._settled_after_s = settled_after_s
        self._clock = clock
        self._partitions: dict[int, float] = {}
        self._documents: dict[str, float] = {}

    def taken_over(self, partition: int) -> None:
        """Another member may have held it until now."""
        self._partitions[partition] = self._clock() + self._settled_after_s

    def unanswered(self, document_key: DocumentKey) -> None:
        """A call for the document ended without an answer, and may still be executing."""
        now_s = self._clock()
        self._documents.pop(document_key, None)  # so that the dictionary stays in order of time
        self._documents[document_key] = now_s + self._settled_after_s
        while self._documents[oldest := next(iter(self._documents))] <= now_s:
            del self._documents[oldest]

    def covers(self, partition: int, document_key: DocumentKey) -> bool:
        """Whether a call may still be executing."""
        now_s = self._clock()
        return now_s < self._partitions.get(partition, 0.0) or now_s < self._documents.get(document_key, 0.0)
