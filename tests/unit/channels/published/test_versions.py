"""The version that a record is mapped by follows from the log alone; what may not be used changes nothing."""

from dataclasses import replace
from random import Random

import pytest

from connectors.log.port import Outgoing
from domain.identifiers import SourceId
from domain.messages.cases import CaseClass, CaseOrigin
from domain.messages.reference_data import ChannelTable
from operators.steps.channel_versions import ChannelVersions
from schemas.contracts.registry import REFERENCE_CHANNELS
from tests.memory_log import MemoryLog
from tests.unit.channels.published.given import AFTER_MS, BAZAAR, CODEC, TOPIC, Intake, order, publication, text_of

TABLE = "tables: {items: {file: items.csv, key: [sku]}}\nevents:"


@pytest.fixture
def intake() -> Intake:
    return Intake()


@pytest.mark.parametrize(("after_ms", "version"), ((0, 1), (AFTER_MS - 1, 1), (AFTER_MS, 2), (AFTER_MS * 100, 2)))
def test_a_version_counts_for_what_is_appended_from_its_time_on(intake: Intake, after_ms: int, version: int) -> None:
    intake.publish(publication(2))
    intake.topics.now_ms += after_ms
    intake.send(order(1))
    intake.run()
    assert {1: version} == intake.mapped_by()


def test_what_waits_at_its_topic_is_mapped_by_the_version_of_its_time(intake: Intake) -> None:
    for version in (2, 3, 4):
        intake.send(order(version))
        intake.publish(publication(version))
        intake.topics.now_ms += AFTER_MS
    intake.send(order(5))
    intake.run()
    assert {2: 1, 3: 2, 4: 3, 5: 4} == intake.mapped_by()


def test_an_epoch_that_is_processed_again_after_a_publication_maps_as_it_did_before(intake: Intake) -> None:
    intake.send(order(1))
    intake.publish(publication(2))
    intake.run(loses_commit=True)
    assert {1: 1} == intake.mapped_by()


@pytest.mark.parametrize("seed", range(8))
def test_crashes_and_replicas_that_start_late_change_no_version(seed: int) -> None:
    """Whatever is committed when: a record's version is that of the two append times."""
    chance, intake = Random(seed), Intake()
    expected: dict[int, int] = {}
    from_ms = [(0, 1)]
    for number in range(1, 30):
        intake.topics.now_ms += chance.choice((0, 1, AFTER_MS // 2 - 1, AFTER_MS - 1, AFTER_MS, 3 * AFTER_MS))
        if chance.randrange(4) == 0:
            version = from_ms[-1][1] + chance.randrange(1, 3)
            from_ms.append((intake.topics.now_ms + AFTER_MS, version))
            intake.publish(publication(version))
        sent = intake.send(order(number), chance.randrange(3))
        expected[number] = max(version for since_ms, version in from_ms if since_ms <= sent.timestamp_ms)
        if chance.randrange(3) == 0:
            intake.run(chance.randrange(1, 5), loses_commit=chance.randrange(2) == 0)
    intake.run(30)
    assert expected == intake.mapped_by(), f"seed {seed}"
    assert () == tuple(intake.cases())


@pytest.fixture
def running(intake: Intake) -> ChannelVersions:
    """What a process knows that goes on while versions are published."""
    log = MemoryLog(intake.topics, "orderline.intake", [TOPIC])
    return ChannelVersions(intake.rules.channels, CODEC, intake.rules.erps.keys(), intake.published(log))


def test_a_process_that_runs_knows_a_version_before_the_first_record_that_it_is_for(
    intake: Intake, running: ChannelVersions
) -> None:
    for version in (2, 3, 4):
        before = intake.send(order(1))
        running.read_up_to([before])
        intake.publish(publication(version))
        intake.topics.now_ms += AFTER_MS - 1
        last, first = intake.send(order(2)), intake.send(order(3))._replace(timestamp_ms=intake.topics.now_ms + 1)
        running.read_up_to([last, first])
        assert [version - 1, version - 1, version] == [running.of(each).version for each in (before, last, first)]
        intake.topics.now_ms += 1


def test_records_that_are_hardly_newer_need_no_look_at_the_topic(intake: Intake, running: ChannelVersions) -> None:
    for _ in range(10):
        running.read_up_to([intake.send(order(1))])
        intake.topics.now_ms += AFTER_MS // 10
    assert 2 == intake.looks


@pytest.mark.parametrize(
    ("version", "text", "reason"),
    (
        (1, text_of(1, region="US"), "version 1 is in force: publish a higher one"),
        (2, text_of(3), "the file is version 3 of bazaar"),
        (2, text_of(2, source_id="portal"), "the file is version 2 of portal"),
        (2, text_of(2, erp_id="sap"), "there is no ERP file for 'sap'"),
        (2, "no mapping", "must be a mapping of fields"),
        (2, "{" * 5_000, "not YAML"),
        (2, text_of(2).replace("equals: paid", "equlas: paid"), "did you mean equals?"),
        (2, text_of(2).replace("events:", TABLE), "the table 'items.csv' was not published with the channel file"),
        (2, text_of(2, channel_id="other"), "channel_id differs from version 1"),
        (2, text_of(2, kind="warehouse"), "cannot send OrderPlaced"),
        (2, text_of(2, format="json_lines"), "format differs"),
        (2, text_of(2, priority_class="1"), "priority_class differs"),
        (2, text_of(2, dedup_horizon_days="31"), "dedup_horizon_days differs"),
        (2, text_of(2, max_record_bytes="2097152"), "max_record_bytes differs"),
        (2, text_of(2).replace("region: EU", "region: EU\navailability_feed: true"), "availability_feed differs"),
        (2, text_of(2).replace("region: EU", "region: EU\nnotify_customers: true"), "notify_customers differs"),
        (2, text_of(2).replace("region: EU", "region: EU\nreports_to: main"), "reports_to differs"),
        (2, text_of(2).replace("region: EU", "region: EU\norder_scope: [buyer.id]"), "order_scope differs"),
        (
            2,
            text_of(2).replace("region: EU", "region: EU\ningest: {bearer: {secrets: [token]}}"),
            "ingest differs from version 1, and counts from a start on: put the file into the folder",
        ),
    ),
)
def test_a_file_that_may_not_be_used_is_one_case_and_the_one_in_force_goes_on(
    intake: Intake, version: int, text: str, reason: str
) -> None:
    record = intake.publish(publication(version, text))
    intake.topics.now_ms += AFTER_MS
    intake.send(order(1))
    intake.run()
    intake.run()
    assert {1: 1} == intake.mapped_by()
    (case,) = intake.cases()
    assert (CaseClass.MALFORMED_PAYLOAD, CaseOrigin.CHANNEL_MAPPING, BAZAAR) == (
        case.case_class,
        case.origin,
        case.source_id,
    )
    assert case.reason.startswith("a published channel file is not used: ")
    assert reason in case.reason
    assert record.offset == 0


def test_a_version_behind_one_that_is_refused_is_used(intake: Intake) -> None:
    intake.publish(publication(2, "no mapping"))
    intake.publish(publication(3))
    intake.topics.now_ms += AFTER_MS
    intake.send(order(1))
    intake.run()
    assert {1: 3} == intake.mapped_by()
    assert 1 == len(intake.cases())


def test_a_source_that_intake_does_not_read_is_a_case(intake: Intake) -> None:
    intake.publish(replace(publication(2, text_of(2, source_id="market")), source_id=SourceId("market")), "market")
    intake.run()
    (case,) = intake.cases()
    assert "intake does not read this source: put the file into the folder" in case.reason


@pytest.mark.parametrize("key", (None, "other"))
def test_a_publication_under_another_key_is_a_case(intake: Intake, key: str | None) -> None:
    intake.publish(publication(2), key)
    intake.topics.now_ms += AFTER_MS
    intake.send(order(1))
    intake.run()
    assert {1: 1} == intake.mapped_by()
    assert ["its key is no source_id"] == [case.reason.rpartition(": ")[2] for case in intake.cases()]


def test_a_version_that_is_published_twice_is_used_once(intake: Intake) -> None:
    intake.publish(publication(2))
    intake.publish(publication(2))
    intake.topics.now_ms += AFTER_MS
    intake.send(order(1))
    intake.run()
    assert {1: 2} == intake.mapped_by()
    assert () == tuple(intake.cases())


@pytest.mark.parametrize("value", (b"", b"text", b"\0\0\0\0\1", None))
def test_bytes_that_are_no_publication_are_a_dead_letter(intake: Intake, value: bytes | None) -> None:
    intake.topics.append(Outgoing(REFERENCE_CHANNELS, BAZAAR, value))
    intake.send(order(1))
    intake.run()
    assert {1: 1} == intake.mapped_by()
    assert 1 == len(intake.topics.all_of("deadletters.v1"))


def test_tables_travel_with_their_file(intake: Intake) -> None:
    text = text_of(2).replace("events:", TABLE).replace("item_id: sku", "item_id: {path: sku, codes: items.item}")
    intake.publish(publication(2, text, ChannelTable("items.csv", "sku,item\nLAMP-1,LANTERN\n")))
    intake.topics.now_ms += AFTER_MS
    intake.send(order(1))
    intake.run()
    assert {1: 2} == intake.mapped_by()
    (placed,) = intake.topics.all_of("orders.inbox.v1")
    assert b"LANTERN" in (placed.value or b"")


def test_each_version_has_a_count_of_failures_of_its_own(intake: Intake) -> None:
    """What failed by the file before says nothing about the one that was published to mend it."""
    limit = "failure_limit: {window: 4, failures: 4, percent: 50}\nregion: EU"
    intake.publish(publication(2, text_of(2).replace("region: EU", limit)))
    intake.topics.now_ms += AFTER_MS
    for _ in range(3):
        intake.send(b"no JSON")
    intake.publish(publication(3, text_of(3).replace("region: EU", limit)))
    intake.topics.now_ms += AFTER_MS
    for _ in range(3):
        intake.send(b"no JSON")
    intake.run()
    assert 6 == len(intake.topics.all_of("deadletters.v1"))
    assert () == tuple(intake.cases())
