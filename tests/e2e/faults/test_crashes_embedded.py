"""Whatever dies on the embedded log, and at whichever step: the log is as if nothing had died.

One crash run of real processes for all tests here: the flows die at each named step of commit and import, several
times; connector, warehouse and ERP are killed in the middle of their work.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from itertools import count
from pathlib import Path

import pytest

from connectors.embedded import incoming
from connectors.embedded.secondary_instance import SecondaryInstance
from connectors.log.port import Offsets, Outgoing, TopicPartition
from connectors.topic_reader import open_reader
from dataflows.assembly import load_rules
from tests.oracle.aftermath import Aftermath, aftermath_of, start_all
from tests.oracle.crash_run import CrashRun
from tests.oracle.external_programs import external_programs
from tests.oracle.feed import feed_findings, feed_in_pieces
from tests.oracle.insights import insights_findings
from tests.oracle.programs import Mortal, Program, Strike
from tests.oracle.replay import replay_findings
from tests.oracle.rest import wait_until_nothing_is_left
from tests.oracle.witnesses import witness_findings

SEED = 11
ORDERS = 90
STRIKES = [Strike(point, times) for times in (12, 7, 3, 1) for point in ("after_produce", "after_commit", "mid_import")]


class _Committed:
    """The offsets of every group."""

    def __init__(self, data: Path) -> None:
        self._instance = SecondaryInstance(data, wait_s=30.0)
        self.close = self._instance.close

    def __call__(self, program: str, topic: str) -> Offsets:
        self._instance.look()
        reader = self._instance.reader
        sources = [TopicPartition(topic, number) for number in range(reader.partitions_of(topic))]
        known = ((source, reader.committed(f"orderline.{program}", source)) for source in sources)
        return {source: offset for source, offset in known if offset is not None}


@pytest.fixture(scope="module")
def aftermath(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    with ExitStack() as stack:
        yield _run_until_quiescent(tmp_path_factory.mktemp("crash_run"), stack)


def _run_until_quiescent(folder: Path, stack: ExitStack) -> Aftermath:
    data = folder / "data"
    where = ("--data", str(data))
    pieces = feed_in_pieces(SEED, ORDERS, 2 * len(STRIKES))
    sequence = count(1)

    def send(records: Sequence[Outgoing]) -> None:
        incoming.write_file(incoming.make_folder(data), "feed", next(sequence), records, ())

    flows, others = Mortal(Program(folder, "run", "all", *where), STRIKES), external_programs(folder, where, SEED)
    send(pieces.pop(0))
    start_all([flows], others, stack)
    wait_until_nothing_is_left(lambda: _missing(data / "log" / "CURRENT"), flows.restart_if_killed, 30.0)
    reader = stack.enter_context(closing(open_reader(data, None, wait_s=30.0)))
    committed = stack.enter_context(closing(_Committed(data)))
    crash_run = CrashRun(reader, [flows], others.all(), others.kills(SEED), pieces, send, patience_s=1.5)
    return aftermath_of(crash_run, committed, load_rules(), others, seconds=150.0)


def _missing(file: Path) -> list[str]:
    return [] if file.exists() else [f"{file} is not there"]


def test_every_planned_crash_happened(aftermath: Aftermath) -> None:
    assert [STRIKES] == [flows.occurred for flows in aftermath.crash_run.mortals]
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
