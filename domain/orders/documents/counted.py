"""What each shipment, delivery and invoice of an order counts for now: one row a number, beside the order.

A number is unique for whoever gave it, its issuer: a warehouse numbers its shipments, a source its deliveries and
invoices. So one number may be of several documents, and each is counted apart.

A reversal is compared with the shipment that it names, so that nothing is opened again that did not come back: two
reversals of one shipment, or one of a shipment of another order or of an earlier life, find nothing to take off. It
names the shipment of its own warehouse. Where that has shipped nothing under the number, another one may be meant, and
what is taken back is taken off all documents of the number together: its own is below zero then, until it comes.

What takes units back is never of units that occurred after it, by the clocks of the sources: of those before it, it
takes the last first, so that an older reversal that comes later still finds its own.

A document that is taken back whole has had its number: what comes under it later is a new document
(`is_another`). It has to have occurred later than it was taken back, by the clocks of the sources; else it is a repeat
of the first.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from operator import attrgetter
from typing import Final, NamedTuple, NewType, Protocol

from domain.identifiers import ItemId, LineId
from domain.messages.orders import OrderDelivered, OrderInvoiced, OrderShipped

Issuer = NewType("Issuer", str)
"""Who gave a document its number: the warehouse of a shipment, the source of a delivery or an invoice."""
OF_EARLIER_RELEASE: Final = Issuer("")
"""Of documents whose issuer was not noted."""


class DocumentKind(StrEnum):
    """Documents that another one takes back by their number."""

    SHIPMENT = "SHIPMENT"
    DELIVERY = "DELIVERY"
    INVOICE = "INVOICE"
    DELIVERED_SHIPMENT = "DELIVERED_SHIPMENT"
    """What deliveries say of the shipment that they name, by its number; each delivery is a document of its own."""


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
    """A number of documents of an order."""

    kind: DocumentKind
    number: str


class CountedUnits(NamedTuple):
    """Units of a document that are not taken back, in millionths; below zero where they were taken back first."""

    line_id: LineId
    item_id: ItemId
    quantity: int
    occurred_us: int = 0
    """When they occurred, or were taken back; 0: not noted."""

    @property
    def name(self) -> tuple[LineId, ItemId]:
        """The line and the item."""
        return self.line_id, self.item_id


Units = Mapping[tuple[LineId, ItemId], int]
"""By line and item, in millionths."""


@dataclass(frozen=True, slots=True)
class CountedDocument:
    """One document, all of its parts together."""

    issuer: Issuer
    lines: tuple[CountedUnits, ...] = ()
    """Those of which something is left, or was taken back first."""
    counted_us: int = 0
    """When it occurred, the last of its parts; 0: only what takes it back has come."""
    reversed_us: int = 0
    """When units of it were last taken back; 0: never."""
    taken_back_us: int = 0
    """When it was last taken back so that nothing of it was left; 0: never."""
    taken_back: tuple[CountedUnits, ...] = ()
    """All that was ever taken back of it; an earlier release did not note it."""

    @property
    def units(self) -> Units:
        """What is left of it."""
        return _sum(self.lines)

    @property
    def units_taken_back(self) -> Units:
        """All that was ever taken back of it."""
        return _sum(self.taken_back)

    def units_until(self, occurred_at_us: int) -> Units:
        """What is left of it that occurred no later; not what is below zero."""
        return _sum(line for line in self.lines if line.quantity > 0 and line.occurred_us <= occurred_at_us)

    def with_units(self, lines: Iterable[FactLine], occurred_at_us: int) -> "CountedDocument":
        """With units that it counts for; they may be taken back already."""
        counted = replace(self, lines=self._counting(lines, occurred_at_us))
        counted = replace(counted, counted_us=max(self.counted_us, occurred_at_us))
        return counted if counted.lines or not self.reversed_us else counted.taken_back_whole(self.reversed_us)

    def without_units(self, lines: Sequence[FactLine], occurred_at_us: int) -> "CountedDocument":
        """With units taken back."""
        back = Counter(self.units_taken_back)
        back.update(_sum(lines))
        left = replace(
            self,
            lines=self._taking_back(lines, occurred_at_us),
            reversed_us=max(self.reversed_us, occurred_at_us),
            taken_back=tuple(CountedUnits(*name, quantity) for name, quantity in back.items() if quantity),
        )
        return left if left.lines else left.taken_back_whole(occurred_at_us)

    def taken_back_whole(self, occurred_at_us: int) -> "CountedDocument":
        """Nothing of it is left."""
        return replace(self, taken_back_us=max(self.taken_back_us, occurred_at_us))

    def _counting(self, lines: Iterable[FactLine], occurred_at_us: int) -> tuple[CountedUnits, ...]:
        """With units more: first those that were taken back of them already, and not before they occurred."""
        below = [each for each in self.lines if each.quantity < 0 and _may_be_of(occurred_at_us, each.occurred_us)]
        return _moved(self.lines, below, lines, 1, occurred_at_us)

    def _taking_back(self, lines: Iterable[FactLine], occurred_at_us: int) -> tuple[CountedUnits, ...]:
        """With units less: the last of those that occurred no later, and the rest below zero."""
        there = [each for each in self.lines if each.quantity > 0 and each.occurred_us <= occurred_at_us]
        there.sort(key=attrgetter("occurred_us"), reverse=True)
        return _moved(self.lines, there, lines, -1, occurred_at_us)


@dataclass(frozen=True, slots=True)
class CountedNumber:
    """The documents of one number: one of each issuer."""

    name: DocumentName
    documents: tuple[CountedDocument, ...] = ()

    def of(self, issuer: Issuer) -> CountedDocument:
        """That of an issuer. What an earlier release has counted is of whoever is asked for first."""
        known = {document.issuer: document for document in self.documents}
        return known.get(issuer) or replace(known.get(OF_EARLIER_RELEASE, CountedDocument(issuer)), issuer=issuer)

    def is_known(self, issuer: Issuer) -> bool:
        """Whether the issuer's own document has come, or parts of it."""
        return self.of(issuer).counted_us > 0

    @property
    def units(self) -> Units:
        """What is left of all of them together."""
        left: Counter[tuple[LineId, ItemId]] = Counter()
        for document in self.documents:
            left.update(document.units)
        return left

    @property
    def counted_us(self) -> int:
        """When the last of them occurred."""
        return max((document.counted_us for document in self.documents), default=0)

    def reversible(self, issuer: Issuer, occurred_at_us: int, *, of_others: bool) -> Units:
        """What the issuer may have taken back at that time: of its own document, and no more than is left of all.

        `of_others`: of whichever there are, if its own has not come.
        """
        if self.is_known(issuer):
            mine = self.of(issuer).units_until(occurred_at_us)
        elif of_others:
            mine = Counter()
            for document in self.documents:
                mine.update(document.units_until(occurred_at_us))
        else:
            return {}
        left = self.units
        return {name: min(units, left[name]) for name, units in mine.items()}

    def with_units(self, issuer: Issuer, lines: Sequence[FactLine], occurred_at_us: int) -> "CountedNumber":
        """With units that the issuer's document counts for."""
        return self._with(self.of(issuer).with_units(lines, occurred_at_us))

    def without_units(self, issuer: Issuer, lines: Sequence[FactLine], occurred_at_us: int) -> "CountedNumber":
        """With units that the issuer takes back; nothing of any is left when nothing of all together is."""
        left = self._with(self.of(issuer).without_units(lines, occurred_at_us))
        if any(left.units.values()):
            return left
        return replace(left, documents=tuple(each.taken_back_whole(occurred_at_us) for each in left.documents))

    def _with(self, changed: CountedDocument) -> "CountedNumber":
        others = (each for each in self.documents if each.issuer not in {changed.issuer, OF_EARLIER_RELEASE})
        return replace(self, documents=(*others, changed))


def _sum(lines: Iterable[FactLine]) -> Units:
    units: Counter[tuple[LineId, ItemId]] = Counter()
    for line in lines:
        units[line.line_id, line.item_id] += line.quantity
    return units


def _may_be_of(occurred_at_us: int, taken_back_us: int) -> bool:
    return occurred_at_us <= taken_back_us or not taken_back_us


def _moved(
    stored: Iterable[CountedUnits],
    opposite: Iterable[CountedUnits],
    lines: Iterable[FactLine],
    sign: int,
    occurred_at_us: int,
) -> tuple[CountedUnits, ...]:
    """What is stored, with units that first consume those of the opposite sign, in that order; the rest stands new."""
    more, units = dict(_sum(lines)), {(each.name, each.occurred_us): each.quantity for each in stored}
    for each in opposite:
        consumed = min(abs(each.quantity), more.get(each.name, 0))
        units[each.name, each.occurred_us] += sign * consumed
        more[each.name] = more.get(each.name, 0) - consumed
    for name, quantity in more.items():
        units[name, occurred_at_us] = units.get((name, occurred_at_us), 0) + sign * quantity
    return tuple(CountedUnits(*name, quantity, at_us) for (name, at_us), quantity in units.items() if quantity)


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


def issuer_of(event: Counted) -> Issuer:
    """Who gave the document its number."""
    return Issuer(event.node_id if isinstance(event, OrderShipped) else event.provenance.source_id)


def takes_back(event: Counted) -> bool:
    """Whether it takes back what another one of its number said."""
    return not isinstance(event, OrderShipped) and event.is_reversal


def is_another(event: Counted, number: CountedNumber | None, first_occurred_at_us: int) -> bool:
    """Whether it is another document than the one that came first under its number: that was taken back in between.

    What takes a document back is another one, likewise, if the document has come again in between.
    """
    if number is None:
        return False
    own, occurred_at_us = number.of(issuer_of(event)), event.provenance.occurred_at_us
    between_us = (own.counted_us or number.counted_us) if takes_back(event) else own.taken_back_us
    return first_occurred_at_us <= between_us < occurred_at_us
