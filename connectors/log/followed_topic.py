"""A topic that a process reads whole, whichever member of a group its partitions belong to."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from connectors.log.port import Offsets, Record, TopicPartition

_AT_ONCE: Final = 1_000


class FollowedTopic:
    """The committed records of a topic, from the first on; each is returned once.

    `ends`: for every partition, the offset after the last record that is committed now; `read`: about so many records
    of a partition from an offset on, none when none is left.
    """

    def __init__(
        self, ends: Callable[[], Offsets], read: Callable[[TopicPartition, int, int], Sequence[Record]]
    ) -> None:
        self._ends = ends
        self._read = read
        self._positions: dict[TopicPartition, int] = {}

    def new_records(self) -> Iterator[Record]:
        """Everything that was committed before this call and was not returned yet, by partition, then offset."""
        for source, end in self._ends().items():
            while (position := self._positions.get(source, 0)) < end:
                records = self._read(source, position, _AT_ONCE)
                self._positions[source] = records[-1].offset + 1 if records else end
                yield from records


NOTHING_FOLLOWED: Final = FollowedTopic(dict, lambda _source, _offset, _limit: ())
"""Of a log without the topic."""
