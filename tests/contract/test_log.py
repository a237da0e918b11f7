"""The contract of `connectors.log.Log`, the same for every implementation."""

import time
from collections import Counter
from collections.abc import Callable
from random import Random

import pytest

from connectors.log.partitioner import partition_of
from connectors.log.port import LogFailed, Outgoing, Record, TopicPartition
from tests.contract.logs import PARTITIONS, Logs, Member, by_partition, joined, values, write

ONE_KEY_A_PARTITION = ("f", "a", "b")


def copy(logs: Logs, *texts: bytes | None, key: str = "k") -> list[Outgoing]:
    return [Outgoing(logs.topic("out"), key, text) for text in texts]


def test_outputs_state_and_offsets_appear_together_at_commit(logs: Logs) -> None:
    write(logs, "orders", ("k", b"1"))
    member = joined(logs, "orders")
    (record,) = member.read(1)
    before = member.log.committed(logs.topic("orders"))
    member.log.send(copy(logs, b"done"))
    assert [] == values(logs.visible("out"))
    assert member.log.state(record.partition).get(b"k") is None
    member.commit({record.partition: {b"k": b"1"}})
    assert [b"done"] == values(logs.records("out"))
    assert b"1" == member.log.state(record.partition).get(b"k")
    source = TopicPartition(record.topic, record.partition)
    assert before.get(source, 0) < member.log.committed(logs.topic("orders"))[source]


def test_an_epoch_that_is_not_committed_before_the_end_never_was(logs: Logs) -> None:
    write(logs, "orders", ("k", b"1"))
    member = joined(logs, "orders")
    member.read(1)
    member.log.send(copy(logs, b"lost"))
    member.log.close()
    again = joined(logs, "orders")
    assert [b"1"] == values(again.read(1))
    again.log.send(copy(logs, b"done"))
    again.commit()
    assert [b"done"] == values(logs.records("out"))


def test_abort_drops_outputs_and_rewinds_every_partition_held(logs: Logs) -> None:
    write(logs, "orders", *((key, b"1") for key in ONE_KEY_A_PARTITION))
    member = joined(logs, "orders")
    first = by_partition(member.read(3))
    member.log.send(copy(logs, b"dropped"))
    member.abort()
    assert first == by_partition(member.read(3))
    member.log.send(copy(logs, b"kept"))
    member.commit()
    assert [b"kept"] == values(logs.records("out"))


def test_abort_goes_back_to_the_committed_offset_and_no_further(logs: Logs) -> None:
    member = joined(logs, "orders")
    write(logs, "orders", ("k", b"1"), ("k", b"2"))
    member.read(2)
    member.commit()
    write(logs, "orders", ("k", b"3"), ("k", b"4"))
    member.read(2)
    member.abort()
    assert [b"3", b"4"] == values(member.read(2))


def test_a_member_that_gives_up_can_say_why_in_an_epoch_without_offsets(logs: Logs) -> None:
    write(logs, "orders", ("k", b"1"))
    member = joined(logs, "orders")
    member.read(1)
    before = member.log.committed(logs.topic("orders"))
    member.log.send(copy(logs, b"dropped"))
    member.abort()
    member.log.send(copy(logs, b"why"))
    member.log.commit({}, {})
    assert [b"why"] == values(logs.records("out"))
    assert before == member.log.committed(logs.topic("orders"))
    member.log.close()
    assert [b"1"] == values(joined(logs, "orders").read(1))


def test_a_member_that_confirms_its_membership_keeps_its_place_and_its_offsets(logs: Logs) -> None:
    write(logs, "orders", ("k", b"1"))
    member = joined(logs, "orders")
    member.read(1)
    member.commit()
    write(logs, "orders", ("k", b"2"))
    before = member.log.committed(logs.topic("orders"))
    member.log.confirm_membership()
    assert before == member.log.committed(logs.topic("orders"))
    assert [b"2"] == values(member.read(1))


def test_a_reader_sees_nothing_of_an_open_epoch(logs: Logs) -> None:
    writer = logs.member("writer")
    reader = joined(logs, "out", flow="reader", stateful=False)
    writer.send(copy(logs, b"1", b"2"))
    assert [] == list(reader.poll(0.3))
    writer.commit({}, {})
    assert [b"1", b"2"] == values(reader.read(2))


def test_a_partition_keeps_the_order_of_send_over_epochs(logs: Logs) -> None:
    writer = logs.member("writer")
    texts = [str(number).encode() for number in range(30)]
    for first in range(0, 30, 10):
        writer.send(copy(logs, *texts[first : first + 10]))
        writer.commit({}, {})
    reader = joined(logs, "out", flow="reader", stateful=False)
    records = reader.read(30)
    assert texts == values(records)
    assert sorted({record.offset for record in records}) == [record.offset for record in records]


def test_a_key_lives_where_javas_partitioner_puts_it(logs: Logs) -> None:
    keys = [f"order-{number}" for number in range(40)] + ["größe"]
    write(logs, "orders", *((key, b"") for key in keys))
    homes = {record.key: record.partition for record in logs.records("orders")}
    assert {key: partition_of(key, PARTITIONS) for key in keys} == homes


def test_a_named_partition_comes_before_the_key(logs: Logs) -> None:
    writer = logs.member("writer")
    writer.send([Outgoing(logs.topic("out"), "same", b"%d" % number, (), number) for number in range(PARTITIONS)])
    writer.commit({}, {})
    assert {number: [b"%d" % number] for number in range(PARTITIONS)} == by_partition(logs.records("out"))


def test_a_restart_continues_at_the_committed_offset_with_its_state(logs: Logs) -> None:
    write(logs, "orders", ("k", b"1"), ("k", b"2"))
    member = joined(logs, "orders")
    home = member.read(2)[0].partition
    member.commit({home: {b"kept": b"1", b"gone": b"1"}})
    write(logs, "orders", ("k", b"3"))
    member.read(1)
    member.commit({home: {b"gone": None, b"new": b"3"}})
    member.log.close()
    write(logs, "orders", ("k", b"4"))
    again = joined(logs, "orders")
    assert [b"4"] == values(again.read(1))
    assert ((b"kept", b"1"), (b"new", b"3")) == tuple(again.log.state(home).scan(b""))


def test_partitions_have_states_of_their_own(logs: Logs) -> None:
    member = joined(logs, "orders")
    write(logs, "orders", *((key, b"1") for key in ONE_KEY_A_PARTITION))
    member.read(3)
    member.commit({number: {b"key": b"of %d" % number} for number in range(PARTITIONS)})
    assert [b"of 0", b"of 1", b"of 2"] == [member.log.state(number).get(b"key") for number in range(PARTITIONS)]


def test_a_scan_gives_a_prefix_in_key_order(logs: Logs) -> None:
    write(logs, "orders", ("k", b"1"))
    member = joined(logs, "orders")
    home = member.read(1)[0].partition
    keys = [b"t\x02", b"t\xff", b"t\x00", b"s", b"u", b"t\x01a", b"t"]
    member.commit({home: dict.fromkeys(keys, b"")})
    state = member.log.state(home)
    assert [b"t", b"t\x00", b"t\x01a", b"t\x02", b"t\xff"] == [key for key, _ in state.scan(b"t")]
    assert [b"t\x02", b"t\xff"] == [key for key, _ in state.scan(b"t", after=b"t\x01a")]
    assert [b"t\x00", b"t\x01a"] == [key for key, _ in state.scan(b"t", after=b"t", limit=2)]
    assert [] == list(state.scan(b"v"))
    assert len(keys) == len(state.scan(b""))


def test_an_empty_poll_returns_when_its_time_is_up(logs: Logs) -> None:
    member = joined(logs, "orders")
    member.poll(0.3)
    began = time.monotonic()
    assert [] == list(member.poll(0.2))
    assert time.monotonic() - began < 1.0


def test_a_large_epoch_arrives_whole(logs: Logs) -> None:
    write(logs, "orders", *((f"k{number}", b"x" * 200) for number in range(5_000)))
    member = joined(logs, "orders")
    records = member.read(5_000)
    member.log.send([Outgoing(logs.topic("out"), record.key, record.value) for record in records])
    member.commit({0: {b"%d" % number: b"y" * 100 for number in range(5_000)}})
    assert 5_000 == len(logs.records("out"))
    assert 5_000 == len(member.log.state(0).scan(b"", limit=10_000))


def test_tombstones_null_keys_and_headers_are_kept(logs: Logs) -> None:
    writer = logs.member("writer")
    headers = (("origin", b"t/0/1"), ("origin", b"\x00\xff"), ("empty", b""))
    writer.send([Outgoing(logs.topic("orders"), None, None, headers, 1)])
    writer.commit({}, {})
    member = joined(logs, "orders", stateful=False)
    (record,) = member.read(1)
    assert (None, None, headers, 1) == (record.key, record.value, record.headers, record.partition)


def test_the_first_declared_input_is_drained_first(logs: Logs) -> None:
    write(logs, "orders", *((key, b"order") for key in ONE_KEY_A_PARTITION * 20))
    write(logs, "stock", *((key, b"stock") for key in ONE_KEY_A_PARTITION * 20))
    member = joined(logs, "stock", "orders")
    for partition in by_partition(member.read(120)).values():
        assert [b"stock"] * 20 + [b"order"] * 20 == partition
    member.abort()
    for partition in by_partition(member.read(120)).values():
        assert [b"stock"] * 20 + [b"order"] * 20 == partition


INCOMPRESSIBLE = Random(2).randbytes(16_000)
BACKLOG = 3_000


def write_backlog(logs: Logs, name: str, *keys: str) -> None:
    """Of 48 MB: three times of what the Kafka client fetches ahead."""
    for key in keys:
        write(logs, name, *((key, b"%d" % number + INCOMPRESSIBLE[number:]) for number in range(BACKLOG)))


def records_before(member: Member, wanted: Callable[[Record], bool]) -> int:
    """How many records come until one that is wanted."""
    read = 0
    while True:
        found = member.read_some(500)
        if any(map(wanted, found)):
            return read
        read += len(found)


def test_an_input_with_a_backlog_keeps_no_other_one_waiting(logs: Logs) -> None:
    write_backlog(logs, "stock", "k")
    write(logs, "orders", ("k", b"order"))
    member = joined(logs, "stock", "orders", stateful=False)
    assert records_before(member, lambda record: record.value == b"order") < BACKLOG / 2


def test_a_partition_with_a_backlog_keeps_no_other_one_waiting(logs: Logs) -> None:
    write_backlog(logs, "stock", "f")
    write(logs, "stock", ("b", b"order"))
    member = joined(logs, "stock", stateful=False)
    assert records_before(member, lambda record: record.value == b"order") < BACKLOG / 2


def test_two_backlogs_are_read_side_by_side(logs: Logs) -> None:
    write_backlog(logs, "stock", "k")
    write_backlog(logs, "orders", "k")
    member = joined(logs, "stock", "orders", stateful=False)
    read: Counter[str] = Counter()
    while read.total() < BACKLOG:
        read.update(record.topic for record in member.read_some(200))
    assert {logs.topic("stock"), logs.topic("orders")} == read.keys()
    assert min(read.values()) > BACKLOG / 10


def test_offsets_alone_are_an_epoch_too(logs: Logs) -> None:
    write(logs, "orders", ("k", b"1"))
    member = joined(logs, "orders")
    member.read(1)
    member.commit()
    member.log.close()
    write(logs, "orders", ("k", b"2"))
    assert [b"2"] == values(joined(logs, "orders").read(1))


def test_flows_read_the_same_topic_without_knowing_of_each_other(logs: Logs) -> None:
    write(logs, "orders", ("k", b"1"))
    for flow in ("first", "second"):
        member = joined(logs, "orders", flow=flow, stateful=False)
        assert [b"1"] == values(member.read(1))
        member.commit()


def test_the_end_of_a_partition_is_after_its_last_record(logs: Logs) -> None:
    member = joined(logs, "orders")
    write(logs, "orders", ("k", b"1"))
    (record,) = member.read(1)
    member.commit()
    source = TopicPartition(record.topic, record.partition)
    committed = member.log.committed(logs.topic("orders"))[source]
    assert record.offset < committed <= member.log.end_offsets(logs.topic("orders"))[source]


def test_a_topic_is_known_with_its_partitions_or_refused(logs: Logs) -> None:
    writer = logs.member("writer")
    assert PARTITIONS == writer.partitions_of(logs.topic("out"))
    with pytest.raises(LogFailed):
        writer.partitions_of("nowhere")


def test_what_is_held_back_waits_while_all_else_continues(logs: Logs) -> None:
    member = joined(logs, "stock", "orders", stateful=False)
    member.log.pause([logs.topic("stock")])
    write(logs, "stock", *((key, b"stock") for key in ONE_KEY_A_PARTITION))
    write(logs, "orders", *((key, b"order") for key in ONE_KEY_A_PARTITION))
    assert {b"order"} == set(values(member.read(3)))
    assert [] == list(member.poll(0.3))


def test_what_was_held_back_continues_where_it_stood(logs: Logs) -> None:
    texts = [b"%d" % number for number in range(400)]
    for first in range(0, 400, 100):
        write(logs, "stock", *(("k", text) for text in texts[first : first + 100]))
    member = joined(logs, "stock", "orders", stateful=False)
    found: list[bytes | None] = []
    for _ in range(3):
        found += values(member.read_some(20))
        member.log.pause([logs.topic("stock")])
        assert [] == list(member.poll(0.05))
        member.log.pause([])
    found += values(member.read(len(texts) - len(found)))
    assert texts == found


def test_what_is_held_back_stays_so_through_an_abort_and_is_read_again_then(logs: Logs) -> None:
    write(logs, "stock", ("k", b"1"), ("k", b"2"))
    member = joined(logs, "stock", "orders", stateful=False)
    assert [b"1", b"2"] == values(member.read(2))
    member.log.pause([logs.topic("stock")])
    member.abort()
    write(logs, "orders", ("k", b"3"))
    assert [b"3"] == values(member.read(1))
    assert [] == list(member.poll(0.3))
    member.log.pause(())
    assert [b"1", b"2"] == values(member.read(2))
    member.commit()


def test_a_poll_of_large_records_takes_few_of_them(logs: Logs) -> None:
    chance = Random(1)
    for _ in range(6):
        write(logs, "orders", *(("k", chance.randbytes(900_000)) for _ in range(5)))
    member = joined(logs, "orders", stateful=False)
    sizes: list[int] = []
    while sum(sizes) < 30:
        sizes.append(len(member.read_some(1_000)))
    assert 30 == sum(sizes)
    assert max(sizes) <= 24
