"""A row of the table of pending answers: what is awaited, from whom, since when and until when."""

from collections.abc import Container
from enum import StrEnum
from typing import Final, NamedTuple

from domain.identifiers import CommandId, LineId, NodeId
from domain.messages.orders import PartOfLine


class Awaited(StrEnum):
    """What is awaited. `domain.orders.pending.lateness` says what happens when it is late."""

    PURCHASE_ORDER = "PURCHASE_ORDER"
    """From the home of the purchase order number: whether another order carries it."""
    CUSTOMER = "CUSTOMER"
    """From the home of the customer: whether he is known, and may order."""
    LOOK_UP = "LOOK_UP"
    """From the ERP: whether it has the order from an earlier life."""
    RESERVATION = "RESERVATION"
    """From the ledger: its answer to what was asked for last."""
    UNITS = "UNITS"
    """From the ledger: the units that are missing. Late, the order has waited enough."""
    STOCK = "STOCK"
    """From the queues of the items: what is backordered of an accepted order."""
    WAREHOUSE = "WAREHOUSE"
    """From the files: a warehouse that has one of the nodes at which the order waits. Its case is open."""
    NEXT_TRY = "NEXT_TRY"
    """From nobody: the order asks for its units again."""
    RELEASE_WINDOW = "RELEASE_WINDOW"
    """From nobody: units that are ready wait for more of the order. Deadline 0: they go as soon as that is allowed."""
    CANCELLATION = "CANCELLATION"
    """From a warehouse: whether it stops lines that the customer cancels."""
    STOP = "STOP"
    """From a warehouse: whether it stops lines that another one has shipped. The customer's lines are not touched."""
    AMENDMENT = "AMENDMENT"
    """From a warehouse: whether it stops lines that an amendment changes."""
    REVISION = "REVISION"
    """From the channel: the revisions before those that it has sent already. Late, these are refused."""
    SURPLUS = "SURPLUS"
    """From a warehouse that refused to stop: what it ships too much. Its case is open from the beginning."""
    ACTION = "ACTION"
    """From a warehouse: that it acts on what it was asked to ship. One row a warehouse, and one for what came later."""
    SHIPMENT = "SHIPMENT"
    """From a warehouse: the shipment of what it has picked, when nothing else is open, or it is not asked for it."""
    CHANNEL_SHIPMENT = "CHANNEL_SHIPMENT"
    """From the channel: the shipment of what it ships from its own stock."""
    REVERSED_SHIPMENT = "REVERSED_SHIPMENT"
    """From warehouses: the shipment of what they have reversed already."""
    DELIVERED_SHIPMENT = "DELIVERED_SHIPMENT"
    """From warehouses: the shipment of what carriers have delivered already."""
    INVOICED_SHIPMENT = "INVOICED_SHIPMENT"
    """From warehouses: the shipment of what is invoiced already."""
    RETURNED_SHIPMENT = "RETURNED_SHIPMENT"
    """From warehouses: a shipment, from before `since_ms`, of what was returned beyond it. Its case is open."""
    DELIVERY = "DELIVERY"
    """From carriers: the delivery of what was shipped, once they have said anything of the order."""
    REVERSED_DELIVERY = "REVERSED_DELIVERY"
    """From carriers: the delivery of what they have taken back already."""
    CANCELLED_INVOICE = "CANCELLED_INVOICE"
    """From finance: the invoice of what it has cancelled already."""
    INVOICE_CANCELLATION = "INVOICE_CANCELLATION"
    """From finance: the cancellation of what is invoiced, and neither shipped nor to be shipped."""
    INVOICE_CORRECTION = "INVOICE_CORRECTION"
    """From finance: the correction of invoices that state other amounts than the order's prices."""
    INVOICE_OF_CREDIT = "INVOICE_OF_CREDIT"
    """From finance: another invoice of what is credited, and whose invoice it has cancelled."""
    INVOICE_BEFORE_CREDIT = "INVOICE_BEFORE_CREDIT"
    """From finance: the invoice of what is credited, and was never invoiced."""
    AGREEMENT = "AGREEMENT"
    """From another system: that what it has of the order agrees. The key is the report's."""
    DEPENDENCY = "DEPENDENCY"
    """From whoever watches it: that a dependency is back for which the order is paused."""
    RETURN_DECISION = "RETURN_DECISION"
    """From a person: whether a return may come."""
    RETURNED_GOODS = "RETURNED_GOODS"
    """From the customer: the goods of an authorised return. Late, and late once more, the return is closed."""
    INSPECTION = "INSPECTION"
    """From a warehouse: what the goods of a return are like."""
    RETURN_DOCUMENT = "RETURN_DOCUMENT"
    """From the ERP: its number of an authorised return. The key is the command's id, the reason the return's."""


TO_STOP: Final = (Awaited.CANCELLATION, Awaited.STOP, Awaited.AMENDMENT)
"""For what the answer of a warehouse is awaited that was asked to stop; one answer may be awaited for several."""


class PendingAnswer(NamedTuple):
    """One row; `awaited` and `key` name it within the order. A tuple, as `OrderLine` is."""

    awaited: Awaited
    key: str
    """A command's id, or a word; also the key of its case."""
    since_ms: int
    """When it was asked for, or when somebody acted last; 0 if an earlier release did not keep it."""
    due_at_ms: int
    """When it is late; 0: never, or the deadline has passed and something else decides."""
    is_late: bool = False
    """Its case is open: the answer resolves it."""
    node_id: NodeId = NodeId("")
    line_ids: tuple[LineId, ...] = ()
    """What a warehouse was asked about."""
    reason: str = ""
    """Why, as whoever asked for it says."""
    parts: tuple[PartOfLine, ...] = ()
    """Of the lines of which only so much is cancelled; of an ACTION, what was released after the other one began."""

    def part_of(self, line_id: LineId) -> int:
        """How much of a line is cancelled; 0: all that can be."""
        return next((part.quantity for part in self.parts if part.line_id == line_id), 0)

    def with_part(self, line_id: LineId, quantity: int) -> "PendingAnswer":
        """With as much of a line to be cancelled; 0: all that can be."""
        others = tuple(part for part in self.parts if part.line_id != line_id)
        return self._replace(parts=(*others, PartOfLine(line_id, quantity)) if quantity else others)


class AssumedAnswer(NamedTuple):
    """What a warehouse was asked to stop, and had picked or shipped before it answered."""

    node_id: NodeId
    line_ids: tuple[LineId, ...]


class AnsweredCommand(NamedTuple):
    """A command to stop that is settled, and how: an answer that says otherwise is a contradiction."""

    command_id: CommandId
    accepted: bool
    """False also if the warehouse had picked or shipped all of it before it answered."""
    assumed: tuple[AssumedAnswer, ...] = ()
    """At most one: a pick was taken for the answer, so the warehouse may still say otherwise."""

    def is_assumed_of(self, node_id: NodeId, line_ids: Container[LineId]) -> bool:
        """Whether a pick was taken for the answer of this warehouse about any of these lines."""
        return any(
            each.node_id == node_id and any(line_id in line_ids for line_id in each.line_ids) for each in self.assumed
        )


MOST_SETTLED: Final = 100
"""The commands to a warehouse whose late answers an order still recognises: the last so many."""
