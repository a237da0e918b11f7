"""How the words of a command are read: numbers within their limits, and a mistake told in one line."""

import argparse
from collections.abc import Callable
from typing import NoReturn

EXIT_REFUSED = 2
"""Refused with one line that says what must be changed first: the same again would not help."""


class OneLineParser(argparse.ArgumentParser):
    """Says what is wrong and where to read more, without the usage in front."""

    def error(self, message: str) -> NoReturn:
        """Refuse."""
        self.exit(EXIT_REFUSED, f"orderline: {message}; see `{self.prog} --help`\n")


def whole(least: int, most: int | None = None) -> Callable[[str], int]:
    """A reader of whole numbers from `least` to `most`."""
    limits = f"of at least {least}" if most is None else f"from {least} to {most}"

    def read(text: str) -> int:
        digits = text.removeprefix("-")
        number = int(text) if digits.isascii() and digits.isdigit() else None
        if number is None or number < least or (most is not None and number > most):
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number {limits}")
        return number

    return read
