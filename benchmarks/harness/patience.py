"""Waiting for programs under measurement: they must stay alive and finish before a deadline."""

import time
from typing import Protocol

_LONGEST_S = 3_600.0


class Living(Protocol):
    """Programs under measurement."""

    def require_alive(self) -> None:
        """Raise when one of them has ended."""
        ...


class Patience:
    """Polled by every waiting loop."""

    def __init__(self, programs: Living) -> None:
        self._programs = programs
        self._deadline = time.monotonic() + _LONGEST_S

    def check(self) -> None:
        """Raise when a program has ended or the deadline has passed."""
        self._programs.require_alive()
        if time.monotonic() > self._deadline:
            raise TimeoutError(f"not done within {_LONGEST_S:.0f} s")
