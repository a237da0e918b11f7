"""The reference pages say what the code says."""

import pytest

from dataflows.command_line.reference import REFERENCE, pages
from dataflows.command_line.usage import EXIT_CODES
from dataflows.processes import exit_codes


@pytest.mark.parametrize("name", pages())
def test_a_page_is_what_the_code_says(name: str) -> None:
    written = (REFERENCE / name).read_text(encoding="utf-8")

    assert pages()[name] == written, "run `python -m dataflows.command_line.reference`"


def test_every_command_and_every_metric_is_there() -> None:
    commands = [line.removeprefix("## ") for line in pages()["commands.md"].splitlines() if line.startswith("## ")]

    assert {"`orderline run`", "`orderline show order`", "`orderline preflight`", "`orderline demo`"} <= set(commands)
    assert "| `orderline_lag_records` | gauge | `flow`, `topic`, `partition` |" in pages()["metrics.md"]


def test_every_exit_code_has_its_meaning() -> None:
    named = {value for name, value in vars(exit_codes).items() if name.startswith("EXIT_")}

    assert {0, 1, *named} == EXIT_CODES.keys()
