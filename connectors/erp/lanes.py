"""Commands that wait for their call: in sequence within a document, one call a document, a limit in all."""

from collections import deque
from dataclasses import dataclass

from connectors.log.port import Record
from connectors.log.progress import Progress
from domain.messages.dispatch import ErpCommand


@dataclass(frozen=True, slots=True)
class Work:
    """One command, where and when it was read, and the progress of its partition, which waits for it."""

    command: ErpCommand
    record: Record
    progress: Progress
    read_at_s: float = 0.0
    """On the clock of the lease."""


class Lanes:
    """First come, first served between documents; a document's commands wait for its call."""

    def __init__(self, calls: int) -> None:
        self._calls = calls
        self._waiting: dict[str, deque[Work]] = {}
        self._ready: deque[str] = deque()
        self._calling: set[str] = set()
        self._open = 0

    @property
    def calling(self) -> int:
        """How many calls are in progress."""
        return len(self._calling)

    @property
    def open(self) -> int:
        """How many commands wait or are being called for."""
        return self._open

    def add(self, work: Work) -> None:
        """Add a command that waits."""
        document = work.command.document_key
        if document not in self._waiting and document not in self._calling:
            self._ready.append(document)
        self._waiting.setdefault(document, deque()).append(work)
        self._open += 1

    def next_ready(self) -> Work | None:
        """The next command to call for; None if there is none, or all calls are in use."""
        if not self._ready or len(self._calling) >= self._calls:
            return None
        return self._waiting[self._ready[0]][0]

    def start(self) -> Work | None:
        """Take the command that `next_ready` names: its call begins."""
        if self.next_ready() is None:
            return None
        document = self._ready.popleft()
        queue = self._waiting[document]
        work = queue.popleft()
        if not queue:
            del self._waiting[document]
        self._calling.add(document)
        return work

    def finish(self, work: Work) -> None:
        """The call returned: the document's next command is ready."""
        document = work.command.document_key
        self._calling.remove(document)
        self._open -= 1
        if document in self._waiting:
            self._ready.append(document)

    def put_back(self, work: Work) -> None:
        """The call did not take place: the command is the next one again."""
        document = work.command.document_key
        self._calling.remove(document)
        self._waiting.setdefault(document, deque()).appendleft(work)
        self._ready.appendleft(document)

    def purge_waiting(self, progress: Progress) -> None:
        """Drop the waiting commands of a revoked partition; its calls in progress still return."""
        for document, queue in tuple(self._waiting.items()):
            kept = deque(work for work in queue if work.progress is not progress)
            self._open -= len(queue) - len(kept)
            if kept:
                self._waiting[document] = kept
            else:
                del self._waiting[document]
        self._ready = deque(document for document in self._ready if document in self._waiting)
