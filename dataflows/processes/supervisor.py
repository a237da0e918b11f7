"""Supervises child processes: starts them together, restarts them with exponential backoff, stops them in order."""

import logging
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from connectors.log.port import LogFailed
from dataflows.logs import logging_words
from dataflows.processes.exit_codes import EXIT_FENCED, EXIT_REFUSED
from dataflows.processes.relay import Relay
from dataflows.processes.shutdown import ShutdownSignal

_LOGGER = logging.getLogger(__name__)
_FIRST_PAUSE_S = 0.25
_LONGEST_PAUSE_S = 10.0
_SETTLED_S = 30.0
_FENCINGS_AT_MOST = 3
_FENCING_WINDOW_S = 60.0
_LOOK_EVERY_S = 0.05
_END_WITHIN_S = 20.0
_ROOT = str(Path(__file__).parents[2])
_PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); from dataflows.command_line.main import main; sys.exit(main())"
)
"""Runs `orderline` from the folder of this package, whatever the current folder contains."""


@dataclass(slots=True)
class Child:
    """One process that runs `orderline <arguments>`. `ends`: it is expected to exit on its own."""

    name: str
    arguments: Sequence[str]
    ends: bool = False
    process: "subprocess.Popen[bytes] | None" = None
    relay: Relay | None = None
    started_at: float = 0.0
    start_again_at: float = 0.0
    pause_s: float = _FIRST_PAUSE_S
    ended: bool = False
    fenced_at: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Start it in a process group of its own: Ctrl-C reaches the parent only, which stops its children in order.

        Its standard input is a pipe from the parent, so that it ends with the parent, however that one ends. Its
        standard output is discarded; its standard error is relayed.
        """
        command = [sys.executable, "-P", "-c", _PROGRAM, _ROOT, *self.arguments, *logging_words(), "--end-with-parent"]
        self.process = subprocess.Popen(  # noqa: S603  this program
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, process_group=0
        )
        if self.process.stderr is not None:
            self.relay = Relay(self.process.stderr)
        self.started_at = time.monotonic()

    def look(self, *, was_refused_before: bool) -> None:
        """Restart it when it has failed; `LogFailed` when a restart would not help."""
        now = time.monotonic()
        if self.ended:
            return
        if self.process is None:
            if now >= self.start_again_at:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        reason = self._release(code)
        if code == 0 and self.ends:
            self.ended = True
            return
        self._judge(code, now, reason, was_refused_before=was_refused_before)

    def _judge(self, code: int, now: float, reason: str, *, was_refused_before: bool) -> None:
        if code == EXIT_REFUSED and not was_refused_before and now - self.started_at < _SETTLED_S:
            raise LogFailed(f"{self.name} cannot run: {reason}")
        if code == EXIT_FENCED:
            self.fenced_at = [*(at for at in self.fenced_at if now - at < _FENCING_WINDOW_S), now]
            if len(self.fenced_at) >= _FENCINGS_AT_MOST:
                raise LogFailed(f"{self.name} was fenced {_FENCINGS_AT_MOST} times in a minute: is it running twice?")
        self.pause_s = _FIRST_PAUSE_S if now - self.started_at > _SETTLED_S else self.pause_s
        self.start_again_at = now + self.pause_s
        why = f" ({reason})" if reason else ""
        _LOGGER.warning("%s ended with exit code %d%s; restart in %g s", self.name, code, why, self.pause_s)
        self.pause_s = min(self.pause_s * 2, _LONGEST_PAUSE_S)

    def _release(self, code: int) -> str:
        """Close the pipes of the ended process; the reason that it gave when it was refused or fenced."""
        process, relay = self.process, self.relay
        self.process = self.relay = None
        if process is not None and process.stdin is not None:
            process.stdin.close()
        if relay is None:
            return ""
        if code in {EXIT_REFUSED, EXIT_FENCED}:
            return relay.last_word()
        relay.end()
        return ""

    def end(self) -> None:
        """Terminate it and wait; kill it when it does not end in time."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(_END_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._release(self.process.returncode)


class Supervisor:
    """The children of one program. A refusal is fatal only in the first seconds; later the child is restarted."""

    def __init__(self, children: Sequence[Child], ending: ShutdownSignal) -> None:
        self._children: Sequence[Child] = children
        self._shutdown_signal = ending
        self._settled_at = time.monotonic() + _SETTLED_S

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for child in self._children:
            child.end()

    def start(self) -> None:
        """Start all children."""
        for child in self._children:
            child.start()

    def begin(self, child: Child) -> None:
        """Start one more child, which is stopped first."""
        self._children = [child, *self._children]
        child.start()

    def run(self) -> int:
        """Keep the children running until a signal, then stop them in the order given; the exit code."""
        with self:
            self.start()
            while not self._shutdown_signal.wanted():
                self.look()
                time.sleep(_LOOK_EVERY_S)
        return 0

    def look(self) -> None:
        """Check every child once, and restart those that are due."""
        settled = time.monotonic() > self._settled_at
        for child in self._children:
            child.look(was_refused_before=settled)
