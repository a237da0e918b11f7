"""Fills the document of one transaction set: each segment into the loop that it belongs to."""

from typing import NamedTuple

from connectors.formats.x12.hierarchy import Hierarchy
from connectors.formats.x12.loops import OTHER, SHAPES
from connectors.formats.x12.nodes import SegmentNode, SegmentNodeOf
from connectors.formats.x12.routes import SegmentRoutes, routes_of
from connectors.formats.x12.segments import Segment


class Misfit(NamedTuple):
    """A segment that cannot be put anywhere."""

    field: str
    reason: str


def fill(document: SegmentNode, segments: list[Segment], kind: str, node_of: SegmentNodeOf) -> Misfit | None:
    """Put the segments of a set, without ST and SE, into its document; the first that does not fit ends it."""
    levels = Hierarchy(document)
    outer: list[tuple[SegmentNode, SegmentRoutes]] = []
    target, routes = document, routes_of(kind)
    if lines := SHAPES.get(kind, OTHER).lines:
        document[lines] = []
    for segment in segments:
        name = segment[0]
        while (route := routes.by_name.get(name, routes.other)) is None:
            target, routes = outer.pop()
        node = node_of(segment)
        reason = (route.put or levels.put)(target, name, segment, node)
        if reason is not None:
            return Misfit(_where(target, name), reason)
        if route.inner is not None:
            outer.append((target, routes))
            target, routes = node, route.inner
    return None


def _where(target: SegmentNode, name: str) -> str:
    """The name of a segment, with its number if it is in a list."""
    there = target.get(name)
    return f"{name}.{len(there)}" if isinstance(there, list) else name
