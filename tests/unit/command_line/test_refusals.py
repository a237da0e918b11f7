"""The last line of a refused command: for a person in text, for a program in JSON; a parent reads both."""

import json
import os
from pathlib import Path

import pytest

from dataflows.processes.relay import Relay
from tests.e2e.commands import orderline

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
