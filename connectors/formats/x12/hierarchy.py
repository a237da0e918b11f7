"""Puts the levels (HL) of a set below their parents: shipment, order, tare, pack, item."""

from typing import Final

from connectors.formats.x12.faults import ElementFault, Misfit, SegmentFault
from connectors.formats.x12.nodes import Parts, SegmentNode
from connectors.formats.x12.segments import Segment, element

LEVELS: Final = "HL"
DEEPEST: Final = 12
"""The standard's codes give a ship notice six levels."""


class Hierarchy:
    """The levels of one set that were read so far, by their numbers (HL01)."""

    __slots__ = ("_depths", "_levels", "_root")

    def __init__(self, root: Parts) -> None:
        self._root = root
        self._levels: dict[str, Parts] = {}
        self._depths: dict[str, int] = {}

    def put(self, _target: Parts, _name: str, segment: Segment, level: SegmentNode) -> Misfit | None:
        """Put a level into the list of its code (HL03) below its parent (HL02), or below the set; or say why not."""
        number, parent_number = element(segment, 1), element(segment, 2)
        if number in self._levels:
            return _wrong(1, f"the number {number[:20]} of a level (HL01) occurs twice")
        parent = self._levels.get(parent_number) if parent_number else self._root
        if parent is None:
            return _wrong(2, f"level {number[:20]} is below level {parent_number[:20]}, which is not before it")
        depth = self._depths.get(parent_number, 0) + 1
        if depth > DEEPEST:
            return _wrong(2, f"level {number[:20]} is deeper than {DEEPEST} levels")
        self._levels[number], self._depths[number] = level.inside(), depth
        _append(parent, element(segment, 3), level)
        return None


def _wrong(number: int, reason: str) -> Misfit:
    return Misfit(reason, SegmentFault.ELEMENT_IN_ERROR, number, ElementFault.NOT_ALLOWED)


def _append(parent: Parts, code: str, level: SegmentNode) -> None:
    parent.setdefault(LEVELS, {}).setdefault(code, []).append(level)
