"""The rows of parcels in their home partitions: each is remembered for two months after it was last heard of."""

from collections.abc import Sequence
from typing import Final

from domain.deduplication import expires_at_ms
from domain.messages.orders import ParcelEvent, ParcelTold
from domain.orders.parcels.home import Parcel, heard
from operators.engine.partition import Partition
from operators.engine.tables import Table
from operators.steps.expiry_queue import ExpiryQueue

PARCELS: Table[Parcel] = Table("parcel", Parcel)
PARCEL_HORIZON: Table[bool] = Table("parcel horizon", bool, ordered=True)

PARCEL_PASSED: Final = "parcel horizon passed"
"""The timer that forgets parcels."""
REMEMBERED_MS: Final = 60 * 24 * 3_600_000

_EXPIRY = ExpiryQueue(PARCEL_HORIZON, PARCEL_PASSED)


class Parcels:
    """The parcels of the orders flow."""

    def apply(self, partition: Partition, event: ParcelEvent, now_ms: int) -> Sequence[ParcelTold]:
        """What the orders in a parcel are told."""
        key = event.parcel_id
        stored = partition.state.get(PARCELS, key)
        verdict = heard(Parcel() if stored is None or stored.until_ms <= now_ms else stored, event)
        if verdict.dropped:
            partition.count(verdict.dropped)
            return ()
        row = verdict.parcel._replace(until_ms=expires_at_ms(now_ms, REMEMBERED_MS))
        if stored is not None and stored.until_ms != row.until_ms:
            _EXPIRY.remove(partition, stored.until_ms, key)
        partition.state.put(PARCELS, key, row)
        _EXPIRY.add(partition, row.until_ms, key)
        return verdict.told

    def forget(self, partition: Partition) -> None:
        """The timer: delete a page of parcels whose horizon has passed; of some nobody has said who sent them."""
        for key in _EXPIRY.take_due(partition):
            parcel = partition.state.get(PARCELS, key)
            if parcel is not None and not parcel.sent:
                partition.count("parcel that no order has sent")
            partition.state.delete(PARCELS, key)
