"""The consumer of the subscriber's guide, on the bytes that the flows write."""

import json
import re
import sys
from collections.abc import Mapping
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from connectors.embedded.topic_reader import EmbeddedTopicReader
from connectors.log.port import Record
from connectors.topic_reader import every_record, last_of_each_key
from demo.channels.small_payloads import portal_order, receipt
from tests.e2e.commands import PROJECT
from tests.warm_start.process import run_warm

CONTRACTS = PROJECT / "schemas" / "contracts"
GUIDE = PROJECT / "docs" / "guides" / "subscribe.md"
_EVENTS = "orders.events.v1"


@pytest.fixture
def guide() -> dict[str, Any]:
    """The names that the guide's program defines."""
    (program,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    exec(compile(program, str(GUIDE), "exec"), names)  # noqa: S102 - the point of the test
    return names


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log with one order that waited for its stock, and one that was sent twice. Nothing is written to it."""
    home = tmp_path_factory.mktemp("subscriber")
    folder, file = home / "data", home / "payloads.jsonl"
    waits, twice = portal_order("1", {"LAMP": "2"}), portal_order("2", {"LAMP": "1"})
    for source, payloads in (("portal", [waits, twice, twice]), ("wms_central", [receipt("r1", {"LAMP": "5"})])):
        file.write_text("".join(f"{json.dumps(payload)}\n" for payload in payloads))
        run("produce", f"source.{source}.v1", "--file", str(file), "--data", str(folder))
        run("run", "all", "--data", str(folder), "--until-idle")
    return folder


def run(*words: str) -> None:
    run_warm([sys.executable, "-m", "dataflows.command_line.main", *words], 120).check_returncode()


def records(data: Path, topic: str, *, last: bool = False) -> list[Record]:
    with closing(EmbeddedTopicReader(data)) as reader:
        return list((last_of_each_key if last else every_record)(reader, topic))


def handled(orders: Any, record: Record) -> bool:
    headers: Mapping[str, bytes] = dict(record.headers)
    return bool(orders.handle(headers, record.value))


def test_it_ends_with_the_state_that_the_compacted_topic_shows(data: Path, guide: dict[str, Any]) -> None:
    schemas = guide["Schemas"](CONTRACTS)
    orders = guide["Orders"](schemas)
    assert all(handled(orders, record) for record in records(data, _EVENTS))
    snapshots = [
        guide["decode"](record.value, schemas)["order"] for record in records(data, "orders.state.v1", last=True)
    ]
    assert {snapshot["order_id"]: snapshot for snapshot in snapshots} == {
        order_id: order for order_id, (_, order) in orders.known.items()
    }
    assert orders.known["portal:1"][1]["lines"][0]["allocated"] == Decimal(2)


def test_what_it_reads_again_changes_nothing(data: Path, guide: dict[str, Any]) -> None:
    orders = guide["Orders"](guide["Schemas"](CONTRACTS))
    events = records(data, _EVENTS)
    for record in events:
        handled(orders, record)
    before = dict(orders.known)
    assert [False] * len(events) == [handled(orders, record) for record in events]
    assert before == orders.known


def test_a_late_start_takes_the_whole_order_from_the_first_event_it_sees(data: Path, guide: dict[str, Any]) -> None:
    orders = guide["Orders"](guide["Schemas"](CONTRACTS))
    last = [record for record in records(data, _EVENTS) if record.key == "portal:1"][-1]
    assert handled(orders, last)
    assert orders.known["portal:1"][1]["status"] == "ALLOCATED"


def test_an_order_placed_again_after_it_was_purged_begins_again(data: Path, guide: dict[str, Any]) -> None:
    orders = guide["Orders"](guide["Schemas"](CONTRACTS))
    events = [record for record in records(data, _EVENTS) if record.key == "portal:1"]
    for record in events:
        handled(orders, record)
    other_id = tuple((name, b"another" if name == "ce_id" else text) for name, text in events[0].headers)
    assert handled(orders, events[0]._replace(headers=other_id))
    assert orders.known["portal:1"][1]["version"] == 1


def test_a_record_type_that_it_does_not_know_is_skipped(data: Path, guide: dict[str, Any]) -> None:
    orders = guide["Orders"](guide["Schemas"](CONTRACTS))
    record = records(data, _EVENTS)[0]
    other_type = tuple(
        (name, b"orderline.later.v1.New" if name == "ce_type" else text) for name, text in record.headers
    )
    assert not handled(orders, record._replace(headers=other_type))
