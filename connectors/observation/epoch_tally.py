"""The counts of an open epoch: reported when it is committed, dropped when it is aborted."""

from collections import Counter
from collections.abc import Iterable
from operator import itemgetter

from connectors.log.port import Batch, Outgoing
from connectors.observation.observer import Epoch
from domain.identifiers import SourceId
from domain.messages.cases import Case, CaseState

_topic_of = itemgetter(0)


class EpochTally:
    """The counts of one epoch. Records are counted by batch."""

    def __init__(self) -> None:
        self._read: Counter[str] = Counter()
        self._written: Counter[str] = Counter()
        self._dead_lettered: Counter[str] = Counter()
        self._raised: Counter[str] = Counter()
        self._dropped_headers: Counter[str] = Counter()
        self._passed_over: Counter[tuple[SourceId, str]] = Counter()
        self._last_record_ms = 0

    def read(self, batch: Batch) -> None:
        """Count a polled batch."""
        if batch.records:
            self._read[batch.source.topic] += len(batch.records)
            self._last_record_ms = max(self._last_record_ms, batch.records[-1].timestamp_ms)

    def written(self, records: Iterable[Outgoing]) -> None:
        """Count appended records."""
        self._written.update(map(_topic_of, records))

    def dead_lettered(self, topics: Iterable[str]) -> None:
        """Count unreadable records, by topic."""
        self._dead_lettered.update(topics)

    def raised(self, case: Case) -> None:
        """Count a case that was opened; other changes are not counted."""
        if case.state is CaseState.OPEN:
            self._raised[case.case_class] += 1

    def dropped_headers(self, names: Iterable[str]) -> None:
        """Count headers that failed their check, by name."""
        self._dropped_headers.update(names)

    def passed_over(self, source_id: SourceId, reasons: Iterable[str]) -> None:
        """Count documents that were passed over on purpose, by source and reason."""
        self._passed_over.update((source_id, reason) for reason in reasons)

    def committed(self, commit_s: float) -> Epoch:
        """All counts, for the observer."""
        return Epoch(
            self._read,
            self._written,
            self._dead_lettered,
            self._raised,
            self._last_record_ms,
            commit_s,
            self._dropped_headers,
            self._passed_over,
        )
