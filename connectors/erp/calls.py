"""The calls under way: each in a thread of its own, their answers taken one after the other by the connector."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Protocol, Self

from connectors.erp.adapter import UNREACHABLE, ErpAdapter, response_to
from connectors.erp.lanes import Work
from domain.messages.dispatch import CommandType, ErpCommand, ErpResponse, Outcome

_LOOKED_UP = "may have been sent before, so it was looked up"


@dataclass(frozen=True, slots=True)
class Answered:
    """A command's call came back."""

    work: Work
    response: ErpResponse


@dataclass(frozen=True, slots=True)
class Probed:
    """A probe came back."""

    reachable: bool


class Calling(Protocol):
    """How a connector calls: it begins, and takes what came back."""

    def start(self, work: Work, *, doubtful: bool) -> None:
        """Call for a command."""
        ...

    def probe(self) -> None:
        """Find out whether the ERP is there."""
        ...

    def take(self, wait_s: float) -> Iterator[Answered | Probed]:
        """All that came back; waits so long for the first."""
        ...


class Calls:
    """Up to `workers` calls at once; a context manager, which waits for those under way when it ends."""

    def __init__(self, adapter: ErpAdapter, workers: int) -> None:
        self._adapter = adapter
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="erp-call")
        self._returned: SimpleQueue[Future[Answered | Probed]] = SimpleQueue()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def start(self, work: Work, *, doubtful: bool) -> None:
        """Call for a command."""
        self._submit(lambda: Answered(work, call(self._adapter, work.command, doubtful=doubtful)))

    def probe(self) -> None:
        """Find out whether the ERP is there."""
        self._submit(lambda: Probed(self._adapter.reachable()))

    def take(self, wait_s: float) -> Iterator[Answered | Probed]:
        """All that came back; waits so long for the first. What an adapter raised is a bug, and is raised here."""
        get = partial(self._returned.get, timeout=wait_s) if wait_s else self._returned.get_nowait
        while True:
            try:
                yield get().result()
            except Empty:
                return
            get = self._returned.get_nowait

    def _submit(self, task: Callable[[], Answered | Probed]) -> None:
        self._pool.submit(task).add_done_callback(self._returned.put)


def call(adapter: ErpAdapter, command: ErpCommand, *, doubtful: bool) -> ErpResponse:
    """Do what a command asks. A doubtful one may have been sent already: it is only looked up."""
    if command.command_type is CommandType.QUERY_DOCUMENT:
        return adapter.find(command)
    if doubtful:
        return _doubtful(command, adapter.find(command))
    return adapter.execute(command)


def _doubtful(command: ErpCommand, found: ErpResponse) -> ErpResponse:
    """Found is done. NOT_FOUND is no proof, since an earlier call may still be at work, but it shows an ERP that works.

    All else is UNKNOWN: a look-up that was refused or failed may be of a booked document.
    """
    if found.outcome is Outcome.DUPLICATE:
        return found
    outcome = found.outcome if found.outcome is Outcome.NOT_FOUND else Outcome.UNKNOWN
    reason = found.reason if found.reason == UNREACHABLE else f"{_LOOKED_UP}: {found.reason}"
    return response_to(command, outcome, reason=reason, retry_after_ms=found.retry_after_ms)
