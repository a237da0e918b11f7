"""The character sets that an interchange can be written in, by syntax identifier (data element 0001)."""

import string
from collections.abc import Mapping
from typing import Final, NamedTuple

_LEVEL_A: Final = frozenset(string.ascii_uppercase + string.digits + " .,-()/='+:?!\"%&*;<>")
"""ISO 9735, level A: capital letters only."""
_LEVEL_B: Final = _LEVEL_A | frozenset(string.ascii_lowercase)


class CharacterSet(NamedTuple):
    """What a partner's system can read."""

    encoding: str
    """The name of a Python codec."""
    only: frozenset[str] = frozenset()
    """The characters of it that it has; empty: all."""


CHARACTER_SETS: Final[Mapping[str, CharacterSet]] = {
    "UNOA": CharacterSet("ascii", _LEVEL_A),
    "UNOB": CharacterSet("ascii", _LEVEL_B),
    "UNOC": CharacterSet("latin-1"),
    "UNOY": CharacterSet("utf-8"),
}
