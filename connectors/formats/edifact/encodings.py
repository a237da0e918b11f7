"""Decodes the bytes of an EDIFACT record: by the character set that its UNB names, after UTF-8.

Many senders write UTF-8 whatever their UNB says; letters beyond ASCII in another set are hardly ever UTF-8 as well.
"""

import re
from codecs import BOM_UTF8
from typing import Final

from connectors.formats.outcomes import UnreadableRecord

_NAMED: Final = re.compile(rb"UNB.(UNO[A-Z])")
_SETS: Final = {
    **dict.fromkeys((b"UNOA", b"UNOB", b"UNOC"), "iso-8859-1"),
    b"UNOD": "iso-8859-2",
    b"UNOE": "iso-8859-5",
    b"UNOF": "iso-8859-7",
    b"UNOG": "iso-8859-3",
    b"UNOH": "iso-8859-4",
    b"UNOI": "iso-8859-6",
    b"UNOJ": "iso-8859-8",
    b"UNOK": "iso-8859-9",
}
"""By syntax identifier (0001): the sets of ISO 9735. UNOA and UNOB are ASCII; by more than that senders mean UNOC."""


def decoded_edifact(value: bytes) -> str:
    """The text; `UnreadableRecord` where it is neither UTF-8 nor of the named set."""
    try:
        return value.removeprefix(BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        place = error.start
    named = _NAMED.search(value)
    encoding = _SETS.get(named[1]) if named else None
    if encoding is None:
        said = named[1].decode() if named else "no UNB"
        raise UnreadableRecord(f"not UTF-8: byte {place} cannot be decoded, and {said} names no other character set")
    try:
        return value.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableRecord(f"neither UTF-8 nor {encoding}: byte {error.start} cannot be decoded") from None
