"""Makes the node of a segment."""

from collections.abc import Callable
from itertools import compress
from typing import Any, Final

from connectors.formats.x12.groups import MOST_ELEMENTS
from connectors.formats.x12.segments import Segment

SegmentNode = dict[str, Any]
"""A segment with what belongs to it: texts by element number, and nodes, mappings and lists by segment name."""

_NUMBERS: Final = tuple(f"{number:02}" for number in range(1, MOST_ELEMENTS + 1))

SegmentNodeOf = Callable[[Segment], SegmentNode]


def node_of(segment: Segment) -> SegmentNode:
    """The elements of a segment that are not empty, by their numbers."""
    elements = segment[1:]
    if "" not in elements:
        return dict(zip(_NUMBERS, elements, strict=False))
    return dict(compress(zip(_NUMBERS, elements, strict=False), elements))


def node_with_components(component: str) -> SegmentNodeOf:
    """The same for an interchange with composites: their components have numbers of their own, like `05-1`."""

    def node_of_composites(segment: Segment) -> SegmentNode:
        node = node_of(segment)
        for number, text in tuple(node.items()):
            if component in text:
                parts = enumerate(text.split(component)[:MOST_ELEMENTS], start=1)
                node.update((f"{number}-{position}", part) for position, part in parts if part)
        return node

    return node_of_composites
