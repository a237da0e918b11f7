"""Notes that amendments add to the papers of an order; one that it has already is not added again."""

from typing import Final

from domain.orders.state import Order
from domain.papers import Note, Papers
from domain.values import replace

MOST_NOTES: Final = 1_000
"""Of one order, with those that it was placed with."""


def has_too_many_notes(order: Order, notes: tuple[Note, ...]) -> bool:
    """Whether the order could not keep them."""
    kept = () if order.papers is None else order.papers.notes
    return bool(notes) and len(kept) + len(_new(order, notes)) > MOST_NOTES


def _new(order: Order, notes: tuple[Note, ...]) -> tuple[Note, ...]:
    known = () if order.papers is None else order.papers.notes
    return tuple(note for note in dict.fromkeys(notes) if note not in known)


def with_notes(order: Order, notes: tuple[Note, ...]) -> Order:
    """The order with these notes behind its own."""
    new = _new(order, notes)
    if not new:
        return order
    papers = order.papers or Papers()
    return replace(order, papers=replace(papers, notes=(*papers.notes, *new)))
