"""`orderline demo --csv FILE`: a year goes through the whole product, and every line of it is accounted for."""

import os
import signal
from collections.abc import Mapping
from contextlib import closing, suppress
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest

from connectors.topic_reader import TopicReader, open_reader
from tests.e2e.commands import Inside, orderline, running, until
from tests.e2e.screen import Screen
from tests.e2e.years.run_year import Ended, report_in, require_accounted_for, run_year
from tests.e2e.years.small_year import small_year
from tests.oracle.insights import insights_findings


@pytest.fixture(scope="module")
def on_data_clock(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    return run_year(tmp_path_factory.mktemp("year"), "--clock", "data")


def test_on_its_own_time_every_line_is_accounted_for(on_data_clock: Ended) -> None:
    assert (0, "") == (on_data_clock.said.code, on_data_clock.said.err)
    require_accounted_for(on_data_clock.report, on_data_clock.expected)


def test_on_its_own_time_the_same_file_gives_the_same_bytes_on_every_topic(
    on_data_clock: Ended, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONHASHSEED", str(1 + int(os.environ.get("PYTHONHASHSEED", "0") == "1")))
    again = run_year(tmp_path, "--clock", "data", cold=True)

    assert {"insights.windows.v1", "orders.events.v1", "source.online_retail.v1"} <= again.report["topic_sha256"].keys()
    assert on_data_clock.report == again.report


def test_another_seed_gives_other_bytes_and_the_same_sum(on_data_clock: Ended, tmp_path: Path) -> None:
    other = run_year(tmp_path, "--clock", "data", "--seed", "2").report

    assert on_data_clock.report["topic_sha256"] != other["topic_sha256"]
    assert on_data_clock.report["value_by_outcome"] == other["value_by_outcome"]


def test_the_windows_of_a_year_are_those_of_a_batch(on_data_clock: Ended) -> None:
    with closing(open_reader(on_data_clock.data, None)) as reader:
        assert [] == insights_findings(reader)


class Killed(NamedTuple):
    """A year that was killed as a whole in the middle of its work, and begun again on a small terminal."""

    data: Path
    screen: Screen
    expected: Mapping[str, tuple[int, Decimal]]


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Killed:
    """As fast as it goes."""
    folder = tmp_path_factory.mktemp("year")
    expected = small_year(folder / "year.csv")
    words = ("demo", "--csv", str(folder / "year.csv"), "--data", str(folder / "data"))
    with running(*words) as demo:
        until((folder / "data" / "log" / "CURRENT").exists, "the log is there")
        with closing(open_reader(folder / "data", None, wait_s=30.0)) as reader:
            until(lambda: 20 <= count_of(reader, "orders.events.v1"), "some orders are in work")
        for number in demo.family():
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
    return Killed(folder / "data", Screen(80, 24, *words), expected)


def count_of(reader: TopicReader, topic: str) -> int:
    reader.refresh()
    return sum(reader.ends(topic).values()) if topic in reader.topics() else 0


def test_at_full_speed_and_killed_in_the_middle_every_line_is_accounted_for(killed: Killed) -> None:
    assert 0 == killed.screen.code
    report = report_in(killed.data)
    require_accounted_for(report, killed.expected)
    assert 0 < report["rows_per_second"]
    named = (killed.data / report["named"]["lines_without_price"]["all"]).read_text().splitlines()
    assert report["named"]["lines_without_price"]["lines"] == len(named)


def test_its_pictures_fit_a_small_terminal(killed: Killed) -> None:
    *pictures, last = killed.screen.frames("Orderline 0:")

    assert 5 < len(pictures)
    assert 24 >= max(map(len, pictures))
    own = [line for picture in (*pictures, last) for line in picture if str(killed.data) not in line]
    assert 80 >= max(map(len, own)), "but for commands that name a folder, as long as it is"
    assert all(any("waiting for the ERP" in line for line in picture) for picture in pictures)


def test_a_year_that_was_begun_is_not_taken_for_another(killed: Killed) -> None:
    words = ("demo", "--csv", str(killed.data.parent / "year.csv"), "--data", str(killed.data), "--invoices", "3")
    said = orderline(*words)

    assert (2, 1) == (said.code, len(said.err.splitlines()))
    assert "holds a year with CSV=" in said.err


@pytest.mark.parametrize(
    ("options", "reason"),
    (
        (("--clock", "data"), "name its file with --csv"),
        (("--invoices", "3"), "name its file with --csv"),
        (("--csv", "nothing.csv"), "cannot read"),
        (("--csv", "nothing.csv", "--clock", "data"), "cannot read"),
        (("--csv", "year.csv", "--clock", "data", "--bootstrap", "localhost:1"), "a Kafka has its own clock"),
    ),
)
def test_what_is_no_year_is_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], reason: str
) -> None:
    said = Inside(capsys)("demo", "--data", str(tmp_path / "data"), *options)

    assert (2, "", 1) == (said.code, said.out, len(said.err.splitlines()))
    assert reason in said.err
    assert not (tmp_path / "data").exists()
