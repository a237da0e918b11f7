"""The journal read in a process of its own: of a long log it is half of the report, and a second core is there."""

import signal
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Final, Self

from connectors.log.port import LogFailed
from connectors.topic_reader import TopicReader
from demo.report.journal_reading import Books, read_journal
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.contracts.registry import INVENTORY_EVENTS

_WORTH_A_PROCESS: Final = 100_000
"""Entries that take a second to read, which is longer than a process takes to start."""


class JournalBeside:
    """A context manager, and a `Journal`: it begins to read at once, and gives what it read when it is asked.

    `open_log` is carried to the other process, which opens the log for itself. Both read the same where the log is at
    rest, which a report asks for anyway.
    """

    def __init__(self, open_log: Callable[[], TopicReader]) -> None:
        processes = get_context("spawn")
        self._books, self._to_tell = processes.Pipe(duplex=False)
        self._process = processes.Process(target=_read, args=(open_log, self._to_tell), daemon=True)

    def __enter__(self) -> Self:
        self._process.start()
        self._to_tell.close()
        return self

    def __call__(self, reader: TopicReader, codec: Codec) -> Books:  # noqa: ARG002  as every `Journal`
        """What the other process read; `LogFailed` when it ended before."""
        try:
            books: Books = self._books.recv()
        except EOFError as error:
            raise LogFailed("the process that read the journal for the report ended: make the report again") from error
        return books

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.join()
        self._books.close()


def is_worth_a_process(reader: TopicReader) -> bool:
    """Whether the journal is long."""
    return sum(reader.ends(INVENTORY_EVENTS).values()) > _WORTH_A_PROCESS


def _read(open_log: Callable[[], TopicReader], to_tell: Connection) -> None:
    """Ctrl-C is for whoever asked; who is not there any more need not be told."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    reader = open_log()
    try:
        books = read_journal(reader, Codec(load_contracts()))
    finally:
        reader.close()
    with suppress(BrokenPipeError):
        to_tell.send(books)
