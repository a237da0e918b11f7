"""A new marketplace is live by one file in a folder of your own: as `docs/how-to/add-a-channel.md` shows it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.commands import PROJECT, Inside, Said

PAGE = (PROJECT / "docs" / "how-to" / "add-a-channel.md").read_text(encoding="utf-8")


def block(name: str) -> str:
    """The code block of the page behind the line that names a file."""
    found = re.search(rf"`{re.escape(name)}`[^`]*?```\w+\n(.*?)```", PAGE, re.DOTALL)
    assert found, name
    return found[1]


@pytest.fixture
def say(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Inside:
    monkeypatch.chdir(tmp_path)
    for name in ("channels/bazaar.yaml", "channels/toolshed.yaml", "order.json", "cancel.json", "orders.csv"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(block(name), encoding="utf-8")
    return Inside(capsys)


def ran(said: Said) -> str:
    assert 0 == said.code, said.err
    return said.out


def orders(say: Inside) -> list[dict[str, Any]]:
    """The newest state of each order."""
    shown = ran(say("tail", "orders.state.v1", "--data", "d", "--from-start", "--json")).splitlines()
    newest = {record["key"]: record["value"]["order"] for record in map(json.loads, shown)}
    return [newest[key] for key in sorted(newest)]


def test_the_files_of_the_page_are_right_and_map_their_payloads(say: Inside) -> None:
    checked = ran(say("channel", "check", "channels/bazaar.yaml", "channels/toolshed.yaml"))
    assert 2 == checked.count(": right: source ")
    assert '"order_id": "bazaar:BZ-1"' in ran(say("channel", "test", "channels/bazaar.yaml", "--file", "order.json"))
    assert 2 == ran(say("channel", "test", "channels/toolshed.yaml", "--file", "orders.csv")).count("OrderPlaced {")


def test_two_sources_are_live_by_one_file_each(say: Inside) -> None:
    for topic, file in (("source.bazaar.v1", "order.json"), ("source.toolshed.v1", "orders.csv")):
        said = ran(say("produce", topic, "--file", file, "--data", "d", "--channels", "channels"))
        assert "next: `orderline run all --data d --channels channels --until-idle`" in said
    ran(say("run", "all", "--data", "d", "--channels", "channels", "--until-idle"))
    found = [(order["order_id"], order["status"], order["grand_total"]) for order in orders(say)]
    assert [
        ("bazaar:BZ-1", "BACKORDERED", "1408.4"),
        ("toolshed:T-1", "BACKORDERED", "34.9"),
        ("toolshed:T-2", "BACKORDERED", "1299.5"),
    ] == found
    assert "" == ran(say("exceptions", "list", "--data", "d", "--json")).replace("[]\n", "")
    parcels = {line["line_id"]: (line["item_id"], line["ordered"]) for line in orders(say)[0]["lines"]}
    assert {"A-1": ("LAMP-1", "1"), "B-1": ("PUMP-9", "2.5")} == parcels


def test_a_part_of_a_parcel_is_cancelled(say: Inside) -> None:
    for file in ("order.json", "cancel.json"):
        ran(say("produce", "source.bazaar.v1", "--file", file, "--data", "d", "--channels", "channels"))
        ran(say("run", "all", "--data", "d", "--channels", "channels", "--until-idle"))
    (order,) = orders(say)
    cancelled = {line["line_id"]: line["cancelled"] for line in order["lines"]}
    assert {"A-1": "0", "B-1": "1.5"} == cancelled
    assert "" == ran(say("exceptions", "list", "--data", "d", "--json")).replace("[]\n", "")


def test_a_source_without_a_file_cannot_be_written_to(say: Inside) -> None:
    refused = say("produce", "source.bazaar.v1", "--file", "order.json", "--data", "d")
    assert 2 == refused.code
    assert "'source.bazaar.v1' is no source topic: choose from" in refused.err
