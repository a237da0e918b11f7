"""A document as all readers return it: nested mappings, lists and texts, independent of the format.

Numbers stay the source's text, so nothing is rounded.
"""

from collections.abc import ItemsView, Iterator, Mapping
from typing import Any, NamedTuple

from schemas.channel_language.expressions.notations import AS_WRITTEN, PLAIN, NumbersRule, SpellingRule


class LazyNode:
    """An object of a document whose fields are made when they are asked for: most of them never are."""

    __slots__ = ()

    def get(self, name: str, default: Any = None, /) -> Any:  # noqa: ANN401 - any node
        """The field of that name."""
        raise NotImplementedError

    def items(self) -> ItemsView[str, Any]:
        """All fields."""
        raise NotImplementedError

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - any node
        found = self.get(name)
        if found is None:
            raise KeyError(name)
        return found

    def __contains__(self, name: str) -> bool:
        return self.get(name) is not None

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self.items())

    def __len__(self) -> int:
        return len(self.items())

    def __eq__(self, other: object) -> bool:
        return dict(self.items()) == (dict(other.items()) if isinstance(other, LazyNode) else other)

    __hash__ = None  # type: ignore[assignment]  # like a dictionary's

    def __repr__(self) -> str:
        return repr(dict(self.items()))


SourceNode = dict[str, "SourceNode"] | list["SourceNode"] | LazyNode | str | bool | None
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
    is_perhaps_the_files: bool = False
    """Whether the channel file may be at fault, and not the source."""


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

    @property
    def of_document(self) -> "DocumentPlace":
        """The same outside the lines."""
        return DocumentPlace(self.root, self.root, 0, self.headers, self.codes, self.numbers, self.item_ids)

    def line(self, node: SourceNode, position: int) -> "DocumentPlace":
        """The same with the number of a line."""
        around, numbers, item_ids = self.around, self.numbers, self.item_ids
        return DocumentPlace(self.root, node, position, self.headers, self.codes, numbers, item_ids, around)

    def inside(self, node: SourceNode) -> "DocumentPlace":
        """The position of something inside the current element."""
        position, numbers, item_ids = self.position, self.numbers, self.item_ids
        return DocumentPlace(self.root, node, position, self.headers, self.codes, numbers, item_ids, self)
