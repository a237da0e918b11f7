"""A program that starts warm is to its test, and to itself, as if the interpreter had been started for it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.warm_start.process import ENVIRONMENT, WarmProcess, run_warm

PIPE = subprocess.PIPE
ENDS_WITHIN_S = 60
PORTRAIT = [sys.executable, "-m", "tests.warm_start.self_portrait"]
SAME_BUT_FOR_CHANCE = ("number", "parent")


class Started(NamedTuple):
    """One program, cold and warm."""

    cold: "subprocess.Popen[str]"
    warm: "subprocess.Popen[str]"


@pytest.fixture
def starting() -> Iterator[ExitStack]:
    with ExitStack() as programs:
        yield programs


def start(starting: ExitStack, folder: Path, ending: str, **options: Any) -> Started:
    environment = {**os.environ, **ENVIRONMENT, "SAID": "yes"}
    given: dict[str, Any] = {
        "cwd": folder,
        "env": environment,
        "stdin": PIPE,
        "stdout": PIPE,
        "stderr": PIPE,
        "text": True,
    } | options
    started = Started(subprocess.Popen([*PORTRAIT, ending], **given), WarmProcess([*PORTRAIT, ending], **given))
    for program in started:
        starting.enter_context(program)
        starting.callback(program.kill)
    return started


def ends(started: Started) -> list[tuple[int, str, str]]:
    said = [program.communicate(timeout=ENDS_WITHIN_S) for program in started]
    return [(program.returncode, *words) for program, words in zip(started, said, strict=True)]


@pytest.mark.parametrize("new_session", (False, True))
def test_it_finds_around_itself_what_it_finds_after_a_cold_start(
    starting: ExitStack, tmp_path: Path, new_session: bool
) -> None:
    started = start(starting, tmp_path, "0", start_new_session=new_session)
    cold, warm = [json.loads(out.splitlines()[0]) for _, out, _ in ends(started)]
    assert [program.pid for program in started] == [portrait["number"] for portrait in (cold, warm)]
    assert os.getpid() == cold["parent"]
    assert {name: cold[name] for name in cold if name not in SAME_BUT_FOR_CHANCE} == {
        name: warm[name] for name in warm if name not in SAME_BUT_FOR_CHANCE
    }


@pytest.mark.parametrize("code", (0, 3))
def test_it_ends_with_its_code_after_all_that_is_to_be_done_at_the_end(
    starting: ExitStack, tmp_path: Path, code: int
) -> None:
    for ended, out, errors in ends(start(starting, tmp_path, str(code))):
        assert (code, "and ended in order", "") == (ended, out.splitlines()[-1], errors)


def test_an_error_ends_it_as_any_program(starting: ExitStack, tmp_path: Path) -> None:
    for ended, _, errors in ends(start(starting, tmp_path, "raise")):
        assert (1, "LookupError: as it was told") == (ended, errors.splitlines()[-1])


@pytest.mark.parametrize("number", (signal.SIGINT, signal.SIGTERM, signal.SIGKILL))
def test_a_signal_reaches_it_and_is_how_it_ended(starting: ExitStack, tmp_path: Path, number: signal.Signals) -> None:
    started = start(starting, tmp_path, "wait")
    for program in started:
        assert program.stdout is not None
        program.stdout.readline()
        assert program.poll() is None
        program.send_signal(number)
    assert [-number, -number] == [program.wait(ENDS_WITHIN_S) for program in started]


def test_it_is_a_child_of_its_test(starting: ExitStack, tmp_path: Path) -> None:
    started = start(starting, tmp_path, "wait")
    tasks = Path("/proc/self/task").glob("*/children")
    children = {int(number) for task in tasks for number in task.read_text().split()}
    assert {program.pid for program in started} <= children


def test_each_has_chance_of_its_own() -> None:
    drawing = [sys.executable, "-m", "tests.warm_start.drawing"]
    assert 2 == len({run_warm(drawing, ENDS_WITHIN_S).stdout for _ in range(2)})


@pytest.mark.parametrize(
    ("command", "options"),
    (
        ([sys.executable, "-c", "pass"], {}),
        (["sh", "-m", "tests.warm_start.self_portrait"], {}),
        ([*PORTRAIT, "0"], {"preexec_fn": os.getpid}),
        ([*PORTRAIT, "0"], {"process_group": 0}),
        ([*PORTRAIT, "0"], {"env": {**os.environ, **ENVIRONMENT, "PYTHONHASHSEED": "1"}}),
    ),
)
def test_what_a_test_says_about_the_start_itself_is_refused(command: list[str], options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="only Popen can start this"):
        WarmProcess(command, **options)
