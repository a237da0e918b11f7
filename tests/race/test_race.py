"""The race for the last unit: whatever repeats, overtakes or crashes, the units that exist are promised, no other."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.race.__main__ import main
from tests.race.arena import PARTITIONS, raced
from tests.race.baseline import Write, race_without_ledger
from tests.race.contest import Contest, Deed
from tests.race.killed_processes import raced_by_processes
from tests.race.verdict import Outcome, RaceResult, result_of

SHORT = Contest(seed=11, contenders=300)
LONG = Contest(seed=12, contenders=10_000)
ANSWERS = {Outcome.PROMISED, Outcome.WAITING, Outcome.REJECTED, Outcome.CANCELLED}


@pytest.fixture(scope="module")
def crashes_and_result(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, RaceResult]]:
    with raced(tmp_path_factory.mktemp("race"), SHORT) as (reader, crashes):
        yield crashes, result_of(reader, SHORT)


def test_exactly_the_units_that_exist_are_promised(crashes_and_result: tuple[int, RaceResult]) -> None:
    _, result = crashes_and_result
    assert SHORT.stock == result.promised
    assert () == result.findings


def test_everybody_else_waits_is_rejected_by_policy_or_has_cancelled(
    crashes_and_result: tuple[int, RaceResult],
) -> None:
    _, result = crashes_and_result
    assert set() == ANSWERS - result.outcomes.keys()
    assert SHORT.contenders == sum(result.outcomes.values())
    assert Outcome.UNDECIDED not in result.outcomes


def test_it_was_a_race(crashes_and_result: tuple[int, RaceResult]) -> None:
    crashes, _ = crashes_and_result
    placed = [each.subject for each in SHORT.deliveries() if each.deed is Deed.PLACED]
    assert 3 < crashes
    assert SHORT.contenders + 30 < len(placed)
    assert SHORT.contenders == len(set(placed))
    assert all(5 * units < SHORT.demand()[item_id] for item_id, units in SHORT.stock.items())


@pytest.mark.parametrize("contest", (Contest(21, 60, items=1, units=1), Contest(22, 60, items=1, units=7)))
def test_a_single_item_is_promised_to_its_last_unit(tmp_path: Path, contest: Contest) -> None:
    with raced(tmp_path, contest) as (reader, _):
        result = result_of(reader, contest)
    assert (contest.stock, ()) == (result.promised, result.findings)


@pytest.mark.parametrize("write", tuple(Write))
@pytest.mark.parametrize("seed", (1, 2, 3))
def test_who_reads_checks_and_writes_oversells(seed: int, write: Write) -> None:
    contest = Contest(seed, contenders=300)
    result = race_without_ledger(contest, write, PARTITIONS)
    assert 0 < sum(result.oversold.values())


@pytest.mark.parametrize("write", tuple(Write))
def test_a_single_writer_of_the_same_kind_does_not_so_it_is_the_race_that_oversells(write: Write) -> None:
    nothing = dict.fromkeys(SHORT.stock, 0)
    assert nothing == race_without_ledger(SHORT, write, None).oversold


def test_the_tool_prints_both_results_and_its_seed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert 0 == main(["--seed", "5", "--contenders", "60", "--data", str(tmp_path / "log")])
    said = capsys.readouterr().out
    assert "seed 5" in said
    rows = {line[:24].strip(): line[24:].split() for line in said.splitlines()}
    assert ["40", "40", "40"] == rows["units that exist"]
    assert "0" == rows["of these do not exist"][0]
    assert 0 < int(rows["of these do not exist"][1])
    assert 2 == main(["--seed", "5", "--contenders", "60", "--data", str(tmp_path / "log")])


@pytest.mark.long
def test_ten_thousand_contend_and_the_flows_crash_all_the_time(tmp_path: Path) -> None:
    with raced(tmp_path, LONG) as (reader, crashes):
        result = result_of(reader, LONG)
    assert 50 < crashes
    assert (LONG.stock, ()) == (result.promised, result.findings)


@pytest.mark.long
def test_ten_thousand_contend_and_the_process_is_killed(tmp_path: Path) -> None:
    with raced_by_processes(tmp_path, LONG) as reader:
        result = result_of(reader, LONG)
    assert (LONG.stock, ()) == (result.promised, result.findings)
