"""Where each segment goes in each loop, worked out once for a kind of set, so that a segment costs one look."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from connectors.formats.x12.hierarchy import LEVELS
from connectors.formats.x12.loops import OTHER, SHAPES, Loop
from connectors.formats.x12.places import PUTS, Put, put_of_loop, put_once, put_single


class SegmentRoute(NamedTuple):
    """What becomes of a segment."""

    put: Put | None
    """None for a level (HL), which is put below its parent."""
    inner: "SegmentRoutes | None"
    """The routes in the loop that it begins."""


class SegmentRoutes(NamedTuple):
    """The routes in one loop; None where a segment ends it."""

    by_name: Mapping[str, SegmentRoute | None]
    other: SegmentRoute | None
    """That of the segments that are not named."""


_STAYS: Final = SegmentRoute(put_single, None)


@lru_cache(maxsize=64)
def routes_of(kind: str) -> SegmentRoutes:
    """The routes in a set of that kind (ST01) outside of its loops."""
    shape = SHAPES.get(kind, OTHER)
    routes = _routes_in(shape.root)
    once = {name: SegmentRoute(PUTS.get(name, put_once), None) for name in shape.single if name not in shape.root.opens}
    return SegmentRoutes({**routes.by_name, **once}, routes.other)


def _routes_in(loop: Loop) -> SegmentRoutes:
    stay = PUTS if loop.holds is None else loop.holds
    by_name: dict[str, SegmentRoute | None] = {name: SegmentRoute(PUTS.get(name, put_single), None) for name in stay}
    by_name.update((name, None) for name in loop.ends)
    by_name.update((name, _beginning(name, inner)) for name, inner in loop.opens.items())
    return SegmentRoutes(by_name, _STAYS if loop.holds is None else None)


def _beginning(name: str, inner: Loop) -> SegmentRoute:
    return SegmentRoute(None if name == LEVELS else put_of_loop(name), _routes_in(inner))
