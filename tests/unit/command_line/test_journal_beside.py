"""The journal read by another process: the same books, and a plain word when that process is gone."""

import os

import pytest

from connectors.log.port import LogFailed
from connectors.topic_reader import TopicReader
from demo.report.journal_beside import JournalBeside
from demo.report.journal_reading import read_journal
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from tests.unit.report.written_log import a_run_that_adds_up

CODEC = Codec(load_contracts())


def test_it_reads_the_same() -> None:
    log = a_run_that_adds_up()

    with JournalBeside(a_run_that_adds_up) as journal:
        books = journal(log, CODEC)

    assert books.items
    assert read_journal(log, CODEC) == books


def killed() -> TopicReader:
    os._exit(9)


def test_a_process_that_is_gone_is_told_in_one_line() -> None:
    with JournalBeside(killed) as journal, pytest.raises(LogFailed, match="make the report again"):
        journal(a_run_that_adds_up(), CODEC)


def test_nobody_waits_for_it_when_the_report_fails_before() -> None:
    with pytest.raises(ZeroDivisionError), JournalBeside(a_run_that_adds_up):
        raise ZeroDivisionError
