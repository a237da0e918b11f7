"""One document a key in an ERP without unique keys, though its connector is stopped for longer than its session.

Real processes on a broker of their own, for the topics have fixed names. The seed is fresh, and in every failure.
"""

import random
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from random import Random

import pytest

from connectors.kafka.topics import create_topics
from tests.brokers import fresh_kafka
from tests.kafka.faults.paused_connectors import PausedConnectors
from tests.oracle.programs import Program

PARTITIONS = 4
COMMANDS = 60
"""For each stop: some are finished by then, some are under way, most are read ahead or not read."""


@pytest.fixture(scope="module")
def bootstrap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with fresh_kafka(tmp_path_factory.mktemp("kafka")) as kafka:
        create_topics(kafka.bootstrap, PARTITIONS)
        yield kafka.bootstrap


@pytest.fixture(scope="module")
def connectors(bootstrap: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PausedConnectors]:
    with ExitStack() as stack:
        yield PausedConnectors(bootstrap, tmp_path_factory.mktemp("connectors"), stack)


@pytest.fixture
def chance() -> Random:
    seed = random.SystemRandom().randrange(1 << 32)
    sys.stdout.write(f"seed {seed}\n")
    return Random(seed)


def members_take_over_from_each_other(connectors: PausedConnectors, chance: Random, stops: int) -> None:
    members = [connectors.member(replica) for replica in range(2)]
    ways = (connectors.stop_behind_a_commit, connectors.stop_at_random)
    for number in range(stops):
        connectors.wait_for_members(*members)
        connectors.send(COMMANDS)
        victim = chance.choice(members)
        ways[number % len(ways)](victim, chance)
        connectors.wait_until_all_are_booked()
        connectors.wake(victim)
    connectors.wait_for_members(*members)
    end(connectors, *members)


def successors_take_the_name(connectors: PausedConnectors, chance: Random, stops: int) -> None:
    current = connectors.connector()
    for _ in range(stops):
        connectors.wait_for_members(current)
        connectors.send(COMMANDS)
        connectors.stop_at_random(current, chance)
        stopped, successor = current, connectors.connector()
        connectors.wait_until_all_are_booked()
        connectors.wake(stopped)
        current = connectors.wait_until_one_is_left(stopped, successor)
    end(connectors, current)


def end(connectors: PausedConnectors, *programs: Program) -> None:
    """Not before they have processed what came after the last stop."""
    connectors.send(COMMANDS)
    connectors.wait_until_all_are_booked()
    for program in programs:
        program.kill()


def assert_each_key_has_one_document(connectors: PausedConnectors) -> None:
    assert {} == connectors.keys_booked_twice()
    assert connectors.sent == connectors.documents()


@pytest.mark.long
def test_a_member_that_is_stopped_beyond_its_session_books_nothing_twice(
    connectors: PausedConnectors, chance: Random
) -> None:
    members_take_over_from_each_other(connectors, chance, stops=2)
    assert_each_key_has_one_document(connectors)


@pytest.mark.long
def test_a_member_is_stopped_though_all_was_booked_when_it_was_asked_to(
    connectors: PausedConnectors, chance: Random, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So it is on a busy machine, where this test sees the first bookings late."""
    monkeypatch.setattr(connectors, "_wait_for_some", lambda _: connectors.wait_until_all_are_booked())
    members_take_over_from_each_other(connectors, chance, stops=1)
    assert_each_key_has_one_document(connectors)


@pytest.mark.long
def test_a_connector_that_wakes_behind_its_successor_books_nothing_twice(
    connectors: PausedConnectors, chance: Random
) -> None:
    successors_take_the_name(connectors, chance, stops=2)
    assert_each_key_has_one_document(connectors)


@pytest.mark.long
def test_many_stops_book_nothing_twice(connectors: PausedConnectors, chance: Random) -> None:
    members_take_over_from_each_other(connectors, chance, stops=12)
    successors_take_the_name(connectors, chance, stops=6)
    assert_each_key_has_one_document(connectors)
