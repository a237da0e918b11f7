"""Commands to a warehouse: the records of `warehouse.commands.v1`, keyed by order_id.

`command_id` is the idempotency key: the same command never has two effects in a warehouse, whatever is resent.
"""

from dataclasses import dataclass

from domain.messages.orders import Address


@dataclass(frozen=True, slots=True)
class ReleasedLine:
    """Units to pick and ship; quantity in millionths."""

    line_id: str
    item_id: str
    quantity: int


@dataclass(frozen=True, slots=True)
class WarehouseReleaseCommanded:
    """Pick and ship these lines at this node (X12 940)."""

    command_id: str
    order_id: str
    node_id: str
    ship_to: Address
    lines: tuple[ReleasedLine, ...]


@dataclass(frozen=True, slots=True)
class WarehouseCancelCommanded:
    """Cancel the units of this order at this node that are not picked yet."""

    command_id: str
    order_id: str
    node_id: str
    line_ids: tuple[str, ...]


WarehouseCommand = WarehouseReleaseCommanded | WarehouseCancelCommanded
"""The records of `warehouse.commands.v1`."""
