"""The judges are judged: a bug is planted in a log that is all right, and they name it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from connectors.log import Offsets, Outgoing, Record, TopicPartition
from connectors.partitioner import partition_of
from connectors.topic_reader import TopicReader
from dataflows.assembly import FLOWS, Rules
from tests.oracle.log_at_rest import LogAtRest
from tests.oracle.ordeal import Kill, Ordeal
from tests.oracle.programs import Mortal, Program, Strike
from tests.oracle.replay import replay_findings, replayed
from tests.oracle.rest import Unread, wait_until_nothing_is_left
from tests.oracle.witnesses import report_of, witness_findings
from tests.oracle.writings import Writer
from schemas.headers import header
from random import Random
from tests.simulation.world import lived

EVENTS = "orders.events.v1"


@dataclass(frozen=True)
class Finished:
    """A small day that went well."""

    log: LogAtRest
    rules: Rules
    erp: Mapping[str, Any]

    def replayed(self, log: LogAtRest) -> str:
        """All that the replay finds."""
        return "\n".join(replay_findings(log, self.rules))

    def witnessed(self, log: LogAtRest, **erp: object) -> str:
        """All that the other oracles find."""
        return "\n".join(witness_findings(log, report_of(log, self.rules, {**self.erp, **erp})))


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Finished]:
    with lived(tmp_path_factory.mktemp("day"), seed=5, orders=15) as world:
        world.reader.refresh()
        yield Finished(LogAtRest(world.reader, world.rules), world.rules, world.erp.statistics())


def _first(log: LogAtRest, topic: str, kind: str) -> tuple[list[Record], int]:
    """Where the first record of a kind lies."""
    return next(
        (lane, place)
        for source, lane in log.records.items()
        if source.topic == topic
        for place, record in enumerate(lane)
        if (header(record.headers, "ce_type") or "").endswith(f".{kind}")
    )


def test_a_log_that_is_all_right_is_not_blamed(finished: Finished) -> None:
    assert ("", "") == (finished.replayed(finished.log), finished.witnessed(finished.log))


def test_every_flow_is_replayed(finished: Finished) -> None:
    wrote = set()
    for flow, topic in zip(FLOWS, ("source.wms_central.v1", "orders.inbox.v1", "inventory.inbox.v1", "dispatch.inbox.v1"), strict=True):
        for partition in range(4):
            outputs, _ = replayed(finished.log, finished.rules, Writer(flow, topic, partition), Random(1))
            wrote |= {flow} if outputs else set()
    assert set(FLOWS) == wrote


def test_a_dropped_output_is_named(finished: Finished) -> None:
    log = finished.log.spoiled()
    lane, place = _first(log, EVENTS, "OrderAccepted")
    lost = lane.pop(place)
    assert f"OrderAccepted of {lost.key!r}" in finished.replayed(log)
    assert f"is missing in {EVENTS}" in finished.replayed(log)
    assert f"order {lost.key}: version" in finished.witnessed(log)


def test_a_doubled_output_is_named(finished: Finished) -> None:
    log = finished.log.spoiled()
    lane, place = _first(log, "warehouse.commands.v1", "WarehouseReleaseCommanded")
    lane.append(lane[place]._replace(offset=lane[-1].offset + 1))
    assert "is too often, or wrongly, in warehouse.commands.v1" in finished.replayed(log)
    assert "warehouse.commands.v1: 2 records have the id" in finished.witnessed(log)
