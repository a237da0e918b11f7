"""What a predecessor may have left open is ended before anything is read, and no reader ever sees it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import Consumer, Producer
from confluent_kafka import TopicPartition as ClientPartition

from connectors.kafka.cover import COVER_KEY
from connectors.kafka.member.log import KafkaLog
from connectors.kafka.member.lost_epoch import EpochLost
from connectors.kafka.member.transaction import Transaction
from connectors.kafka.topic_reader import KafkaTopicReader
from connectors.log import waiting
from connectors.log.port import Outgoing, Rewound
from demo.brokers.choice import Kafka
from tests.contract.logs import Member
from tests.kafka.copies import PARTITIONS, Copies
from tests.kafka.topics import read_committed, until

KEYS = [f"k{number % 7}" for number in range(50)]


@pytest.fixture
def copies(kafka: Kafka, application_prefix: str, tmp_path: Path) -> Iterator[Copies]:
    copying = Copies(kafka.bootstrap, application_prefix, tmp_path / "state")
    copying.create()
    yield copying
    copying.kill_all()


def with_outputs(copies: Copies) -> KafkaLog:
    log = KafkaLog(
        copies.bootstrap,
        copies.application,
        "copy",
        0,
        [copies.topic("in")],
        copies.directory,
        copies.topic("changelog"),
        outputs=[copies.topic("out")],
    )
    copies.opened.append(log)
    return log


def covers(copies: Copies, name: str) -> list[int]:
    """The partitions with a covering record, seen by a reader of uncommitted records."""
    options = {"bootstrap.servers": copies.bootstrap, "group.id": "raw", "isolation.level": "read_uncommitted"}
    consumer = Consumer({**options, "enable.partition.eof": True, "enable.auto.commit": False})
    consumer.assign([ClientPartition(copies.topic(name), number, 0) for number in range(PARTITIONS)])
    found, ended = [], 0
    while ended < PARTITIONS:
        for message in consumer.consume(1000, 0.1):
            ended += message.error() is not None
            if message.error() is None and message.key() == COVER_KEY:
                found.append(message.partition() or 0)
    consumer.close()
    return sorted(found)


def test_a_start_covers_every_partition_where_something_is_open_and_no_other(copies: Copies) -> None:
    copies.feed(KEYS)
    other = Producer(
        {"log_level": 0, "bootstrap.servers": copies.bootstrap, "transactional.id": f"{copies.application}.other"}
    )
    other.init_transactions(10)
    other.begin_transaction()
    for number in (0, 2):
        other.produce(copies.topic("out"), b"open", b"k", number)
    other.flush(10)
    member = Member(with_outputs(copies))
    member.join()
    other.abort_transaction(10)
    assert [0, 2] == covers(copies, "out")
    assert [] == covers(copies, "changelog")
    member.read(len(KEYS))
    member.log.send([Outgoing(copies.topic("out"), f"k{number}", b"1") for number in range(7)])
    member.commit()
    assert {b"1"} == {record.value for record in read_committed(copies.bootstrap, copies.topic("out"))}


def test_a_start_where_nothing_is_open_writes_nothing(copies: Copies) -> None:
    copies.copy_here(KEYS).log.close()
    member = Member(with_outputs(copies))
    member.join()
    assert [] == covers(copies, "out") + covers(copies, "changelog")


def test_every_reader_passes_a_cover_over_that_a_broker_shows(copies: Copies) -> None:
    producer = Producer({"log_level": 0, "bootstrap.servers": copies.bootstrap, "acks": "all"})
    for number in range(PARTITIONS):
        for topic in ("in", "changelog"):
            producer.produce(copies.topic(topic), None, COVER_KEY, number)
    producer.flush(10)
    copies.feed(KEYS)
    copies.copy_with(copies.flow(), len(KEYS))
    copies.opened.pop().close()
    copies.assert_exact(KEYS)
    reader = KafkaTopicReader(copies.bootstrap)
    records = [each for number in range(PARTITIONS) for each in reader.read(copies.topic("in"), number, 0, 1000)]
    assert len(KEYS) == len(records)
    reader.close()


def test_a_lost_epoch_is_read_again_from_its_first_record(copies: Copies, monkeypatch: pytest.MonkeyPatch) -> None:
    copies.feed(["k0"] * 6)
    member = copies.member()
    member.join()
    lost = [member.read_some(1)[0] for _ in range(6)]
    monkeypatch.setattr(Transaction, "commit", _lose)
    with pytest.raises(Rewound):
        member.commit({lost[0].partition: {b"k0": b"6"}})
    monkeypatch.undo()
    assert lost == member.read(6)


def test_the_producer_of_a_lost_epoch_is_not_used_again(copies: Copies, monkeypatch: pytest.MonkeyPatch) -> None:
    copies.feed(["k0"])
    member = copies.member()
    member.join()
    member.read(1)
    assert isinstance(member.log, KafkaLog)
    used = member.log._transaction._producer
    monkeypatch.setattr(Transaction, "commit", _lose)
    with pytest.raises(Rewound):
        member.commit()
    monkeypatch.undo()
    member.read(1)
    member.commit()
    assert used is not member.log._transaction._producer


def test_a_folder_that_knows_of_a_commit_that_was_taken_back_is_rebuilt_and_served(copies: Copies) -> None:
    """As if Kafka had taken the last epoch back: the folder is ahead of changelog and group."""
    member = copies.copy_here(KEYS)
    assert isinstance(member.log, KafkaLog)
    held = member.log._takeover.stores
    for store in held.values():
        meta = store.position.meta
        if meta is None:
            continue
        ahead = {topic: offset + 5 for topic, offset in meta.offsets.items()}
        position = type(store.position)(type(meta)(ahead, meta.owner), store.position.next_offset, member.log.now_ms())
        store.write({b"k0": b"999"}, position)
    member.log.close()
    again = copies.member()
    again.join()
    again.log.close()
    assert any(copies.directory.glob("copy/0/*.set-aside-1"))
    copies.assert_exact(KEYS)


def test_a_member_that_was_open_for_longer_than_kafka_allows_continues(copies: Copies) -> None:
    copies.feed(["k0"])
    member = copies.member()
    member.join()
    member.read(1)
    member.log.send([Outgoing(copies.topic("out"), "k0", b"late")])
    fence = Producer(
        {"log_level": 0, "bootstrap.servers": copies.bootstrap, "transactional.id": f"{copies.application}.copy.0"}
    )
    assert isinstance(member.log, KafkaLog)
    member.log._transaction._begun_at_s -= 60
    fence.init_transactions(10)
    with pytest.raises(Rewound, match=r"was open for .* longer than transaction\.timeout\.ms allows \(3\.0 s\)"):
        member.commit()
    member.read(1)
    member.log.send([Outgoing(copies.topic("out"), "k0", b"1")])
    member.commit()
    until(lambda: copies.copied() == 1, "the epoch was done again")


def _lose(_transaction: Transaction) -> None:
    raise EpochLost("the transaction cannot be committed")


def test_a_member_says_what_it_waits_for_while_a_transaction_of_another_is_open(
    copies: Copies, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "_FIRST_AFTER_S", 1.0)
    member = copies.member()
    member.join()
    other = Producer(
        {"log_level": 0, "bootstrap.servers": copies.bootstrap, "transactional.id": f"{copies.application}.other"}
    )
    other.init_transactions(10)
    other.begin_transaction()
    other.produce(copies.topic("in"), b"open", b"k", 0)
    other.flush(10)
    until(lambda: not member.poll(0.05) and "cannot be read yet: a transaction" in caplog.text, "it says so")
    other.abort_transaction(10)
    assert f"--bootstrap-server {copies.bootstrap} find-hanging" in caplog.text
    assert 3 > caplog.text.count("cannot be read yet")
