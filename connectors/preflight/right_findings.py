"""Checks whether this user has the rights that the flows need, as far as the broker reports them."""

from collections.abc import Iterable, Mapping

from connectors.preflight.cluster_facts import ClusterFacts, Operations
from connectors.preflight.finding import Finding, Level, not_checked, verdict
from schemas.contracts.topics import FLOWS, Topic

_READ = ("DESCRIBE", "READ")
_WRITE = ("DESCRIBE", "WRITE")


def of_rights(facts: ClusterFacts, topics: Mapping[str, Topic]) -> list[Finding]:
    """Missing rights on topics and groups; the probe checks those for transactions."""
    problems: list[Finding] = []
    for name, found in facts.topics.items():
        problems += _missing(f"topic {name}", found.operations, _needed(topics[name]))
    for group, operations in facts.groups.items():
        problems += _missing(f"group {group}", operations, _READ)
    problems += [
        Finding(Level.FAIL, "rights", f"group {name} ({why}): allow Describe and Read on it to this user")
        for name, why in facts.hidden.items()
        if name in facts.asked_groups
    ]
    if not facts.topics:
        problems.append(not_checked("rights"))
    return verdict("rights", problems, "describe, read and write as the flows need them, on what exists")


def _needed(topic: Topic) -> Iterable[str]:
    reads = _READ if set(topic.consumers) & set(FLOWS) else ()
    writes = _WRITE if set(topic.producers) & set(FLOWS) else ()
    return dict.fromkeys((*reads, *writes))


def _missing(subject: str, operations: Operations, needed: Iterable[str]) -> list[Finding]:
    if operations is None:
        return [Finding(Level.WARN, "rights", f"{subject}: the broker does not report what is allowed; see its ACLs")]
    lacking = [operation.title() for operation in needed if operation not in operations]
    if not lacking:
        return []
    return [Finding(Level.FAIL, "rights", f"{subject}: {', '.join(lacking)} not allowed; grant it to this user")]
