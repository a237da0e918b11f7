"""What the ledger may send."""

from domain.messages.cases import Case
from domain.messages.inventory import InventoryPosition, UnitsTransferred
from domain.messages.orders import BackorderFilled, ReservationsAnswered

LedgerEffect = ReservationsAnswered | BackorderFilled | UnitsTransferred | InventoryPosition | Case
