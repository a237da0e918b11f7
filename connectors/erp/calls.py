"""The calls in progress: each in a thread of its own; the connector takes their results one by one."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Protocol, Self

from connectors.erp.adapter import UNREACHABLE, ErpAdapter, response_to
from connectors.erp.lanes import Work
from connectors.erp.lease import LeaseExpired, Permit
from domain.messages.dispatch import CommandType, ErpCommand, ErpResponse, Outcome

_LOOKED_UP = "may have been sent before, so it was looked up"
_STILL_EXECUTING = "not found, but an earlier call may still be executing"


@dataclass(frozen=True, slots=True)
class Answered:
    """A command's call returned."""

    work: Work
    response: ErpResponse


@dataclass(frozen=True, slots=True)
class Unsent:
    """The permit ended before anything was sent: the command waits for another."""

    work: Work


@dataclass(frozen=True, slots=True)
class Probed:
    """A probe returned."""

    reachable: bool


Returned = Answered | Unsent | Probed


class Calling(Protocol):
    """How a connector calls: it starts calls, and takes what returned."""

    def start(self, work: Work, permit: Permit, *, doubtful: bool) -> None:
        """Call for a command. `doubtful`: an earlier call for it may still be executing, or be done."""
        ...

    def probe(self) -> None:
        """Ask whether the ERP answers at all."""
        ...

    def take(self, wait_s: float) -> Iterator[Returned]:
        """All that returned; waits `wait_s` for the first."""
        ...


class Calls:
    """Up to `workers` calls at once; a context manager that waits for those in progress when it ends."""

    def __init__(self, adapter: ErpAdapter, workers: int) -> None:
        self._adapter = adapter
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="erp-call")
        self._returned: SimpleQueue[Future[Returned]] = SimpleQueue()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def start(self, work: Work, permit: Permit, *, doubtful: bool) -> None:
        """Call for a command, in a thread that may have to wait: the permit is asked there."""
        self._submit(lambda: _returned_by(self._adapter, work, permit, doubtful=doubtful))

    def probe(self) -> None:
        """Ask whether the ERP answers at all."""
        self._submit(lambda: Probed(self._adapter.reachable()))

    def take(self, wait_s: float) -> Iterator[Returned]:
        """All that returned; waits `wait_s` for the first. What an adapter raised is a bug, and is raised here."""
        get = partial(self._returned.get, timeout=wait_s) if wait_s else self._returned.get_nowait
        while True:
            try:
                yield get().result()
            except Empty:
                return
            get = self._returned.get_nowait

    def _submit(self, task: Callable[[], Returned]) -> None:
        self._pool.submit(task).add_done_callback(self._returned.put)


def _returned_by(adapter: ErpAdapter, work: Work, permit: Permit, *, doubtful: bool) -> Returned:
    try:
        return Answered(work, call(adapter, work.command, permit, doubtful=doubtful))
    except LeaseExpired:
        return Unsent(work)


def call(adapter: ErpAdapter, command: ErpCommand, permit: Permit, *, doubtful: bool) -> ErpResponse:
    """Do what a command asks. A doubtful one is only looked up; `LeaseExpired` when it may not be sent any more."""
    if command.command_type is CommandType.QUERY_DOCUMENT:
        found = adapter.find(command)
        return _unsure(command, found) if doubtful else found
    if doubtful:
        return _doubtful(command, adapter.find(command))
    if not permit.is_valid():
        raise LeaseExpired
    return replace(adapter.execute(command, permit), sent_now=True)


def _unsure(query: ErpCommand, found: ErpResponse) -> ErpResponse:
    """After a NOT_FOUND dispatch would send the command again, and the earlier call could make a second document."""
    if found.outcome is not Outcome.NOT_FOUND:
        return found
    return response_to(query, Outcome.UNKNOWN, reason=_STILL_EXECUTING)


def _doubtful(command: ErpCommand, found: ErpResponse) -> ErpResponse:
    """Found is done. NOT_FOUND proves only that the ERP works, since an earlier call may still be executing.

    Anything else is UNKNOWN: a look-up was refused or failed, and the document may be booked.
    """
    if found.outcome is Outcome.DUPLICATE:
        return found
    outcome = found.outcome if found.outcome is Outcome.NOT_FOUND else Outcome.UNKNOWN
    reason = found.reason if found.reason == UNREACHABLE else f"{_LOOKED_UP}: {found.reason}"
    return response_to(command, outcome, reason=reason, retry_after_ms=found.retry_after_ms)
