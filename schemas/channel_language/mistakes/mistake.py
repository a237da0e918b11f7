"""A mistake in a channel file, with its place."""

from typing import NamedTuple


class Mistake(NamedTuple):
    """What is wrong, in words for whoever wrote the file."""

    steps: tuple[str | int, ...]
    """The names and positions on the way to it, as they are in the file."""
    reason: str
