"""Parses the paths and templates of channel files; every text is parsed once."""

import re
from functools import lru_cache
from typing import Final, NamedTuple

POSITION: Final = "@position"
"""The path that stands for the number of the line, from 1."""

INGESTED: Final = "@ingested"
"""The default of `occurred_at` that stands for the append time of the record."""

_PLACEHOLDER: Final = re.compile(r"\{([^{}]+)\}")


class Steps(NamedTuple):
    """A path: the names to follow, from the document's root or from the current line."""

    from_root: bool
    names: tuple[str, ...]


class TemplatePart(NamedTuple):
    """A piece of a template: exactly one of the three is set."""

    literal: str | None
    path: str | None
    header: str | None


@lru_cache(maxsize=4096)
def path_steps(path: str) -> Steps:
    """Parse `$.a.b` or `a.b`."""
    from_root = path.startswith("$.")
    return Steps(from_root, tuple(path.removeprefix("$.").split(".")))


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
