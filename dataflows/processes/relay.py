"""Relays the standard error of a child line by line; a last `orderline:` line is kept until its exit code is known."""

import sys
import threading
from typing import IO

_END_WITHIN_S = 2.0
_OURS = "orderline: "


class Relay:
    """Reads one child's standard error to its end.

    A child must not write to the terminal itself, where the live view is. Its last line is kept when it starts with
    `orderline:`. When the child was refused, that line is the reason, and the parent reports it in its own line.
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
                if text.startswith(_OURS):
                    self._held = text
                else:
                    sys.stderr.write(text)

    def last_word(self) -> str:
        """The kept line of a child that has ended, without the prefix; it is not written again."""
        self._thread.join(_END_WITHIN_S)
        held, self._held = self._held, ""
        return held.removeprefix(_OURS).strip()

    def flush(self) -> None:
        """Write the kept line."""
        held, self._held = self._held, ""
        sys.stderr.write(held)

    def end(self) -> None:
        """Write the rest of the output of a child that has ended."""
        self._thread.join(_END_WITHIN_S)
        self.flush()
