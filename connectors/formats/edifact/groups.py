"""The groups of EDIFACT messages: which segments belong to which, by kind of message, and how segments are put.

A segment belongs to the innermost open group that takes it, as in X12. The tables are for the directories D.93A to
D.01B, and their subsets such as EANCOM.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from connectors.formats.edifact.segments import EdifactSegment
from connectors.formats.x12.loops import Loop, SetShape
from connectors.formats.x12.nodes import Parts, SegmentNode
from connectors.formats.x12.places import Put, put_listed, put_qualified, put_quantity
from connectors.formats.x12.routes import SegmentRoutes, routes_of_shape
from connectors.formats.x12.segments import Segment

_QUALIFIED: Final = ("CNT", "CTA", "DTM", "LOC", "MOA", "NAD", "PCD", "PRI", "RFF", "TDT")
_LISTED: Final = (
    *("ALC", "ALI", "COM", "CPS", "DOC", "EQD", "FTX", "GIN", "GIR", "IMD", "INV", "LIN", "MEA", "PAC", "PAT", "PCI"),
    *("QVR", "TAX", "TOD"),
)


def put_product_ids(target: Parts, name: str, segment: Segment, node: SegmentNode) -> None:
    """Into the list of its name; what it calls the item is also in `ids` of its line, the first of each qualifier."""
    put_listed(target, name, segment, node)
    first = 3 if name == "LIN" else 2
    line = node.inside() if name == "LIN" else target
    ids: dict[str, str] = line.setdefault("ids", {})
    elements = segment.elements if isinstance(segment, EdifactSegment) else ()
    for number, *others in elements[first - 1 :]:
        if number and others and others[0]:
            ids.setdefault(others[0], number)


PUTS: Final[Mapping[str, Put]] = {
    **dict.fromkeys(_QUALIFIED, put_qualified),
    **dict.fromkeys(_LISTED, put_listed),
    **dict.fromkeys(("LIN", "PIA"), put_product_ids),
    "QTY": put_quantity("01-2", "01-3"),
}


def _held(*names: str, opens: Mapping[str, Loop] | None = None) -> Loop:
    return Loop(opens or {}, frozenset(names))


_REFERENCE: Final = _held("DTM")
_CONTACT: Final = _held("COM")
_PARTY: Final = _held("LOC", "FII", "DOC", opens={"RFF": _REFERENCE, "CTA": _CONTACT})
_TAX: Final = _held("MOA", "LOC")
_ALLOWANCE: Final = _held("ALI", "DTM", "QTY", "RNG", "PCD", "MOA", "RTE", "CUX", opens={"TAX": _TAX})
_PRICE: Final = _held("CUX", "APR", "RNG", "DTM")
_TERMS: Final = _held("DTM", "PCD", "MOA")
_CURRENCY: Final = _held("PCD", "DTM")
_PACKAGE: Final = _held("MEA", "QTY", "DTM", "LOC", opens={"PCI": _held("RFF", "DTM", "GIN"), "RFF": _REFERENCE})
_PLACE: Final = _held("QTY", "DTM", "NAD", "PCD")
_IN_A_LINE: Final = {
    "RFF": _REFERENCE,
    "NAD": _PARTY,
    "TAX": _TAX,
    "ALC": _ALLOWANCE,
    "PRI": _PRICE,
    "PAT": _TERMS,
    "LOC": _PLACE,
    "PAC": _PACKAGE,
    "PCI": _held("RFF", "DTM", "GIN"),
    "INV": _held("GIN", "QTY", "LOC", "DTM", "NAD", "MOA", "FTX"),
    "TDT": _held("LOC", "DTM"),
}
_LINE: Final = Loop(_IN_A_LINE, None, frozenset({"LIN", "CPS", "UNS", "CNT"}))
_HEAD: Final = {
    "RFF": _REFERENCE,
    "NAD": _PARTY,
    "TAX": _TAX,
    "CUX": _CURRENCY,
    "PAT": _TERMS,
    "TDT": _held("LOC", "DTM", "RFF"),
    "ALC": _ALLOWANCE,
}
_SHIPPED: Final = Loop({"PAC": _PACKAGE, "LIN": _LINE}, None, frozenset({"CPS", "CNT"}))
"""One level of packing of a DESADV: packages, then the lines in them."""
_ORDER: Final = SetShape(Loop({**_HEAD, "LIN": _LINE}), "LIN", frozenset({"BGM", "UNS"}))
_DESPATCH: Final = SetShape(Loop({**_HEAD, "CPS": _SHIPPED, "LIN": _LINE}), "CPS", frozenset({"BGM"}))
SHAPES: Final[Mapping[str, SetShape]] = {
    **dict.fromkeys(("ORDERS", "ORDCHG", "ORDRSP", "INVOIC"), _ORDER),
    "DESADV": _DESPATCH,
    "INVRPT": SetShape(Loop({**_HEAD, "LIN": _LINE}), "LIN", frozenset({"BGM"})),
}
"""By message type (UNH, 0065)."""
OTHER: Final = SetShape(Loop({"NAD": _PARTY}))
"""Any other message: flat but for its parties."""


@lru_cache(maxsize=64)
def routes_of_message(kind: str) -> SegmentRoutes:
    """The routes in a message of that kind outside of its groups."""
    return routes_of_shape(SHAPES.get(kind, OTHER), PUTS, _put_of_group)


def _put_of_group(name: str) -> Put:
    return PUTS.get(name, put_listed)
