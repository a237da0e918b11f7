"""How a channel file changes a text that its source found: pieces, keys, spellings, times, code lists."""

from collections.abc import Callable, Iterator

from connectors.formats.documents import DocumentPlace
from connectors.formats.expressions.gs1_keys import gs1_key
from connectors.formats.expressions.nodes import shortened
from connectors.formats.expressions.notations import time_in_form, time_since_1970
from connectors.formats.outcomes import BrokenForm, NotInTheFile
from schemas.channel_language.sources import ANY_OTHER, ItemOrigin, ValueOrigin

TextChange = Callable[[str, str, DocumentPlace], str | None]
"""Makes another text of one that was found, for the field of this name; None where it says that there is nothing."""


def changes_of(source: ValueOrigin) -> Iterator[TextChange]:
    """How what is found is changed, in the order that the language states (`schemas/channel_language/sources.py`)."""
    if source.none:
        yield lambda text, _field, _place: None if text in source.none else text
    if source.piece:
        piece = source.piece
        yield lambda text, _field, _place: piece.of(text)
    if source.gs1:
        yield _converted(gs1_key, source.gs1, f"EPC or GS1 Digital Link with a {source.gs1}")
    # An item's id that is read is spelled as the file says; of one that is chosen among others, those are.
    if isinstance(source, ItemOrigin) and not source.first:
        yield lambda text, _field, place: place.item_ids.of(text)
    if source.spaces or source.case:
        yield lambda text, _field, _place: source.of(text)
    if source.epoch:
        yield _since_1970(source.epoch)
    if source.time:
        yield _converted(time_in_form, source.time, f"time of the form {source.time!r}")
    if source.codes is not None:
        yield _listed(source.codes, unlisted_is_missing=source.unlisted == "missing")


def _since_1970(unit: str) -> TextChange:
    """The time of a count; where it would be one in the other unit, the channel file may name the wrong one."""
    other = "seconds" if unit == "millis" else "millis"

    def change(text: str, field: str, _: DocumentPlace) -> str:
        found = time_since_1970(text, unit)
        if found is not None:
            return found
        reason = f"{shortened(text)} is no time in {unit} since 1970, from 2000 to 2099"
        if time_since_1970(text, other) is not None:
            raise NotInTheFile(field, f"{reason}: it is one in {other}")
        raise BrokenForm(field, reason)

    return change


def _converted(convert: Callable[[str, str], str | None], form: str, what: str) -> TextChange:
    """Read in a form of the file; `BrokenForm` for what is not of it."""

    def change(text: str, field: str, _: DocumentPlace) -> str:
        found = convert(text, form)
        if found is None:
            raise BrokenForm(field, f"{shortened(text)} is no {what}")
        return found

    return change


def _listed(codes: str, *, unlisted_is_missing: bool) -> TextChange:
    def change(text: str, field: str, place: DocumentPlace) -> str | None:
        known = place.codes[codes]
        found = known.get(text, known.get(ANY_OTHER))
        if found is None and not unlisted_is_missing:
            raise NotInTheFile(field, f"{shortened(text)} is not in the code list {codes!r}")
        return found

    return change
