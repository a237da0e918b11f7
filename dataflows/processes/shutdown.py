"""Shutdown of a process: in order on SIGTERM or SIGINT, and at once when its parent is gone."""

import argparse
import os
import signal
import sys
import threading
from types import FrameType


class ShutdownSignal:
    """Set by SIGTERM or SIGINT; loops check it."""

    def __init__(self) -> None:
        self._wanted = False
        signal.signal(signal.SIGTERM, self._on_signal)
        signal.signal(signal.SIGINT, self._on_signal)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self._wanted = True

    def wanted(self) -> bool:
        """Whether to stop at the next safe point."""
        return self._wanted


def add_ending(parser: argparse.ArgumentParser) -> None:
    """Declare the hidden option that ends a child with its supervisor."""
    parser.add_argument("--end-with-parent", action="store_true", help=argparse.SUPPRESS)


def end_with_parent(*, wanted: bool) -> None:
    """Exit when standard input, the parent's pipe, is closed, so that a killed parent leaves no children running."""
    if wanted:
        threading.Thread(target=_wait_for_parent, name="end-with-parent", daemon=True).start()


def _wait_for_parent() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(1)
