"""What an open epoch has come to, in numbers: told when it is committed, forgotten when it is lost."""

from collections import Counter
from collections.abc import Iterable
from operator import itemgetter

from connectors.log.port import Batch, Outgoing
from connectors.observation.observer import Epoch
from domain.messages.cases import Case, CaseState

_topic_of = itemgetter(0)


class EpochTally:
    """One epoch's. Records are counted by lists, as they come."""

    def __init__(self) -> None:
        self._read: Counter[str] = Counter()
        self._written: Counter[str] = Counter()
        self._dead_lettered: Counter[str] = Counter()
        self._raised: Counter[str] = Counter()
        self._dropped_headers: Counter[str] = Counter()
        self._last_record_ms = 0

    def read(self, batch: Batch) -> None:
        """A batch was polled."""
        if batch.records:
            self._read[batch.source.topic] += len(batch.records)
            self._last_record_ms = max(self._last_record_ms, batch.records[-1].timestamp_ms)

    def written(self, records: Iterable[Outgoing]) -> None:
        """Records were appended."""
        self._written.update(map(_topic_of, records))

    def dead_lettered(self, topics: Iterable[str]) -> None:
        """Records of these topics could not be read."""
        self._dead_lettered.update(topics)

    def raised(self, case: Case) -> None:
        """A case was opened, or its state changed."""
        if case.state is CaseState.OPEN:
            self._raised[case.case_class] += 1

    def dropped_headers(self, names: Iterable[str]) -> None:
        """Headers of these names failed their check."""
        self._dropped_headers.update(names)

    def committed(self, commit_s: float) -> Epoch:
        """All of it, for the observer."""
        return Epoch(
            self._read,
            self._written,
            self._dead_lettered,
            self._raised,
            self._last_record_ms,
            commit_s,
            self._dropped_headers,
        )
