"""Replicas of the flows, which live again whenever they have ended, as under any supervisor."""

import os
import resource
import signal
import time
from contextlib import suppress
from pathlib import Path

from dataflows.processes.exit_codes import EXIT_FENCED, EXIT_REFUSED
from tests.kafka.topics import until
from tests.oracle.programs import Program

_MAY_END_WITH = {-signal.SIGKILL, -signal.SIGTERM, 0, EXIT_REFUSED, EXIT_FENCED}
"""A SIGTERM kills while the interpreter is still starting."""
_AGAIN_S = 0.5
_END_WITHIN_S = 30.0


class Replica:
    """One replica of one flow. A death is an end that a fault explains: anything else is a bug, and fails the run."""

    def __init__(self, folder: Path, where: tuple[str, ...], flow: str, number: int) -> None:
        self.flow = flow
        self.number = number
        self.state = folder / "state" / flow / str(number)
        options = ("--replica", str(number), "--state", str(folder / "state"), "--standby")
        self.program = Program(folder, "run", flow, *where, *options, name=f"{flow}-{number}")
        self.lives = 0
        self._again_at = 0.0
        self._is_down = True

    def start(self) -> None:
        """Its first life, or another."""
        self.program.start()
        self.lives += 1
        self._is_down = False

    def look(self) -> None:
        """Let it live again when it has ended for a reason that one may have."""
        if self._is_down:
            return
        if self._again_at:
            if time.monotonic() > self._again_at:
                self._again_at = 0.0
                self.start()
            return
        if self._has_ended():
            self._again_at = time.monotonic() + _AGAIN_S

    def take_down(self, by: signal.Signals) -> None:
        """End it and leave it down; returns when it is gone."""
        self._is_down, self._again_at = True, 0.0
        self.signal(by)
        until(self._has_ended, f"{self.program.name} ends", _END_WITHIN_S)

    def signal(self, number: signal.Signals) -> None:
        """Send it, unless it has just ended."""
        if self.program.code() is None:
            os.kill(self.program.process_id, number)

    def limit(self, what: int, most: int) -> None:
        """Limit a resource of its process from outside, unless it has just ended."""
        if self.program.code() is None:
            with suppress(ProcessLookupError):
                resource.prlimit(self.program.process_id, what, (most, resource.RLIM_INFINITY))

    def _has_ended(self) -> bool:
        code = self.program.code()
        if code is None:
            return False
        words = self.program.words()
        assert code in _MAY_END_WITH, f"{self.program.name} ended with {code}:\n{words}"
        assert "Traceback" not in words, f"{self.program.name} broke:\n{words}"
        return True
