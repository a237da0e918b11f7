"""`orderline exceptions` on a log whose ERP has refused an order."""

import json
from pathlib import Path
from typing import Any

import pytest

from dataflows.command_line.main import main

STORIES = Path(__file__).parents[2] / "docs" / "scenarios"


class Shell:
    """Commands on one log, and what they print."""

    def __init__(self, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._data = data
        self._capsys = capsys

    def run(self, *words: str, code: int = 0) -> str:
        assert code == main([*words, "--data", str(self._data)])
        said = self._capsys.readouterr()
        return said.out if code == 0 else said.err

    def case(self, *words: str, case_class: str = "ORDER_REJECTED") -> dict[str, Any]:
        listed = self.run("exceptions", "list", "--json", "--class", case_class, *words)
        found: dict[str, Any] = json.loads(listed)
        return found

    def process(self) -> None:
        self.run("run", "all", "--until-idle")


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return after("erp-refuses-order", tmp_path / "data", capsys)


def after(story: str, data: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    """A shell on the log that a scenario leaves."""
    assert 0 == main(["scenario", "run", str(STORIES / f"{story}.yaml"), "--data", str(data)])
    capsys.readouterr()
    return Shell(data, capsys)


def test_a_person_finds_a_case_reads_it_and_retries_it(shell: Shell) -> None:
    listed = shell.run("exceptions", "list")
    case = shell.case()
    short = case["case_id"][:8]
    assert all(word in listed for word in (short, "ORDER_REJECTED", "inside_sales:1", "sales-operations", "1 case"))
    shown = shell.run("exceptions", "show", short)
    assert "OPEN: CREATE_SALES_ORDER: customer blocked\n    orders.inbox.v1/" in shown
    assert "sent; " in shell.run("exceptions", "retry", short, "--who", "Ann", "--why", "unblocked")
    shell.process()
    assert "RETRYING by Ann (unblocked): " in shell.run("exceptions", "show", short)
    assert "ErpCommandRetried" in shell.run("show", "order", "inside_sales:1")


def test_the_case_of_a_refused_order_is_not_closed_while_units_of_it_are_open(shell: Shell) -> None:
    short = shell.case()["case_id"][:8]
    shell.run("exceptions", "dismiss", short, "--who", "Ann", "--why", "a test order")
    shell.process()
    assert "OPEN" == shell.case()["state"]
    assert "CaseDismissed refused: units of the refused order are open" in shell.run("exceptions", "show", short)


def test_a_case_is_closed_once_and_whoever_comes_later_reads_why_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shell = after("snapshot-finds-shrinkage", tmp_path / "data", capsys)
    short = shell.case(case_class="DRIFT")["case_id"][:8]
    for who in ("Ann", "Bob"):
        shell.run("exceptions", "dismiss", short, "--who", who, "--why", "a test count")
    shell.process()
    assert "0 cases\n" == shell.run("exceptions", "list", "--class", "DRIFT")
    case = shell.case("--state", "DISMISSED", case_class="DRIFT")
    assert ("DISMISSED", "Ann", "a test count") == (case["state"], case["who"], case["why"])
    assert "CaseDismissed refused: it is DISMISSED already\n    asked by Bob" in shell.run("exceptions", "show", short)
    refused = shell.run("exceptions", "resolve", short, "--who", "Cleo", "--why", "done", code=1)
    assert "is DISMISSED already" in refused


def test_what_was_adjusted_for_a_resolved_case_is_taken_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shell = after("snapshot-finds-shrinkage", tmp_path / "data", capsys)
    short = shell.case(case_class="DRIFT")["case_id"][:8]
    shell.run("exceptions", "retry", short, "--who", "Dan", "--why", "counted again")
    shell.process()
    assert "RESOLVED" == shell.case("--state", "RESOLVED", case_class="DRIFT")["state"]
    assert "sent; " in shell.run("exceptions", "reverse", short, "--who", "Dan", "--why", "found in aisle 7")
    shell.process()
    story = shell.run("exceptions", "show", short)
    assert "OPEN by Dan (found in aisle 7): " in story
    assert "ADJUSTED: " in story[: story.index("REVERSED: ")]
    adjusted = [line.split()[-2] for line in story.splitlines() if line.startswith("    the ledger is adjusted by ")]
    assert ["-3", "0"] == adjusted[-2:]


def test_a_reversal_of_what_was_never_adjusted_is_refused_in_the_story_of_the_case(shell: Shell) -> None:
    short = shell.case()["case_id"][:8]
    shell.run("exceptions", "reverse", short, "--who", "Ann", "--why", "a mistake")
    shell.process()
    assert "CaseReversed refused: no adjustment is in force" in shell.run("exceptions", "show", short)


def test_what_cannot_be_decided_is_refused_in_one_line(shell: Shell) -> None:
    assert "there is no case 'zz'" in shell.run("exceptions", "show", "zz", code=2)
    short = shell.case()["case_id"][:8]
    assert "must say something" in shell.run("exceptions", "dismiss", short, "--who", " ", "--why", "x", code=2)


@pytest.mark.parametrize(
    ("words", "count"),
    (
        (("--class", "ORDER_REJECTED"), "1 case"),
        (("--class", "DRIFT"), "0 cases"),
        (("--owner", "sales-operations"), "1 case"),
        (("--owner", "warehouse"), "0 cases"),
        (("--order", "inside_sales:1"), "1 case"),
        (("--order", "portal:1"), "0 cases"),
        (("--older-than", "1h"), "1 case"),
        (("--state", "RESOLVED"), "0 cases"),
    ),
)
def test_a_list_is_filtered(shell: Shell, words: tuple[str, ...], count: str) -> None:
    assert shell.run("exceptions", "list", *words).endswith(f"{count}\n")
