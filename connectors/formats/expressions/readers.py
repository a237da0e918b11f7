"""Reads single values of a document: at a path, in a header, in a template."""

from collections.abc import Callable, Sequence

from connectors.formats.documents import DocumentPlace, JsonNumber, LazyNode
from connectors.formats.expressions.nodes import followed, node_finder, scalar, shortened, start_of
from connectors.formats.expressions.notations import plain_number
from connectors.formats.outcomes import BrokenForm
from schemas.channel_language.expressions.notations import NumbersRule
from schemas.channel_language.paths import EVERY, POSITION, path_steps, template_parts

ValueReader = Callable[[str, DocumentPlace], str | None]
"""Reads a value for the field of this name; None where the document has none. `BrokenForm` names the field."""


def text_at(path: str) -> ValueReader:
    """The text at a path; `BrokenForm` where there are several values."""
    if path == POSITION:
        return lambda _field, place: str(place.position)
    node_of = node_finder(path)

    def read(field: str, place: DocumentPlace) -> str | None:
        node = node_of(place)
        if isinstance(node, str):
            return node.strip() or None
        if isinstance(node, dict | list | LazyNode):
            raise BrokenForm(field, f"{path!r} holds several values where one is expected")
        return scalar(node)

    return read


def number_at(path: str, notation: NumbersRule | None) -> ValueReader:
    """The number at a path as we write it, in this notation or the file's; one of JSON itself has a point already."""
    text_of = text_at(path)
    node_of = node_finder(path) if path != POSITION else None

    def read(field: str, place: DocumentPlace) -> str | None:
        text = text_of(field, place)
        if node_of is None or isinstance(node_of(place), JsonNumber):
            return text
        return _plain(text, notation or place.numbers, field)

    return read


def numbers_at(path: str, notation: NumbersRule | None) -> Callable[[str, DocumentPlace], Sequence[str]]:
    """All numbers at a path that may step into every element of lists; none where there is none."""
    begin = path_steps(path)

    def read(field: str, place: DocumentPlace) -> Sequence[str]:
        nodes = [start_of(begin, place) if begin.from_root or begin.up else place.node]
        for step in begin.steps:
            if step == EVERY:
                nodes = [each for node in nodes if isinstance(node, list) for each in node]
            else:
                nodes = [followed((step,), node) for node in nodes]
        texts = [(node, scalar(node)) for node in nodes if isinstance(node, str)]
        plain = notation or place.numbers
        return [
            text if isinstance(node, JsonNumber) else _plain(text, plain, field) or "" for node, text in texts if text
        ]

    return read


def text_in_header(name: str) -> ValueReader:
    """The text of a header of the record."""
    name = name.lower()
    return lambda _field, place: place.headers.get(name) or None


def number_in_header(name: str, notation: NumbersRule | None) -> ValueReader:
    """The same of a number, in this notation or the file's."""
    text_of = text_in_header(name)
    return lambda field, place: _plain(text_of(field, place), notation or place.numbers, field)


def _plain(text: str | None, notation: NumbersRule, field: str) -> str | None:
    if text is None or notation.is_plain:
        return text
    number = plain_number(text, notation)
    if number is None:
        written_as = f"decimal {notation.decimal!r}, grouping {notation.grouping!r}"
        raise BrokenForm(field, f"{shortened(text)} is not a number as the channel file writes it ({written_as})")
    return number


def filled(template: str) -> ValueReader:
    """A template with what it names; None where any of that is missing."""
    readers = tuple(_piece_reader(part.literal, part.header, part.path) for part in template_parts(template))

    def read(field: str, place: DocumentPlace) -> str | None:
        pieces: list[str] = []
        for read_piece in readers:
            piece = read_piece(field, place)
            if not piece:
                return None
            pieces.append(piece)
        return "".join(pieces)

    return read


def _piece_reader(literal: str | None, header: str | None, path: str | None) -> ValueReader:
    if literal is not None:
        return lambda _field, _place: literal
    if header is not None:
        return text_in_header(header)
    return text_at(path or "")
