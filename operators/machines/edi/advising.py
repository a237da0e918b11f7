"""Availability is gathered: an advice (846) says once what has changed since the one before, item by item."""

from collections.abc import Sequence
from itertools import islice
from typing import Final

from connectors.formats.x12.sending.unwritable import Unwritable
from domain.edi import cases
from domain.edi.cases import NamedDocument
from domain.edi.rows import ChangedStock, PartnerNumbers
from domain.identifiers import OrderId
from domain.messages.cases import Case
from domain.messages.edi.documents import EdiDocumentKind, InventoryAdvice, StockedItem
from domain.messages.edi.events import EdiDocumentSent, PartnerStockChanged
from operators.engine.partition import Partition
from operators.engine.timers import Timer
from operators.machines.edi import rows
from operators.machines.edi.envelopes import written
from operators.machines.edi.partners import EdiPartner
from operators.machines.edi.rows import key
from operators.machines.edi.sender import Sender

MOST_ITEMS: Final = 2_000
"""In one advice; the rest follows in the next, at once."""


def changed(
    partition: Partition, partner: EdiPartner, stock: PartnerStockChanged, now_ms: int
) -> Sequence[EdiDocumentSent | Case]:
    """Note it for the next advice, which is due a while after the first change."""
    if partner.policy.wants(EdiDocumentKind.INVENTORY) is None or not stock.unit:
        return ()
    place = key(stock.partner_id, stock.item_id)
    known = partition.state.get(rows.STOCK, place)
    if known is None or known.version <= stock.version:
        row = ChangedStock(stock.item_id, stock.available, stock.unit, stock.version)
        partition.state.put(rows.STOCK, place, row)
    if partition.state.get(rows.ADVICE_DUE, stock.partner_id) is None:
        _set_due(partition, partner, now_ms + partner.policy.inventory_every_ms)
    return ()


def advise(partition: Partition, sender: Sender) -> Sequence[EdiDocumentSent | Case]:
    """The advice is due. An item that the partner cannot be told of is left out of it, and is a case."""
    partner = sender.partner
    prefix = key(partner.policy.partner_id, "")
    page = list(islice(partition.state.scan(rows.STOCK, prefix), MOST_ITEMS))
    for place, _ in page:
        partition.state.delete(rows.STOCK, place)
    partition.state.delete(rows.ADVICE_DUE, partner.policy.partner_id)
    if len(page) == MOST_ITEMS:
        _set_due(partition, partner, partition.now_ms + 1)
    effects: list[EdiDocumentSent | Case] = []
    items: list[StockedItem] = []
    for _, row in page:
        item = StockedItem(row.item_id, (), row.available, row.unit)
        reason = _reason_against(item, partner, partition.now_ms)
        if reason is None:
            items.append(item)
        else:
            named = NamedDocument(EdiDocumentKind.INVENTORY, OrderId(""), row.item_id)
            effects.append(cases.unwritable(partner.policy, named, reason))
    if items:
        number = str(sender.numbers.interchange + 1)
        advice = InventoryAdvice(number, partition.now_ms * 1000, tuple(items))
        effects += sender.send(advice, EdiDocumentKind.INVENTORY, OrderId(""), number)
    return effects


def _reason_against(item: StockedItem, partner: EdiPartner, now_ms: int) -> str | None:
    """Why an item cannot be written; it must not keep the others back."""
    terms = partner.policy.wants(EdiDocumentKind.INVENTORY)
    try:
        advice = InventoryAdvice("1", now_ms * 1000, (item,))
        written(partner, advice, terms.version if terms else "", PartnerNumbers(), now_ms * 1000)
    except Unwritable as unwritable:
        return str(unwritable)
    return None


def _set_due(partition: Partition, partner: EdiPartner, due_at_ms: int) -> None:
    partition.state.put(rows.ADVICE_DUE, partner.policy.partner_id, due_at_ms)
    partition.timers.set(Timer(due_at_ms, rows.ADVICE, key(partner.policy.partner_id)))
