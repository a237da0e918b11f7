"""A cluster that has just started: nothing is there yet, and its coordinators still load."""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from confluent_kafka import KafkaError, KafkaException

from connectors.kafka.admin import Admin
from connectors.preflight import cluster_facts
from connectors.preflight.cluster_facts import ClusterFacts, _Questions
from connectors.preflight.cluster_findings import of_replication
from connectors.preflight.finding import Finding, Level
from connectors.preflight.right_findings import of_rights
from connectors.preflight.topic_findings import of_retention
from tests.unit.preflight.test_judgements import GOOD, GROUP, TOPICS

EMPTY = replace(GOOD, topics={})


@pytest.mark.parametrize(
    ("check", "found"),
    (
        ("retention", of_retention(EMPTY, TOPICS)),
        ("replication", of_replication(EMPTY)),
        ("rights", of_rights(EMPTY, TOPICS)),
    ),
)
def test_nothing_is_said_of_topics_that_are_not_there(check: str, found: Sequence[Finding]) -> None:
    expected = Finding(Level.WARN, check, "not checked without topics: see the topics, then ask again")
    assert [expected] == found


class Coordinator:
    """An admin client of a cluster whose group coordinator gives these errors, one a question, and then an answer."""

    def __init__(self, *errors: int) -> None:
        self._errors = list(errors)

    def ask(self, question: Any) -> Any:
        return question(self)

    def describe_cluster(self, **_: object) -> "Future[Any]":
        return _answered(SimpleNamespace(nodes=[SimpleNamespace(id=1)], authorized_operations=None))

    def describe_topics(self, _: object, **__: object) -> dict[str, "Future[Any]"]:
        return {}

    def describe_configs(self, resources: Sequence[Any], **_: object) -> dict[Any, "Future[Any]"]:
        return {resource: _answered({}) for resource in resources}

    def describe_consumer_groups(self, groups: Sequence[str], **_: object) -> dict[str, "Future[Any]"]:
        if not self._errors:
            return {group: _answered(SimpleNamespace(authorized_operations=None)) for group in groups}
        failure: Future[Any] = Future()
        failure.set_exception(KafkaException(KafkaError(self._errors.pop(0))))
        return dict.fromkeys(groups, failure)


def _answered(value: object) -> "Future[Any]":
    future: Future[Any] = Future()
    future.set_result(value)
    return future


def facts_of(coordinator: Coordinator) -> ClusterFacts:
    return _Questions("nowhere:1", cast("Admin", coordinator)).gather((), (GROUP,))


@pytest.fixture(autouse=True)
def _without_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_facts, "_AGAIN_S", 0.0)


def test_a_coordinator_that_is_not_ready_yet_is_asked_again() -> None:
    loading = (
        KafkaError.COORDINATOR_NOT_AVAILABLE,
        KafkaError.NOT_COORDINATOR,
        KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
        KafkaError._TIMED_OUT,
    )
    facts = facts_of(Coordinator(*loading))
    assert ({GROUP: None}, {}) == (facts.groups, facts.hidden)


def test_a_coordinator_that_stays_away_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_facts, "_PATIENCE_S", 0.0)
    facts = facts_of(Coordinator(*[KafkaError.NOT_COORDINATOR] * 9))
    assert {} == facts.groups
    assert facts.hidden[GROUP].startswith("NOT_COORDINATOR")


def test_a_refusal_is_not_asked_again() -> None:
    facts = facts_of(Coordinator(KafkaError.GROUP_AUTHORIZATION_FAILED))
    assert facts.hidden[GROUP].startswith("GROUP_AUTHORIZATION_FAILED")
