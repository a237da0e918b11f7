"""Parsing of command-line arguments: numbers with limits, and errors reported in one line."""

import argparse
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Final, NoReturn

from dataflows.command_line.options.modes import without_effect
from dataflows.logs import write_refusal
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
    """Reports an error in one line: what is wrong, what was probably meant, and where to read more.

    An option must be spelled in full. An abbreviation that works today would become ambiguous, or change its meaning,
    as soon as a release adds an option.
    """

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - as argparse declares them
        super().__init__(**options, allow_abbrev=False)

    def parse_known_args(  # type: ignore[override]  # argparse's overloads are for namespaces of other classes
        self,
        args: Sequence[str] | None = None,
        namespace: Any = None,  # noqa: ANN401 - argparse's own
    ) -> tuple[Any, list[str]]:
        """Refuse options that have no effect on the log that the arguments name."""
        words = sys.argv[1:] if args is None else list(args)
        found, unknown = super().parse_known_args(words, namespace)
        if hasattr(found, "data") and hasattr(found, "bootstrap"):
            given = {word.partition("=")[0] for word in words}
            for reason in without_effect(self, given, is_kafka=found.bootstrap is not None):
                self.error(reason)
        return found, unknown

    def error(self, message: str) -> NoReturn:
        """Exit with `EXIT_REFUSED` after the line."""
        message = _NAME_A_LOG if message == _NO_LOG else message
        write_refusal(f"{message}{_meant(message)}; see `{self.prog} --help`")
        self.exit(EXIT_REFUSED)

    def refuse_unknown(self, words: Sequence[str]) -> NoReturn:
        """Exit with the line for arguments that are not options of this command."""
        options = [option for option in self._option_string_actions if option.startswith("--")]
        close = get_close_matches(words[0].split("=")[0], options, n=1)
        hint = f": did you mean {close[0]}?" if close else ""
        self.error(f"unrecognized arguments: {' '.join(words)}{hint}")


def _meant(message: str) -> str:
    """The closest choice to the word that was given, as a hint."""
    found = _NO_CHOICE.search(message)
    if found is None:
        return ""
    close = get_close_matches(found["given"], [choice.strip(" '") for choice in found["choices"].split(",")], n=1)
    return f": did you mean {close[0]}?" if close else ""


def whole(least: int, most: int | None = None) -> Callable[[str], int]:
    """An argparse type: a whole number from `least` to `most`, both included."""
    limits = f"of at least {least}" if most is None else f"from {least} to {most}"

    def read(text: str) -> int:
        digits = text.removeprefix("-")
        number = int(text) if digits.isascii() and digits.isdigit() else None
        if number is None or number < least or (most is not None and number > most):
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number {limits}")
        return number

    return read
