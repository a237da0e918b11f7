"""Makes the node of a segment, and puts nodes where paths find them."""

from collections.abc import Callable, Mapping
from itertools import compress
from typing import Any, Final

from connectors.formats.x12.interchanges import MOST_ELEMENTS
from connectors.formats.x12.segments import Segment, element

SegmentNode = dict[str, Any]
"""A segment with what belongs to it: texts by element number, and nodes, mappings and lists by segment name."""

ALL: Final = "all"
REPEATED: Final = "repeated"

_NUMBERS: Final = tuple(f"{number:02}" for number in range(1, MOST_ELEMENTS + 1))

SegmentNodeOf = Callable[[Segment], SegmentNode]
Place = Callable[[SegmentNode, str, Segment, SegmentNode], None]
"""Puts a node into another: (target, name, segment, node)."""


def node_of(segment: Segment) -> SegmentNode:
    """The elements of a segment that are not empty, by their numbers."""
    elements = segment[1:]
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


def put_listed(target: SegmentNode, name: str, _segment: Segment, node: SegmentNode) -> None:
    """Into the list of its name."""
    if name in target:
        target[name].append(node)
    else:
        target[name] = [node]


def put_qualified(target: SegmentNode, name: str, segment: Segment, node: SegmentNode) -> None:
    """Below its name and its qualifier, and into `all`."""
    qualifier = element(segment, 1)
    if name not in target:
        target[name] = {qualifier: node}
    elif qualifier not in target[name]:
        target[name][qualifier] = node
    else:
        put_listed(target.setdefault(REPEATED, {}), name, segment, node)
    put_listed(target.setdefault(ALL, {}), name, segment, node)


def put_single(target: SegmentNode, name: str, segment: Segment, node: SegmentNode) -> None:
    """By its name, and into `all`."""
    if name in target:
        put_listed(target.setdefault(REPEATED, {}), name, segment, node)
    else:
        target[name] = node
    put_listed(target.setdefault(ALL, {}), name, segment, node)


_QUALIFIED: Final = ("AMT", "DTM", "G62", "N1", "N9", "PER", "PID", "QTY", "REF")
_LISTED: Final = (
    *("ACK", "AT8", "CTP", "IT8", "ITD", "L11", "LDT", "LQ", "MAN", "MEA", "MSG", "MTX", "NTE", "PAM", "PKG"),
    *("PO4", "PWK", "SAC", "SCH", "SDQ", "SLN", "TAX", "TD1", "TD3", "TD4", "TD5", "TXI", "W20"),
)
PLACES: Final[Mapping[str, Place]] = {
    **dict.fromkeys(_QUALIFIED, put_qualified),
    **dict.fromkeys(_LISTED, put_listed),
}
"""By segment name; the others are put by their name, or into a list if they begin a loop."""
