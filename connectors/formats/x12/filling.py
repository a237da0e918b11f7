"""Fills the document of one transaction set: each segment into the loop that it belongs to."""

from collections.abc import Sequence

from connectors.formats.x12.faults import SetDefect, SetFault, WrongSegment
from connectors.formats.x12.groups import SEGMENT_ID, TransactionSet
from connectors.formats.x12.hierarchy import Hierarchy
from connectors.formats.x12.loops import OTHER, SHAPES
from connectors.formats.x12.nodes import Parts, SegmentNodeOf
from connectors.formats.x12.routes import SegmentRoutes, routes_of
from connectors.formats.x12.segments import Segment, element


def fill_set(document: Parts, one: TransactionSet, node_of: SegmentNodeOf) -> SetDefect | None:
    """Put a set into its document, as much of it as there is; says what is wrong with its envelope or a segment."""
    segments = one.segments[1:-1]
    if one.defect:
        segments = [segment for segment in segments if SEGMENT_ID.fullmatch(segment[0])]
    kind = element(one.segments[0], 1)
    if lines := SHAPES.get(kind, OTHER).lines:
        document[lines] = []
    misfit = fill(document, segments, routes_of(kind), node_of)
    return one.defect or misfit


def fill(
    document: Parts, segments: Sequence[Segment], outside: SegmentRoutes, node_of: SegmentNodeOf
) -> SetDefect | None:
    """Put the segments between the first and the last one into the document; the first that does not fit ends it."""
    levels = Hierarchy(document)
    outer: list[tuple[Parts, SegmentRoutes]] = []
    target, routes = document, outside
    by_name, other = routes
    for position, segment in enumerate(segments, start=2):
        name = segment[0]
        while (route := by_name.get(name, other)) is None:
            target, routes = outer.pop()
            by_name, other = routes
        put, inner = route
        node = node_of(segment)
        misfit = (levels.put if put is None else put)(target, name, segment, node)
        if misfit is not None:
            return _defect(_where(target, name), WrongSegment(name, position, misfit))
        if inner is not None:
            outer.append((target, routes))
            target, routes = node.inside(), inner
            by_name, other = routes
    return None


def _defect(field: str, segment: WrongSegment) -> SetDefect:
    return SetDefect(field, segment.misfit.reason, SetFault.SEGMENT_IN_ERROR, segment)


def _where(target: Parts, name: str) -> str:
    """The name of a segment, with its number if it is in a list."""
    there = target.get(name)
    return f"{name}.{len(there)}" if isinstance(there, list) else name
