"""A document as all readers hand it on: nested mappings, lists and texts, whatever the format was.

Numbers stay the text that the source wrote, so nothing is ever rounded.
"""

from collections.abc import Mapping
from typing import NamedTuple

SourceNode = dict[str, "SourceNode"] | list["SourceNode"] | str | bool | None
"""One value of a document."""

SourceDocument = dict[str, SourceNode]


class Defect(NamedTuple):
    """A document that could be told from its neighbours, and is broken in itself (an X12 set with a wrong count)."""

    field: str
    reason: str
    document: SourceDocument


class DocumentPlace(NamedTuple):
    """Where in a document a value is looked for."""

    root: SourceDocument
    node: SourceNode
    """The current line, or the document outside the lines."""
    position: int
    """The number of the line, from 1; 0 outside the lines."""
    headers: Mapping[str, str]
    """The record's headers, their names in lower case."""
    codes: Mapping[str, Mapping[str, str]]
    """The channel file's code lists."""

    def line(self, node: SourceNode, position: int) -> "DocumentPlace":
        """The place of one line."""
        return self._replace(node=node, position=position)
