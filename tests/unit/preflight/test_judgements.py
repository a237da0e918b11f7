"""What is made of the facts about a cluster, one fault each."""

from dataclasses import replace
from pathlib import Path

import pytest

from connectors.preflight.cluster_facts import ClusterFacts, TopicFacts
from connectors.preflight.cluster_findings import of_brokers, of_replication
from connectors.preflight.finding import Finding, Level
from connectors.preflight.here import of_free_space, of_state
from connectors.preflight.probe import of_clocks
from connectors.preflight.right_findings import of_rights
from connectors.preflight.topic_findings import of_retention, of_topics
from schemas.contracts.source_topics import release_topics
from schemas.contracts.topics import Topic

TOPICS = release_topics()
ALL = frozenset({"DESCRIBE", "READ", "WRITE"})
GROUP = "orderline.orders"
INBOX = "orders.inbox.v1"
CHANGELOG = "orders.changelog.v1"
EVENTS = "orders.events.v1"
DAY_MS = 86_400_000
VERSION = "inter.broker.protocol.version"
SINCE_4_3 = {"cordoned.log.dirs": ""}
OFFSETS_REPLICAS = "offsets.topic.replication.factor"


def as_described(topic: Topic) -> TopicFacts:
    config = {
        "cleanup.policy": topic.cleanup.value,
        "message.timestamp.type": topic.timestamp_type.value,
        "max.message.bytes": str(topic.max_message_bytes),
        "retention.ms": str(topic.retention_ms),
        "retention.bytes": "-1",
        "delete.retention.ms": str(DAY_MS),
        "min.insync.replicas": "2",
        "unclean.leader.election.enable": "false",
    }
    return TopicFacts(topic.partitions, 3, ALL, config)


GOOD = ClusterFacts(
    brokers=3,
    settings={},
    operations=ALL,
    topics={name: as_described(topic) for name, topic in TOPICS.items()},
    groups={GROUP: frozenset({"DESCRIBE", "READ"})},
    asked_groups=frozenset({GROUP}),
    hidden={},
)


def with_topic(name: str, **changes: object) -> ClusterFacts:
    return replace(GOOD, topics={**GOOD.topics, name: replace(GOOD.topics[name], **changes)})  # type: ignore[arg-type]


def with_setting(name: str, key: str, value: str) -> ClusterFacts:
    return with_topic(name, config={**(GOOD.topics[name].config or {}), key: value})


def messages(findings: list[Finding]) -> list[tuple[Level, str]]:
    return [(finding.level, finding.message) for finding in findings]


def test_a_good_cluster_has_one_good_line_a_check() -> None:
    lines = [
        *of_brokers(GOOD, "h:1"),
        *of_topics(GOOD, TOPICS),
        *of_retention(GOOD, TOPICS),
        *of_replication(GOOD),
        *of_rights(GOOD, TOPICS),
    ]
    assert [(Level.OK, check) for check in ("brokers", "topics", "retention", "replication", "rights")] == [
        (line.level, line.check) for line in lines
    ]


@pytest.mark.parametrize(
    ("settings", "level", "words"),
    (
        (None, Level.OK, "3 brokers at h:1; their settings are not visible to this user"),
        ({}, Level.OK, "3 brokers at h:1; they report no version, as Kafka from 4.0 on"),
        ({VERSION: "3.9-IV0"}, Level.OK, "3 brokers at h:1, version 3.9-IV0"),
        ({VERSION: "2.5-IV0"}, Level.OK, "3 brokers at h:1, version 2.5-IV0"),
        ({VERSION: "2.4-IV1"}, Level.FAIL, "3 brokers at h:1, version 2.4-IV1: 2.5 is the oldest that fences; upgrade"),
        ({VERSION: "1.1-IV0"}, Level.FAIL, "3 brokers at h:1, version 1.1-IV0: 2.5 is the oldest that fences; upgrade"),
        (SINCE_4_3, Level.OK, "3 brokers at h:1; they report no version, as Kafka from 4.0 on"),
    ),
)
def test_a_version_that_does_not_fence_fails(settings: dict[str, str] | None, level: Level, words: str) -> None:
    assert [(level, words)] == messages(of_brokers(replace(GOOD, settings=settings), "h:1"))


@pytest.mark.parametrize(
    ("facts", "why"),
    (
        (replace(GOOD, brokers=1, settings=SINCE_4_3), "a single broker"),
        (replace(with_topic(EVENTS, replicas=1), settings=SINCE_4_3), f"{EVENTS} has one replica"),
        (
            replace(GOOD, settings={**SINCE_4_3, OFFSETS_REPLICAS: "1"}),
            f"what {OFFSETS_REPLICAS}=1 makes has one replica",
        ),
    ),
)
def test_a_kafka_that_loses_transaction_markers_where_a_partition_has_one_replica_is_a_warning(
    facts: ClusterFacts, why: str
) -> None:
    good, (level, words) = messages(of_brokers(facts, "h:1"))
    assert Level.OK is good[0]
    assert Level.WARN is level
    assert words.startswith(f"this is Kafka 4.3 or later, and {why}: when a broker restarts, 4.3.0, 4.3.1 and 4.4.0")
    assert "Run 4.2.2 with a new data volume" in words


def test_a_single_broker_older_than_4_3_keeps_its_markers() -> None:
    assert [Level.OK] == [level for level, _ in messages(of_brokers(replace(GOOD, brokers=1, settings={}), "h:1"))]


def test_topics_are_missing_unequal_or_otherwise_than_described() -> None:
    missing = replace(GOOD, topics={name: found for name, found in GOOD.topics.items() if name != INBOX})
    assert [(Level.FAIL, f"{INBOX} is missing: run `orderline topics create`")] == messages(of_topics(missing, TOPICS))
    unequal = messages(of_topics(with_topic(INBOX, partitions=6), TOPICS))
    assert [Level.FAIL] == [level for level, _ in unequal]
    assert "the flow orders needs equal partition counts" in unequal[0][1]
    changed = messages(of_topics(with_setting(CHANGELOG, "cleanup.policy", "delete"), TOPICS))
    assert [(Level.FAIL, f"{CHANGELOG} has cleanup.policy=delete instead of compact")] == [
        (level, words.partition(":")[0]) for level, words in changed
    ]


def test_a_topic_or_its_settings_that_may_not_be_seen_fails_and_is_not_called_missing() -> None:
    unseen = {name: found for name, found in GOOD.topics.items() if name != INBOX}
    facts = replace(GOOD, topics=unseen, hidden={INBOX: "TOPIC_AUTHORIZATION_FAILED"})
    allow = "allow Describe and DescribeConfigs on it"
    assert [(Level.FAIL, f"{INBOX} is not visible (TOPIC_AUTHORIZATION_FAILED): {allow}")] == messages(
        of_topics(facts, TOPICS)
    )
    blind = replace(with_topic(INBOX, config=None), hidden={f"settings of {INBOX}": "no"})
    assert [(Level.FAIL, f"settings of {INBOX} is not visible (no): {allow}")] == messages(of_topics(blind, TOPICS))


@pytest.mark.parametrize(
    ("topic", "setting", "level", "words"),
    (
        (INBOX, f"retention.ms={DAY_MS - 1}", Level.FAIL, "a reader that is away for longer loses records"),
        (INBOX, f"retention.ms={DAY_MS}", Level.WARN, "less than the 604800000 described"),
        (INBOX, "retention.bytes=1000000", Level.WARN, "under load it deletes sooner than by time"),
        (CHANGELOG, "delete.retention.ms=60000", Level.WARN, "state folders older than that are rebuilt"),
    ),
)
def test_a_topic_that_deletes_records_too_soon_is_reported(topic: str, setting: str, level: Level, words: str) -> None:
    found = messages(of_retention(with_setting(topic, *setting.split("=")), TOPICS))
    assert [level] == [each for each, _ in found]
    assert found[0][1].startswith(f"{topic} has {setting.partition('=')[0]}")
    assert words in found[0][1]


@pytest.mark.parametrize("setting", ("retention.ms=-1", "retention.ms=99999999999"))
def test_a_topic_may_keep_records_for_longer(setting: str) -> None:
    assert [Level.OK] == [
        level for level, _ in messages(of_retention(with_setting(INBOX, *setting.split("=")), TOPICS))
    ]


@pytest.mark.parametrize(
    ("brokers", "replicas", "in_sync", "level", "words"),
    (
        (3, 1, "1", Level.FAIL, "has one replica: a broker that is lost loses it"),
        (1, 1, "1", Level.WARN, "has one replica: a broker that is lost loses it"),
        (3, 3, "1", Level.WARN, "has min.insync.replicas=1: a broker that is lost may lose what was committed"),
        (3, 2, "3", Level.FAIL, "has 2 replicas and min.insync.replicas=3: nothing can be written"),
        (3, 3, "3", Level.WARN, "as many as replicas: one broker away stops all writing"),
    ),
)
def test_a_topic_that_does_not_survive_a_broker_is_reported(
    brokers: int, replicas: int, in_sync: str, level: Level, words: str
) -> None:
    config = {**(GOOD.topics[INBOX].config or {}), "min.insync.replicas": in_sync}
    facts = replace(with_topic(INBOX, replicas=replicas, config=config), brokers=brokers)
    ((found, line),) = messages(of_replication(facts))
    assert level is found
    assert line.startswith(f"{INBOX} has ")
    assert words in line


def test_an_unclean_election_fails_and_a_weakness_of_all_topics_is_one_line() -> None:
    unclean = of_replication(with_setting(INBOX, "unclean.leader.election.enable", "true"))
    assert [(Level.FAIL, INBOX)] == [(level, line.partition(" ")[0]) for level, line in messages(unclean)]
    single = replace(
        GOOD, topics={name: replace(found, replicas=1, config=None) for name, found in GOOD.topics.items()}
    )
    assert ["every topic has one replica"] == [line.partition(":")[0] for _, line in messages(of_replication(single))]


def test_missing_rights_are_reported_by_topic_and_group() -> None:
    reading = messages(of_rights(with_topic(INBOX, operations=frozenset({"DESCRIBE", "WRITE"})), TOPICS))
    assert [(Level.FAIL, f"topic {INBOX}: Read not allowed; grant it to this user")] == reading
    writing = messages(of_rights(with_topic(EVENTS, operations=frozenset({"READ"})), TOPICS))
    assert [(Level.FAIL, f"topic {EVENTS}: Describe, Write not allowed; grant it to this user")] == writing
    group = messages(of_rights(replace(GOOD, groups={GROUP: frozenset({"DESCRIBE"})}), TOPICS))
    assert [(Level.FAIL, f"group {GROUP}: Read not allowed; grant it to this user")] == group
    refused = replace(GOOD, groups={}, hidden={GROUP: "GROUP_AUTHORIZATION_FAILED"})
    allow = "allow Describe and Read on it to this user"
    assert [(Level.FAIL, f"group {GROUP} (GROUP_AUTHORIZATION_FAILED): {allow}")] == messages(
        of_rights(refused, TOPICS)
    )


def test_a_topic_that_no_flow_writes_needs_no_right_to_write() -> None:
    source = with_topic("source.portal.v1", operations=frozenset({"DESCRIBE", "READ"}))
    assert [Level.OK] == [level for level, _ in messages(of_rights(source, TOPICS))]


def test_a_broker_that_does_not_report_rights_is_a_warning() -> None:
    assert [Level.WARN] == [level for level, _ in messages(of_rights(with_topic(INBOX, operations=None), TOPICS))]


@pytest.mark.parametrize(
    ("appended_at_ms", "level", "words"),
    (
        (10_050, Level.OK, "within 1 s of ours"),
        (9_000, Level.OK, "within 1 s of ours"),
        (11_100, Level.OK, "within 1 s of ours"),
        (11_101, Level.WARN, "1 s 1 ms ahead of ours"),
        (8_999, Level.WARN, "1 s 1 ms behind ours"),
        (70_101, Level.FAIL, "1 min ahead of ours"),
        (None, Level.WARN, "has no append times"),
    ),
)
def test_clocks_that_disagree_are_reported(appended_at_ms: int | None, level: Level, words: str) -> None:
    finding = of_clocks(10_000, appended_at_ms, 10_100)
    assert level is finding.level
    assert words in finding.message


@pytest.mark.parametrize(
    ("gibibytes", "level"), ((20, Level.OK), (10, Level.OK), (5, Level.WARN), (1, Level.WARN), (0, Level.FAIL))
)
def test_the_free_space_for_state_is_judged(gibibytes: int, level: Level) -> None:
    finding = of_free_space(Path("state"), gibibytes << 30)
    assert level is finding.level
    assert f"{gibibytes}.0 GiB free" in finding.message


def test_a_state_folder_that_cannot_be_created_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("text")
    ((level, words),) = messages(of_state(tmp_path / "file" / "state"))
    assert Level.FAIL is level
    assert "cannot be written (Not a directory): choose another --state" in words
    assert ["can be written" in of_state(tmp_path / "new" / "state")[0].message, [tmp_path / "file"]] == [
        True,
        list(tmp_path.iterdir()),
    ]
