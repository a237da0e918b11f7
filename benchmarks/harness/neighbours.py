"""What the rest of the machine does while we measure."""

import os
import time

from benchmarks.harness.processes import machine_cpu_s, usage_of


class Neighbours:
    """`share` is of one core, since it was asked last (or since this was made)."""

    def __init__(self) -> None:
        self._before = _look()

    def share(self) -> float:
        """Everything that neither this process nor anything it started has used."""
        before, self._before = self._before, _look()
        at, others_s = self._before
        return max(0.0, (others_s - before[1]) / (at - before[0]))


def _look() -> tuple[float, float]:
    return time.monotonic(), machine_cpu_s() - usage_of([os.getpid()]).cpu_s
