"""Where each segment goes in each loop, worked out once for a kind of set, so that a segment costs one look."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from connectors.formats.x12.hierarchy import LEVELS
from connectors.formats.x12.loops import OTHER, SHAPES, Loop, SetShape
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
PutByName = Mapping[str, Put]
"""How segments are put by their names; the others are put by their name alone."""


@lru_cache(maxsize=64)
def routes_of(kind: str) -> SegmentRoutes:
    """The routes in a set of X12 of that kind (ST01) outside of its loops."""
    return routes_of_shape(SHAPES.get(kind, OTHER), PUTS, put_of_loop)


def routes_of_shape(shape: SetShape, puts: PutByName, of_loop: Callable[[str], Put]) -> SegmentRoutes:
    """The same of any set or message; `of_loop` says how the segment is put that begins a loop."""
    routes = _routes_in(shape.root, puts, of_loop)
    once = {name: SegmentRoute(puts.get(name, put_once), None) for name in shape.single if name not in shape.root.opens}
    return SegmentRoutes({**routes.by_name, **once}, routes.other)


def _routes_in(loop: Loop, puts: PutByName, of_loop: Callable[[str], Put]) -> SegmentRoutes:
    stay = puts if loop.holds is None else loop.holds
    by_name: dict[str, SegmentRoute | None] = {name: SegmentRoute(puts.get(name, put_single), None) for name in stay}
    by_name.update((name, None) for name in loop.ends)
    for name, inner in loop.opens.items():
        by_name[name] = SegmentRoute(None if name == LEVELS else of_loop(name), _routes_in(inner, puts, of_loop))
    return SegmentRoutes(by_name, _STAYS if loop.holds is None else None)
