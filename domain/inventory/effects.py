"""What the ledger may send."""

from domain.messages.cases import Case
from domain.messages.inventory import ChannelAvailability, InventoryPosition, StockTransferred
from domain.messages.orders import BackorderFilled, ReservationsAnswered, ReservationsRecalled, ReservationsStated
from domain.messages.snapshots.stock import DifferenceStated, StockReported
from domain.messages.stock_movements import StockMovement

LedgerEffect = (
    ReservationsAnswered
    | BackorderFilled
    | ReservationsRecalled
    | ReservationsStated
    | StockMovement
    | StockReported
    | DifferenceStated
    | StockTransferred
    | InventoryPosition
    | ChannelAvailability
    | Case
)
