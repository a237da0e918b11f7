"""Whatever dies on Kafka, and at whichever step: the log is as if nothing had died.

One crash run of real processes for all tests here, on a broker of its own, for the topics have fixed names: every flow
dies at each named step of its commit and, where it has state, in the middle of a restore; connector, warehouse and
ERP are killed in the middle of their work.
"""

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path

import pytest

from connectors.kafka.groups import Groups
from connectors.kafka.member.log import KafkaLog
from connectors.kafka.topics import create_topics
from connectors.log.port import Outgoing
from connectors.state.folder import Identity
from connectors.state.store import StateStore
from connectors.topic_reader import open_reader
from dataflows.assembly import FLOWS, load_rules
from schemas.contracts.source_topics import release_topics
from tests.brokers import fresh_kafka
from tests.kafka.topics import wait_until_settled
from tests.oracle.aftermath import Aftermath, aftermath_of, start_all
from tests.oracle.crash_run import CrashRun
from tests.oracle.external_programs import external_programs
from tests.oracle.feed import feed_findings, feed_in_pieces
from tests.oracle.insights import insights_findings
from tests.oracle.programs import Mortal, Program, Strike
from tests.oracle.replay import replay_findings
from tests.oracle.witnesses import witness_findings

SEED = 12
ORDERS = 60
PIECES = 40
PARTITIONS = 4
SHORT_SESSIONS = "session.timeout.ms=1500\n"
"""Each death is waited for by its group for so long, and there are two dozen."""
PATIENCE_S = 2.5
"""Longer than a session and a start."""
STATEFUL = ("orders", "inventory", "dispatch")
STEPS = ("after_produce", "after_changelog", "after_offsets", "after_commit", "after_state_write")
STATELESS = ("after_produce", "after_offsets", "after_commit")


@pytest.fixture(scope="module")
def bootstrap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with fresh_kafka(tmp_path_factory.mktemp("kafka")) as kafka:
        create_topics(kafka.bootstrap, PARTITIONS)
        yield kafka.bootstrap


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("crash_run")


@pytest.fixture(scope="module")
def aftermath(bootstrap: str, folder: Path) -> Iterator[Aftermath]:
    with ExitStack() as stack:
        yield _run_until_quiescent(bootstrap, folder, stack)


def _run_until_quiescent(bootstrap: str, folder: Path, stack: ExitStack) -> Aftermath:
    options = folder / "kafka.options"
    options.write_text(SHORT_SESSIONS)
    where = ("--bootstrap", bootstrap, "--kafka-options", str(options))
    pieces = feed_in_pieces(SEED, ORDERS, PIECES)
    feed = stack.enter_context(closing(KafkaLog(bootstrap, "orderline", "feed", 0, (), None, None)))

    def send(records: Sequence[Outgoing]) -> None:
        feed.send(records)
        feed.commit({}, {})

    mortals = [_flow(folder, where, name) for name in FLOWS]
    others = external_programs(folder, where, SEED)
    send(pieces.pop(0))
    start_all(mortals, others, stack)
    reader = stack.enter_context(closing(open_reader(None, bootstrap)))
    groups = stack.enter_context(closing(Groups(bootstrap, "orderline")))
    crash_run = CrashRun(reader, mortals, others.all(), others.kills(SEED), pieces, send, patience_s=PATIENCE_S)
    return aftermath_of(crash_run, groups.committed, load_rules(), others, seconds=240.0)


def _flow(folder: Path, where: Sequence[str], name: str) -> Mortal:
    state = folder / "state"
    strikes = [Strike(point, times) for times, point in enumerate(STEPS if name in STATEFUL else STATELESS, start=1)]
    strikes.append(Strike("mid_rebalance", 1))
    if name in STATEFUL:
        strikes.append(Strike("mid_restore", 2, partial(shutil.rmtree, state / name)))
    return Mortal(Program(folder, "run", name, *where, "--state", str(state)), strikes)


def test_every_planned_crash_happened(aftermath: Aftermath) -> None:
    for flow in aftermath.crash_run.mortals:
        assert list(flow.strikes) == flow.occurred
    assert 6 == len(aftermath.crash_run.killed)


def test_the_erp_really_failed(aftermath: Aftermath) -> None:
    assert 0 < aftermath.erp["lost_answers"]
    assert 0 < aftermath.erp["late_bookings"]
    assert 1 == len(aftermath.erp["outages"])
    assert 0 < aftermath.report().erp_unknown_outcomes_resolved


def test_all_that_came_in_is_processed(aftermath: Aftermath) -> None:
    assert [] == list(aftermath.unread)
    assert ORDERS == aftermath.report().orders_received


def test_all_that_was_sent_lies_in_its_topic_once(aftermath: Aftermath) -> None:
    assert [] == feed_findings(aftermath.log, feed_in_pieces(SEED, ORDERS, 1))


def test_outputs_and_state_are_those_of_a_replay(aftermath: Aftermath) -> None:
    assert [] == replay_findings(aftermath.log, aftermath.rules)


def test_windows_are_those_of_a_batch_over_the_same_records(aftermath: Aftermath) -> None:
    assert [] == insights_findings(aftermath.log)


def test_units_documents_ids_and_versions_agree(aftermath: Aftermath) -> None:
    assert [] == witness_findings(aftermath.log, aftermath.report())


@pytest.mark.parametrize("flow", STATEFUL)
def test_a_state_folder_is_the_fold_of_its_changelog(aftermath: Aftermath, folder: Path, flow: str) -> None:
    fold = {(partition, key): value for partition, key, value in aftermath.log.state_rows(flow, b"")}
    assert fold == {
        (partition, key): value for partition in range(PARTITIONS) for key, value in _rows(folder, flow, partition)
    }


def _rows(folder: Path, flow: str, partition: int) -> Sequence[tuple[bytes, bytes]]:
    """As they lie on the disk, nothing restored."""
    place = folder / "state" / flow / "0" / f"{partition:05d}"
    said = json.loads((place / "identity.json").read_text("utf-8"))
    del said["format"]
    with closing(StateStore(place, Identity(**said))) as store:
        return store.scan(b"", limit=1_000_000)


@pytest.mark.usefixtures("aftermath")
def test_no_transaction_is_left_open(bootstrap: str) -> None:
    for topic in release_topics():
        wait_until_settled(bootstrap, topic)
