"""The command line on a Kafka, from an empty broker on. The topics have the release's names: they go when we go."""

import json
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewPartitions

from connectors.kafka.member.log import KafkaLog
from connectors.kafka.topics import create_topics
from connectors.log.dead_letters import RETRIED, dead_letter
from connectors.log.port import Outgoing, Record
from demo.brokers.choice import Kafka
from demo.channels.small_payloads import jsonl, portal_order
from schemas.contracts.source_topics import release_topics
from schemas.headers import header
from tests.e2e.commands import Said, is_alive, orderline, running, until
from tests.kafka.release_topics import remove_topics
from tests.kafka.topics import Follower

_ORDERS = 30
_COVERED = "a covering abort has ended those of this name"
"""Said where the flows of the demo before were slow to end: a supervisor kills who does not end in time."""
_MISSING: Mapping[str, str] = {
    # words | what is said about a broker without topics
    "run orders": "topic orders.inbox.v1 is missing: run `orderline topics create --bootstrap {}`",
    "run all": " more: run `orderline topics create --bootstrap {}`",
    "produce source.portal.v1 --file a_file": "topic source.portal.v1 is missing: run `orderline topics create",
    "erp-connector": "topic erp.commands.main.v1 is missing: run `orderline topics create --bootstrap {}`",
    "warehouse-simulator": "topic warehouse.commands.v1 is missing: run `orderline topics create --bootstrap {}`",
    "tail orders.events.v1": "no topic 'orders.events.v1' in this log",
}


@pytest.fixture(scope="module")
def empty(kafka: Kafka) -> str:
    """A broker without our topics."""
    remove_topics(kafka.bootstrap)
    return kafka.bootstrap


@pytest.fixture(scope="module")
def refused(empty: str, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Said]:
    """What is said where the topics are missing."""
    folder = tmp_path_factory.mktemp("refused")
    (folder / "a_file").write_text("text")
    with ExitStack() as stack:
        started = {
            words: stack.enter_context(running(*words.split(), "--bootstrap", empty, folder=folder))
            for words in _MISSING
        }
        return {words: command.said() for words, command in started.items()}


@pytest.fixture(scope="module")
def bootstrap(empty: str, refused: Mapping[str, Said]) -> Iterator[str]:
    """A broker with the topics, after it was asked without them."""
    assert len(_MISSING) == len(refused)
    missing = orderline("topics", "check", "--bootstrap", empty)
    assert (1, "", len(release_topics())) == (
        missing.code,
        missing.err,
        missing.out.count(" is missing: run `orderline"),
    )
    made = orderline("topics", "create", "--bootstrap", empty, "--partitions", "2")
    assert (0, "", len(release_topics())) == (made.code, made.err, made.out.count(": created, 2 partitions"))
    yield empty
    remove_topics(empty)


class Ended:
    """A demo on this broker."""

    def __init__(self, bootstrap: str, data: Path) -> None:
        self.words = ("demo", "--bootstrap", bootstrap, "--orders", str(_ORDERS), "--seconds", "2")
        self.data = data
        self.said = orderline(*self.words, "--data", str(data))


@pytest.fixture(scope="module")
def demo(bootstrap: str, tmp_path_factory: pytest.TempPathFactory) -> Ended:
    return Ended(bootstrap, tmp_path_factory.mktemp("demo") / "data")


@pytest.mark.parametrize("words", _MISSING)
def test_missing_topics_are_reported_in_one_line_with_what_makes_them(
    empty: str, refused: Mapping[str, Said], words: str
) -> None:
    said = refused[words]

    assert 2 == said.code
    assert 1 == len(said.err.splitlines()), said.err
    assert _MISSING[words].format(empty) in said.err


def test_topics_that_were_made_are_as_described(bootstrap: str) -> None:
    checked = orderline("topics", "check", "--bootstrap", bootstrap)
    assert (0, "all topics are as described\n", "") == checked


def test_the_demo_runs_on_kafka_with_the_same_report(demo: Ended) -> None:
    assert (0, "") == (demo.said.code, demo.said.err)

    report: dict[str, Any] = json.loads((demo.data / "report.json").read_text())
    assert _ORDERS == report["orders_sent"] == report["orders_received"]
    assert 0 < report["orders_booked"] == report["erp_documents"]
    assert 1 == report["erp_documents_per_order_max"]
    assert report["units_conserved"] is True
    assert 0 == report["oversold_units"]
    assert 1 == report["exceptions_by_class"]["ERP_OUTAGE"]
    assert "starting the flows" in demo.said.out


def test_a_new_demo_is_refused_where_another_one_was(demo: Ended, tmp_path: Path) -> None:
    said = orderline(*demo.words, "--data", str(tmp_path / "new"))

    assert 2 == said.code
    assert "holds records already: a new demo begins on an empty broker" in said.err
    assert 1 == len(said.err.splitlines())
    assert not (tmp_path / "new").exists()


def test_ones_own_payload_is_processed_by_flows_as_processes(demo: Ended, bootstrap: str, tmp_path: Path) -> None:
    where = ("--bootstrap", bootstrap)
    (tmp_path / "order.jsonl").write_text(jsonl(portal_order("MINE", {"NOTHING-LIKE-IT": "1"})))

    with running("run", "all", *where, "--state", str(demo.data / "state")) as flows:
        produced = orderline("produce", "source.portal.v1", "--file", str(tmp_path / "order.jsonl"), *where)
        assert (0, "1 record for source.portal.v1\n", "") == produced
        with closing(Follower(bootstrap, "orders.events.v1")) as events:
            until(lambda: "OrderAccepted" in events_of("portal:MINE", events.records()), "the order is accepted")
        family = flows.family()
        assert 7 == len(family)
        flows.signal(signal.SIGINT)
        said = flows.said()

    assert (0, []) == (said.code, [line for line in said.err.splitlines() if _COVERED not in line])
    assert (
        "intake, orders, inventory, dispatch, edi, insights: running, one process each; Ctrl-C stops them\n" == said.out
    )
    assert [] == [number for number in family if is_alive(number)]
    assert ["OrderReceived", "OrderAccepted", "InventoryBackordered"] == story_of("portal:MINE", where)


def test_dead_letters_are_sent_again_once(demo: Ended, bootstrap: str) -> None:
    where = ("--bootstrap", bootstrap)
    assert demo.data.exists()
    with closing(KafkaLog(bootstrap, "orderline", "feed", 0, (), None, None)) as log:
        log.send([Outgoing("source.portal.v1", "mine", b"no JSON", (("shop", b"1"),), 1)])
        log.commit({}, {})
    with closing(Follower(bootstrap, "source.portal.v1")) as source:
        until(lambda: any(record.key == "mine" for record in source.records()), "the record is in its topic")
        (original,) = [record for record in source.records() if record.key == "mine"]
    with closing(KafkaLog(bootstrap, "orderline", "feed", 0, (), None, None)) as log:
        log.send([dead_letter(original, "intake/read", "of this test")])
        log.commit({}, {})

    for expected in (
        "1 record sent again; flows must be running to process them\n",
        "0 records sent again, 1 sent before (send them once more with --again)\n",
    ):
        said = orderline("deadletters", "retry", "--reason", "of this test", *where)
        assert (0, "") == (said.code, said.err)
        assert said.out.endswith(expected)
    with closing(Follower(bootstrap, "source.portal.v1")) as source:
        until(lambda: 2 == len([record for record in source.records() if record.key == "mine"]), "it was sent again")
        sent = [record for record in source.records() if record.key == "mine"][1]
    assert (original.partition, b"no JSON", ["shop", RETRIED]) == (
        sent.partition,
        sent.value,
        [name for name, _ in sent.headers],
    )


@pytest.mark.parametrize(
    ("words", "reason"),
    (
        ("run all --put-aside orders.inbox.v1/2/0", "orders.inbox.v1 has 2 partitions, numbered from 0"),
        ("run orders --put-aside orders.inbox.v1/0/999999", "orders.inbox.v1/0 ends at offset "),
        ("erp-connector --put-aside orders.inbox.v1/0/0", "can be put aside: choose from erp.commands.main.v1"),
    ),
)
def test_a_position_that_does_not_exist_is_refused(words: str, reason: str, demo: Ended, bootstrap: str) -> None:
    assert demo.data.exists()
    said = orderline(*words.split(), "--bootstrap", bootstrap)
    assert (2, "") == (said.code, said.out)
    assert reason in said.err


def events_of(order_id: str, events: Sequence[Record]) -> str:
    types = (header(record.headers, "ce_type") or "" for record in events if record.key == order_id)
    return " ".join(types)


def story_of(order_id: str, where: Sequence[str]) -> list[str]:
    tail = orderline("tail", "orders.events.v1", "--from-start", "--json", *where)
    assert (0, "") == (tail.code, tail.err)
    records = [json.loads(line) for line in tail.out.splitlines()]
    return [record["type"] for record in records if record["key"] == order_id]


def test_the_state_of_another_application_is_refused_and_kept(demo: Ended, bootstrap: str) -> None:
    state = demo.data / "state"
    before = {file: file.read_bytes() for file in state.rglob("identity.json")}
    said = orderline("run", "orders", "--bootstrap", bootstrap, "--state", str(state), "--application", "another")

    assert 2 == said.code
    assert 1 == len(said.err.splitlines()), said.err
    assert (
        "holds the state of another application (orderline, here another): choose another state directory" in said.err
    )
    assert before == {file: file.read_bytes() for file in state.rglob("identity.json")}


def test_unequal_partition_counts_are_refused(demo: Ended, bootstrap: str) -> None:
    admin = AdminClient({"bootstrap.servers": bootstrap})
    admin.create_partitions([NewPartitions("orders.changelog.v1", 3)])["orders.changelog.v1"].result()
    checked = orderline("topics", "check", "--bootstrap", bootstrap)
    said = orderline("run", "orders", "--bootstrap", bootstrap, "--state", str(demo.data / "state"))

    assert (1, "") == (checked.code, checked.err)
    assert "the flow orders needs equal partition counts" in checked.out
    assert 2 == said.code
    assert 1 == len(said.err.splitlines()), said.err
    assert "equal partition counts" in said.err
    assert "orders.changelog.v1" in said.err


def test_topics_that_are_there_are_left_alone(bootstrap: str) -> None:
    lines = create_topics(bootstrap)
    assert len(release_topics()) == len([line for line in lines if ": exists, " in line])
