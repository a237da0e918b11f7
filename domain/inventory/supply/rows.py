"""What the ledger keeps of announced supply: of an item in one purchase order or shipping notice."""

from collections.abc import Iterable
from typing import NamedTuple

from domain.identifiers import NodeId, SupplyId

DAY_US = 24 * 3_600_000_000


class ExpectedUnits(NamedTuple):
    """Units of an item that are expected at a node on a day, named by its midnight in UTC."""

    node_id: NodeId
    expected_us: int
    units: int


class DayUnits(NamedTuple):
    """Units that were announced for a day."""

    expected_us: int
    units: int


class ItemSupply(NamedTuple):
    """What was announced of an item under a number, day by day, and what of it has been received.

    A receipt may come before the announcement. `position`: revision and time of the announcement in force.
    """

    node_id: NodeId
    supply_id: SupplyId
    announced: tuple[DayUnits, ...] = ()
    received: int = 0
    position: tuple[int, int] = (-1, 0)

    @property
    def expected(self) -> tuple[ExpectedUnits, ...]:
        """What has not been received: receipts use up the earliest day first."""
        return tuple(self._open())

    def _open(self) -> Iterable[ExpectedUnits]:
        received = self.received
        for expected_us, units in self.announced:
            used = min(received, units)
            received -= used
            if units > used:
                yield ExpectedUnits(self.node_id, expected_us, units - used)
