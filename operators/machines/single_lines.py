"""The rows of stock facts of an earlier release, one a line at its item, until the last has expired.

A document that comes again in this release has no row of its own yet: its lines are recognised here.
"""

from dataclasses import replace

from domain.deduplication import Arrival, Horizons
from domain.identifiers import EventId
from domain.inventory.single_lines import SingleLine, key_of
from domain.messages.stock_movements import StockMovement, UnitsAdjusted, UnitsReceived
from operators.engine.partition import Partition
from operators.engine.partition_state import PartitionState
from operators.steps.deduplication import EXPIRY, Deduplication


class SingleLines:
    """No row is added but for records of that release, so there are none left after the longest horizon."""

    def __init__(self, horizons: Horizons) -> None:
        self._deduplication = Deduplication(horizons, _is_in_work)

    def arrival(self, partition: Partition, document: SingleLine, event_id: EventId, now_ms: int) -> Arrival:
        """Whether the record of one line came before; repeats are counted."""
        arrival = self._deduplication.arrival(partition, document.item_id, document, event_id, now_ms)
        if arrival is not Arrival.FIRST:
            partition.count("duplicate" if arrival is Arrival.DUPLICATE else "conflicting duplicate")
        return arrival

    def without_known(self, partition: Partition, movement: StockMovement) -> StockMovement:
        """The movement without the lines that such records have applied; these are counted."""
        if not isinstance(movement, UnitsReceived | UnitsAdjusted) or EXPIRY.is_empty(partition):
            return movement
        fresh = tuple(
            line for line in movement.lines if not self._deduplication.knows(partition, key_of(movement, line))
        )
        for _ in range(len(movement.lines) - len(fresh)):
            partition.count("duplicate")
        return replace(movement, lines=fresh)

    def forget(self, partition: Partition) -> None:
        """The timer."""
        self._deduplication.forget(partition)


def _is_in_work(state: PartitionState, subject: str) -> bool:  # noqa: ARG001
    """An item is never finished, so its receipts expire after one horizon whatever its state."""
    return False
