"""State comes back from the changelog whole, or the member refuses to serve it."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType

import pytest
from confluent_kafka import ConsumerGroupTopicPartitions, KafkaError, KafkaException
from confluent_kafka import TopicPartition as ClientPartition
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # the package does not say what it exports
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
)

from connectors.kafka import cluster as kafka_cluster
from connectors.kafka.member.log import KafkaLog
from connectors.kafka.member.lost_epoch import OutcomeUnknown
from connectors.kafka.member.transaction import Transaction
from connectors.log.port import LogFailed, Rewound
from demo.brokers.choice import Kafka
from tests.contract.logs import Member
from tests.kafka import copy_flow
from tests.kafka.copies import Copies
from tests.kafka.topics import create_topics, until

KEYS = [f"k{number % 7}" for number in range(50)]
DAYS_MS = 86_400_000
COUNTS = {f"k{number}".encode(): b"8" if number == 0 else b"7" for number in range(7)}


@pytest.fixture
def copies(kafka: Kafka, application_prefix: str, tmp_path: Path) -> Iterator[Copies]:
    copying = Copies(kafka.bootstrap, application_prefix, tmp_path / "state")
    copying.create()
    yield copying
    copying.kill_all()


def test_a_lost_state_folder_is_rebuilt_equal(copies: Copies) -> None:
    copies.copy_here(KEYS).log.close()
    shutil.rmtree(copies.directory)
    assert COUNTS == copies.state(copies.directory)


def test_a_folder_of_another_application_is_refused_and_left_alone(copies: Copies, kafka: Kafka) -> None:
    copies.copy_here(KEYS).log.close()
    stranger = Copies(kafka.bootstrap, f"{copies.application}-other", copies.directory)
    stranger.create()
    with pytest.raises(LogFailed, match="holds the state of another application"):
        stranger.member().join()
    stranger.kill_all()
    assert COUNTS == copies.state(copies.directory)


def test_a_folder_older_than_the_tombstones_is_set_aside_and_rebuilt(copies: Copies) -> None:
    copies.copy_here(KEYS).log.close()
    late = Member(
        KafkaLog(
            copies.bootstrap,
            copies.application,
            "copy",
            0,
            [copies.topic("in")],
            copies.directory,
            copies.topic("changelog"),
            clock=lambda: 4_000_000_000_000,
        )
    )
    late.join()
    late.log.close()
    assert any((copies.directory / "copy" / "0").glob("*.set-aside-1"))
    assert COUNTS == copies.state(copies.directory)


def test_a_damaged_folder_stops_the_member_and_the_next_start_rebuilds_it(copies: Copies) -> None:
    copies.copy_here(KEYS).log.close()
    for manifest in copies.directory.glob("copy/0/*/rocksdb/MANIFEST-*"):
        manifest.write_bytes(b"\x00" * 100)
    folders = len(list(copies.directory.glob("copy/0/*")))
    for _ in range(folders):
        member = copies.member()
        with pytest.raises(LogFailed, match="is damaged"):
            member.join()
        member.log.close()
    assert COUNTS == copies.state(copies.directory)


def test_an_epoch_whose_end_nobody_knows_is_found_committed(copies: Copies, monkeypatch: pytest.MonkeyPatch) -> None:
    member = copies.copy_here(KEYS)
    copies.feed(["k0"])
    (record,) = member.read(1)
    commit = Transaction.commit

    def commit_and_lose_the_answer(transaction: Transaction) -> None:
        commit(transaction)
        raise OutcomeUnknown("the answer was lost")

    monkeypatch.setattr(Transaction, "commit", commit_and_lose_the_answer)
    with pytest.raises(Rewound):
        member.commit({record.partition: {b"k0": b"9"}})
    monkeypatch.undo()
    assert member.log.rebalancing()
    until(lambda: not member.poll(0.05) and record.partition in member.held, "it is restored again")
    assert b"9" == member.log.state(record.partition).get(b"k0")
    member.log.close()


def test_an_epoch_whose_end_nobody_knows_is_found_lost(copies: Copies, monkeypatch: pytest.MonkeyPatch) -> None:
    member = copies.copy_here(KEYS)
    copies.feed(["k0"])
    (record,) = member.read(1)

    def never_arrive(_transaction: Transaction) -> None:
        raise OutcomeUnknown("the question was lost")

    monkeypatch.setattr(Transaction, "commit", never_arrive)
    with pytest.raises(Rewound):
        member.commit({record.partition: {b"k0": b"9"}})
    monkeypatch.undo()
    assert [record] == member.read(1)
    assert b"8" == member.log.state(record.partition).get(b"k0")
    member.log.close()


def test_state_and_group_that_disagree_are_not_served(copies: Copies) -> None:
    copies.copy_here(KEYS).log.close()
    set_offsets(copies, dict.fromkeys(range(3), 1))
    with pytest.raises(LogFailed, match=r"state and group disagree on .*the changelog's META says .*, the group 1"):
        copies.member().join()


def test_meta_wins_where_the_group_has_lost_its_offsets(copies: Copies, caplog: pytest.LogCaptureFixture) -> None:
    copies.copy_here(KEYS).log.close()
    admin = AdminClient({"bootstrap.servers": copies.bootstrap})
    until(lambda: deleted(admin, f"{copies.application}.copy"), "the group is deleted")
    copies.feed(["k0"])
    member = copies.member()
    member.join()
    assert ["k0"] == [record.key for record in member.read(1)]
    assert "the group has lost its offset" in caplog.text
    member.log.close()


def test_an_offset_that_retention_has_passed_is_an_error_with_its_remedy(copies: Copies) -> None:
    copies.copy_here(KEYS).log.close()
    copies.feed([f"k{number}" for number in range(30)])
    admin = AdminClient({"bootstrap.servers": copies.bootstrap})
    everything = [ClientPartition(copies.topic("in"), number, -1) for number in range(3)]
    for future in admin.delete_records(everything).values():
        future.result()
    refusing = copies.member()
    with pytest.raises(LogFailed, match=r"offset \d+ of .*\.in/\d is out of range, which holds .*--accept-loss"):
        refusing.join()
    refusing.log.close()
    accepting = Member(copy_flow.member(copies.bootstrap, copies.application, 0, copies.directory, accepts_loss=True))
    accepting.join()
    accepting.log.close()
    copies.feed(["new"])
    member = copies.member()
    member.join()
    assert ["new"] == [record.key for record in member.read(1)]
    member.log.close()


def test_a_changelog_without_its_beginning_is_refused_where_it_is_needed(copies: Copies) -> None:
    copies.copy_here(KEYS).log.close()
    admin = AdminClient({"bootstrap.servers": copies.bootstrap})
    mistaken = ConfigEntry("cleanup.policy", "compact,delete", incremental_operation=AlterConfigOpType.SET)
    resource = ConfigResource(ConfigResource.Type.TOPIC, copies.topic("changelog"), incremental_configs=[mistaken])
    admin.incremental_alter_configs([resource])[resource].result()
    beginnings = [ClientPartition(copies.topic("changelog"), number, 1) for number in range(3)]
    until(lambda: are_deleted(admin, beginnings), "the brokers know the policy, and the beginnings are gone")
    assert COUNTS == copies.state(copies.directory)
    with pytest.raises(LogFailed, match=r"changelog .*/\d begins at offset 1: .*cleanup\.policy to compact alone"):
        copies.state(copies.directory / "elsewhere")


def test_topics_that_have_grown_are_refused(copies: Copies) -> None:
    copies.copy_here(KEYS).log.close()
    admin = AdminClient({"bootstrap.servers": copies.bootstrap})
    grown = [NewPartitions(copies.topic(name), 4) for name in ("in", "changelog")]
    for future in admin.create_partitions(grown).values():
        future.result()
    until(lambda: all(count == 4 for count in partition_counts(admin, copies)), "both have grown")
    with pytest.raises(LogFailed, match=r"have 4 partitions, but the state was made with 3: keys would be looked up"):
        copies.member().join()


def test_another_application_on_the_same_topics_is_refused_before_it_reads_anything_twice(copies: Copies) -> None:
    copies.copy_here(KEYS).log.close()
    before = len(copies.outputs())
    mistyped = KafkaLog(
        copies.bootstrap,
        f"{copies.application}x",
        "copy",
        0,
        [copies.topic("in")],
        copies.directory / "mistyped",
        copies.topic("changelog"),
    )
    with pytest.raises(LogFailed, match=r"two groups would process every record twice\. Correct --application"):
        Member(mistyped).join()
    mistyped.close()
    assert before == len(copies.outputs())


def test_what_is_missing_or_unequal_is_named_with_its_remedy(
    copies: Copies, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kafka_cluster, "_PATIENCE_S", 1.0)
    monkeypatch.setattr(kafka_cluster, "_ONE_TRY_S", 1.0)

    def start(topic: str, bootstrap: str = copies.bootstrap) -> None:
        changelog = copies.topic("changelog")
        KafkaLog(bootstrap, copies.application, "copy", 0, [topic], tmp_path, changelog, options=MappingProxyType({}))

    with pytest.raises(LogFailed, match=r"topic nowhere is missing: run `orderline topics create --bootstrap .*`"):
        start("nowhere")
    create_topics(copies.bootstrap, [copies.topic("wide")], 4)
    with pytest.raises(LogFailed, match=r"need equal partition counts, but .*\.wide has 4, .*\.changelog has 3"):
        start(copies.topic("wide"))
    with pytest.raises(LogFailed, match=r"Kafka at 127\.0\.0\.1:9 does not answer within 1 s: start it"):
        start(copies.topic("in"), "127.0.0.1:9")


def are_deleted(admin: AdminClient, beginnings: list[ClientPartition]) -> bool:
    """Delete them; false while a broker still has the policy of before, which allows no deletion."""
    failures = [future.exception() for future in admin.delete_records(beginnings).values()]
    for failure in failures:
        if failure is not None:
            assert isinstance(failure, KafkaException), failure
            assert KafkaError.POLICY_VIOLATION == failure.args[0].code(), failure
    return not any(failures)


def partition_counts(admin: AdminClient, copies: Copies) -> list[int]:
    topics = admin.list_topics(timeout=60).topics
    return [len(topics[copies.topic(name)].partitions) for name in ("in", "changelog")]


def set_offsets(copies: Copies, offsets: dict[int, int]) -> None:
    admin = AdminClient({"bootstrap.servers": copies.bootstrap})
    group = f"{copies.application}.copy"
    wanted = [ClientPartition(copies.topic("in"), number, offset) for number, offset in offsets.items()]
    admin.alter_consumer_group_offsets([ConsumerGroupTopicPartitions(group, wanted)])[group].result()


def deleted(admin: AdminClient, group: str) -> bool:
    return admin.delete_consumer_groups([group])[group].exception() is None
