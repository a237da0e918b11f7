"""Units of measure: which codes of UN/ECE Recommendation 20 mean the same."""

from typing import Final

PIECE: Final = "EA"
_PIECES: Final = frozenset({"C62", "EA", "H87"})
"""One, each, piece: sources use them for the same thing."""


def plain_unit(code: str) -> str:
    """One code for all that mean the same; empty where no unit is named."""
    return PIECE if code in _PIECES else code
