"""Names of dropped files: those that are taken, and how one is shown. A name is data, and never a path."""

from typing import Final

_UNFINISHED: Final = (".part", ".partial", ".tmp", ".temp", ".filepart", ".crdownload", ".swp", "~")
"""What programs that transfer files put behind a name until the file is complete."""
_LONGEST: Final = 200


def is_taken(name: str) -> bool:
    """Whether a file of this name is complete, as far as the name says; hidden ones are nobody's."""
    return not name.startswith(".") and not name.lower().endswith(_UNFINISHED)


def shown(name: str) -> str:
    """The name as a header or a message has it: printable, and bounded."""
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)[:_LONGEST]
