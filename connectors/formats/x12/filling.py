"""Fills the document of one transaction set: each segment into the loop that it belongs to."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from connectors.formats.x12.hierarchy import LEVELS, Hierarchy
from connectors.formats.x12.loops import Loop, SetShape
from connectors.formats.x12.nodes import PLACES, SegmentNode, SegmentNodeOf, put_listed, put_single
from connectors.formats.x12.product_ids import PRODUCT_IDS, first_by_qualifier, locations, product_ids
from connectors.formats.x12.segments import Segment


class Misfit(NamedTuple):
    """A segment that cannot be put anywhere."""

    field: str
    reason: str


def fill(document: SegmentNode, segments: list[Segment], shape: SetShape, node_of: SegmentNodeOf) -> Misfit | None:
    """Put the segments of a set, without ST and SE, into its document; the first that does not fit ends it."""
    hierarchy = Hierarchy(document)
    outer: list[tuple[SegmentNode, Loop]] = []
    target, loop = document, shape.root
    if shape.lines:
        document[shape.lines] = []
    for segment in segments:
        name = segment[0]
        while outer and _ends(loop, name):
            target, loop = outer.pop()
        node, inner = node_of(segment), loop.opens.get(name)
        if name == LEVELS and inner is not None:
            reason = hierarchy.add(segment, node)
        elif target is document and name in shape.single and name in document:
            reason = f"{name} occurs twice"
        else:
            PLACES.get(name, put_single if inner is None else put_listed)(target, name, segment, node)
            reason = _ADDED[name](target, segment, node) if name in _ADDED else None
        if reason is not None:
            return Misfit(_where(target, name), reason)
        if inner is not None:
            outer.append((target, loop))
            target, loop = node, inner
    return None


def _ends(loop: Loop, name: str) -> bool:
    if name in loop.opens:
        return False
    return name in loop.ends if loop.holds is None else name not in loop.holds


def _where(target: SegmentNode, name: str) -> str:
    """The name of a segment, with its number if it is in a list."""
    there = target.get(name)
    return f"{name}.{len(there)}" if isinstance(there, list) else name


def _add_product_ids(_target: SegmentNode, segment: Segment, node: SegmentNode) -> str | None:
    pairs = product_ids(segment, PRODUCT_IDS[segment[0]])
    if pairs is None:
        return "a product id qualifier without its id"
    node["ids"], node["id_list"] = first_by_qualifier(pairs), pairs
    return None


def _add_locations(target: SegmentNode, segment: Segment, _node: SegmentNode) -> None:
    target.setdefault("locations", []).extend(locations(segment))


_ADDED: Final[Mapping[str, Callable[[SegmentNode, Segment, SegmentNode], str | None]]] = {
    **dict.fromkeys(PRODUCT_IDS, _add_product_ids),
    "SDQ": _add_locations,
}
"""What is read from a segment beside its elements; says what is wrong with it."""
