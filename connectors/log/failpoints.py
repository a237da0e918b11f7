"""Named points at which a test can end the process, to show that a crash there neither loses nor doubles anything.

They are an argument and do nothing unless a test passes `CrashAt`.
"""

import os
import signal


class Failpoints:
    """The failpoints in production: they do nothing."""

    def hit(self, name: str) -> None:
        """Called at the points where a crash is most dangerous."""


class CrashAt(Failpoints):
    """Kills its own process with SIGKILL at the `count`-th pass of one point."""

    def __init__(self, name: str, count: int = 1) -> None:
        self.name = name
        self._left = count

    def hit(self, name: str) -> None:
        """Count down, and kill the process at zero."""
        if name == self.name:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
