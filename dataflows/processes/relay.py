"""Relays the standard error of a child line by line; a last refusal is kept until its exit code is known."""

import sys
import threading
from typing import IO

from dataflows.logs import refusal_in

_END_WITHIN_S = 2.0


class Relay:
    """Reads one child's standard error to its end.

    A child must not write to the terminal itself, where the live view is. Its last line is kept when it is a refusal
    (`dataflows/logs.py`): that is then the reason why it ended, and the parent reports it in its own line.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._held = ""
        self._thread = threading.Thread(target=self._pass_on, name="relay", daemon=True)
        self._thread.start()

    def _pass_on(self) -> None:
        with self._stream:
            for line in self._stream:
                self.flush()
                text = line.decode(errors="replace")
                if refusal_in(text) is None:
                    sys.stderr.write(text)
                else:
                    self._held = text

    def last_word(self) -> str:
        """The text of the kept line of a child that has ended; it is not written again."""
        self._thread.join(_END_WITHIN_S)
        held, self._held = self._held, ""
        return refusal_in(held) or ""

    def flush(self) -> None:
        """Write the kept line."""
        held, self._held = self._held, ""
        sys.stderr.write(held)

    def end(self) -> None:
        """Write the rest of the output of a child that has ended."""
        self._thread.join(_END_WITHIN_S)
        self.flush()
