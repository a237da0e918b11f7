"""All checks, in order; a check that cannot be made is reported, and the others run all the same."""

from collections.abc import Callable, Mapping
from pathlib import Path

from connectors.kafka.settings import Membership
from connectors.log.port import LogFailed
from connectors.preflight.cluster_facts import ClusterFacts, gather
from connectors.preflight.cluster_findings import of_brokers, of_replication
from connectors.preflight.finding import Finding, Level
from connectors.preflight.here import of_registry, of_state
from connectors.preflight.probe import PROBED, of_probe
from connectors.preflight.right_findings import of_rights
from connectors.preflight.topic_findings import of_retention, of_topics
from schemas.contracts.topics import FLOWS, Topic


def findings(
    membership: Membership,
    topics: Mapping[str, Topic],
    registry: str | None,
    state: Path | None,
    clock_ms: Callable[[], int],
) -> list[Finding]:
    """All findings; the member's name is the probe's transactional id."""
    found = _of_kafka(membership, topics, clock_ms)
    found += [] if registry is None else of_registry(registry, topics.values())
    return found + ([] if state is None else of_state(state))


def _of_kafka(membership: Membership, topics: Mapping[str, Topic], clock_ms: Callable[[], int]) -> list[Finding]:
    groups = [f"{membership.application}.{flow}" for flow in FLOWS]
    try:
        facts = gather(membership, topics, groups)
    except LogFailed as failure:
        return [Finding(Level.FAIL, "brokers", str(failure))]
    return [
        *of_brokers(facts, membership.bootstrap),
        *of_topics(facts, topics),
        *of_retention(facts, topics),
        *of_replication(facts),
        *of_rights(facts, topics),
        *_probed(facts, membership, clock_ms),
    ]


def _probed(facts: ClusterFacts, membership: Membership, clock_ms: Callable[[], int]) -> list[Finding]:
    if PROBED not in facts.topics:
        return [Finding(Level.WARN, "transactions", f"not tried without {PROBED}: see the topics, then ask again")]
    return of_probe(membership, clock_ms)
