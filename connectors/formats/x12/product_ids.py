"""The pairs of elements that segments repeat: product ids with their qualifiers, quantities with their locations."""

from collections.abc import Mapping, Sequence
from typing import Final

from connectors.formats.documents import SourceDocument, SourceNode
from connectors.formats.expressions.decimals import exact_number, total, written
from connectors.formats.x12.faults import ElementFault, Misfit, SegmentFault
from connectors.formats.x12.segments import Segment, element

IDS: Final = "ids"
"""The first id of each qualifier."""
ID_LIST: Final = "id_list"
_FROM_06: Final = range(6, 26, 2)
PRODUCT_IDS: Final[Mapping[str, range | tuple[int, ...]]] = {
    "PO1": _FROM_06,
    "IT1": _FROM_06,
    "POC": range(8, 28, 2),
    "LIN": range(2, 32, 2),
    "SLN": range(9, 29, 2),
    "ACK": range(7, 27, 2),
    "BLI": (1, 8),
    "W01": (4, 6, 15),
    "W04": (4, 6),
    "W07": (4, 6),
    "W12": (7, 17, 21),
    "W19": (5, 7),
}
"""Per segment: the elements of its qualifiers (235), each followed by its product id (234)."""

_FIRST_LOCATION: Final = 3


def missing_id(segment: Segment, qualifiers: range | tuple[int, ...]) -> Misfit | None:
    """What is wrong where a qualifier has no id."""
    for number in qualifiers:
        if number >= len(segment):
            break
        if segment[number] and not element(segment, number + 1):
            return Misfit(
                "a product id qualifier without its id",
                SegmentFault.ELEMENT_IN_ERROR,
                number + 1,
                ElementFault.MISSING_BESIDE_ANOTHER,
            )
    return None


def product_ids(segment: Segment, qualifiers: range | tuple[int, ...]) -> list[SourceNode]:
    """`qualifier` and `id` of each pair, in order."""
    pairs: list[SourceNode] = []
    for number in qualifiers:
        if number >= len(segment):
            break
        qualifier, product = segment[number], element(segment, number + 1)
        if product:
            pairs.append({"qualifier": qualifier, "id": product} if qualifier else {"id": product})
    return pairs


def first_by_qualifier(pairs: list[SourceNode]) -> SourceDocument:
    """The first id of each qualifier."""
    ids: SourceDocument = {}
    for pair in pairs:
        if isinstance(pair, dict) and isinstance(qualifier := pair.get("qualifier"), str):
            ids.setdefault(qualifier, pair["id"])
    return ids


def locations(sdq: Segment) -> list[dict[str, str]]:
    """What an SDQ sends where: `location` and `quantity` of each pair, its `unit`, the location's `qualifier`."""
    unit, qualifier = element(sdq, 1), element(sdq, 2)
    return [
        {"unit": unit, "qualifier": qualifier, "location": sdq[number], "quantity": element(sdq, number + 1)}
        for number in range(_FIRST_LOCATION, min(len(sdq), 23), 2)
        if sdq[number]
    ]


def added_up(quantities: Sequence[str]) -> str:
    """The exact sum; a text that is no number stands for it, so that whoever reads the sum is told of that."""
    numbers = [exact_number(text) for text in quantities]
    known = [number for number in numbers if number is not None]
    if len(known) == len(numbers):
        return written(total(known))
    return next(text for text, number in zip(quantities, numbers, strict=True) if number is None)
