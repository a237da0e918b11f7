"""The findings about the topics of a cluster."""

import socket
from collections.abc import Mapping

import pytest

from connectors.kafka.topics import FoundTopic, check_topics, create_topics, problems_of
from connectors.log.port import LogFailed
from schemas.contracts.source_topics import release_topics

TOPICS = release_topics()


def as_described(**changes: FoundTopic) -> Mapping[str, FoundTopic]:
    found = {
        name: FoundTopic(
            topic.partitions,
            {
                "cleanup.policy": topic.cleanup.value,
                "message.timestamp.type": topic.timestamp_type.value,
                "max.message.bytes": str(topic.max_message_bytes),
                "retention.ms": "1",
            },
        )
        for name, topic in TOPICS.items()
    }
    return found | {name.replace("_", "."): topic for name, topic in changes.items()}


def with_config(name: str, **config: str) -> FoundTopic:
    found = as_described()[name]
    return FoundTopic(found.partitions, {**found.config, **{key.replace("_", "."): config[key] for key in config}})


def test_a_cluster_as_described_has_no_problems() -> None:
    assert [] == problems_of(TOPICS, as_described())


def test_a_missing_topic_is_reported_with_what_to_do() -> None:
    found = {name: topic for name, topic in as_described().items() if name != "orders.inbox.v1"}

    assert ["orders.inbox.v1 is missing: run `orderline topics create`"] == problems_of(TOPICS, found)


def test_unequal_partition_counts_within_a_flow_are_reported() -> None:
    inbox = as_described()["orders.inbox.v1"]

    (problem,) = problems_of(TOPICS, as_described(orders_inbox_v1=FoundTopic(6, inbox.config)))
    counts = "orders.changelog.v1 12, orders.inbox.v1 6"
    assert problem.startswith(f"the flow orders needs equal partition counts: {counts}; Kafka cannot reduce a count.")
    assert "delete nothing: docs/how-to/rescale.md#a-topic-has-grown" in problem


def test_topics_of_different_flows_may_differ() -> None:
    six = {f"dispatch_{kind}_v1": as_described()[f"dispatch.{kind}.v1"] for kind in ("inbox", "changelog")}

    assert [] == problems_of(TOPICS, as_described(**{name: FoundTopic(6, six[name].config) for name in six}))


@pytest.mark.parametrize(
    ("config", "finding"),
    (
        ({"cleanup_policy": "delete"}, "cleanup.policy=delete instead of compact"),
        ({"message_timestamp_type": "CreateTime"}, "message.timestamp.type=CreateTime instead of LogAppendTime"),
        ({"max_message_bytes": "1000012"}, "max.message.bytes=1000012 instead of 4194304"),
    ),
)
def test_a_setting_that_matters_is_reported(config: dict[str, str], finding: str) -> None:
    found = as_described(orders_state_v1=with_config("orders.state.v1", **config))

    assert [f"orders.state.v1 has {finding}: change it with kafka-configs"] == problems_of(TOPICS, found)


def test_retention_is_the_operators_choice() -> None:
    assert [] == problems_of(TOPICS, as_described(orders_inbox_v1=with_config("orders.inbox.v1", retention_ms="5")))


def test_a_broker_that_does_not_answer_is_one_clear_sentence() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        nowhere = f"127.0.0.1:{silent.getsockname()[1]}"

        with pytest.raises(LogFailed, match=f"Kafka at {nowhere}: .*is the broker running"):
            check_topics(nowhere, timeout_s=0.5)
        with pytest.raises(LogFailed, match=f"Kafka at {nowhere}: .*is --bootstrap right"):
            create_topics(nowhere, timeout_s=0.5)
