"""Decodes the bytes of a record with the encodings of its channel file."""

from codecs import BOM_UTF8
from collections.abc import Sequence
from typing import Final

from connectors.formats.outcomes import UnreadableRecord

_MARK: Final = "\ufeff"
"""The byte order mark, which some programs write in front of every file."""


def decoded(value: bytes, encodings: Sequence[str]) -> str:
    """The text by the first encoding that fits all bytes; what begins with the mark of UTF-8 is UTF-8."""
    tried = ("utf-8",) if value.startswith(BOM_UTF8) else encodings
    for encoding in tried:
        try:
            return value.decode(encoding).removeprefix(_MARK)
        except UnicodeDecodeError as error:
            place = error.start
    raise UnreadableRecord(f"not {' or '.join(tried)}: byte {place} cannot be decoded")
