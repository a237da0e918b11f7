"""Records that kill flows on Kafka, and a batch that cannot be decompressed: dead letters, and nothing else is lost.

One broker for all, with the release's topics: first intake meets its poison, then orders theirs.
"""

import json
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from confluent_kafka import Producer

from connectors.kafka.member.log import KafkaLog
from connectors.kafka.topics import create_topics
from connectors.log.port import Outgoing, Record
from demo.brokers.cluster import KafkaCluster
from demo.brokers.damage import break_batch, offsets_of_batches
from demo.channels.small_payloads import portal_order
from domain.messages.cases import ExceptionRaised
from domain.messages.status import OrderReceived
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.headers import header
from tests.e2e.commands import PROJECT
from tests.kafka.topics import Follower, read_committed, until
from tests.warm_start.process import WarmProcess

PORTAL, INBOX, EVENTS, DEAD = "source.portal.v1", "orders.inbox.v1", "orders.events.v1", "deadletters.v1"
INVENTORY_INBOX = "inventory.inbox.v1"
KILLS_INTAKE, KILLS_ORDERS, RAISES_IN_INVENTORY, LOST = "ARSENIC", "HEMLOCK", "FOXGLOVE", "LOST"
GOOD = ["A", "B", "C", RAISES_IN_INVENTORY, "E", "F"]
NUMBERS = ["A", "B", KILLS_INTAKE, "C", KILLS_ORDERS, RAISES_IN_INVENTORY, "E", "F"]
BOMB = 64 * 1_048_576
"""Bytes of a record that weighs a thousandth of it on its way: far more than any topic takes."""
LIVES, LIFE_S = 5, 180.0
CODEC = Codec(load_contracts())


class Poisoned:
    """The broker, the feed, and the lives of the flows."""

    def __init__(self, kafka: KafkaCluster, directory: Path) -> None:
        self.bootstrap = kafka.bootstrap
        self.directory = directory
        self.lives: dict[str, list[int]] = {}
        create_topics(self.bootstrap, 1)
        self._options = directory / "kafka.options"
        self._options.write_text("session.timeout.ms=1500\n")
        self._followed = {topic: Follower(self.bootstrap, topic) for topic in (INBOX, DEAD, EVENTS)}

    def feed(self) -> None:
        """A batch that will be broken, the others in one batch, and a record that is a bomb."""
        with closing(KafkaLog(self.bootstrap, "orderline", "feed", 0, (), None, None)) as log:
            for numbers in ([LOST], NUMBERS):
                orders = [(number, json.dumps(portal_order(number, {"BOLT": "1"})).encode()) for number in numbers]
                log.send([Outgoing(PORTAL, number, order) for number, order in orders])
                log.commit({}, {})
        bomb = Producer(
            {"bootstrap.servers": self.bootstrap, "message.max.bytes": 2 * BOMB, "compression.type": "gzip"}
        )
        bomb.produce(PORTAL, bytes(BOMB), partition=0)
        assert 0 == bomb.flush(30)
        break_batch(self.directory, PORTAL, 0, offsets_of_batches(self.directory, PORTAL, 0)[0])

    def run(self, flow: str, point: str, ending: str, word: str, done: Callable[[], bool]) -> None:
        """Let a flow live until it ends in order, five times at most."""
        command = [sys.executable, "-m", "tests.oracle.poisoned", point, ending, word, "run", flow]
        command += ["--bootstrap", self.bootstrap, "--state", str(self.directory / "state"), "--end-with-parent"]
        command += ["--kafka-options", str(self._options)]
        lives = self.lives[flow] = []
        while len(lives) < LIVES and 0 not in lives:
            with WarmProcess(command, cwd=PROJECT, stdin=subprocess.PIPE) as process:
                until(lambda process=process: process.poll() is not None or done(), f"{flow} has ended", LIFE_S)  # type: ignore[misc]  # bound now
                process.terminate()
                lives.append(process.wait(LIFE_S))

    def records(self, topic: str) -> list[Record]:
        return read_committed(self.bootstrap, topic)

    def come(self, topic: str) -> Sequence[Record]:
        """What is there of a topic that is waited for."""
        return self._followed[topic].records()

    def close(self) -> None:
        for follower in self._followed.values():
            follower.close()

    def original(self, topic: str, word: str) -> Record:
        """The record of a topic that holds a word, read past the broken batch."""
        found: list[Record] = []

        def is_found() -> bool:
            if log.rebalancing():
                log.take_assignment()
            polled = (record for batch in log.poll(100, 0.05) for record in batch.records)
            found.extend(record for record in polled if word.encode() in (record.value or b""))
            return bool(found)

        with closing(KafkaLog(self.bootstrap, "outsider", word, 0, [topic], None, None, passes_over=[topic])) as log:
            until(is_found, f"{word} is found in {topic}")
        return found[0]


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Poisoned]:
    directory = tmp_path_factory.mktemp("poisoned")
    with KafkaCluster(1, directory, short_lived=True) as kafka, closing(Poisoned(kafka, directory)) as world:
        world.feed()
        arrived = len(NUMBERS) - 1
        world.run(
            "intake",
            "map",
            "exit",
            KILLS_INTAKE,
            lambda: arrived == len(world.come(INBOX)) and len(world.come(DEAD)) == 3,
        )
        world.run(
            "orders",
            "decode",
            "kill",
            KILLS_ORDERS,
            lambda: len(GOOD) == received(world.come(EVENTS)).total() and len(world.come(DEAD)) == 5,
        )
        world.run("inventory", "decode", "raise", RAISES_IN_INVENTORY, lambda: len(world.come(DEAD)) == 6)
        yield world


def received(events: Sequence[Record]) -> Counter[str]:
    decoded = (CODEC.decode(EVENTS, record.value or b"") for record in events)
    return Counter(event.order.order_id for event in decoded if isinstance(event, OrderReceived))


def is_of(record: Record, message: str) -> bool:
    return (header(record.headers, "ce_type") or "").endswith(f".{message}")


def letter_of(world: Poisoned, word: str) -> Record:
    """Of the record itself: there is one, and one of the report of its case where that is read by the flow too."""
    letter, *reports = [record for record in world.records(DEAD) if word.encode() in (record.value or b"")]
    assert len(reports) == (word == KILLS_ORDERS)
    return letter


def test_each_killed_its_flow_twice_and_what_raises_ends_no_process(poisoned: Poisoned) -> None:
    killed = -signal.SIGKILL
    of_the_record, of_its_report = [killed, killed], [killed, killed]
    assert {"intake": [3, 3, 0], "orders": [*of_the_record, *of_its_report, 0], "inventory": [0]} == poisoned.lives


def test_all_others_of_an_inbox_are_processed_where_one_raises(poisoned: Poisoned) -> None:
    asked = [record for record in poisoned.records(INVENTORY_INBOX) if b"portal:" in (record.value or b"")]
    answered = {record.key for record in poisoned.records(INBOX) if is_of(record, "ReservationsAnswered")}
    assert {f"portal:{number}" for number in GOOD if number != RAISES_IN_INVENTORY} == answered
    assert len(GOOD) == len(asked)
    letter = letter_of(poisoned, RAISES_IN_INVENTORY)
    assert (header(letter.headers, "reason") or "").startswith("raised LookupError twice in _fail_by")


def test_all_others_are_done_once(poisoned: Poisoned) -> None:
    assert Counter(f"portal:{number}" for number in GOOD) == received(poisoned.records(EVENTS))


@pytest.mark.parametrize(("word", "topic"), ((KILLS_INTAKE, PORTAL), (KILLS_ORDERS, INBOX)))
def test_what_killed_is_a_dead_letter_with_its_bytes_and_its_place(poisoned: Poisoned, word: str, topic: str) -> None:
    original = poisoned.original(topic, word)
    letter = letter_of(poisoned, word)
    assert (original.key, original.value) == (letter.key, letter.value)
    names = ("reason", "original_topic", "original_partition", "original_offset")
    assert ["killed the process twice", topic, "0", str(original.offset)] == [
        header(letter.headers, name) for name in names
    ]


def test_a_hole_in_an_inbox_is_a_case_for_a_person(poisoned: Poisoned) -> None:
    cases = [CODEC.decode("exceptions.v1", record.value or b"") for record in poisoned.records("exceptions.v1")]
    holes = [case for case in cases if isinstance(case, ExceptionRaised) and "killed the process" in case.reason]
    assert [(f"portal:{KILLS_ORDERS}", INBOX)] == [(case.subject, case.input_topic) for case in holes]


def test_a_batch_that_nobody_can_decompress_is_a_dead_letter_of_its_place_alone(poisoned: Poisoned) -> None:
    (letter,) = [record for record in poisoned.records(DEAD) if record.value is None]
    names = ("original_topic", "original_partition", "original_offset", "original_last_offset", "stage")
    assert [PORTAL, "0", "0", "0", "intake/poll"] == [header(letter.headers, name) for name in names]
    assert "cannot be decompressed" in (header(letter.headers, "reason") or "")


def test_a_record_far_too_large_is_a_dead_letter_of_its_beginning(poisoned: Poisoned) -> None:
    (letter,) = [record for record in poisoned.records(DEAD) if header(record.headers, "original_value_bytes")]
    assert str(BOMB) == header(letter.headers, "original_value_bytes")
    assert bytes(4_000_000) == letter.value
    assert f"{BOMB} bytes; the channel file allows" in (header(letter.headers, "reason") or "")
