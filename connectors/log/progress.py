"""Tracks the finished commands of one partition, so that a committed offset never passes an open command."""

from collections.abc import Iterable


class Progress:
    """One partition, from the moment it was assigned or rewound. Offsets are read in ascending order.

    Commands below `doubtful_until` are older than that: an earlier owner of the partition may have handled them.
    """

    def __init__(self, doubtful_until: int) -> None:
        self._doubtful_until = doubtful_until
        self._open: dict[int, None] = {}
        self._next_offset = 0
        self._ties: set[tuple[int, int]] = set()

    def read(self, offsets: Iterable[int], next_offset: int) -> None:
        """Note commands that were read and are open now."""
        self._open.update(dict.fromkeys(offsets))
        self._next_offset = next_offset

    def finish(self, offset: int) -> None:
        """Note a command as finished."""
        del self._open[offset]

    def doubt_until(self, end: int) -> None:
        """Commands before this end, and those that were read so far, were there before."""
        self._doubtful_until = max(self._doubtful_until, end, self._next_offset)

    def tie(self, offset: int, later: int) -> None:
        """Require that a reader who reads `later` again reads `offset` again before it."""
        self._ties.add((offset, later))

    def is_doubtful(self, offset: int) -> bool:
        """Whether an earlier owner may have handled the command."""
        return offset < self._doubtful_until

    def has_passed_doubt(self) -> bool:
        """Whether all commands of an earlier owner have been read."""
        return self._next_offset >= self._doubtful_until

    def committable(self) -> int:
        """The offset to commit: the lowest open one, or the next to read; lower where a tie spans it."""
        offset = next(iter(self._open), self._next_offset)
        for first, later in sorted(self._ties, reverse=True):
            if first < offset <= later:
                offset = first
        self._ties = {tie for tie in self._ties if tie[1] >= offset}
        return offset
