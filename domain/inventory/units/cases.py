"""The exception cases of lines that are held, and of stock that is reported in a unit in which its item is not kept."""

from collections.abc import Sequence
from typing import Final

from domain.identifiers import ItemId
from domain.inventory.reservations import Reservation
from domain.messages.cases import Case, CaseClass, CaseOrigin, CaseState, Impact
from domain.messages.stock import StockLine
from domain.messages.stock_movements import StockMovement
from domain.quantities import format_quantity

_BLOCKS_A_LINE: Final = Impact(orders=1, lines=1)
"""What it is worth only its order knows."""


def held_line(
    reservation: Reservation, unit: str, *, is_discontinued: bool, substitutes: Sequence[ItemId] = ()
) -> Case:
    """A line gets nothing: its item is kept in another `unit`, or may not be sold.

    One case for each claim: of two claims of a line, one may end while the other is held.
    """
    if reservation.is_held_for_its_unit(unit):
        return _held_in_a_unit(reservation, unit)
    return _held_for_its_item(reservation, is_discontinued=is_discontinued, substitutes=substitutes)


def _held_for_its_item(reservation: Reservation, *, is_discontinued: bool, substitutes: Sequence[ItemId]) -> Case:
    what = "which is discontinued" if is_discontinued else "of which no master data has come"
    action = (
        f"{_instead(substitutes)}cancel the line; or have the item's master data say that it is active"
        if is_discontinued
        else "have the item's master data sent; or cancel the line, if the customer means another item"
    )
    return Case(
        CaseClass.INVALID_ITEM,
        CaseOrigin.MASTER_DATA,
        subject=reservation.order_id,
        reason=f"line {reservation.line_id} asks for {format_quantity(reservation.backordered)} of "
        f"{reservation.item_id}, {what}; nothing of the line is released",
        suggested_action=action,
        key=reservation.reservation_id,
        impact=_BLOCKS_A_LINE,
    )


def _instead(substitutes: Sequence[ItemId]) -> str:
    """What a person may offer the customer; empty where the master data names nothing."""
    named = " or ".join(substitutes)
    return f"offer the customer {named} in its place, and amend the order; or " if named else ""


def _held_in_a_unit(reservation: Reservation, unit: str) -> Case:
    return Case(
        CaseClass.INVALID_ITEM,
        CaseOrigin.MASTER_DATA,
        subject=reservation.order_id,
        reason=f"line {reservation.line_id} asks for {format_quantity(reservation.backordered)} {reservation.unit} of "
        f"{reservation.item_id}, which is kept in {unit}; nothing of the line is released",
        suggested_action=f"cancel the line, and have it ordered in {unit}; or correct the unit in the channel file",
        key=reservation.reservation_id,
        impact=_BLOCKS_A_LINE,
    )


def no_longer_held(reservation: Reservation, why: str) -> Case:
    """Its item may be sold now; or the line is cancelled, or has left all the same."""
    return Case(
        CaseClass.INVALID_ITEM,
        CaseOrigin.MASTER_DATA,
        subject=reservation.order_id,
        reason=f"line {reservation.line_id} is no longer held: {why}",
        state=CaseState.RESOLVED,
        key=reservation.reservation_id,
    )


def not_counted(fact: StockMovement, lines: Sequence[StockLine], unit: str) -> Case:
    """A stock fact is in a unit in which its item is not kept: no quantity of it is known."""
    line = lines[0]
    return Case(
        CaseClass.INVALID_ITEM,
        CaseOrigin.MASTER_DATA,
        subject=line.item_id,
        source_id=fact.provenance.source_id,
        reason=f"{fact.node_id} reports {_reported(lines)} of {line.item_id}, which is kept "
        f"in {unit}; nothing is counted",
        suggested_action=f"send the item's master data with that unit; or have it counted in {unit} and adjusted",
        key=f"{fact.document_event_id}/{line.line_id}",
    )


def counted_after_all(fact: StockMovement, lines: Sequence[StockLine]) -> Case:
    """The item's master data says by now what the line comes to."""
    line = lines[0]
    return Case(
        CaseClass.INVALID_ITEM,
        CaseOrigin.MASTER_DATA,
        subject=line.item_id,
        source_id=fact.provenance.source_id,
        reason=f"{_reported(lines)} that {fact.node_id} reported are counted",
        state=CaseState.RESOLVED,
        key=f"{fact.document_event_id}/{line.line_id}",
    )


def _reported(lines: Sequence[StockLine]) -> str:
    return " and ".join(f"{format_quantity(line.quantity)} {line.unit}" for line in lines)
