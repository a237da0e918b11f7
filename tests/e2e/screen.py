"""A terminal of a given size, and what a command showed on it."""

import fcntl
import os
import re
import struct
import subprocess
import sys
import termios
from threading import Thread

from tests.e2e.commands import PROJECT

_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")
_PATIENCE_S = 180.0


class Screen:
    """Runs a command on a terminal to its end; `code` is its exit code."""

    def __init__(self, columns: int, rows: int, *words: str) -> None:
        self._shown = bytearray()
        master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        environment = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"}}
        process = subprocess.Popen(
            [sys.executable, "-m", "dataflows.command_line.main", *words],
            cwd=PROJECT,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**environment, "PYTHONPATH": str(PROJECT), "TERM": "xterm-256color"},
            start_new_session=True,
        )
        os.close(slave)
        reader = Thread(target=self._read, args=(master,), daemon=True)
        reader.start()
        try:
            self.code = process.wait(_PATIENCE_S)
        finally:
            process.kill()
            process.wait()
            reader.join(_PATIENCE_S)
            os.close(master)

    def _read(self, master: int) -> None:
        while True:
            try:
                self._shown += os.read(master, 65_536)
            except OSError:  # the terminal has no other end any more
                return

    def frames(self, heading: str) -> list[list[str]]:
        """The lines of each picture that begins with a heading; the last one has all that followed."""
        text = _CONTROL.sub("", self._shown.decode())
        return [(heading + picture).splitlines() for picture in text.split(heading)[1:]]
