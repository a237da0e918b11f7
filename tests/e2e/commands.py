"""`orderline` as a user starts it: inside the test, or as a process that the test does not outlive."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event
from typing import NamedTuple

import pytest

from dataflows.command_line.main import main
from tests.warm_start.process import ENVIRONMENT, WarmProcess

PROJECT = Path(__file__).parents[2]
_PATIENCE_S = 180.0
_ENDS_WITHIN_S = 180.0
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Said(NamedTuple):
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


class Inside:
    """Runs commands inside the test's process; `capsys` captures their output."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *words: str) -> Said:
        handlers = {number: signal.getsignal(number) for number in _SIGNALS}
        try:
            code = main(words)
        except SystemExit as ended:
            code = int(ended.code or 0)
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)
        heard = self._capsys.readouterr()
        return Said(code, heard.out, heard.err)


class Running:
    """A command as a process, the leader of a session of its own."""

    def __init__(self, words: Sequence[str], folder: Path | None, *, cold: bool = False) -> None:
        self._process: subprocess.Popen[str] = (subprocess.Popen if cold else WarmProcess)(
            [sys.executable, "-m", "dataflows.command_line.main", *words],
            cwd=folder or PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **ENVIRONMENT, "COLUMNS": "100"},
            start_new_session=True,
            text=True,
        )
        self.number = self._process.pid

    def family(self) -> list[int]:
        """It and all that it started, which live."""
        return [self.number, *_children(self.number)]

    def signal(self, number: int) -> None:
        """Send a signal to it alone, as a terminal would: its children are in groups of their own."""
        self._process.send_signal(number)

    def line(self) -> str:
        """Its next line on standard output; of what follows, `said` may miss some."""
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def said(self) -> Said:
        """Wait for its end."""
        out, err = self._process.communicate(timeout=_ENDS_WITHIN_S)
        return Said(self._process.returncode, out, err)

    def lives(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def end(self) -> None:
        """Let nothing be left."""
        family = self.family() if self.lives() else []
        for number in family:
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        self._process.communicate()


@contextmanager
def running(*words: str, folder: Path | None = None, cold: bool = False) -> Iterator[Running]:
    """A command, for the time of a block at most; `cold`: the interpreter is started for it."""
    command = Running(words, folder, cold=cold)
    try:
        yield command
    finally:
        command.end()


def orderline(*words: str, folder: Path | None = None, cold: bool = False) -> Said:
    """A command as a process, to its end."""
    with running(*words, folder=folder, cold=cold) as command:
        return command.said()


def is_alive(number: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def until(holds: Callable[[], bool], what: str, seconds: float = _PATIENCE_S) -> None:
    """Wait for a condition; fail when it does not come."""
    deadline = time.monotonic() + seconds
    pause = Event()
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        pause.wait(0.02)


def _children(number: int) -> Iterator[int]:
    try:
        listed = Path(f"/proc/{number}/task/{number}/children").read_text().split()
    except OSError:
        return
    for child in map(int, listed):
        yield child
        yield from _children(child)
