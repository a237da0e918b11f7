"""Which files are complete: those that did not change for a time.

A file that is renamed into place is complete at once, but nobody can see that it was renamed, so it waits as well.
"""

from collections.abc import Callable, Iterable, Iterator

from connectors.files.drop_folder import Entry, FileState


class CompleteFiles:
    """Remembers of one folder since when each file is as it is; `clock` gives seconds that never go back."""

    def __init__(self, settle_s: float, clock: Callable[[], float]) -> None:
        self._settle_s = settle_s
        self._clock = clock
        self._seen: dict[str, tuple[FileState, float]] = {}

    def complete(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        """Those that are as they were for long enough, in their order."""
        now_s = self._clock()
        seen: dict[str, tuple[FileState, float]] = {}
        ready: list[Entry] = []
        for entry in entries:
            state, since_s = self._seen.get(entry.name, (entry.state, now_s))
            since_s = since_s if state == entry.state else now_s
            seen[entry.name] = entry.state, since_s
            if now_s - since_s >= self._settle_s:
                ready.append(entry)
        self._seen = seen
        yield from ready

    @property
    def waiting(self) -> int:
        """How many files there were at the last look."""
        return len(self._seen)
