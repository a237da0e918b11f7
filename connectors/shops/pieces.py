"""What shops count: whole pieces."""

from collections.abc import Collection, Mapping
from typing import Final

from connectors.erp.classification import REFUSED
from connectors.erp.conversations.conversation import Proven
from domain.identifiers import LineId
from domain.messages.dispatch import Document, DocumentLine
from domain.quantities import UNIT, format_quantity

PIECES: Final[Collection[str]] = frozenset({"EA", "C62", "PCE", "H87"})
"""The units of UN/ECE Rec 20 that are one piece each."""


def shipped_pieces(document: Document) -> Mapping[LineId, int] | Proven:
    """How many pieces of each line have left, or the refusal of what a shop cannot count."""
    found: dict[LineId, int] = {}
    for line in document.lines:
        if line.unit not in PIECES or line.quantity <= 0 or line.quantity % UNIT:
            return refused(f"line {line.line_id}: {format_quantity(line.quantity)} {line.unit} is no number of pieces")
        found[line.line_id] = found.get(line.line_id, 0) + line.quantity // UNIT
    return found or refused("the shipment has no lines")


def shown_pieces(line: DocumentLine) -> int | Proven:
    """How many pieces a shop may show: never more than there are, never fewer than none."""
    if line.unit not in PIECES:
        return refused(f"item {line.item_id} is counted in {line.unit}, and a shop shows pieces")
    return max(line.quantity, 0) // UNIT


def refused(words: str) -> Proven:
    """A refusal of our own: nothing was sent."""
    return Proven(REFUSED, words=words)
