"""`orderline insights` as a user meets it, on the log of a small run and on one where nothing has happened."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.topic_reader import open_reader
from demo.erp.behaviour import ErpBehaviour
from tests.e2e.commands import Inside
from tests.e2e.screen import Screen
from tests.e2e.small_world import PORTAL, WAREHOUSE, SmallWorld, portal_order, receipt, small_world
from tests.oracle.insights import insights_findings


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallWorld]:
    """Ten of A came; of the three orders that want it, the last one waits."""
    with small_world(tmp_path_factory.mktemp("world"), ErpBehaviour()) as world:
        world.send(WAREHOUSE, "R1", receipt("R1", {"A": "10"}))
        for number, quantity in (("P-1", "4"), ("P-2", "6"), ("P-3", "5")):
            world.send(PORTAL, number, portal_order(number, {"A": quantity}))
        yield world.run()


@pytest.fixture
def orderline(capsys: pytest.CaptureFixture[str]) -> Inside:
    return Inside(capsys)


def last_values(out: str) -> dict[tuple[str, str], str | None]:
    lines = (json.loads(line) for line in out.splitlines())
    return {(line["metric"], line["measure"]): line["values"][-1] for line in lines}


def test_the_windows_of_the_run_are_those_of_a_batch(world: SmallWorld) -> None:
    reader = open_reader(world.data, None)
    try:
        assert [] == insights_findings(reader)
    finally:
        reader.close()


def test_the_day_says_what_was_accepted_booked_and_moved(world: SmallWorld, orderline: Inside) -> None:
    said = orderline("insights", "--data", str(world.data), "--window", "day", "--json")

    found = last_values(said.out)
    expected = {
        ("ACCEPTANCE", "orders"): "3",
        ("ACCEPTANCE", "lines"): "3",
        ("ACCEPTANCE", "units"): "15",
        ("ACCEPTANCE", "value"): "22.5",
        ("PROGRESS", "booked"): "3",
        ("PROGRESS", "booking success"): "100",
        ("PROGRESS", "backlog at the end"): "1",
        ("MOVEMENT", "units received"): "10",
        ("MOVEMENT", "units shipped"): "10",
    }
    assert (0, "") == (said.code, said.err)
    assert expected == {name: found.get(name) for name in expected}


def test_the_table_has_a_heading_a_metric_and_a_trend_a_measure(world: SmallWorld, orderline: Inside) -> None:
    lines = orderline("insights", "--data", str(world.data)).out.splitlines()

    headings = [line.partition("  ")[0] for line in lines if line and not line.startswith(" ")]
    assert [
        "Accepted, by the time of placing",
        "Booked by the ERP, and backlog",
        "Units through the nodes",
    ] == headings
    assert ["portal", "EU", "orders", "3", "█"] == lines[1].split()
    assert all("last window: the minute of 2026-11-21 09:0" in line for line in lines if "last window" in line)


def test_one_channel_alone(world: SmallWorld, orderline: Inside) -> None:
    where = ("insights", "--data", str(world.data), "--channel")

    assert "Units through" not in orderline(*where, "portal").out
    nothing = orderline(*where, "shopify")
    assert (1, "") == (nothing.code, nothing.out)
    assert "orderline: no window is about the channel 'shopify': choose from portal\n" == nothing.err


def test_a_terminal_of_eighty_columns_shows_whole_lines(world: SmallWorld) -> None:
    screen = Screen(80, 40, "insights", "--data", str(world.data), "--window", "day")

    (shown,) = screen.frames("Accepted, by")
    assert 0 == screen.code
    assert any(line.split() == ["value", "22.5", "EUR", "█"] for line in shown)


def test_a_log_where_nothing_has_happened_says_so(tmp_path: Path, orderline: Inside) -> None:
    with small_world(tmp_path, ErpBehaviour()) as world:
        world.run()
        said = orderline("insights", "--data", str(world.data))

    assert (1, "") == (said.code, said.out)
    assert 1 == len(said.err.splitlines())


def test_a_run_until_idle_has_published_all_that_it_counted(tmp_path: Path, orderline: Inside) -> None:
    file = tmp_path / "order.jsonl"
    file.write_bytes(portal_order("P-1", {"A": "1"}))
    where = ("--data", str(tmp_path / "data"))
    assert 0 == orderline("produce", PORTAL, "--file", str(file), *where).code
    assert 0 == orderline("run", "all", *where, "--until-idle").code

    said = orderline("insights", *where, "--window", "day", "--json")

    assert "1" == last_values(said.out)["ACCEPTANCE", "orders"]
