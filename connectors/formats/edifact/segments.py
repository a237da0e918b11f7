"""Cuts the text of one EDIFACT interchange into segments (ISO 9735), by pydifact's tokenizer.

Its separators are those of its UNA, or the usual ones. Line ends mean nothing unless they end the segments. A number
with a comma, which the standard allows whatever UNA says, is read with a point.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from pydifact.control.characters import Characters
from pydifact.exceptions import EDISyntaxError
from pydifact.token import Token
from pydifact.tokenizer import Tokenizer

from connectors.formats.outcomes import UnreadableRecord
from connectors.formats.x12.segments import WHITE, without_line_ends

UNA: Final = "UNA"
_LINE_ENDS: Final = "\r\n"
_AMOUNTS: Final = frozenset({"CNT", "MOA", "PCD", "PRI", "QTY"})
"""Segments whose second component of the first element is a number."""
_WITH_COMMA: Final = re.compile(r"-?[0-9]*,[0-9]+")


class Separators(NamedTuple):
    """The service characters of one interchange."""

    component: str = ":"
    element: str = "+"
    release: str = "?"
    terminator: str = "'"


class Advice(NamedTuple):
    """What comes before UNB."""

    separators: Separators
    end: int
    """Where UNB begins in the text."""


class EdifactSegment(list[str]):
    """Its name, then the first component of each element, as a list; `elements` has all of their components."""

    __slots__ = ("elements",)

    def __init__(self, name: str, elements: tuple[tuple[str, ...], ...]) -> None:
        super().__init__((name, *(components[0] if components else "" for components in elements)))
        self.elements = elements


def read_advice(text: str, start: int = 0) -> Advice:
    """The separators at the begin of an interchange; `UnreadableRecord` where they are of no use."""
    if not text.startswith(UNA, start):
        return Advice(Separators(), start)
    component, element, _, release, _, terminator = tuple(text[start + 3 : start + 9].ljust(6))
    used = (component, element, terminator, *release.strip())
    if len(set(used)) < len(used) or any(one.isalnum() or one in " \ufeff" for one in used) or element in _LINE_ENDS:
        raise UnreadableRecord(f"UNA gives no usable separators: {text[start + 3 : start + 9]!r}")
    end = start + 9
    while end < len(text) and text[end] in WHITE:
        end += 1
    return Advice(Separators(component, element, release.strip(), terminator), end)


def segments_of(text: str, separators: Separators) -> list[EdifactSegment]:
    """The segments of a text that begins with UNB."""
    if separators.terminator not in _LINE_ENDS:
        text = without_line_ends(text)
    text = text.strip(WHITE)
    if text and not text.endswith(separators.terminator):
        text += separators.terminator
    try:
        return list(_read(text, separators))
    except EDISyntaxError as error:
        raise UnreadableRecord(f"not EDIFACT: {error}") from None


def _read(text: str, separators: Separators) -> Iterator[EdifactSegment]:
    """Segments without content are left out."""
    characters = Characters.from_str("".join((*separators[:2], ".", separators.release or " ", " ", separators[3])))
    characters.escape_character = separators.release
    elements: list[tuple[str, ...]] = []
    components = [""]
    for token in Tokenizer().get_tokens(text, characters):
        if token.type is Token.Type.CONTENT:
            components[-1] = token.value.strip(WHITE)
        elif token.type is Token.Type.COMPONENT_SEPARATOR:
            components.append("")
        else:
            elements.append(tuple(components))
            components = [""]
            if token.type is Token.Type.TERMINATOR:
                if elements != [("",)]:
                    yield _segment(elements)
                elements = []


def _segment(elements: list[tuple[str, ...]]) -> EdifactSegment:
    name, *others = elements
    if name[0] in _AMOUNTS and others and len(others[0]) > 1 and _WITH_COMMA.fullmatch(others[0][1]):
        qualifier, number, *rest = others[0]
        others[0] = (qualifier, number.replace(",", "."), *rest)
    return EdifactSegment(name[0], tuple(others))
