"""CPU seconds and memory as the kernel writes them down."""

import os
from pathlib import Path

import pytest

from benchmarks.harness.processes import cpu_s, family, machine_cpu_s, peak_rss_bytes, usage_of, words_of

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def write_process(proc: Path, number: int, times: tuple[int, ...], peak_kib: int, children: str = "") -> None:
    """Files of one process; `times`: user, system, and the same of ended children, in seconds."""
    folder = proc / str(number)
    (folder / "task" / str(number)).mkdir(parents=True)
    (folder / "task" / str(number) / "children").write_text(children)
    before = "S 1 2 3 4 5 6 7 8 9 10"
    ticks = " ".join(str(seconds * TICKS_A_SECOND) for seconds in times)
    (folder / "stat").write_text(f"{number} (a name) with) {before} {ticks} 20 0 1\n")
    (folder / "status").write_text(f"Name:\ta name\nVmPeak:\t 9 kB\nVmHWM:\t {peak_kib} kB\nVmRSS:\t 1 kB\n")
    (folder / "cmdline").write_text("python\0run\0orders\0")


def test_user_and_system_seconds_count_with_those_of_ended_children(tmp_path: Path) -> None:
    write_process(tmp_path, 7, (1, 2, 30, 400), peak_kib=1)

    assert 433.0 == cpu_s(7, tmp_path)


def test_memory_is_the_high_water_mark(tmp_path: Path) -> None:
    write_process(tmp_path, 7, (0, 0, 0, 0), peak_kib=2_000)

    assert 2_048_000 == peak_rss_bytes(7, tmp_path)


def test_a_family_is_a_process_and_all_below_it(tmp_path: Path) -> None:
    write_process(tmp_path, 7, (1, 0, 0, 0), peak_kib=1, children="8 10 ")
    write_process(tmp_path, 8, (2, 0, 0, 0), peak_kib=2, children="9 ")
    write_process(tmp_path, 9, (4, 0, 0, 0), peak_kib=4)
    write_process(tmp_path, 10, (8, 0, 0, 0), peak_kib=8)

    assert [7, 8, 9, 10] == family(7, tmp_path)
    assert 15.0 == usage_of([7], tmp_path).cpu_s
    assert 15 * 1_024 == usage_of([7], tmp_path).peak_rss_bytes


def test_an_ended_process_counts_nothing(tmp_path: Path) -> None:
    assert 0.0 == usage_of([7], tmp_path).cpu_s
    assert 0 == usage_of([7], tmp_path).peak_rss_bytes


def test_the_machine_is_at_work_when_it_neither_idles_nor_waits(tmp_path: Path) -> None:
    ticks = " ".join(str(seconds * TICKS_A_SECOND) for seconds in (1, 2, 4, 800, 900, 8, 16, 1000))
    (tmp_path / "stat").write_text(f"cpu  {ticks}\ncpu0 1 1 1 1 1 1 1\n")

    assert 31.0 == machine_cpu_s(tmp_path)


def test_the_words_of_a_command(tmp_path: Path) -> None:
    write_process(tmp_path, 7, (0, 0, 0, 0), peak_kib=1)

    assert ["python", "run", "orders"] == words_of(7, tmp_path)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc: the benchmarks need Linux")
def test_this_very_process_has_used_something() -> None:
    usage = usage_of([os.getpid()])

    assert usage.cpu_s > 0
    assert usage.peak_rss_bytes > 1_000_000
