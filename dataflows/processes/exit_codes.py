"""How a process says why it ended, to whoever started it."""

from typing import Final

EXIT_REFUSED: Final = 2
"""Refused with one line that says what must be changed first: the same again would not help."""

EXIT_FENCED: Final = 75
"""Another process is this member now (`EX_TEMPFAIL`): a supervisor may try again later."""

EXIT_INTERRUPTED: Final = 130
"""Ended by Ctrl-C or SIGTERM before its work was done."""
