"""The descriptors: read, checked, and errors that name the file and the field."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from domain.identifiers import ErpId
from schemas.channel_language.loader import load_channel_files
from schemas.contracts.contracts import load_contracts
from schemas.contracts.erp_topics import derived_erp_topic, erp_of_topic
from schemas.contracts.source_topics import release_sources, release_topics, topics_with
from schemas.contracts.topics import Cleanup, Compatibility, TimestampType, co_partitioned, load_topics
from schemas.yaml_files import YamlFileInvalid

STATEFUL = ("orders", "inventory", "dispatch", "edi", "insights")
GOOD: dict[str, Any] = {
    "description": "d",
    "owner": "o",
    "producers": ["p"],
    "consumers": ["c"],
    "key": "k",
    "cleanup": "delete",
    "retention_ms": -1,
    "max_message_bytes": 1024,
    "compatibility": "NONE",
    "timestamp_type": "CreateTime",
    "slo": "s",
    "personal_data": "None.",
}


def test_the_topics_of_the_flows_are_described() -> None:
    assert {
        *(f"{flow}.{kind}.v1" for flow in STATEFUL for kind in ("inbox", "changelog")),
        "orders.events.v1",
        "orders.state.v1",
        "orders.archive.v1",
        "inventory.events.v1",
        "inventory.positions.v1",
        "inventory.availability.v1",
        "warehouse.commands.v1",
        "edi.outbound.v1",
        "customers.notifications.v1",
        "erp.commands.main.v1",
        "erp.responses.v1",
        "exceptions.v1",
        "exceptions.state.v1",
        "deadletters.v1",
        "insights.windows.v1",
        "invariants.violated.v1",
        "reconciliation.v1",
        "reference.channels.v1",
    } == set(load_topics())


def test_each_source_has_the_topic_of_its_channel_file_and_no_descriptor() -> None:
    sources = {f"source.{source_id}.v1" for source_id in load_channel_files()}

    assert sources == release_topics().keys() - load_topics().keys()
    assert sources == set(release_sources())


def test_what_others_read_keeps_both_old_and_new_readers() -> None:
    public = (
        *("orders.events.v1", "orders.state.v1", "inventory.events.v1", "inventory.positions.v1"),
        *("inventory.availability.v1", "exceptions.v1", "insights.windows.v1", "invariants.violated.v1"),
        "reconciliation.v1",
        "reference.channels.v1",
        "orders.archive.v1",
        "customers.notifications.v1",
    )

    assert all(Compatibility.FULL_TRANSITIVE is load_topics()[name].compatibility for name in public)


def test_a_topic_of_records_promises_something_and_one_of_bytes_nothing() -> None:
    for topic in release_topics().values():
        assert bool(topic.records) == (topic.compatibility is not Compatibility.NONE), topic.name


def test_state_is_compacted_and_kept_for_ever() -> None:
    compacted = {name for name, topic in load_topics().items() if topic.cleanup is Cleanup.COMPACT}

    changelogs = {f"{flow}.changelog.v1" for flow in STATEFUL}
    views = {
        "orders.state.v1",
        "exceptions.state.v1",
        "inventory.positions.v1",
        "inventory.availability.v1",
        "insights.windows.v1",
    }
    assert views | changelogs == compacted
    assert {-1} == {
        load_topics()[name].retention_ms for name in {*compacted, "orders.archive.v1", "reference.channels.v1"}
    }


def test_all_but_changelogs_are_stamped_by_the_broker() -> None:
    for topic in release_topics().values():
        own = topic.name.endswith(".changelog.v1")
        assert own == (topic.timestamp_type is TimestampType.CREATE_TIME), topic.name


def test_what_a_flow_reads_is_partitioned_alike() -> None:
    assert ("orders.changelog.v1", "orders.inbox.v1") == co_partitioned(load_topics())["orders"]
    assert "erp.responses.v1" in co_partitioned(load_topics())["intake"]
    assert {12} == {topic.partitions for topic in release_topics().values()}


def test_commands_to_an_erp_that_nobody_has_described_have_a_topic_like_those_that_are() -> None:
    words = {"description", "consumers"}
    described = load_topics()["erp.commands.main.v1"]
    assert described.model_dump(exclude=words) == derived_erp_topic(ErpId("main")).model_dump(exclude=words)
    topics = topics_with((), (ErpId("main"), ErpId("web-shop_2")))
    assert {"erp.commands.web-shop_2.v1"} == topics.keys() - load_topics().keys()
    assert described == topics["erp.commands.main.v1"]
    assert list(topics) == sorted(topics)


@pytest.mark.parametrize("name", ("erp.commands..v1", "erp.commands.A.v1", "erp.commands.a.b.v1", "erp.commands.a.v2"))
def test_a_name_that_no_erp_can_have_is_no_topic_of_commands(name: str) -> None:
    assert erp_of_topic(name) is None
    assert load_contracts().topic(name) is None


@pytest.mark.parametrize(
    ("fault", "reason"),
    (
        ({"cleanup": "sometimes"}, "cleanup: "),
        ({"partitions": 0}, "partitions: "),
        ({"retention_ms": -2}, "retention_ms: "),
        ({"producers": []}, "producers: "),
        ({"retenton_ms": 1}, "retenton_ms: there is no such field: did you mean retention_ms?"),
        ({"name": "other"}, "name: is the file's name"),
        ({"records": []}, "records: are in schemas/contracts/registry"),
    ),
)
def test_a_fault_is_reported_with_file_and_field(tmp_path: Path, fault: dict[str, Any], reason: str) -> None:
    (tmp_path / "a.b.v1.yaml").write_text(yaml.safe_dump(GOOD | fault))

    with pytest.raises(YamlFileInvalid, match=rf"a\.b\.v1\.yaml:\d+:\d+: {reason}"):
        load_topics(tmp_path)


@pytest.mark.parametrize(("text", "reason"), (("- a", "must be a mapping"), ("a: [", "not YAML"), ("", "mapping")))
def test_a_file_that_is_no_descriptor_is_reported(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "a.v1.yaml").write_text(text)

    with pytest.raises(YamlFileInvalid, match=rf"a\.v1\.yaml:\d+:\d+: .*{reason}"):
        load_topics(tmp_path)


def test_a_name_that_is_no_topic_of_ours_is_refused(tmp_path: Path) -> None:
    (tmp_path / "Orders.yaml").write_text(yaml.safe_dump(GOOD))

    with pytest.raises(YamlFileInvalid, match=r"Orders\.yaml:1:1: name: "):
        load_topics(tmp_path)
