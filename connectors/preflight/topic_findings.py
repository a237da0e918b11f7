"""Checks whether the topics match their descriptors, and keep records for long enough."""

from collections.abc import Iterator, Mapping

from connectors.kafka.topics import FoundTopic, problems_of
from connectors.preflight.cluster_facts import ClusterFacts, TopicFacts
from connectors.preflight.finding import Finding, Level, not_checked, verdict
from schemas.contracts.topics import Cleanup, Topic

_DAY_MS = 86_400_000
_FOR_EVER = -1


def of_topics(facts: ClusterFacts, topics: Mapping[str, Topic]) -> list[Finding]:
    """Topics that are missing, have unequal partition counts, or differ from their descriptor."""
    visible = {name: topic for name, topic in topics.items() if name not in facts.hidden}
    found = {
        name: FoundTopic(topic.partitions, topic.config)
        for name, topic in facts.topics.items()
        if topic.config is not None
    }
    unseen = {name for name, topic in facts.topics.items() if topic.config is None}
    asked = {name: topic for name, topic in visible.items() if name not in unseen}
    problems = [Finding(Level.FAIL, "topics", problem) for problem in problems_of(asked, found)]
    hidden = [
        Finding(Level.FAIL, "topics", f"{name} is not visible ({why}): allow Describe and DescribeConfigs on it")
        for name, why in facts.hidden.items()
        if name.removeprefix("settings of ") in topics
    ]
    return verdict("topics", problems + hidden, f"all {len(topics)} exist and are as described")


def of_retention(facts: ClusterFacts, topics: Mapping[str, Topic]) -> list[Finding]:
    """Topics whose retention is too short."""
    if not facts.topics:
        return [not_checked("retention")]
    problems = [
        Finding(level, "retention", f"{name} {loss}")
        for name, found in facts.topics.items()
        for level, loss in _losses(topics[name], found)
    ]
    return verdict("retention", problems, "every topic that exists keeps its records for as long as described")


def _losses(topic: Topic, found: TopicFacts) -> Iterator[tuple[Level, str]]:
    config = found.config or {}
    if topic.cleanup is Cleanup.COMPACT:
        kept_ms = int(config.get("delete.retention.ms", _DAY_MS))
        if kept_ms < _DAY_MS:
            yield (
                Level.WARN,
                f"has delete.retention.ms={kept_ms}: state folders older than that are rebuilt; keep a day",
            )
        return
    kept_ms = int(config.get("retention.ms", _FOR_EVER))
    if kept_ms != _FOR_EVER and kept_ms < _DAY_MS:
        yield (
            Level.FAIL,
            f"has retention.ms={kept_ms}: a reader that is away for longer loses records; keep a day at least",
        )
    elif kept_ms != _FOR_EVER and (topic.retention_ms == _FOR_EVER or kept_ms < topic.retention_ms):
        yield (
            Level.WARN,
            f"has retention.ms={kept_ms}, less than the {topic.retention_ms} described: set it, or be sure",
        )
    if int(config.get("retention.bytes", _FOR_EVER)) != _FOR_EVER:
        yield Level.WARN, "has retention.bytes set: under load it deletes sooner than by time; unset it"
