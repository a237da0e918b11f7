"""Each option of a command that knows both logs has an effect on both, or is refused on the other one."""

import argparse
from collections.abc import Iterator
from pathlib import Path

import pytest

from dataflows.command_line.main import commands_of, parser
from demo.online_retail.survey import Survey
from demo.performance.plan import Clock, Year
from demo.performance.year_performance import YearPerformance

NAMES = {"--data", "--bootstrap"}
KAFKA = {"--kafka-options", "--replica", "--state", "--standby", "--accept-loss"}
EMBEDDED = {"--until-idle", "--partitions"}
BOTH = {
    *("--application", "--help", "--log-level", "--log-format", "--end-with-parent", "--json"),
    *(
        "--channels",
        "--erps",
        "--partners",
        "--case-policy",
        "--reconciliation",
        "--orphan-after",
        "--put-aside",
        "--http",
        "--live-within",
        "--crash-at",
    ),
    *("--url", "--workers"),
    *("--file", "--key", "--from-start", "--follow", "--window", "--channel", "--last", "--erp-url"),
    *("--topic", "--source", "--reason", "--since", "--all", "--again", "--to"),
    *("--class", "--owner", "--order", "--older-than", "--who", "--why"),
    *("--drop", "--settle", "--until-empty", "--secrets", "--listen", "--linger"),
    *("--orders", "--seed", "--seconds", "--csv", "--invoices", "--clock"),
}
NOT_OF_A_MODE = {("orderline exceptions list", "--state")}
"""The state of a case, and not a folder."""
VALUES = {"--replica": "1", "--partitions": "2"}
"""For the others any word will do."""


def commands() -> Iterator[argparse.ArgumentParser]:
    return (command for command in commands_of(parser()) if options_of(command) >= NAMES)


def options_of(command: argparse.ArgumentParser) -> set[str]:
    return {option for option in command._option_string_actions if option.startswith("--")}


def test_only_commands_that_join_a_group_or_write_have_an_application() -> None:
    named = {
        command.prog.removeprefix("orderline ") for command in commands() if "--application" in options_of(command)
    }
    decisions = {f"exceptions {decision}" for decision in ("dismiss", "resolve", "retry", "reverse")}
    programs = {"erp-connector", "run", "serve files", "serve ingest", "warehouse-simulator"}
    assert decisions | programs | {"channel publish", "demo", "deadletters retry", "produce"} == named


def test_every_option_says_on_which_log_it_has_an_effect() -> None:
    options = {option for command in commands() for option in options_of(command)}
    assert options - NAMES - KAFKA - EMBEDDED == options & BOTH


CASES = [
    (command.prog, option, log)
    for command in commands()
    for options, log in ((KAFKA, "--data d"), (EMBEDDED, "--bootstrap h:1"))
    for option in sorted(options & options_of(command))
    if (command.prog, option) not in NOT_OF_A_MODE
]


@pytest.mark.parametrize(("command", "option", "log"), CASES)
def test_an_option_of_the_other_log_is_a_usage_error(
    command: str, option: str, log: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (found,) = [each for each in commands() if each.prog == command]
    action = found._option_string_actions[option]
    words = [option] if action.nargs == 0 else [option, VALUES.get(option, "x")]
    with pytest.raises(SystemExit) as refused:
        found.parse_known_args([*positionals_of(found), *required_of(found), *log.split(), *words])
    assert 2 == refused.value.code
    assert f"{option} has an effect on " in capsys.readouterr().err


@pytest.mark.parametrize("log", ("--data d", "--bootstrap h:1"))
def test_a_year_runs_its_flows_with_options_of_its_log(log: str, tmp_path: Path) -> None:
    year, control = Year("year.csv", None, Clock.WALL), Survey(0, 0, 0, 0, 0, ())
    performance = YearPerformance(tmp_path, year, control, is_embedded=log.startswith("--data"))
    found = parser().parse_args(["run", "all", *log.split(), *performance.flow_options])
    assert 5 == found.orphan_after


def positionals_of(command: argparse.ArgumentParser) -> list[str]:
    return {"run": ["all"], "show": ["0/0"]}.get(command.prog.rpartition(" ")[2], ["x"]) if takes_words(command) else []


def required_of(command: argparse.ArgumentParser) -> list[str]:
    return [
        word
        for each in command._actions
        if each.required and each.option_strings
        for word in (each.option_strings[0], "x")
    ]


def takes_words(command: argparse.ArgumentParser) -> bool:
    return any(not action.option_strings and action.nargs not in {"*", 0} for action in command._actions)
