"""Hostile records for every topic that a flow reads: no flow ends, and every record is accounted for."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]


def fuzzed(data: Path, *options: str) -> dict[str, object]:
    """The verdict of a campaign in a process of its own, which a record may kill; its failure names the seed."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", "--data", str(data), *options],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == done.returncode, done.stderr[-4_000:] + done.stdout[-1_000:]
    assert re.search(r"^fuzz: seed \d+$", done.stderr, re.MULTILINE)
    verdict: dict[str, object] = json.loads(done.stdout)
    return verdict


def test_no_hostile_record_ends_a_flow_or_vanishes(tmp_path: Path) -> None:
    verdict = fuzzed(tmp_path, "--records", "2000")
    assert [] == verdict["unnamed"]
    assert 2_000 == verdict["records"]
    put_aside = verdict["put_aside"]
    assert isinstance(put_aside, dict)
    assert put_aside.keys() >= {"exception cases", "dead letter: intake/read"}, put_aside


@pytest.mark.long
def test_nor_do_many(tmp_path: Path) -> None:
    assert [] == fuzzed(tmp_path, "--records", "50000")["unnamed"]
