"""Parses the paths and templates of channel files; every text is parsed once."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

POSITION: Final = "@position"
"""The path that stands for the number of the line, from 1."""

VALUE: Final = "@value"
"""The path that stands for the element itself, in a list of texts or numbers."""

OF_ELEMENTS: Final = frozenset({POSITION, VALUE})
"""Paths that are no names of fields."""

INGESTED: Final = "@ingested"
"""The default of `occurred_at` that stands for the append time of the record."""

DOCUMENT: Final = "@document"
"""In `documents`: what the record holds, where it is not wrapped."""

EVERY: Final = "*"
"""The step into every element of a list, in the paths of lists."""

_PLACEHOLDER: Final = re.compile(r"\{([^{}]+)\}")
_STEP: Final = r"[^.{}\[\]\s]+(?:\[[^.{}\[\]=\s]+=[^{}\[\]]+\])?"
_PATH: Final = re.compile(rf"(?:\$\.|\^+\.)?{_STEP}(?:\.{_STEP})*")
_NEXT: Final = re.compile(r"(?P<name>[^.\[\]]+)(?:\[(?P<key>[^=]+)=(?P<value>[^\]]+)\])?(?:\.|$)")


class Pick(NamedTuple):
    """The step to the first element of a list whose field `key` has this value."""

    key: str
    value: str


PathStep = str | Pick


class Steps(NamedTuple):
    """A path: the steps to follow, from the document's root, from the current line, or from what is around it."""

    from_root: bool
    up: int
    """How many elements it goes out of before it goes down."""
    steps: tuple[PathStep, ...]

    @property
    def first(self) -> str:
        """The name that it begins with."""
        return str(self.steps[0])


class TemplatePart(NamedTuple):
    """A piece of a template: exactly one of the three is set."""

    literal: str | None
    path: str | None
    header: str | None


@lru_cache(maxsize=4096)
def path_steps(path: str) -> Steps:
    """Parse `$.a.b`, `^.a`, `a[key=value].b`; the path is one that `is_path`."""
    from_root = path.startswith("$.")
    below = path.removeprefix("$.").lstrip("^")
    up = len(path) - len(below) if path.startswith("^") else 0
    return Steps(from_root, up, tuple(_steps(below.removeprefix(".") if up else below)))


def is_path(text: str) -> bool:
    """Whether a text is a path."""
    return _PATH.fullmatch(text) is not None


def _steps(path: str) -> Iterator[PathStep]:
    for step in _NEXT.finditer(path):
        yield step["name"]
        if step["key"] is not None:
            yield Pick(step["key"], step["value"])


@lru_cache(maxsize=4096)
def template_parts(template: str) -> tuple[TemplatePart, ...]:
    """Parse `{a.b}/{header:X}`; `ValueError` when it has no placeholder or an unmatched brace."""
    pieces = _PLACEHOLDER.split(template)
    if len(pieces) == 1:
        raise ValueError(f"{template!r} holds no placeholder: write a constant instead")
    parts = [
        _placeholder(piece) if index % 2 else TemplatePart(piece, None, None) for index, piece in enumerate(pieces)
    ]
    if any(part.literal is not None and ("{" in part.literal or "}" in part.literal) for part in parts):
        raise ValueError(f"{template!r} has an unmatched brace")
    return tuple(part for part in parts if part.literal != "")


def _placeholder(text: str) -> TemplatePart:
    if text.startswith("header:"):
        return TemplatePart(None, None, text.removeprefix("header:"))
    return TemplatePart(None, text, None)
