"""846: what the partner may sell."""

from typing import Final

from connectors.formats.x12.sending.composing import Composer, SetText, quantity
from connectors.formats.x12.sending.documents.parts import products
from domain.messages.edi.documents import InventoryAdvice

_ORIGINAL: Final = "00"
_SELLER_INVENTORY: Final = "SI"
_AVAILABLE_FOR_SALE: Final = "33"


def inventory_advice(advice: InventoryAdvice, composer: Composer) -> SetText:
    """BIA, then LIN and QTY for each item."""
    as_of = composer.day(advice.as_of_us)
    segments = [composer.segment("BIA", _ORIGINAL, _SELLER_INVENTORY, advice.number, as_of, as_of)]
    for position, item in enumerate(advice.items, start=1):
        segments += [
            composer.segment("LIN", str(position), *products(item.item_id, item.products)),
            composer.segment("QTY", _AVAILABLE_FOR_SALE, quantity(item.available), composer.unit(item.unit)),
        ]
    return SetText("846", "IB", [*segments, composer.segment("CTT", len(advice.items))])
