"""Checks whether the cluster supports exactly-once, and survives the loss of a broker."""

import re
from collections.abc import Iterator, Mapping

from connectors.preflight.cluster_facts import ClusterFacts, TopicFacts
from connectors.preflight.finding import Finding, Level, not_checked, verdict

_OLDEST = (2, 5)
"""From this version on an epoch is fenced by its group's generation (KIP-447)."""
_ENOUGH_REPLICAS = 3
_SINCE_4_3 = "cordoned.log.dirs"
"""A broker setting that Kafka has from 4.3 on; from 4.0 on no broker reports its version."""
_INTERNAL_REPLICAS = ("offsets.topic.replication.factor", "transaction.state.log.replication.factor")
_LOSES_MARKERS = (
    "this is Kafka 4.3 or later, and {alone}: when a broker restarts, 4.3.0, 4.3.1 and 4.4.0 complete transactions "
    "without their markers (KAFKA-20734), so flows wait for offsets that never become stable, and a commit may be "
    "taken back. Run 4.2.2 with a new data volume (a folder of 4.3 does not open in 4.2), or three brokers with a "
    "replication factor of 3 everywhere (docs/reliability.md)"
)


def of_brokers(facts: ClusterFacts, bootstrap: str) -> list[Finding]:
    """The brokers, their version, and whether they lose transaction markers when one restarts."""
    found = f"{facts.brokers} broker{'s' * (facts.brokers != 1)} at {bootstrap}"
    if facts.settings is None:
        return [Finding(Level.OK, "brokers", f"{found}; their settings are not visible to this user")]
    findings = [_of_version(facts.settings.get("inter.broker.protocol.version"), found)]
    alone = _without_other_replica(facts, facts.settings)
    if _SINCE_4_3 in facts.settings and alone is not None:
        findings.append(Finding(Level.WARN, "brokers", _LOSES_MARKERS.format(alone=alone)))
    return findings


def _without_other_replica(facts: ClusterFacts, settings: Mapping[str, str]) -> str | None:
    """What loses its leader while one broker is down; None when everything has another replica."""
    if facts.brokers == 1:
        return "a single broker"
    lone = [name for name, topic in facts.topics.items() if topic.replicas == 1]
    lone += [f"what {name}=1 makes" for name in _INTERNAL_REPLICAS if settings.get(name) == "1"]
    return f"{lone[0]} has one replica" if lone else None


def _of_version(version: str | None, found: str) -> Finding:
    if version is None:
        return Finding(Level.OK, "brokers", f"{found}; they report no version, as Kafka from 4.0 on")
    number = re.match(r"(\d+)\.(\d+)", version)
    if number is not None and (int(number[1]), int(number[2])) < _OLDEST:
        return Finding(Level.FAIL, "brokers", f"{found}, version {version}: 2.5 is the oldest that fences; upgrade")
    return Finding(Level.OK, "brokers", f"{found}, version {version}")


def of_replication(facts: ClusterFacts) -> list[Finding]:
    """Whether committed records survive the loss of a broker."""
    if not facts.topics:
        return [not_checked("replication")]
    problems = [
        Finding(level, "replication", f"{name} {weakness}")
        for name, topic in facts.topics.items()
        for level, weakness in _weaknesses(topic, facts.brokers)
    ]
    return verdict(
        "replication", _alike(problems, len(facts.topics)), "every topic that exists survives the loss of a broker"
    )


def _weaknesses(topic: TopicFacts, brokers: int) -> Iterator[tuple[Level, str]]:
    in_sync = int((topic.config or {}).get("min.insync.replicas", 1))
    if topic.replicas == 1:
        level = Level.FAIL if brokers >= _ENOUGH_REPLICAS else Level.WARN
        yield level, "has one replica: a broker that is lost loses it; make it with a replication factor of 3"
    elif in_sync == 1:
        yield Level.WARN, "has min.insync.replicas=1: a broker that is lost may lose what was committed; set it to 2"
    if in_sync > topic.replicas:
        yield Level.FAIL, f"has {topic.replicas} replicas and min.insync.replicas={in_sync}: nothing can be written"
    elif in_sync == topic.replicas > 1:
        yield Level.WARN, f"has min.insync.replicas={in_sync}, as many as replicas: one broker away stops all writing"
    if (topic.config or {}).get("unclean.leader.election.enable") == "true":
        yield Level.FAIL, "has unclean.leader.election.enable=true: committed records may vanish; set it to false"


def _alike(problems: list[Finding], topics: int) -> list[Finding]:
    """Where every topic has the same weakness, one line reports it for the cluster."""
    words = {problem.message.partition(" ")[2] for problem in problems}
    if len(words) == 1 and len(problems) == topics > 1:
        return [Finding(problems[0].level, "replication", f"every topic {words.pop()}")]
    return problems
