"""A disk that is full, before a run and during it: one line, exit code 2, and the next run continues with nothing lost.

The disk is a limit on the size of files: RocksDB meets it as it meets a full disk, in the middle of a commit.
"""

import json
import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from demo.channels.small_payloads import jsonl, portal_order
from tests.e2e.commands import PROJECT, Said, orderline

_ORDERS = 200


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    file = tmp_path / "orders.jsonl"
    file.write_text(jsonl(*(portal_order(f"P{number}", {"BOLT": "1"}) for number in range(_ORDERS))))
    return file


def on_a_small_disk(kilobytes: int, *words: str) -> Said:
    limit = 1_024 * kilobytes
    command = subprocess.run(
        [sys.executable, "-m", "dataflows.command_line.main", *words],
        cwd=PROJECT,
        capture_output=True,
        check=False,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    return Said(command.returncode, command.stdout, command.stderr)


def refusal(said: Said) -> str:
    assert 2 == said.code, said
    assert re.fullmatch(r"orderline: [^\n]+\n", said.err), said.err
    return said.err


def produce(orders: Path, data: Path) -> tuple[str, ...]:
    return ("produce", "source.portal.v1", "--data", str(data), "--file", str(orders))


def run(data: Path) -> tuple[str, ...]:
    return ("run", "all", "--data", str(data), "--until-idle")


def test_a_disk_that_fills_up_in_a_run_ends_it_in_one_line_and_loses_nothing(tmp_path: Path, orders: Path) -> None:
    data = tmp_path / "data"
    assert 0 == orderline(*produce(orders, data)).code

    line = refusal(on_a_small_disk(150, *run(data)))

    assert f"cannot write to {data} (File too large): raise the limit on the size of files" in line
    assert 0 == orderline(*run(data)).code
    events = orderline("tail", "orders.events.v1", "--data", str(data), "--from-start", "--json").out.splitlines()
    accepted = [event["key"] for event in map(json.loads, events) if event["type"].endswith("OrderAccepted")]
    assert {f"portal:P{number}" for number in range(_ORDERS)} == set(accepted)
    assert _ORDERS == len(accepted)


def test_a_log_that_cannot_be_made_is_reported_in_one_line(tmp_path: Path) -> None:
    assert f"cannot write to {tmp_path / 'data'}" in refusal(on_a_small_disk(0, *run(tmp_path / "data")))


def test_payloads_that_do_not_fit_are_not_handed_over_in_part(tmp_path: Path, orders: Path) -> None:
    data = tmp_path / "data"
    assert f"cannot write to {data}/incoming" in refusal(on_a_small_disk(10, *produce(orders, data)))
    assert [] == [file for file in (data / "incoming").iterdir() if file.is_file()]


def test_a_standard_output_that_takes_nothing_is_reported_in_one_line(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        command = subprocess.run(
            [sys.executable, "-m", "dataflows.command_line.main", *run(tmp_path / "data")],
            cwd=PROJECT,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            text=True,
        )
    assert "No space left on device" in refusal(Said(command.returncode, "", command.stderr))
