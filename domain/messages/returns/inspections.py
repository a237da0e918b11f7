"""What became of returned goods when they were inspected: a record of `orders.inbox.v1`, keyed by order_id."""

from dataclasses import dataclass

from domain.identifiers import NodeId, OrderId, ReturnId
from domain.provenance import Provenance
from domain.returns import InspectedLine


@dataclass(frozen=True, slots=True)
class OrderReturnInspected:
    """A warehouse inspected goods of a return that it had received as INSPECT: a fact."""

    order_id: OrderId
    provenance: Provenance
    node_id: NodeId
    return_id: ReturnId
    reason: str
    lines: tuple[InspectedLine, ...]
    document_id: str = ""
    """As in `OrderPicked`."""
