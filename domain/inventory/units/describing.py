"""Master data of items: what was not counted for its unit is counted when the item's table has that unit."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from domain.inventory.accounts import Item
from domain.inventory.decisions import DecisionDraft, LedgerDecision, LedgerVerdict
from domain.inventory.reservations import ItemClaims
from domain.inventory.units.keeping import converted, is_unit_of, kept_in
from domain.messages.inventory import ItemDescribed, UnitFactor
from domain.messages.stock import StockLine
from domain.messages.stock_movements import (
    StockMovement,
    UnitsAdjusted,
    UnitsCounted,
    UnitsExpected,
    UnitsReceived,
    UnitsSent,
    UnitsStatusChanged,
)
from domain.quantities import UNIT
from domain.units import plain_unit


@dataclass(frozen=True, slots=True)
class UncountedLine:
    """A line of a stock document, or an item of a count, that waits for master data; exactly one of them is set."""

    received: UnitsReceived | None = None
    adjusted: UnitsAdjusted | None = None
    counted: UnitsCounted | None = None
    status_changed: UnitsStatusChanged | None = None
    sent: UnitsSent | None = None
    expected: UnitsExpected | None = None

    @property
    def movement(self) -> StockMovement:
        """The document with this line, or this item, only."""
        movement = self.received or self.adjusted or self.counted or self.status_changed or self.sent or self.expected
        if movement is None:
            raise ValueError("an uncounted line without its document")
        return movement


def uncounted(movement: StockMovement, lines: tuple[StockLine, ...]) -> UncountedLine:
    """What is kept of lines that are not counted."""
    match movement:
        case UnitsReceived():
            return UncountedLine(received=replace(movement, lines=lines))
        case UnitsAdjusted():
            return UncountedLine(adjusted=replace(movement, lines=lines))
        case UnitsCounted():
            return UncountedLine(counted=replace(movement, lines=lines))
        case UnitsStatusChanged():
            return UncountedLine(status_changed=replace(movement, lines=lines))
        case UnitsSent():
            return UncountedLine(sent=replace(movement, lines=lines))
        case UnitsExpected():
            return UncountedLine(expected=replace(movement, lines=lines))


def can_count(item: Item, lines: Iterable[StockLine]) -> bool:
    """Whether the item's master data says by now what these lines come to."""
    return all(
        is_unit_of(item.unit, line.unit) or converted(item.factors, line.unit, item.unit, line.quantity) is not None
        for line in lines
    )


def describe(item: Item, described: ItemDescribed, claims: ItemClaims) -> LedgerDecision:
    """Take over master data, unless later data is known. An item that is kept in another unit stays in it."""
    draft = DecisionDraft(item, claims.named)
    at_us = described.provenance.occurred_at_us
    if at_us < item.described_at_us:
        return draft.decided(LedgerVerdict.OUTDATED)
    base = UnitFactor(plain_unit(described.unit), UNIT)
    others = (UnitFactor(plain_unit(each.unit), each.factor) for each in described.units)
    factors = (base, *(each for each in others if each.unit != base.unit))
    draft.describe(factors, described)
    kept_in(draft, described.unit, claims.waiting)
    return draft.decided(LedgerVerdict.DESCRIBED)
