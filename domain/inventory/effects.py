"""What the ledger may send."""

from domain.messages.cases import Case
from domain.messages.inventory import InventoryPosition, StockMovement, UnitsTransferred
from domain.messages.orders import BackorderFilled, ReservationsAnswered

LedgerEffect = ReservationsAnswered | BackorderFilled | StockMovement | UnitsTransferred | InventoryPosition | Case
