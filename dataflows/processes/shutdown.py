"""When a process ends: on SIGTERM or SIGINT in good order, and with its parent, whatever happened to that one."""

import argparse
import os
import signal
import sys
import threading
from types import FrameType


class ShutdownSignal:
    """Asked by loops whether to end; set by a signal."""

    def __init__(self) -> None:
        self._wanted = False
        signal.signal(signal.SIGTERM, self._on_signal)
        signal.signal(signal.SIGINT, self._on_signal)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self._wanted = True

    def wanted(self) -> bool:
        """Whether to end at the next good moment."""
        return self._wanted


def add_ending(parser: argparse.ArgumentParser) -> None:
    """The option by which a supervisor ties a child to itself."""
    parser.add_argument("--end-with-parent", action="store_true", help=argparse.SUPPRESS)


def end_with_parent(*, wanted: bool) -> None:
    """Die when standard input, the parent's pipe, is closed: a parent that is killed leaves nobody behind."""
    if wanted:
        threading.Thread(target=_wait_for_parent, name="end-with-parent", daemon=True).start()


def _wait_for_parent() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(1)
