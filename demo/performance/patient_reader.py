"""A reader for programs that watch a Kafka for minutes: while its brokers are away, it waits and says so."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, TypeVar

from connectors.log.port import LogFailed, Offsets, Record
from connectors.topic_reader import TopicReader

_AGAIN_S: Final = 0.5
_PATIENCE_S: Final = 300.0

Answer = TypeVar("Answer")


def _nothing() -> None:
    """For a program that has nothing to do between two tries."""


class PatientReader:
    """Asks the same question again until it is answered, for `patience_s` or until `is_ending`.

    Then the last `LogFailed` is raised. `meanwhile` is called between two tries.
    """

    def __init__(
        self,
        reader: TopicReader,
        is_ending: Callable[[], bool],
        say: Callable[[str], object],
        meanwhile: Callable[[], object] = _nothing,
        patience_s: float = _PATIENCE_S,
    ) -> None:
        self._reader = reader
        self._is_ending = is_ending
        self._say = say
        self._meanwhile = meanwhile
        self._patience_s = patience_s

    def topics(self) -> Mapping[str, int]:
        return self._asked(self._reader.topics)

    def partitions_of(self, topic: str) -> int:
        return self._asked(lambda: self._reader.partitions_of(topic))

    def ends(self, topic: str) -> Offsets:
        return self._asked(lambda: self._reader.ends(topic))

    def read(self, topic: str, partition: int, offset: int, limit: int) -> Sequence[Record]:
        return self._asked(lambda: self._reader.read(topic, partition, offset, limit))

    def state_rows(self, flow: str, prefix: bytes) -> Iterator[tuple[int, bytes, bytes]]:
        return iter(self._asked(lambda: list(self._reader.state_rows(flow, prefix))))

    def refresh(self) -> None:
        self._asked(self._reader.refresh)

    def close(self) -> None:
        self._reader.close()

    def _asked(self, question: Callable[[], Answer]) -> Answer:
        deadline = time.monotonic() + self._patience_s
        was_silent = False
        while True:
            try:
                answer = question()
            except LogFailed as failure:
                if self._is_ending() or time.monotonic() > deadline:
                    raise
                if not was_silent:
                    self._say(f"waiting: {failure}")
                was_silent = True
                self._meanwhile()
                time.sleep(_AGAIN_S)
            else:
                if was_silent:
                    self._say("Kafka answers again")
                return answer
