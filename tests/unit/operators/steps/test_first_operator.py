"""What the first operator of a flow does with a batch: it reads record by record, as long as the epoch has time."""

import pytest

from connectors.log.port import Outgoing, Record
from operators.engine.epoch.open_epoch import EpochLimits, EpochTooLarge
from operators.engine.task import Task
from operators.steps.decode import read_each
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from tests.memory_log import MemoryLog, MemoryTopics

INBOX, OUT = "orders.inbox.v1", "orders.events.v1"


def test_no_further_record_is_read_in_a_transaction_that_would_time_out(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = [1_000.0]
    monkeypatch.setattr("time.monotonic", lambda: now_s[0])
    topics = MemoryTopics({INBOX: 1, OUT: 1})
    log = MemoryLog(topics, "orderline.orders", [INBOX])
    task = Task("orders", log, Codec(load_contracts()), INBOX, EpochLimits(age_s=1e9, most_writing_s=2.5))
    for _ in range(9):
        topics.append(Outgoing(INBOX, None, b"1", partition=0))
    records = task.next_records()
    task.send([Outgoing(OUT, None, b"1", partition=0)])
    seen: list[int] = []

    def read(record: Record) -> Record:
        now_s[0] += 1
        seen.append(record.offset)
        return record

    with pytest.raises(EpochTooLarge, match=r"takes more than 2.5 s"):
        read_each(records, task, read)
    assert [0, 1, 2] == seen
