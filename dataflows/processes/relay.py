"""What a child says on standard error: passed on line by line; its last word is kept until it is known how it ended."""

import sys
import threading
from typing import IO

_END_WITHIN_S = 2.0
_OURS = "orderline: "


class Relay:
    """Reads one child's standard error to its end.

    A child must not write to the terminal itself, where the live view is. Its last line is held back when it is one
    of ours: of a child that was refused it is the reason, which whoever started the child tells in its own words.
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
        """The reason of a child that has ended, without our name in front; it is not said again."""
        self._thread.join(_END_WITHIN_S)
        held, self._held = self._held, ""
        return held.removeprefix(_OURS).strip()

    def flush(self) -> None:
        """Say what was held back."""
        held, self._held = self._held, ""
        sys.stderr.write(held)

    def end(self) -> None:
        """Say the rest of a child that has ended."""
        self._thread.join(_END_WITHIN_S)
        self.flush()
