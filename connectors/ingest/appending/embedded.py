"""Appends to an embedded log that another process owns: fsynced into `incoming/` before it returns.

What waits at the same time is written as one file, so a disk that syncs slowly takes many records at once. The owner
imports each file exactly once. While it does not run the files add up, and from a number on nothing more is taken.
"""

import asyncio
import logging
import time
import uuid
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Final, NamedTuple

from connectors.embedded import incoming
from connectors.embedded.data_folder import make_data_folder
from connectors.ingest.appending.port import AppendedAt, AppendFailed, LogAway, LogBusy
from connectors.log.port import LogFailed, Outgoing

_MOST_AT_ONCE: Final = 500
_ASK_EVERY_S: Final = 1.0

_LOGGER = logging.getLogger(__name__)


class _Waiting(NamedTuple):
    """A record, and who waits for it."""

    record: Outgoing
    loop: asyncio.AbstractEventLoop
    outcome: "asyncio.Future[AppendFailed | None]"


class EmbeddedAppender:
    """One writer of the folder, with a name of its own, and the thread that writes."""

    def __init__(self, data: Path) -> None:
        make_data_folder(data)
        self._folder = incoming.make_folder(data)
        self._writer = f"ingest-{time.time_ns():020}-{uuid.uuid4().hex}"
        self._sequence = 0
        self._unavailable: str | None = None
        self._looked_at_s = 0.0
        self._waiting: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._thread = Thread(target=self._serve, name="writes", daemon=True)
        self._thread.start()

    @property
    def unavailable(self) -> str | None:
        """As of the last look at the folder, which is at most a second old."""
        if time.monotonic() - self._looked_at_s >= _ASK_EVERY_S:
            self._looked_at_s = time.monotonic()
            self._unavailable = incoming.backlog_of(self._folder)
        return self._unavailable

    async def append(self, record: Outgoing) -> AppendedAt | None:
        if (full := self.unavailable) is not None:
            raise LogBusy(full)
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[AppendFailed | None] = loop.create_future()
        self._waiting.put(_Waiting(record, loop, outcome))
        failure = await outcome
        if failure is not None:
            raise failure
        return None

    def close(self) -> None:
        self._waiting.put(None)
        self._thread.join()

    def _serve(self) -> None:
        while (first := self._waiting.get()) is not None:
            batch, is_last = self._with_others(first)
            failure = self._write([each.record for each in batch])
            for each in batch:
                with suppress(RuntimeError):  # its loop has ended, and nobody waits
                    each.loop.call_soon_threadsafe(_settle, each.outcome, failure)
            if is_last:
                return

    def _with_others(self, first: _Waiting) -> tuple[Sequence[_Waiting], bool]:
        """All that waits already, and whether the end was asked for behind it."""
        batch = [first]
        while len(batch) < _MOST_AT_ONCE and not self._waiting.empty():
            following = self._waiting.get()
            if following is None:
                return batch, True
            batch.append(following)
        return batch, False

    def _write(self, records: Sequence[Outgoing]) -> AppendFailed | None:
        try:
            incoming.write_file(self._folder, self._writer, self._sequence + 1, records, ())
        except LogFailed as failure:
            _LOGGER.warning("nothing can be written: %s", failure)
            return LogAway(str(failure))
        self._sequence += 1
        return None


def _settle(outcome: "asyncio.Future[AppendFailed | None]", failure: AppendFailed | None) -> None:
    if not outcome.done():  # its request may have been cancelled
        outcome.set_result(failure)
