"""Commands to a warehouse: the records of `warehouse.commands.v1`, keyed by order_id.

`command_id` is the idempotency key: the same command never has two effects in a warehouse, even if it is sent again.
"""

from dataclasses import dataclass

from domain.addresses import Address
from domain.identifiers import CommandId, ItemId, LineId, NodeId, OrderId


@dataclass(frozen=True, slots=True)
class ReleasedLine:
    """Units to pick and ship; quantity in millionths."""

    line_id: LineId
    item_id: ItemId
    quantity: int


@dataclass(frozen=True, slots=True)
class WarehouseReleaseCommanded:
    """Pick and ship these lines at this node (X12 940)."""

    command_id: CommandId
    order_id: OrderId
    node_id: NodeId
    ship_to: Address
    lines: tuple[ReleasedLine, ...]
    channel_order_id: str = ""
    """The customer's own number of the order, as in `OrderPlaced`: for the packing list."""


@dataclass(frozen=True, slots=True)
class WarehouseCancelCommanded:
    """Cancel the units of this order at this node that are not picked yet."""

    command_id: CommandId
    order_id: OrderId
    node_id: NodeId
    line_ids: tuple[LineId, ...]


WarehouseCommand = WarehouseReleaseCommanded | WarehouseCancelCommanded
"""The records of `warehouse.commands.v1`."""
