"""Members of one group against each other: fencing, and what a rebalance does to an open epoch."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import Producer

from connectors.kafka.member.log import KafkaLog
from connectors.log.port import Fenced, LogFailed, Outgoing, Rewound
from demo.brokers.choice import Kafka
from tests.contract.logs import Member
from tests.kafka.copies import Copies
from tests.kafka.topics import create_topics, read_committed, until

KEYS = [f"k{number % 7}" for number in range(50)]


@pytest.fixture
def copies(kafka: Kafka, application_prefix: str, tmp_path: Path) -> Iterator[Copies]:
    copying = Copies(kafka.bootstrap, application_prefix, tmp_path / "state")
    copying.create()
    yield copying
    copying.kill_all()


def writer(copies: Copies) -> KafkaLog:
    log = KafkaLog(copies.bootstrap, copies.application, "writer", 0, (), None, None)
    copies.opened.append(log)
    return log


def test_the_older_of_two_members_of_one_name_is_fenced_and_leaves_nothing(copies: Copies) -> None:
    older, newer = writer(copies), writer(copies)
    older.send([Outgoing(copies.topic("out"), "k", b"0")])
    newer.send([Outgoing(copies.topic("out"), "k", b"1")])
    with pytest.raises(Fenced, match="another process uses the name"):
        older.commit({}, {})
    newer.commit({}, {})
    assert [b"1"] == [record.value for record in read_committed(copies.bootstrap, copies.topic("out"))]


def test_an_epoch_open_across_a_rebalance_is_exact_whichever_way_it_ends(copies: Copies) -> None:
    copies.feed(KEYS)
    first = copies.member(0)
    first.join()
    first.read(len(KEYS))
    second = copies.member(1)
    until(lambda: poll_both(first, second), "the rebalance strikes the first")
    first.log.send([Outgoing(copies.topic("out"), "k", b"1")])
    try:
        first.commit()
        committed = True
    except Rewound:
        committed = False
    assignments: tuple[set[str], set[str]] = (set(), set())
    until(lambda: shared(first, second, assignments, 0 if committed else len(KEYS)), "both have their shares")
    assert 3 == len(first.held) + len(second.held)
    assert (1 if committed else 0) == len(copies.outputs())


def test_a_takeover_fences_the_dead_owner_whose_transaction_stays_open(copies: Copies) -> None:
    copies.feed(KEYS)
    dead = copies.start(replica=1)
    until(lambda: copies.copied() == len(KEYS), "replica 1 has copied everything")
    dead.kill()
    dead.wait()
    left_open = Producer(
        {"log_level": 0, "bootstrap.servers": copies.bootstrap, "transactional.id": f"{copies.application}.copy.1"}
    )
    left_open.init_transactions(10)
    left_open.begin_transaction()
    left_open.produce(copies.topic("changelog"), b"", b"never committed", 0)
    left_open.flush(10)
    heir = copies.member(0)
    heir.join()
    assert heir.log.state(0).get(b"never committed") is None
    assert {0, 1, 2} == heir.held


def test_a_member_without_state_may_read_topics_of_unequal_partition_counts(copies: Copies, kafka: Kafka) -> None:
    create_topics(kafka.bootstrap, [copies.topic("wide")], 5)
    inputs = [copies.topic("in"), copies.topic("wide")]
    log = writer(copies)
    log.send([Outgoing(topic, f"k{number}", b"") for topic in inputs for number in range(20)])
    log.commit({}, {})
    intake = Member(KafkaLog(copies.bootstrap, copies.application, "intake", 0, inputs, None, None))
    assert 40 == len(intake.read(40))
    intake.commit()
    intake.log.close()


def test_a_record_that_kafka_never_takes_stops_the_member_with_its_reason(copies: Copies) -> None:
    log = writer(copies)
    with pytest.raises(LogFailed, match="MSG_SIZE_TOO_LARGE"):
        log.send([Outgoing(copies.topic("out"), "k", b"x" * 5_000_000)])
    with pytest.raises(LogFailed, match="topic nowhere is missing: run `orderline topics create"):
        send_and_commit(log, Outgoing("nowhere", "k", b""))


def test_a_fenced_member_stays_fenced_and_never_fences_back(copies: Copies) -> None:
    older, newer = writer(copies), writer(copies)
    older.send([Outgoing(copies.topic("out"), "k", b"0")])
    newer.send([Outgoing(copies.topic("out"), "k", b"1")])
    for _ in range(2):
        with pytest.raises(Fenced):
            send_and_commit(older, Outgoing(copies.topic("out"), "k", b"2"))
    newer.commit({}, {})
    assert [b"1"] == [record.value for record in read_committed(copies.bootstrap, copies.topic("out"))]


def test_an_option_that_exactness_rests_on_cannot_be_changed(copies: Copies) -> None:
    with pytest.raises(LogFailed, match=r"isolation\.level is set by Orderline"):
        KafkaLog(copies.bootstrap, "a", "f", 0, (), None, None, options={"isolation.level": "read_uncommitted"})


def send_and_commit(log: KafkaLog, record: Outgoing) -> None:
    log.send([record])
    log.commit({}, {})


def poll_both(first: Member, second: Member) -> bool:
    second.poll(0.02)
    assert [] == list(first.log.poll(100, 0.02))
    return first.log.rebalancing()


def shared(first: Member, second: Member, assignments: tuple[set[str], set[str]], again: int) -> bool:
    """Whether what is to be read again was read, each record by one of them."""
    for member, seen in zip((first, second), assignments, strict=True):
        if member.log.rebalancing():
            seen.clear()
        for batch in member.poll(0.02):
            places = {f"{record.partition}/{record.offset}" for record in batch.records}
            assert not seen & places
            seen.update(places)
    both = assignments[0] | assignments[1]
    everything = len(both) == again == len(assignments[0]) + len(assignments[1])
    return everything and len(first.held) + len(second.held) == 3 and bool(first.held) and bool(second.held)
