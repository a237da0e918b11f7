"""What a partner was told of a shipment, and what stands of it now: the two differ while a ship notice is due.

```
 shipped ──▶ original (BSN01 00)          taken back, a part ──▶ replacement (05), of all that is left
 shipped again under its number ──▶ replacement (05)     taken back, all of it ──▶ cancellation (01), and forgotten
```

A pack keeps its label for as long as the shipment is known. Units that are taken back leave their pack; where they may
be of several packs, nobody knows of which, and nothing more can be said of the shipment.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from domain.edi.orders import KeptOrder, line_of, lines_of_order
from domain.messages.edi.documents import NoticePurpose, Pack, PackedLine, ShipNotice
from domain.messages.edi.events import PartnerOrderMoved, StepUnits
from domain.messages.orders import FulfilmentLine
from domain.packing.cartons import LineItem, lines_of, take, units_of
from domain.packing.sscc import read_sscc


class KeptPack(NamedTuple):
    """A pack of a shipment."""

    sscc: str
    """Empty: it has no label until it is announced."""
    tracking_number: str
    lines: tuple[FulfilmentLine, ...]


@dataclass(frozen=True, slots=True)
class KeptNotice:
    """A shipment that its partner is told of."""

    shipped: PartnerOrderMoved
    """As it was confirmed first."""
    packs: tuple[KeptPack, ...]
    """What stands of it."""
    announced: tuple[KeptPack, ...] = ()
    """What the partner was told last; empty: nothing."""

    @property
    def is_due(self) -> bool:
        """Whether the partner has to be told."""
        return self.packs != self.announced

    @property
    def purpose(self) -> NoticePurpose:
        """Of the document that is due."""
        if not self.announced:
            return NoticePurpose.ORIGINAL
        return NoticePurpose.REPLACEMENT if self.packs else NoticePurpose.CANCELLATION

    @property
    def unlabelled(self) -> int:
        """How many packs have to get a label."""
        return sum(not pack.sscc for pack in self.packs)

    def labelled(self, labels: Sequence[str]) -> "KeptNotice":
        """With a label on each pack."""
        left = iter(labels)
        return replace(self, packs=tuple(pack if pack.sscc else pack._replace(sscc=next(left)) for pack in self.packs))

    def told(self) -> "KeptNotice":
        """When the partner knows what stands."""
        return replace(self, announced=self.packs)


def shipped(known: KeptNotice | None, moved: PartnerOrderMoved, *, by_carton: bool) -> KeptNotice:
    """With the units of a shipment, or of a further part of it."""
    packs = _packs_of(moved, by_carton=by_carton)
    return KeptNotice(moved, packs) if known is None else replace(known, packs=(*known.packs, *packs))


def _packs_of(moved: PartnerOrderMoved, *, by_carton: bool) -> tuple[KeptPack, ...]:
    """One a carton, and one of what is in none; where the partner is not told of cartons, one of all."""
    own = read_sscc(moved.document_number) or read_sscc(moved.tracking_number) or ""
    if not (by_carton and moved.cartons):
        return (KeptPack(own, "", lines_of(units_of(_lines(moved.moved)))),)
    left = units_of(_lines(moved.moved))
    packs = []
    for carton in moved.cartons:
        for line in carton.lines:
            take(left, line)
        packs.append(
            KeptPack(carton.sscc or read_sscc(carton.tracking_number) or "", carton.tracking_number, carton.lines)
        )
    loose = lines_of(left)
    return (*packs, KeptPack("", "", loose)) if loose else tuple(packs)


def _lines(moved: Sequence[StepUnits]) -> list[FulfilmentLine]:
    return [FulfilmentLine(each.line_id, each.item_id, each.quantity) for each in moved]


def taken_back(known: KeptNotice, moved: PartnerOrderMoved) -> KeptNotice | None:
    """Without units that are taken back; None where it is not known of which packs they are."""
    packs = list(known.packs)
    for name, quantity in units_of(_lines(moved.moved)).items():
        inside = [number for number, pack in enumerate(packs) if units_of(pack.lines)[name]]
        packed = sum(units_of(packs[number].lines)[name] for number in inside)
        if quantity > packed or (len(inside) > 1 and quantity < packed):
            return None
        for number in inside:
            packs[number] = _without(packs[number], name, quantity)
    return replace(known, packs=tuple(pack for pack in packs if pack.lines))


def _without(pack: KeptPack, name: LineItem, quantity: int) -> KeptPack:
    units = units_of(pack.lines)
    units[name] = max(0, units[name] - quantity)
    return pack._replace(lines=lines_of(units))


def notice_of(kept: KeptOrder, notice: KeptNotice) -> ShipNotice:
    """The document that is due. A cancellation repeats what it cancels."""
    moved, lines = notice.shipped, lines_of_order(kept)
    return ShipNotice(
        order=kept.order,
        shipment_id=moved.shipment_id,
        node_id=moved.node_id,
        shipped_us=moved.occurred_us,
        carrier=moved.carrier,
        tracking_number=moved.tracking_number,
        packs=tuple(
            Pack(
                pack.sscc,
                tuple(PackedLine(line_of(lines, each), each.quantity) for each in pack.lines),
                pack.tracking_number,
            )
            for pack in notice.packs or notice.announced
        ),
        purpose=notice.purpose,
    )
