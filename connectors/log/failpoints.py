"""Named points at which a test can end the process, to show that a crash there neither loses nor doubles anything.

They are handed in as an argument and do nothing unless a test passes `CrashAt`.
"""

import os
import signal


class Failpoints:
    """The points of a program at work: passing one does nothing."""

    def hit(self, name: str) -> None:
        """Called where a crash would be worst."""


class CrashAt(Failpoints):
    """Ends the own process with SIGKILL, which nothing can catch, at the `count`-th passing of one point."""

    def __init__(self, name: str, count: int = 1) -> None:
        self._name = name
        self._left = count

    def hit(self, name: str) -> None:
        """Count down, and die at zero."""
        if name == self._name:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
