"""`make bench` as its user meets it: a table with a row a measurement, and a line in the results file. No timing."""

import json
from pathlib import Path

import pytest

from benchmarks.__main__ import main

ORDERS = 30


def test_the_flows_are_measured_and_the_result_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = tmp_path / "bench.jsonl"

    code = main(["--orders", str(ORDERS), "--only", "embedded", "--results", str(results)])

    shown = capsys.readouterr().out
    (row,) = json.loads(results.read_text())["rows"]
    assert 0 == code
    assert "flows, embedded" in shown
    assert ("flows, embedded", ORDERS) == (row["measure"], row["orders"])
    assert 0 < row["lines_per_s"] <= row["active_lines_per_s"]
    assert 0 < row["cpu_s_per_1000_lines"] < row["cpu_s_per_1000_orders"]


def test_a_wrong_argument_is_refused_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--only", "everything"])

    said = capsys.readouterr().err
    assert 2 == ended.value.code
    assert 1 == len(said.splitlines())
    assert "everything" in said
