"""A document as all readers return it: nested mappings, lists and texts, independent of the format.

Numbers stay the source's text, so nothing is rounded.
"""

from collections.abc import Mapping
from typing import NamedTuple

from schemas.channel_language.expressions.notations import AS_WRITTEN, PLAIN, NumbersRule, SpellingRule

SourceNode = dict[str, "SourceNode"] | list["SourceNode"] | str | bool | None
"""One value of a document."""

SourceDocument = dict[str, SourceNode]


class JsonNumber(str):
    """A number of JSON itself, as it was written: in a file with another notation, it has a point all the same."""

    __slots__ = ()


class Defect(NamedTuple):
    """A document that was separated from its neighbours, but is invalid (an X12 set with a wrong count)."""

    field: str
    reason: str
    document: SourceDocument


class DocumentPlace(NamedTuple):
    """The position in a document from which a value is resolved."""

    root: SourceDocument
    node: SourceNode
    """The current line, or the document outside the lines."""
    position: int
    """The number of the line, from 1; 0 outside the lines."""
    headers: Mapping[str, str]
    """The record's headers, their names in lower case."""
    codes: Mapping[str, Mapping[str, str]]
    """The channel file's code lists."""
    numbers: NumbersRule = PLAIN
    """How the source writes numbers."""
    item_ids: SpellingRule = AS_WRITTEN
    around: "DocumentPlace | None" = None
    """The element in whose list the current one is, or the document; None outside the lines."""

    def line(self, node: SourceNode, position: int) -> "DocumentPlace":
        """The same with the number of a line."""
        return self._replace(node=node, position=position)

    def inside(self, node: SourceNode) -> "DocumentPlace":
        """The position of something inside the current element."""
        return self._replace(node=node, around=self)
