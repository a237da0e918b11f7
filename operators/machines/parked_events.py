"""The rows of events that wait for an order: a head, a row an event, and a row for each line and item that they move.

So one more event reads and writes the same however many there are.
"""

from collections.abc import Iterator
from typing import Any

from domain.identifiers import ItemId, LineId, OrderId
from domain.orders import parking
from domain.orders.parking import ParkedAsWell
from domain.orders.state import ParkedEvent, ParkedOrder, ParkedUnits
from operators.engine.partition_state import PartitionState
from operators.engine.tables import Table, as_it_is
from operators.machines.fulfilment_rows import with_parked_fulfilment, with_parked_fulfilment_in_head
from operators.machines.order_rows import (
    with_amend_requests,
    with_amend_requests_in_head,
    with_cancelled_parts,
    with_cancelled_parts_in_head,
    with_deliveries,
    with_deliveries_in_head,
    with_document_ids,
    with_hold_requests,
    with_hold_requests_in_head,
    with_lines_counted,
    with_parked_amounts,
    with_parked_amounts_in_head,
    with_parked_inspections,
    with_parked_inspections_in_head,
    with_parked_picks,
    with_parked_reports,
    with_parked_reports_in_head,
    with_requested_days_in_event,
    with_requested_days_in_head,
    with_return_requests,
    with_return_requests_in_head,
    with_rows_of_their_own,
    with_shipment_reversals,
    with_shipment_reversals_in_head,
    with_unpicks,
    with_unpicks_in_head,
)

PARKED: Table[ParkedOrder] = Table(
    "parked",
    ParkedOrder,
    version=24,
    upgrades={
        1: with_document_ids,
        2: with_rows_of_their_own,
        3: with_lines_counted,
        4: with_hold_requests_in_head,
        5: with_unpicks_in_head,
        6: with_cancelled_parts_in_head,
        7: with_amend_requests_in_head,
        8: with_requested_days_in_head,
        9: with_return_requests_in_head,
        10: with_parked_inspections_in_head,
        11: with_shipment_reversals_in_head,
        12: with_deliveries_in_head,
        13: with_parked_amounts_in_head,
        14: with_parked_reports_in_head,
        15: with_parked_fulfilment_in_head,
        16: as_it_is,
        17: as_it_is,
        18: as_it_is,
        19: as_it_is,
        20: as_it_is,
        21: as_it_is,
        22: as_it_is,
        23: as_it_is,
    },
)
"""By order."""
PARKED_EVENTS: Table[ParkedEvent] = Table(
    "parked event",
    ParkedEvent,
    ordered=True,
    version=21,
    upgrades={
        1: with_hold_requests,
        2: with_unpicks,
        3: with_cancelled_parts,
        4: with_amend_requests,
        5: with_requested_days_in_event,
        6: with_return_requests,
        7: with_parked_inspections,
        8: with_shipment_reversals,
        9: with_deliveries,
        10: with_parked_amounts,
        11: with_parked_reports,
        12: with_parked_fulfilment,
        13: as_it_is,
        14: as_it_is,
        15: as_it_is,
        16: as_it_is,
        17: as_it_is,
        18: as_it_is,
        19: as_it_is,
        20: as_it_is,
    },
)
"""By order and arrival."""
PARKED_UNITS: Table[ParkedUnits] = Table(
    "parked units", ParkedUnits, ordered=True, version=2, upgrades={1: with_parked_picks}
)
"""By order, line and item."""


class ParkedRows:
    """What waits for one order."""

    def __init__(self, state: PartitionState, order_id: OrderId) -> None:
        self._state = state
        self._prefix = f"{order_id}\0"

    def head(self) -> ParkedOrder | None:
        """None when nothing waits."""
        return self._state.get(PARKED, self._prefix[:-1])

    def events(self) -> Iterator[ParkedEvent]:
        """All events, in the order in which they came."""
        head = self.head()
        yield from () if head is None else head.events
        for _, event in self._state.scan(PARKED_EVENTS, self._prefix):
            yield event

    def units(self, line_id: LineId, item_id: ItemId) -> ParkedUnits:
        """The units that the events report of one line and item."""
        known = self._state.get(PARKED_UNITS, self._place_of(line_id, item_id))
        if known is not None:
            return known
        own = (each for each in self._of_head() if (each.line_id, each.item_id) == (line_id, item_id))
        return next(own, ParkedUnits(line_id, item_id))

    def all_units(self) -> Iterator[ParkedUnits]:
        """The same of all lines and items."""
        own = {(each.line_id, each.item_id): each for each in self._of_head()}
        for _, each in self._state.scan(PARKED_UNITS, self._prefix):
            own[each.line_id, each.item_id] = each
        yield from own.values()

    def _of_head(self) -> tuple[ParkedUnits, ...]:
        head = self.head()
        return () if head is None else parking.units_of(head.events)

    def keep(self, head: ParkedOrder, parks: ParkedAsWell | None) -> None:
        """Store the head, and one more event."""
        self._state.put(PARKED, self._prefix[:-1], head)
        if parks is not None:
            if parks.event is not None:
                self._state.put(PARKED_EVENTS, f"{self._prefix}{head.parked:08d}", parks.event)
            for units in parks.units:
                self._state.put(PARKED_UNITS, self._place_of(units.line_id, units.item_id), units)

    def delete(self) -> None:
        """Nothing waits any more."""
        self._state.delete(PARKED, self._prefix[:-1])
        self._delete_all(PARKED_EVENTS)
        self._delete_all(PARKED_UNITS)

    def _delete_all(self, table: Table[Any]) -> None:
        for key in [key for key, _ in self._state.scan(table, self._prefix)]:
            self._state.delete(table, key)

    def _place_of(self, line_id: LineId, item_id: ItemId) -> str:
        return f"{self._prefix}{line_id}\0{item_id}"
