"""Puts the node of a segment where paths find it; what cannot be put has a reason."""

from collections.abc import Callable, Mapping
from typing import Final

from connectors.formats.expressions.decimals import exact_number, total, turned, written
from connectors.formats.x12.charges import ALLOWANCE, CHARGE, charge_parts, from_hundredths
from connectors.formats.x12.faults import Misfit, SegmentFault
from connectors.formats.x12.nodes import Parts, SegmentNode
from connectors.formats.x12.product_ids import PRODUCT_IDS, added_up, locations, missing_id
from connectors.formats.x12.segments import Segment, element

ALL: Final = "all"
REPEATED: Final = "repeated"
SUMS: Final = "sums"

Put = Callable[[Parts, str, Segment, SegmentNode], Misfit | None]
"""Puts a node among the parts of another: (target, name, segment, node); returns why it cannot."""


def put_listed(target: Parts, name: str, _segment: Segment, node: SegmentNode) -> None:
    """Into the list of its name."""
    listed = target.get(name)
    if listed is None:
        target[name] = [node]
    else:
        listed.append(node)


def put_qualified(target: Parts, name: str, segment: Segment, node: SegmentNode) -> None:
    """Below its name and its qualifier, and into `all`."""
    qualifier = segment[1] if len(segment) > 1 else ""
    by_qualifier = target.get(name)
    if by_qualifier is None:
        target[name] = {qualifier: node}
    elif qualifier not in by_qualifier:
        by_qualifier[qualifier] = node
    else:
        _put_beside(REPEATED, target, name, node)
    everything = target.get(ALL)
    if everything is None:
        target[ALL] = {name: [node]}
    elif name in everything:
        everything[name].append(node)
    else:
        everything[name] = [node]


def put_single(target: Parts, name: str, _segment: Segment, node: SegmentNode) -> None:
    """By its name, and into `all`."""
    if name in target:
        _put_beside(REPEATED, target, name, node)
    else:
        target[name] = node
    _put_beside(ALL, target, name, node)


def put_once(target: Parts, name: str, segment: Segment, node: SegmentNode) -> Misfit | None:
    """The same, and no second time."""
    if name in target:
        return Misfit(f"{name} occurs twice", SegmentFault.TOO_OFTEN)
    put_single(target, name, segment, node)
    return None


def with_product_ids(put: Put, name_of_segment: str) -> Put:
    """Put it, and look whether each of its qualifiers has a product id; most segments pass at one look at all ids."""
    qualifiers = PRODUCT_IDS[name_of_segment]
    first, stop = (qualifiers.start, qualifiers.stop) if isinstance(qualifiers, range) else (0, 0)

    def put_with_ids(target: Parts, name: str, segment: Segment, node: SegmentNode) -> Misfit | None:
        put(target, name, segment, node)
        size = len(segment)
        is_whole = first and (size >= stop or (size - first) % 2 == 0) and "" not in segment[first + 1 : stop : 2]
        return None if is_whole else missing_id(segment, qualifiers)

    return put_with_ids


def put_with_locations(target: Parts, name: str, segment: Segment, node: SegmentNode) -> None:
    """Into the list of its name, what it sends where into `locations`, and how much that is in all into `located`."""
    put_listed(target, name, segment, node)
    found = locations(segment)
    target.setdefault("locations", []).extend(found)
    target["located"] = added_up((target.get("located", "0"), *(one["quantity"] for one in found)))


def put_charge(target: Parts, name: str, segment: Segment, node: SegmentNode) -> None:
    """Into the list of its name with its parts by name, and into `allowances` or `charges`."""
    put_listed(target, name, segment, node)
    node.inside().update(charge_parts(segment))
    by_indicator = _BY_INDICATOR.get(element(segment, 1))
    if by_indicator:
        put_listed(target, by_indicator, segment, node)


def put_number(target: Parts, name: str, segment: Segment, node: SegmentNode) -> None:
    """Into the list of its name; its number besides in `numbers`, by its qualifier: the first of each."""
    put_listed(target, name, segment, node)
    if qualifier := element(segment, 2):
        target.setdefault("numbers", {}).setdefault(qualifier, element(segment, 1))


def put_adjustment(target: Parts, name: str, segment: Segment, node: SegmentNode) -> Misfit | None:
    """Into the list of its name with its product ids, and its quantity without a sign as `units`."""
    node.inside()["units"] = element(segment, 2).removeprefix("-").removeprefix("+")
    put_listed(target, name, segment, node)
    return missing_id(segment, PRODUCT_IDS[name])


def put_quantity(number: str, unit: str) -> Put:
    """By its qualifier, and into `sums`: what all of that qualifier come to, as a place has a quantity for each lot.

    `number` and `unit`: the names of these elements. Quantities of several units have no sum: a text stands for it that
    is no number.
    """

    def put(target: Parts, name: str, segment: Segment, node: SegmentNode) -> None:
        put_qualified(target, name, segment, node)
        qualifier = element(segment, 1)
        first = target[name][qualifier]
        sums = target.setdefault(SUMS, {})
        if first is node:
            sums[qualifier] = node.get(number, "")
        elif first.get(unit) == node.get(unit):
            sums[qualifier] = added_up((sums[qualifier], node.get(number, "")))
        else:
            sums[qualifier] = f"{sums[qualifier]} {first.get(unit, '')} and {node.get(number, '')} {node.get(unit, '')}"

    return put


def put_shipped(target: Parts, name: str, segment: Segment, node: SegmentNode) -> Misfit | None:
    """Into the list of its name, with what is short of it: W1204, or else what was ordered less what was shipped."""
    short = element(segment, 4) or _difference(element(segment, 2), element(segment, 3))
    if short:
        node.inside()["short"] = short
    return with_product_ids(put_listed, name)(target, name, segment, node)


def _difference(ordered: str, shipped: str) -> str:
    """Empty where either is no number, or nothing is missing."""
    numbers = exact_number(ordered), exact_number(shipped)
    if numbers[0] is None or numbers[1] is None or numbers[0] <= numbers[1]:
        return ""
    return written(total((numbers[0], turned(numbers[1]))))


def put_total(target: Parts, name: str, segment: Segment, node: SegmentNode) -> Misfit | None:
    """Once, with its amount, which is written in hundredths."""
    node.inside()["amount"] = from_hundredths(element(segment, 1))
    return put_once(target, name, segment, node)


def _put_beside(what: str, target: Parts, name: str, node: SegmentNode) -> None:
    by_name = target.get(what)
    if by_name is None:
        target[what] = {name: [node]}
    elif name in by_name:
        by_name[name].append(node)
    else:
        by_name[name] = [node]


_BY_INDICATOR: Final = {ALLOWANCE: "allowances", CHARGE: "charges"}
_ADJUSTMENT: Final = "W19"
_SHIPPED: Final = "W12"
_QUALIFIED: Final = ("AMT", "DTM", "G62", "N1", "N9", "PER", "PID", "REF")
_LISTED: Final = (
    *("AT8", "CTP", "IT8", "ITD", "LDT", "LQ", "MAN", "MEA", "MSG", "MTX", "NTE", "PAM", "PKG", "PO4", "PWK"),
    *("SCH", "TAX", "TD1", "TD3", "TD4", "TD5", "TXI", "W13", "W20"),
)
PUTS: Final[Mapping[str, Put]] = {
    **dict.fromkeys(_QUALIFIED, put_qualified),
    **dict.fromkeys(_LISTED, put_listed),
    **{name: with_product_ids(put_single, name) for name in PRODUCT_IDS},
    **{name: with_product_ids(put_listed, name) for name in ("ACK", "SLN")},
    "L11": put_number,
    "QTY": put_quantity("02", "03"),
    "SAC": put_charge,
    "SDQ": put_with_locations,
    "TDS": put_total,
    _ADJUSTMENT: put_adjustment,
    _SHIPPED: put_shipped,
}
"""By segment name; the others are put by their name."""


def put_of_loop(name: str) -> Put:
    """How the segment is put that begins a loop: into a list, unless it has a qualifier."""
    if name in PRODUCT_IDS and name not in {_ADJUSTMENT, _SHIPPED}:
        return with_product_ids(put_listed, name)
    return PUTS.get(name, put_listed)
