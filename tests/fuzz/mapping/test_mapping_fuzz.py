"""A short share of the campaign over readers and the mapping language, and proof that it finds what it looks for."""

import json
import re
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from connectors.formats.outcomes import Unparsable
from connectors.log.port import Record
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.records import RecordFormat
from tests.fuzz.mapping import campaign
from tests.fuzz.mapping.random_files import random_file

PROJECT = Path(__file__).parents[3]


def fuzzed(data: Path, *options: str) -> dict[str, object]:
    """The verdict of a campaign in a process of its own, whose memory is limited; its failure names the seed."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.mapping", "--data", str(data), *options],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == done.returncode, done.stderr[-4_000:]
    assert re.search(r"^fuzz: seed \d+$", done.stderr, re.MULTILINE)
    verdict: dict[str, object] = json.loads(done.stdout)
    return verdict


def test_hostile_records_have_declared_outcomes_within_bounds(tmp_path: Path) -> None:
    verdict = fuzzed(tmp_path, "--records", "400")
    assert 400 == verdict["records"]
    outcomes = verdict["outcomes"]
    assert isinstance(outcomes, dict)
    assert outcomes.keys() >= {"Canonical", "Refused", "Unparsable"}


def test_what_is_heavy_in_each_way_is_bounded(tmp_path: Path) -> None:
    assert int(str(fuzzed(tmp_path, "--heavy", "262144")["records"])) > 80


@pytest.mark.long
def test_nor_do_many_break_a_bound(tmp_path: Path) -> None:
    assert 20_000 == fuzzed(tmp_path, "--records", "20000")["records"]


@pytest.mark.long
def test_nor_does_what_is_as_heavy_as_a_source_may_send(tmp_path: Path) -> None:
    fuzzed(tmp_path, "--heavy", "1048576")


@pytest.mark.parametrize("record_format", RecordFormat)
def test_random_files_are_mostly_right(record_format: RecordFormat) -> None:
    files = [random_file(Random(number), record_format) for number in range(40)]
    assert sum(file is not None for file in files) > 20


def test_a_record_that_takes_too_long_would_be_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(campaign, "MOST_CPU_S", 0.0)
    with pytest.raises(campaign.TooCostly) as found:
        campaign.mapping_campaign(tmp_path, 7, 10)
    assert any("fuzz seed 7, record " in note for note in found.value.__notes__)
    assert (tmp_path / "failed.bin").exists()


def test_a_reason_without_end_would_be_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(channel: ChannelFile, record: Record) -> tuple[Unparsable]:
        del channel, record
        return (Unparsable("x" * 10_000),)

    monkeypatch.setattr(campaign, "map_record", endless)
    with pytest.raises(AssertionError):
        campaign.mapping_campaign(tmp_path, 7, 1)
