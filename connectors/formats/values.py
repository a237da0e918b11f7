"""Resolves the sources of a channel file in a document.

A source is prepared once, when it is first asked for: what its path, its code list and its notation mean is known from
then on, and only the document is looked at. A record of a thousand lines asks each of its sources a thousand times.
"""

from typing import Final, NamedTuple

from connectors.formats.documents import DocumentPlace
from connectors.formats.expressions.origins import describe, reader_of
from connectors.formats.expressions.readers import ValueReader
from connectors.formats.outcomes import NotInTheFile
from schemas.channel_language.sources import ValueOrigin


class _PreparedReader(NamedTuple):
    """A reader, with its source: as long as that one is kept, no other has its identity."""

    source: ValueOrigin
    read: ValueReader


_PREPARED: Final[dict[int, _PreparedReader]] = {}
"""By the identity of the source: to compare two sources costs more than to read a value."""
_MOST_PREPARED: Final = 50_000
"""Channel files that come anew while a flow runs bring new sources; so many, and all are prepared again."""


def optional_text(source: ValueOrigin, field: str, place: DocumentPlace) -> str | None:
    """The source's value after its code list, else its default, else None; `BrokenForm` for one that is not listed."""
    prepared = _PREPARED.get(id(source))
    return (prepared.read if prepared else _prepare(source))(field, place)


def required_text(source: ValueOrigin, field: str, place: DocumentPlace) -> str:
    """The source's value; `BrokenForm` when there is none."""
    found = optional_text(source, field, place)
    if found is None:
        raise NotInTheFile(field, f"is missing ({describe(source)})")
    return found


def _prepare(source: ValueOrigin) -> ValueReader:
    if len(_PREPARED) >= _MOST_PREPARED:
        _PREPARED.clear()
    read = reader_of(source)
    _PREPARED[id(source)] = _PreparedReader(source, read)
    return read
