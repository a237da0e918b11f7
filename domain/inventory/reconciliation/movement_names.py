"""What a movement is called where it explains a difference: its kind first, then its number."""

from typing import Final, assert_never

from domain.messages.inventory import (
    LedgerEvent,
    ReservationsConfirmed,
    ReservationsGivenBack,
    ReservationsMoved,
    ReservationsReleased,
    ReservationsRequested,
    UnitsInspected,
    UnitsPicked,
    UnitsReturned,
    UnitsReversed,
    UnitsShipped,
    UnitsShortPicked,
    UnitsUnpicked,
)
from domain.messages.stock_movements import (
    UnitsAdjusted,
    UnitsCounted,
    UnitsExpected,
    UnitsReceived,
    UnitsSent,
    UnitsStatusChanged,
)

KINDS_WITH_UNIT: Final = frozenset({"receipt", "adjustment", "status", "transfer"})
"""Those that name a unit; what orders move is in the item's."""


def name_of(event: LedgerEvent) -> str:  # noqa: C901, PLR0911, PLR0912  one return per kind
    """The movement as people name it."""
    match event:
        case UnitsReceived(receipt_id=number):
            return f"receipt {number}"
        case UnitsAdjusted(adjustment_id=number):
            return f"adjustment {number}"
        case UnitsCounted(count_id=number):
            return f"count {number}"
        case UnitsStatusChanged(change_id=number):
            return f"status change {number}"
        case UnitsExpected(supply_id=number):
            return f"supply {number}"
        case UnitsSent(transfer_order_id=number):
            return f"transfer {number}"
        case UnitsShipped(shipment_id=number, order_id=order_id):
            return f"shipment {number} of {order_id}"
        case UnitsReversed(reversal_id=number, order_id=order_id):
            return f"reversal {number} of {order_id}"
        case UnitsReturned(return_id=number, order_id=order_id):
            return f"return {number} of {order_id}"
        case UnitsInspected(return_id=number, order_id=order_id):
            return f"inspection of {number} of {order_id}"
        case UnitsUnpicked(order_id=order_id):
            return f"put-back of {order_id}"
        case UnitsShortPicked(order_id=order_id):
            return f"short pick of {order_id}"
        case (
            ReservationsRequested()
            | ReservationsConfirmed()
            | ReservationsReleased()
            | ReservationsMoved()
            | ReservationsGivenBack()
            | UnitsPicked()
        ):
            return f"{type(event).__name__} of {event.order_id}"
        case _:
            assert_never(event)


def kind_of(name: str) -> str:
    """The first word of a name: movements of one kind may be one movement that was counted twice."""
    return name.partition(" ")[0]
