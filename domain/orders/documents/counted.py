"""What each shipment, delivery and invoice of an order counts for now: one row a document, beside the order.

A reversal is compared with the shipment that it names, so that nothing is opened again that did not come back: two
reversals of one shipment, or one of a shipment of another order or of an earlier life, find nothing to take off.

A document that is taken back whole has had its number: what comes under it later is a new document
(`is_another`). It has to have occurred later than it was taken back, by the clocks of the sources; else it is a repeat
of the first.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple, Protocol

from domain.identifiers import ItemId, LineId
from domain.messages.orders import OrderDelivered, OrderInvoiced, OrderShipped


class DocumentKind(StrEnum):
    """Documents that another one takes back by their number."""

    SHIPMENT = "SHIPMENT"
    DELIVERY = "DELIVERY"
    INVOICE = "INVOICE"


class FactLine(Protocol):
    """A line of a document: so much of an item, for a line of the order or for none."""

    @property
    def line_id(self) -> LineId:
        """As the document says."""
        ...

    @property
    def item_id(self) -> ItemId:
        """The item that moved."""
        ...

    @property
    def quantity(self) -> int:
        """In millionths."""
        ...


class DocumentName(NamedTuple):
    """A document of an order. Numbers of different warehouses are not told apart."""

    kind: DocumentKind
    number: str


class CountedUnits(NamedTuple):
    """Units of a document that are not taken back, in millionths; below zero where they were taken back first."""

    line_id: LineId
    item_id: ItemId
    quantity: int


@dataclass(frozen=True, slots=True)
class CountedDocument:
    """One document, all of its parts together."""

    name: DocumentName
    lines: tuple[CountedUnits, ...] = ()
    """Those of which something is left."""
    counted_us: int = 0
    """When it occurred, the last of its parts."""
    taken_back_us: int = 0
    """When it was last taken back so that nothing of it was left; 0: never."""

    @property
    def units(self) -> Mapping[tuple[LineId, ItemId], int]:
        """What is left of it, by line and item."""
        return {(line.line_id, line.item_id): line.quantity for line in self.lines}

    def with_units(self, lines: Iterable[FactLine], occurred_at_us: int) -> "CountedDocument":
        """With units that it counts for."""
        return replace(self, lines=self._sum(lines, 1), counted_us=max(self.counted_us, occurred_at_us))

    def without_units(self, lines: Iterable[FactLine], occurred_at_us: int) -> "CountedDocument":
        """With units taken back."""
        left = self._sum(lines, -1)
        is_over = self.taken_back_us if left else max(self.taken_back_us, occurred_at_us)
        return replace(self, lines=left, taken_back_us=is_over)

    def _sum(self, lines: Iterable[FactLine], sign: int) -> tuple[CountedUnits, ...]:
        units = dict(self.units)
        for line in lines:
            name = (line.line_id, line.item_id)
            units[name] = units.get(name, 0) + sign * line.quantity
        return tuple(CountedUnits(*name, quantity) for name, quantity in units.items() if quantity)


Counted = OrderShipped | OrderDelivered | OrderInvoiced
"""The events that report such a document; a delivery or an invoice may also take one back."""


def name_of(event: Counted) -> DocumentName:
    """The document that an event reports or takes back."""
    match event:
        case OrderShipped():
            return DocumentName(DocumentKind.SHIPMENT, event.shipment_id)
        case OrderDelivered():
            return DocumentName(DocumentKind.DELIVERY, event.delivery_id)
        case OrderInvoiced():
            return DocumentName(DocumentKind.INVOICE, event.invoice_id)


def takes_back(event: Counted) -> bool:
    """Whether it takes back what another one of its number said."""
    return not isinstance(event, OrderShipped) and event.is_reversal


def is_another(event: Counted, counted: CountedDocument | None, first_occurred_at_us: int) -> bool:
    """Whether it is another document than the one that came first under its number: that was taken back in between.

    What takes a document back is another one, likewise, if the document has come again in between.
    """
    if counted is None:
        return False
    between_us = counted.counted_us if takes_back(event) else counted.taken_back_us
    return first_occurred_at_us <= between_us < event.provenance.occurred_at_us
