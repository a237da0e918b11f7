"""What is meant to cost more than it weighs ends as a refusal, within bounds that the kernel holds."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from connectors.log.partitioner import murmur2, partition_of
from tests.unit.hostile.bombs import BOMBS, CONTROLS

PROJECT = Path(__file__).parents[3]
SECONDS = 30
"""Of processor time for one bomb; all together take less."""

SAID = {
    "json nested in lists": "nested deeper than 32",
    "json nested in objects": "nested deeper than 32",
    "json nested and closed": "nested deeper than 32",
    "compressed json, by its header": "not utf-8",
    "json of half a million documents": "more than 10000 documents",
    "json of a million ids to cancel": "at most 10000 are allowed",
    "x12 of a million acknowledgements": "more than 10000 documents",
    "x12 of as many lines as it can hold": "at most 10000 are allowed",
}
"""Where one certain guard must be what refuses it."""


def set_off(seconds: int, names: Sequence[str]) -> Mapping[str, str]:
    ended = subprocess.run(
        [sys.executable, "-m", "tests.unit.hostile.bombs", str(seconds), *names],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        check=True,
        text=True,
    )
    became: dict[str, str] = {}
    for line in ended.stdout.splitlines():
        became |= json.loads(line)
    return became


@pytest.fixture(scope="module")
def became() -> Mapping[str, str]:
    return set_off(SECONDS, list(BOMBS))


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_within_bounds(became: Mapping[str, str], name: str) -> None:
    assert became[name].startswith(("Unparsable: ", "Unreadable: ", "Refused: ", "fits"))
    assert SAID.get(name, "") in became[name]


def test_the_bounds_hold() -> None:
    controls = set_off(1, list(CONTROLS))
    assert "raised MemoryError" in controls["more memory than there is"]
    assert f"killed its process ({-signal.SIGKILL})" == controls["more time than there is"]


def test_a_key_that_is_not_text_is_partitioned_by_its_bytes() -> None:
    raw = b"\xff\xfe\x00key"
    assert (murmur2(raw) & 0x7FFFFFFF) % 12 == partition_of(raw.decode("utf-8", "surrogateescape"), 12)
