"""Makes the node of a segment: its elements stay where they are until a path asks for one of them."""

from collections.abc import Callable, ItemsView, Iterator
from typing import Any, Final

from connectors.formats.documents import LazyNode
from connectors.formats.x12.groups import MOST_ELEMENTS
from connectors.formats.x12.product_ids import ID_LIST, IDS, PRODUCT_IDS, first_by_qualifier, product_ids
from connectors.formats.x12.segments import Segment

Parts = dict[str, Any]
"""What belongs to a segment or a set, by name: nodes, and lists and mappings of them."""

_NUMBERS: Final = tuple(f"{number:02}" for number in range(1, MOST_ELEMENTS + 1))
_PLACES: Final = {number: place for place, number in enumerate(_NUMBERS, start=1)}


class SegmentNode(LazyNode):
    """A segment with what belongs to it: texts by element number, product ids, and its parts by name."""

    __slots__ = ("parts", "segment")

    def __init__(self, segment: Segment) -> None:
        self.segment = segment
        self.parts: Parts | None = None

    def inside(self) -> Parts:
        """Its parts, to put others among them."""
        if self.parts is None:
            self.parts = {}
        return self.parts

    def get(self, name: str, default: Any = None, /) -> Any:  # noqa: ANN401 - any node
        """An element that is empty is none."""
        place = _PLACES.get(name)
        if place is not None:
            segment = self.segment
            return (segment[place] or default) if place < len(segment) else default
        found = self.parts.get(name) if self.parts else None
        if found is None and (name in {IDS, ID_LIST} or "-" in name):
            made = dict(self._made())
            self.inside().update(made)
            found = made.get(name)
        return default if found is None else found

    def items(self) -> ItemsView[str, Any]:
        """Elements, what is made of them, and the parts."""
        return {**dict(self._elements()), **dict(self._made()), **(self.parts or {})}.items()

    def _elements(self) -> Iterator[tuple[str, str]]:
        return ((number, text) for number, text in zip(_NUMBERS, self.segment[1:], strict=False) if text)

    def _made(self) -> Iterator[tuple[str, Any]]:
        """Its product ids, where it has room for them."""
        qualifiers = PRODUCT_IDS.get(self.segment[0])
        if qualifiers is not None:
            pairs = product_ids(self.segment, qualifiers)
            yield IDS, first_by_qualifier(pairs)
            yield ID_LIST, pairs


class CompositeNode(SegmentNode):
    """The same in an interchange with composites: their components have numbers of their own, like `05-1`."""

    __slots__ = ("component",)

    def __init__(self, segment: Segment, component: str) -> None:
        super().__init__(segment)
        self.component = component

    def _made(self) -> Iterator[tuple[str, Any]]:
        for number, text in self._elements():
            if self.component in text:
                parts = enumerate(text.split(self.component)[:MOST_ELEMENTS], start=1)
                yield from ((f"{number}-{position}", part) for position, part in parts if part)
        yield from super()._made()


SegmentNodeOf = Callable[[Segment], SegmentNode]


def node_with_components(component: str) -> SegmentNodeOf:
    """The nodes of an interchange with composites."""
    return lambda segment: CompositeNode(segment, component)
