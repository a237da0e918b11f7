"""Runs one program that must not outlive the process that asked for it.

Run as a separate script: `python -I watchdog.py PROGRAM ARGUMENT...`, with standard input a pipe
that the asking process holds open. When a byte comes through the pipe or it closes (also by that
process's `kill -9`), the program gets SIGKILL; SIGTERM is handed on to it. A pipe is used, and not
Linux's parent-death signal, because that one follows the asking thread, and fires when a mere thread
of a test ends. The exit code is the program's; nothing of this project is imported.
"""

import os
import signal
import subprocess
import sys
from threading import Thread
from types import FrameType


def main() -> None:
    """Start the program and stay until it has ended."""
    program = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)

    def hand_on(_signal: int, _frame: FrameType | None) -> None:
        program.terminate()

    def kill_when_told_or_alone() -> None:
        os.read(sys.stdin.fileno(), 1)
        program.kill()

    signal.signal(signal.SIGTERM, hand_on)
    Thread(target=kill_when_told_or_alone, daemon=True).start()
    code = program.wait()
    os._exit(code if code >= 0 else 128 - code)


if __name__ == "__main__":
    main()
