"""Exit codes: why a process ended, for the process that started it."""

from typing import Final

EXIT_REFUSED: Final = 2
"""Refused, with one line that says what must be changed first; the same command again would not help."""

EXIT_FENCED: Final = 75
"""Fenced: another process took over this member (`EX_TEMPFAIL`); a supervisor may try again later."""

EXIT_INTERRUPTED: Final = 130
"""Interrupted by Ctrl-C or SIGTERM before the work was done."""
