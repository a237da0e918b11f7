"""When the simulated warehouse, its carriers and finance do what: equal on every replay.

It is decided from the append time of a command and a seed. All times are in milliseconds; each order's delays vary
between 0.5 and 1.5 times these values.
"""

from dataclasses import dataclass
from hashlib import blake2b

from domain.identifiers import CommandId

_PER_MILLE = 1000


@dataclass(frozen=True, slots=True)
class Delays:
    """The pace of the warehouse."""

    seed: int = 0
    pick_ms: int = 200
    """From the release to the pick."""
    ship_ms: int = 400
    """From the pick to the shipment, and from the first shipment to the second."""
    report_ms: int = 100
    """From a fact to its report. A cancellation appended before the pick must be readable within it."""
    split_per_mille: int = 100
    """The share of the orders that leave in two shipments."""
    short_per_mille: int = 0
    """The share of the picks in which a unit is not found."""
    put_back_per_mille: int = 0
    """The share of the picks that are put back, and picked again."""
    reverse_per_mille: int = 0
    """The share of the shipments that did not leave after all."""
    deliver_per_mille: int = 0
    """Of the others, the share whose delivery the carrier reports."""
    deliver_ms: int = 600
    """From the shipment to its delivery, or to the report that it did not leave."""

    invoice_per_mille: int = 0
    """Of the shipments that left, the share that finance invoices."""
    mistype_per_mille: int = 0
    """Of the invoices, the share that states a unit too many, and is cancelled and written anew."""
    invoice_ms: int = 800
    """From the shipment to its invoice, and from a wrong one to its cancellation."""

    def __post_init__(self) -> None:
        """Refuse negative values."""
        delays = (self.pick_ms, self.ship_ms, self.report_ms, self.deliver_ms, self.invoice_ms)
        of_parcels = (self.reverse_per_mille, self.deliver_per_mille, self.invoice_per_mille, self.mistype_per_mille)
        if min(*delays, self.split_per_mille, self.short_per_mille, self.put_back_per_mille, *of_parcels) < 0:
            raise ValueError("delays and shares must be 0 or more")

    def picked_at_ms(self, command_id: CommandId, released_at_ms: int) -> int:
        """The time of the pick: from then on nothing can be cancelled."""
        return released_at_ms + self._spread(self.pick_ms, "pick", command_id)

    def shipped_at_ms(self, command_id: CommandId, released_at_ms: int, shipment: int) -> int:
        """When the `shipment`-th parcel leaves, counted from 0."""
        before = self.picked_at_ms(command_id, released_at_ms)
        return before + sum(self._spread(self.ship_ms, f"ship/{each}", command_id) for each in range(shipment + 1))

    def ends_at_ms(self, command_id: CommandId, shipped_at_ms: int, shipment: int) -> int:
        """When the `shipment`-th parcel is delivered, or known not to have left."""
        return shipped_at_ms + self._spread(self.deliver_ms, f"end/{shipment}", command_id)

    def invoiced_at_ms(self, command_id: CommandId, after_ms: int, shipment: int) -> int:
        """When finance has got to the `shipment`-th parcel, or to it once more."""
        return after_ms + self._spread(self.invoice_ms, f"invoice/{shipment}", command_id)

    def is_split(self, command_id: CommandId) -> bool:
        """Whether the order leaves in two shipments."""
        return self._draw("split", command_id) % _PER_MILLE < self.split_per_mille

    def is_short(self, command_id: CommandId) -> bool:
        """Whether a unit is not found when it is picked."""
        return self._draw("short", command_id) % _PER_MILLE < self.short_per_mille

    def is_put_back(self, command_id: CommandId) -> bool:
        """Whether the pick is put back, and done again."""
        return self._draw("put back", command_id) % _PER_MILLE < self.put_back_per_mille

    def is_reversed(self, command_id: CommandId, shipment: int) -> bool:
        """Whether the `shipment`-th parcel did not leave after all."""
        return self._draw(f"reverse/{shipment}", command_id) % _PER_MILLE < self.reverse_per_mille

    def is_delivered(self, command_id: CommandId, shipment: int) -> bool:
        """Whether the carrier reports the delivery of the `shipment`-th parcel."""
        return self._draw(f"deliver/{shipment}", command_id) % _PER_MILLE < self.deliver_per_mille

    def is_invoiced(self, command_id: CommandId, shipment: int) -> bool:
        """Whether finance invoices the `shipment`-th parcel."""
        return self._draw(f"invoiced/{shipment}", command_id) % _PER_MILLE < self.invoice_per_mille

    def is_mistyped(self, command_id: CommandId, shipment: int) -> bool:
        """Whether its first invoice states too much."""
        return self._draw(f"mistyped/{shipment}", command_id) % _PER_MILLE < self.mistype_per_mille

    def _spread(self, delay_ms: int, purpose: str, command_id: CommandId) -> int:
        return delay_ms // 2 + self._draw(purpose, command_id) % (delay_ms + 1)

    def _draw(self, purpose: str, command_id: CommandId) -> int:
        cause = f"{self.seed}/{purpose}/{command_id}"
        return int.from_bytes(blake2b(cause.encode(), digest_size=8).digest())
