"""A group that moves single partitions (`group.protocol=consumer`): rescaled, restarted, killed, paused under load."""

import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import ConsumerGroupType
from confluent_kafka.admin import AdminClient

from connectors.kafka.topics import create_topics
from demo.brokers.choice import Kafka
from tests.e2e.commands import running
from tests.e2e.pages import pages_of
from tests.kafka.copies import PARTITIONS, Copies, stop
from tests.kafka.release_topics import remove_topics
from tests.kafka.topics import until

KEYS = [f"k{number % 97}" for number in range(3_000)]


@pytest.fixture
def copies(kafka: Kafka, application_prefix: str, tmp_path: Path) -> Iterator[Copies]:
    copying = Copies(kafka.bootstrap, application_prefix, tmp_path / "state", incremental=True)
    copying.create()
    copying.feed(KEYS)
    yield copying
    copying.kill_all()


def test_partitions_that_stay_are_served_while_another_moves(copies: Copies) -> None:
    staying = copies.flow(0)
    copies.copy_with(staying, len(KEYS))
    assert staying.held == frozenset(range(PARTITIONS))
    coming = copies.member(1)

    def joins() -> bool:
        staying.turn()
        assert not coming.log.poll(1, 0.0)
        return bool(staying.revoked) and coming.log.rebalancing()  # a new member is given nothing at first

    until(joins, "the other was given its share")
    moved = frozenset(range(PARTITIONS)) - staying.held
    assert moved == staying.revoked
    copies.feed(KEYS)
    fed = copies.records("in")

    def copied() -> Counter[int]:
        staying.turn()
        return copies.records("out")

    until(lambda: all(copied()[number] == fed[number] for number in staying.held), "what stayed is copied")
    assert all(2 * copied()[number] == fed[number] for number in moved)
    assert moved == staying.revoked


def test_replicas_that_come_and_go_under_load_copy_everything_once(copies: Copies) -> None:
    first = copies.start(replica=0)
    until_more(copies)
    others = [copies.start(replica=number) for number in (1, 2)]
    until(lambda: has_partition(copies, 1) and has_partition(copies, 2), "all three have a partition")
    for leaving in others:
        copies.feed(KEYS)
        until_more(copies)
        stop(leaving)
    finish(copies, 3)
    stop(first)
    copies.assert_exact(KEYS * 3)


def test_a_rolling_restart_under_load_copies_everything_once(copies: Copies) -> None:
    replicas = [copies.start(replica=number) for number in range(2)]
    for number in range(2):
        copies.feed(KEYS)
        until_more(copies)
        stop(replicas[number])
        replicas[number] = copies.start(replica=number)
    finish(copies, 3)
    for replica in replicas:
        stop(replica)
    copies.assert_exact(KEYS * 3)


def test_a_rolling_restart_turns_it_on_and_another_turns_it_off(copies: Copies) -> None:
    copies.incremental = False
    replicas = [copies.start(replica=number) for number in range(2)]
    for option, kind in (("--incremental", ConsumerGroupType.CONSUMER), ("", ConsumerGroupType.CLASSIC)):
        for number in range(2):
            copies.feed(KEYS)
            until_more(copies)
            stop(replicas[number])
            replicas[number] = copies.start(*option.split(), replica=number)
        until_group_is(copies, kind)
    finish(copies, 5)
    for replica in replicas:
        stop(replica)
    copies.assert_exact(KEYS * 5)


def two_at_work(copies: Copies) -> tuple["subprocess.Popen[bytes]", "subprocess.Popen[bytes]"]:
    """Both have partitions, and records to copy."""
    replicas = copies.start(replica=0), copies.start(replica=1)
    until(lambda: has_partition(copies, 1), "the other has a partition")
    copies.feed(KEYS)
    until_more(copies)
    return replicas


def test_a_killed_replica_is_taken_over_exactly(copies: Copies) -> None:
    survivor, victim = two_at_work(copies)
    victim.kill()
    victim.wait()
    finish(copies, 2)
    stop(survivor)
    copies.assert_exact(KEYS * 2)


def test_a_replica_paused_beyond_its_session_writes_nothing_when_it_wakes(copies: Copies) -> None:
    survivor, paused = two_at_work(copies)
    paused.send_signal(signal.SIGSTOP)
    finish(copies, 2)
    paused.send_signal(signal.SIGCONT)
    copies.feed(KEYS)
    finish(copies, 3)
    paused.kill()
    paused.wait()
    stop(survivor)
    copies.assert_exact(KEYS * 3)


@pytest.fixture
def bootstrap(kafka: Kafka) -> Iterator[str]:
    """A broker with the release's topics, which go with the test."""
    remove_topics(kafka.bootstrap)
    create_topics(kafka.bootstrap, 2)
    yield kafka.bootstrap
    remove_topics(kafka.bootstrap)


def test_a_file_of_options_turns_it_on(bootstrap: str, application_prefix: str, tmp_path: Path) -> None:
    file = tmp_path / "kafka.options"
    file.write_text("group.protocol=consumer\n")
    where = ("--bootstrap", bootstrap, "--application", application_prefix)
    options = ("--kafka-options", str(file), "--state", str(tmp_path / "state"))
    with running("run", "orders", *where, *options, "--http", "127.0.0.1:0") as flow:
        _, page = pages_of(flow)
        until(page.is_ready, "it serves")
        assert 2 == page.metrics()['partitions_held{flow="orders"}']
        assert ConsumerGroupType.CONSUMER is type_of_group(bootstrap, f"{application_prefix}.orders")
        flow.signal(signal.SIGINT)
        assert 0 == flow.said().code


def type_of_group(bootstrap: str, group: str) -> ConsumerGroupType:
    admin = AdminClient({"bootstrap.servers": bootstrap})
    found: ConsumerGroupType = admin.describe_consumer_groups([group])[group].result().type
    return found


def until_group_is(copies: Copies, kind: ConsumerGroupType) -> None:
    until(lambda: kind is type_of_group(copies.bootstrap, f"{copies.application}.copy"), f"the group is {kind}")


def has_partition(copies: Copies, replica: int) -> bool:
    return any((copies.directory / "copy" / str(replica)).glob("*/identity.json"))


def until_more(copies: Copies) -> None:
    """So that what follows strikes in the middle."""
    done = copies.copied()
    until(lambda: copies.copied() > done, "copying continues")


def finish(copies: Copies, times: int) -> None:
    until(lambda: copies.copied() >= times * len(KEYS), "everything is copied", 60)
