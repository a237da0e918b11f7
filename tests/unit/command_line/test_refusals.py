"""The last line of a refused command: for a person in text, for a program in JSON; a parent reads both."""

import json
import os
from pathlib import Path

import pytest

from dataflows.processes.relay import Relay
from tests.e2e.commands import Inside, orderline

pytestmark = pytest.mark.usefixtures("logging_restored")

REASON = "on an embedded log all flows run in one process: use `orderline run all --data DIR`"


def refused(folder: Path, *words: str) -> str:
    said = orderline("run", "orders", "--data", str(folder), *words)
    assert (2, "") == (said.code, said.out)
    return said.err


def test_a_person_reads_one_line_of_text(tmp_path: Path) -> None:
    assert f"orderline: {REASON}\n" == refused(tmp_path)


def test_a_program_reads_one_object(tmp_path: Path) -> None:
    event = json.loads(refused(tmp_path, "--log-format", "json"))
    assert ("orderline", "ERROR", REASON) == (event["logger"], event["level"], event["message"])


@pytest.mark.parametrize(
    ("words", "reason"),
    (
        ("run all --data d --bogus", "unrecognized arguments: --bogus; see `orderline run --help`"),
        ("run", "the following arguments are required: FLOW; see `orderline run --help`"),
        ("tail t --data d --replica 1", "--replica 1; see `orderline tail --help`"),
        ("run all --data d --partitions 0", "argument --partitions: '0' is not a whole number from 1 to 1000; see"),
        ("show order portal:P-1 --data nowhere", "no log in nowhere"),
    ),
)
@pytest.mark.parametrize("form", ("--log-format json", "--log-format=json"))
def test_a_program_also_reads_what_is_wrong_with_the_arguments(
    words: str, reason: str, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said = Inside(capsys)(*words.split(), *form.split())

    event = json.loads(said.err)
    assert (2, "orderline", "ERROR") == (said.code, event["logger"], event["level"])
    assert reason in event["message"]


def test_a_wrong_format_is_answered_in_text(capsys: pytest.CaptureFixture[str]) -> None:
    said = Inside(capsys)("run", "all", "--data", "d", "--log-format", "xml")

    assert said.err.startswith("orderline: argument --log-format: invalid choice: 'xml' (choose from 'text', 'json')")


@pytest.mark.parametrize("form", ("text", "json"))
def test_a_parent_takes_the_reason_from_the_last_line(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reading, writing = os.pipe()
    relay = Relay(os.fdopen(reading, "rb"))
    with os.fdopen(writing, "wb") as stderr:
        stderr.write(b"2026-11-28T20:03:10.123Z INFO orders/0 an event before\n")
        stderr.write(refused(tmp_path, "--log-format", form).encode())
    assert REASON == relay.last_word()
    assert "2026-11-28T20:03:10.123Z INFO orders/0 an event before\n" == capsys.readouterr().err
