"""`orderline channel check` warns of nodes that no warehouse has: what is ordered from them would wait for ever."""

from pathlib import Path

import pytest

from dataflows.command_line.channels.template import template_of
from schemas.channel_language.loader import CHANNELS
from tests.e2e.commands import Inside

SHOP = template_of("bazaar")
FALLBACK = "nodes: [central]\nfallback: {central: [nroth]}"
WMS = (CHANNELS / "wms_central.yaml").read_text(encoding="utf-8")
PLANNING = (CHANNELS / "planning.yaml").read_text(encoding="utf-8")
SNAPSHOT = """
  - event: StockSnapshotBegun
    when: {path: event, equals: snapshot_begun}
    reporter: ERP
    occurred_at: taken_at
    node_id: node_id
    snapshot_id: snapshot_id
    taken_at: taken_at
"""
EDIFACT = (CHANNELS / "edifact_warehouse.yaml").read_text(encoding="utf-8")


@pytest.fixture
def say(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Inside:
    monkeypatch.chdir(tmp_path)
    for name, text in (("shop", SHOP), ("wms", WMS), ("north", EDIFACT)):
        Path(f"{name}.yaml").write_text(text, encoding="utf-8")
    return Inside(capsys)


def misspell(name: str, old: str, new: str) -> None:
    text = Path(name).read_text(encoding="utf-8")
    assert old in text
    Path(name).write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_folder_in_which_every_node_has_a_warehouse_is_right(say: Inside) -> None:
    said = say("channel", "check", ".")
    assert (0, "", 3) == (said.code, said.err, len(said.out.splitlines()))


@pytest.mark.parametrize("named", (".", "shop.yaml"))
@pytest.mark.parametrize(
    ("new", "expected"),
    (
        (
            "nodes: [centrall]",
            "nodes.1: warning: no file of a warehouse has the node 'centrall', so it never has any stock:",
        ),
        (
            "nodes: [central, moon]",
            "nodes.2: warning: no file of a warehouse has the node 'moon', so it never has any stock\n",
        ),
        (FALLBACK, "fallback.central.1: warning: no file of a warehouse has the node 'nroth'"),
    ),
)
def test_a_node_that_no_warehouse_has_is_a_warning(say: Inside, named: str, new: str, expected: str) -> None:
    misspell("shop.yaml", "nodes: [central]", new)
    said = say("channel", "check", named)
    assert (0, 1) == (said.code, len(said.err.splitlines()))
    assert said.err.startswith("shop.yaml:")
    assert expected in said.err


def test_a_node_that_is_spelt_alike_is_offered(say: Inside) -> None:
    misspell("shop.yaml", "nodes: [central]", "nodes: [centrall]")
    assert say("channel", "check", "shop.yaml").err.endswith(": is it 'central'?\n")


def test_a_node_to_which_a_warehouse_sends_goods_is_one_too(say: Inside) -> None:
    misspell("wms.yaml", "other_nodes: [north]", "other_nodes: [noth]")
    assert "other_nodes.1: warning: no file of a warehouse has the node 'noth'" in say("channel", "check", ".").err


def test_a_file_that_reports_what_lies_at_a_node_has_it(say: Inside) -> None:
    misspell("shop.yaml", "nodes: [central]", "nodes: [moon]")
    planning = PLANNING.replace("central", "moon")
    Path("planning.yaml").write_text(planning, encoding="utf-8")
    assert 2 == len(say("channel", "check", ".").err.splitlines())
    Path("planning.yaml").write_text(planning + SNAPSHOT, encoding="utf-8")
    assert "" == say("channel", "check", ".").err


def test_nothing_is_known_while_no_file_reports_stock_or_one_beside_is_wrong(say: Inside) -> None:
    misspell("shop.yaml", "nodes: [central]", "nodes: [moon]")
    misspell("north.yaml", "erp_id: main", "erp: main")
    assert (0, "") == say("channel", "check", "shop.yaml")[::2]
    Path("north.yaml").unlink()
    Path("wms.yaml").unlink()
    assert (0, "") == say("channel", "check", "shop.yaml")[::2]
