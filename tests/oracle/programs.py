"""Programs of ours as processes of their own, which may die at a failpoint, be killed, and live again."""

import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.warm_start.process import WarmProcess

PROJECT = Path(__file__).parents[2]
_END_WITHIN_S = 60.0
_TOLD = 2_000
ORDERLINE = "dataflows.command_line.main"


@dataclass(frozen=True, slots=True)
class Strike:
    """A life ends at the `count`-th passing of a failpoint; `prepare` runs before it begins."""

    point: str
    count: int
    prepare: Callable[[], None] | None = None

    def __str__(self) -> str:
        return f"{self.point}:{self.count}"


class Program:
    """`orderline <arguments>`, or another module; its output goes to a file in `words`. It never outlives the test."""

    def __init__(self, words: Path, *arguments: str, name: str | None = None, module: str = ORDERLINE) -> None:
        self._module = module
        self.name = name or (arguments[0] if arguments[0] != "run" else arguments[1])
        self._arguments = arguments
        self._words = words / f"{self.name}.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *more: str) -> None:
        """A new life."""
        command = [sys.executable, "-m", self._module, *self._arguments, *more, "--end-with-parent"]
        with self._words.open("ab") as words:
            self._process = WarmProcess(
                command,
                cwd=PROJECT,
                stdin=subprocess.PIPE,
                stdout=words,
                stderr=words,
            )

    def code(self) -> int | None:
        """The exit code, or None while it lives."""
        assert self._process is not None
        code = self._process.poll()
        if code is not None:
            self._process.communicate()
        return code

    def require_alive(self) -> None:
        """Fail if it has ended without being asked to."""
        code = self.code()
        assert code is None, f"{self.name} ended with {code}: {self.words()}"

    def kill(self) -> None:
        """`kill -9`; returns once the process has ended."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()

    @property
    def process_id(self) -> int:
        """The id of the running process."""
        assert self._process is not None
        return self._process.pid

    def stop(self) -> None:
        """Stop it in order."""
        assert self._process is not None
        self._process.terminate()
        code = self._process.wait(_END_WITHIN_S)
        self._process.communicate()
        assert 0 == code, f"{self.name} ended with {code}: {self.words()}"

    def words(self) -> str:
        """The end of its output."""
        return self._words.read_text(errors="replace")[-_TOLD:]


@dataclass
class Mortal:
    """A program that is started once per planned kill, and a last time without one."""

    program: Program
    strikes: Sequence[Strike]
    occurred: list[Strike] = field(default_factory=list)

    def start(self) -> None:
        """Start it for the first time."""
        self._live()

    def restart_if_killed(self) -> bool:
        """Start the program again if its planned kill ended it; whether it did. Any other end is a failure."""
        code = self.program.code()
        if code is None:
            return False
        due = self.due
        assert due is not None, f"{self.program.name} ended with {code}, which was not planned: {self.program.words()}"
        assert -signal.SIGKILL == code, f"{due} ended {self.program.name} with {code}: {self.program.words()}"
        self.occurred.append(due)
        self._live()
        return True

    @property
    def due(self) -> Strike | None:
        """The strike that is to end this life."""
        return self.strikes[len(self.occurred)] if len(self.occurred) < len(self.strikes) else None

    def _live(self) -> None:
        due = self.due
        if due is None:
            self.program.start()
            return
        if due.prepare is not None:
            due.prepare()
        self.program.start("--crash-at", str(due))
