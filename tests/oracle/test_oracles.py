"""The judges are judged: a bug is planted in a log that is all right, and they name it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest

from connectors.log.partitioner import partition_of
from connectors.log.port import Offsets, Outgoing, Record, TopicPartition
from dataflows import edi
from dataflows.assembly import Rules
from schemas.headers import header
from tests.oracle.crash_run import CrashRun, Kill
from tests.oracle.feed import feed_findings, feed_in_pieces
from tests.oracle.programs import Mortal, Program, Strike
from tests.oracle.quiescent_log import QuiescentLog
from tests.oracle.replay import REPLAYED, replay_findings, replayed
from tests.oracle.rest import Unread, wait_until_nothing_is_left
from tests.oracle.witnesses import report_of, witness_findings
from tests.oracle.writings import Writer
from tests.simulation.world import simulated_day

EVENTS = "orders.events.v1"
COMMANDS = "warehouse.commands.v1"


@dataclass(frozen=True)
class Finished:
    """A small day that went well."""

    log: QuiescentLog
    rules: Rules
    erp: Mapping[str, Any]

    def replay(self, log: QuiescentLog) -> str:
        """All that the replay finds."""
        return "\n".join(replay_findings(log, self.rules))

    def witnesses(self, log: QuiescentLog, **erp: object) -> str:
        """All that the other oracles find."""
        return "\n".join(witness_findings(log, report_of(log, self.rules, {**self.erp, **erp})))


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    with simulated_day(tmp_path_factory.mktemp("day"), seed=5, orders=15) as world:
        world.reader.refresh()
        return Finished(QuiescentLog(world.reader, world.rules), world.rules, world.erp.statistics())


def _first(log: QuiescentLog, topic: str, kind: str) -> tuple[list[Record], int]:
    """Where the first record of a kind is."""
    return next(
        (lane, place)
        for source, lane in log.records.items()
        if source.topic == topic
        for place, record in enumerate(lane)
        if (header(record.headers, "ce_type") or "").endswith(f".{kind}")
    )


def test_a_log_that_is_all_right_is_not_blamed(finished: Finished) -> None:
    assert ("", "") == (finished.replay(finished.log), finished.witnesses(finished.log))


@pytest.mark.parametrize("flow", [flow for flow in REPLAYED if flow != edi.FLOW])
def test_a_replay_of_every_flow_that_the_feed_concerns_writes_something(finished: Finished, flow: str) -> None:
    topic = "source.wms_central.v1" if flow == "intake" else f"{flow}.inbox.v1"
    writers = [Writer(flow, topic, partition) for partition in range(finished.log.partitions_of(topic))]
    assert any(replayed(finished.log, finished.rules, writer, Random(1))[0] for writer in writers)


def test_a_dropped_output_is_named(finished: Finished) -> None:
    log = finished.log.spoiled()
    lane, place = _first(log, EVENTS, "OrderAccepted")
    lost = lane.pop(place)
    assert f"OrderAccepted of {lost.key!r}" in finished.replay(log)
    assert f"is missing in {EVENTS}" in finished.replay(log)
    assert f"order {lost.key}: version" in finished.witnesses(log)


def test_a_doubled_output_is_named(finished: Finished) -> None:
    log = finished.log.spoiled()
    lane, place = _first(log, COMMANDS, "WarehouseReleaseCommanded")
    lane.append(lane[place])
    assert f"is too often, or wrongly, in {COMMANDS}" in finished.replay(log)
    assert f"{COMMANDS}: 2 records have the id" in finished.witnesses(log)


def test_a_changed_byte_or_header_of_an_output_is_named(finished: Finished) -> None:
    for change in ({"value": b"x"}, {"key": "x"}):
        log = finished.log.spoiled()
        lane, place = _first(log, COMMANDS, "WarehouseReleaseCommanded")
        lane[place] = lane[place]._replace(**change)
        assert f"is too often, or wrongly, in {COMMANDS}" in finished.replay(log)
    log = finished.log.spoiled()
    lane, place = _first(log, COMMANDS, "WarehouseReleaseCommanded")
    lane[place] = lane[place]._replace(headers=(*lane[place].headers, ("new", b"")))
    assert f"is too often, or wrongly, in {COMMANDS}" in finished.replay(log)


def test_a_view_may_have_gaps_but_not_lack_its_last_record(finished: Finished) -> None:
    log = finished.log.spoiled()
    lane, place = _first(log, "orders.state.v1", "OrderSnapshot")
    last = max(index for index, record in enumerate(lane) if record.key == lane[place].key)
    assert place < last
    del lane[place]
    assert not finished.replay(log)
    del lane[last - 1]
    assert "OrderSnapshot" in finished.replay(log)
    assert "is missing in orders.state.v1" in finished.replay(log)


def test_a_view_with_a_state_that_never_was_or_that_goes_back_is_named(finished: Finished) -> None:
    log = finished.log.spoiled()
    lane, place = _first(log, "inventory.positions.v1", "InventoryPosition")
    lane[place] = lane[place]._replace(value=b"x")
    assert "is wrong, or out of sequence, in inventory.positions.v1" in finished.replay(log)
    log = finished.log.spoiled()
    lane, place = _first(log, "inventory.positions.v1", "InventoryPosition")
    lane.append(lane[place])
    assert "is wrong, or out of sequence, in inventory.positions.v1" in finished.replay(log)


def test_two_outputs_in_the_wrong_sequence_are_named(finished: Finished) -> None:
    log = finished.log.spoiled()
    lane, place = _first(log, EVENTS, "OrderReceived")
    lane[place], lane[place + 1] = lane[place + 1], lane[place]
    assert f"out of sequence in {EVENTS}/{lane[place].partition}" in finished.replay(log)


def test_an_output_outside_its_home_partition_is_named(finished: Finished) -> None:
    log = finished.log.spoiled()
    lane, place = _first(log, EVENTS, "OrderAccepted")
    strayed = lane.pop(place)
    home = partition_of(strayed.key or "", log.partitions_of(EVENTS))
    other = (home + 1) % log.partitions_of(EVENTS)
    log.records[TopicPartition(EVENTS, other)].append(strayed._replace(partition=other))
    assert f"out of sequence in {EVENTS}/{home}" in finished.replay(log)
    assert f"out of sequence in {EVENTS}/{other}" in finished.replay(log)


def test_an_output_without_a_writer_is_named(finished: Finished) -> None:
    log = finished.log.spoiled()
    lane, place = _first(log, EVENTS, "OrderAccepted")
    lane.append(lane[place]._replace(offset=99_999, headers=()))
    assert f"{EVENTS}/{lane[place].partition}/99999: its writer is unknown" in finished.replay(log)


def test_a_lost_input_is_named(finished: Finished) -> None:
    log = finished.log.spoiled()
    lane, place = _first(log, "dispatch.inbox.v1", "ErpRequested")
    lane.pop(place)
    assert "is missing in dispatch.inbox.v1" in finished.replay(log)
    assert "was answered twice" in finished.witnesses(log)


@pytest.mark.parametrize("flow", ("orders", "inventory", "dispatch"))
def test_a_row_that_was_changed_lost_or_added_is_named(finished: Finished, flow: str) -> None:
    log = finished.log.spoiled()
    changed, lost, *others = log.rows[flow]
    added = (changed[0], b"row\0from nowhere", b"\x01")
    log.rows[flow] = [(changed[0], changed[1], changed[2] + b"\0"), *others, added]
    found = finished.replay(log)
    assert f"the row {changed[1]!r} differs" in found
    assert f"the row {lost[1]!r} is missing" in found
    assert f"the row {added[1]!r} should not be there" in found


def test_a_wrong_clock_is_named(finished: Finished) -> None:
    log = finished.log.spoiled()
    log.rows["orders"] = [row for row in log.rows["orders"] if row[1] != b"clock\0now"]
    assert "the row b'clock\\x00now' is missing" in finished.replay(log)


def test_an_outcome_that_never_came_is_named(finished: Finished) -> None:
    log = finished.log.spoiled()
    lane, place = _first(log, "orders.inbox.v1", "ErpOutcomeReceived")
    lane.pop(place)
    assert "was never answered" in finished.witnesses(log)


def test_an_accepted_order_of_which_the_erp_never_spoke_is_named(finished: Finished) -> None:
    log = finished.log.spoiled()
    lane, place = _first(log, EVENTS, "OrderBooked")
    lost = lane.pop(place)
    assert f"order {lost.key} is accepted, and the ERP has not spoken" in finished.witnesses(log)


def test_a_second_document_of_an_order_is_named(finished: Finished) -> None:
    assert "up to 2 documents" in finished.witnesses(finished.log, sales_orders_per_order_max=2)


def test_a_missing_document_is_named(finished: Finished) -> None:
    assert "the ERP has 1" in finished.witnesses(finished.log, documents={"sales_order": 1})


def test_units_that_came_from_nowhere_are_named(finished: Finished) -> None:
    log = finished.log.spoiled()
    lane, place = _first(log, "inventory.events.v1", "StockTransferred")
    lane.pop(place)
    assert "units are not conserved" in finished.witnesses(log)


def test_a_record_that_was_not_read_is_named(finished: Finished) -> None:
    def committed(program: str, topic: str) -> Offsets:
        return {source: end - (program == "orders") for source, end in finished.log.ends(topic).items()}

    found = Unread(finished.log, committed, finished.rules).found()
    assert {"orders has not read orders.inbox.v1/0 to its end"} <= set(found)
    assert all(finding.startswith("orders ") for finding in found)


def test_a_raw_record_that_is_lost_or_doubled_is_named(finished: Finished) -> None:
    pieces = feed_in_pieces(5, 15, 3)
    assert len(pieces) == 3
    log = _fed(finished, [record for piece in pieces for record in piece])
    assert [] == feed_findings(log, pieces)
    lost, doubled = pieces[0][0], pieces[-1][-1]
    log = _fed(finished, [*(record for piece in pieces for record in piece if record != lost), doubled])
    assert {lost.topic, doubled.topic} == {finding.partition(":")[0] for finding in feed_findings(log, pieces)}
    assert any("0 times there" in finding for finding in feed_findings(log, pieces))


def _fed(finished: Finished, sent: Sequence[Outgoing]) -> QuiescentLog:
    """A log whose source topics hold just these."""
    log = finished.log.spoiled()
    for source, lane in log.records.items():
        if source.topic.startswith("source."):
            lane.clear()
    for topic, key, value, headers, _ in sent:
        lane = log.records[TopicPartition(topic, 0)]
        lane.append(Record(topic, 0, len(lane), 0, key, value, tuple(headers)))
    return log


def test_a_wait_without_end_reports_what_is_left() -> None:
    with pytest.raises(AssertionError, match="not within 0 s: something"):
        wait_until_nothing_is_left(lambda: ["something"], lambda: None, 0.0)


def test_a_program_that_ends_in_an_unplanned_way_fails_the_run(tmp_path: Path) -> None:
    refused = Mortal(
        Program(tmp_path, "run", "all", "--data", str(tmp_path), "--partitions", "0"), [Strike("never", 1)]
    )
    refused.start()
    with pytest.raises(AssertionError, match=r"never:1 ended all with 2: orderline: .*--partitions"):
        wait_until_nothing_is_left(lambda: ["its death"], refused.restart_if_killed, 30.0)


def test_a_planned_kill_that_never_happens_fails_the_run(finished: Finished, tmp_path: Path) -> None:
    flows = Mortal(
        Program(tmp_path, "run", "all", "--data", str(tmp_path / "data")), [Strike("after_commit", 1_000_000)]
    )
    never = Kill(flows.program, COMMANDS, 1_000_000)
    flows.start()
    try:
        with pytest.raises(AssertionError, match=r"these did not strike: all after_commit:1000000, kill of the all"):
            CrashRun(finished.log, [flows], [], [never], [], lambda _: None, patience_s=0.1).undergo(0.5)
    finally:
        flows.program.kill()
