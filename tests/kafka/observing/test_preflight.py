"""The preflight of a real Kafka: as it should be, then with one planted fault each."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # the package does not say what it exports
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    ResourceType,
)

from connectors.kafka.settings import Membership
from connectors.kafka.topics import create_topics
from connectors.log.clock import wall_clock_ms
from connectors.preflight.finding import Level
from connectors.preflight.preflight import findings
from connectors.preflight.probe import PROBED
from demo.brokers.choice import Kafka
from schemas.contracts.source_topics import release_topics
from tests.e2e.commands import orderline
from tests.kafka.release_topics import remove_topics
from tests.kafka.topics import read_committed, until
from tests.unit.schemas.registry_double import running_registry


@dataclass(frozen=True)
class Broker:
    """A broker with the release's topics."""

    bootstrap: str

    @property
    def admin(self) -> AdminClient:
        return AdminClient({"bootstrap.servers": self.bootstrap})

    def failures(self, registry: str | None = None) -> list[tuple[str, str]]:
        """What fails, by check."""
        membership = Membership(self.bootstrap, "orderline", "preflight", 0)
        found = findings(membership, release_topics(), registry, None, wall_clock_ms)
        return [(finding.check, finding.message) for finding in found if finding.level is Level.FAIL]

    def set(self, topic: str, name: str, value: str) -> None:
        entry = ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET)
        resource = ConfigResource(ResourceType.TOPIC, topic, incremental_configs=[entry])
        admin = self.admin
        admin.incremental_alter_configs([resource])[resource].result()
        asked = ConfigResource(ResourceType.TOPIC, topic)
        until(lambda: admin.describe_configs([asked])[asked].result()[name].value == value, f"{name} is {value}")


@pytest.fixture
def broker(kafka: Kafka) -> Iterator[Broker]:
    remove_topics(kafka.bootstrap)
    create_topics(kafka.bootstrap, 2)
    running = Broker(kafka.bootstrap)
    until(lambda: release_topics().keys() <= running.admin.list_topics(timeout=60).topics.keys(), "ours are there")
    yield running
    remove_topics(kafka.bootstrap)


def test_a_broker_as_it_should_be_passes_and_nobody_sees_the_probe(broker: Broker, tmp_path: Path) -> None:
    words = ("preflight", "--bootstrap", broker.bootstrap, "--state", str(tmp_path / "state"), "--json")
    said = orderline(*words)
    assert (0, "") == (said.code, said.err)
    lines = [json.loads(line) for line in said.out.splitlines()]
    assert [
        ("brokers", "ok"),
        ("topics", "ok"),
        ("retention", "ok"),
        ("replication", "warn"),
        ("rights", "ok"),
        ("transactions", "ok"),
        ("clock", "ok"),
    ] == [(line["check"], line["level"]) for line in lines][:7]
    assert "state" == lines[7]["check"]
    assert [] == read_committed(broker.bootstrap, PROBED)
    assert [] == list(tmp_path.iterdir())


def test_planted_faults_are_found_one_by_one_with_what_to_do(broker: Broker) -> None:
    broker.set("orders.changelog.v1", "cleanup.policy", "delete")
    message = "orders.changelog.v1 has cleanup.policy=delete instead of compact: change it with kafka-configs"
    assert [("topics", message)] == broker.failures()
    broker.set("orders.changelog.v1", "cleanup.policy", "compact")

    broker.set("orders.inbox.v1", "retention.ms", "3600000")
    ((check, message),) = broker.failures()
    assert "retention" == check
    assert message.startswith(
        "orders.inbox.v1 has retention.ms=3600000: a reader that is away for longer loses records"
    )
    broker.set("orders.inbox.v1", "retention.ms", "604800000")

    broker.set("orders.inbox.v1", "min.insync.replicas", "2")
    failures = dict(broker.failures())
    assert "nothing can be written" in failures["replication"]
    broker.set("orders.inbox.v1", "min.insync.replicas", "1")

    broker.set("orders.inbox.v1", "max.message.bytes", "1000")
    assert ["topics"] == [check for check, _ in broker.failures()]
    broker.set("orders.inbox.v1", "max.message.bytes", "4194304")
    assert [] == broker.failures()

    admin = broker.admin
    admin.create_partitions([NewPartitions("inventory.inbox.v1", 3)])["inventory.inbox.v1"].result()
    ((check, message),) = broker.failures()
    assert "topics" == check
    assert message.startswith("the flow inventory needs equal partition counts:")

    admin.delete_topics(["inventory.inbox.v1"])["inventory.inbox.v1"].result()
    until(lambda: "inventory.inbox.v1" not in admin.list_topics(timeout=60).topics, "it is gone")
    assert [("topics", "inventory.inbox.v1 is missing: run `orderline topics create`")] == broker.failures()


def test_a_fault_is_reported_in_one_line_and_by_the_exit_code(broker: Broker) -> None:
    broker.set(PROBED, "message.timestamp.type", "CreateTime")
    with running_registry() as registry:
        said = orderline("preflight", "--bootstrap", broker.bootstrap, "--registry", registry.url)
    assert (1, "") == (said.code, said.err)
    lines = said.out.splitlines()
    assert f"FAIL  topics        {PROBED} has message.timestamp.type=CreateTime instead of LogAppendTime" in said.out
    assert f"warn  clock         {PROBED} has no append times: see the topics" in lines
    assert any(line.startswith("FAIL  registry ") and "is not registered: run" in line for line in lines)


def test_a_broker_that_does_not_answer_fails() -> None:
    said = orderline("preflight", "--bootstrap", "127.0.0.1:1")
    assert (1, "") == (said.code, said.err)
    assert said.out.startswith("FAIL  brokers       Kafka at 127.0.0.1:1 does not answer (")
