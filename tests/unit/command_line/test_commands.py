"""The command that is called is the only one that is imported."""

import subprocess
import sys

import pytest

from dataflows.command_line.main import commands_of, parser
from dataflows.command_line.options.extensions import added_commands

ALL = [
    "run",
    "produce",
    "tail",
    "show",
    "exceptions",
    "deadletters",
    "insights",
    "scenario",
    "channel",
    "topics",
    "schemas",
]
ALL += ["serve", "preflight", "erp-connector", *added_commands()]


def declared(called: str) -> list[str]:
    return list(dict.fromkeys(command.prog.split()[1] for command in commands_of(parser(called))))


@pytest.mark.parametrize("name", ALL)
def test_a_command_that_is_called_is_declared_alone(name: str) -> None:
    assert [name] == declared(name)


@pytest.mark.parametrize("called", ("", "--help", "rum"))
def test_all_are_declared_when_none_is_called(called: str) -> None:
    assert ALL == declared(called)


def test_what_another_command_needs_is_not_imported() -> None:
    code = "import sys; from dataflows.command_line.main import parser; parser('tail'); print('bytewax' in sys.modules)"
    assert "False\n" == subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
