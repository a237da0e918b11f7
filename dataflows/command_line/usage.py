"""How the words of a command are read: numbers within their limits, and a mistake answered in one line."""

import argparse
import re
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Final, NoReturn

from dataflows.processes.exit_codes import EXIT_FENCED, EXIT_INTERRUPTED, EXIT_REFUSED

EXIT_CODES: Final[Mapping[int, str]] = {
    0: "done",
    1: "the answer is no: nothing found, a check failed, or a bug ended the process",
    EXIT_REFUSED: "refused: the line says what must be changed first, and the same command again would not help",
    EXIT_FENCED: "fenced: another process took over this member; a supervisor may try again later",
    EXIT_INTERRUPTED: "interrupted by Ctrl-C or SIGTERM before the work was done",
}

_NO_LOG: Final = "one of the arguments --data --bootstrap is required"
_NAME_A_LOG: Final = "name a log: --data DIR (embedded) or --bootstrap HOST:PORT (Kafka)"
_NO_CHOICE: Final = re.compile(r"invalid choice: '(?P<given>.*)' \(choose from (?P<choices>.*)\)")


class OneLineParser(argparse.ArgumentParser):
    """Says in one line what is wrong, what was probably meant, and where to read more."""

    def error(self, message: str) -> NoReturn:
        """Refuse."""
        message = _NAME_A_LOG if message == _NO_LOG else message
        self.exit(EXIT_REFUSED, f"orderline: {message}{_meant(message)}; see `{self.prog} --help`\n")

    def refuse_unknown(self, words: Sequence[str]) -> NoReturn:
        """Refuse words that are no option of this command."""
        options = [option for option in self._option_string_actions if option.startswith("--")]
        close = get_close_matches(words[0].split("=")[0], options, n=1)
        hint = f": did you mean {close[0]}?" if close else ""
        self.error(f"unrecognized arguments: {' '.join(words)}{hint}")


def _meant(message: str) -> str:
    """The choice that is spelled most like the word that was given."""
    found = _NO_CHOICE.search(message)
    if found is None:
        return ""
    close = get_close_matches(found["given"], [choice.strip(" '") for choice in found["choices"].split(",")], n=1)
    return f": did you mean {close[0]}?" if close else ""


def whole(least: int, most: int | None = None) -> Callable[[str], int]:
    """A reader of whole numbers from `least` to `most`."""
    limits = f"of at least {least}" if most is None else f"from {least} to {most}"

    def read(text: str) -> int:
        digits = text.removeprefix("-")
        number = int(text) if digits.isascii() and digits.isdigit() else None
        if number is None or number < least or (most is not None and number > most):
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number {limits}")
        return number

    return read
