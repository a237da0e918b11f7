"""What several documents have in common: parties, products, the head of a line."""

from typing import Final

from connectors.formats.x12.segments import Segment
from connectors.formats.x12.sending.composing import OUR_NUMBER, Composer
from connectors.formats.x12.sending.dictionary import MOST_PRODUCTS
from connectors.formats.x12.sending.elements import Value
from connectors.formats.x12.sending.unwritable import Unwritable
from domain.addresses import Address
from domain.identifiers import ItemId
from domain.messages.edi.documents import ProductNumber

_BY_THE_PARTNER: Final = "92"
"""Data element 66: a code that the buyer has assigned."""
_GLN: Final = "UL"
"""Data element 66: a GS1 global location number."""
_GLN_DIGITS: Final = 13
_SHORTEST_CODE: Final = 2
_STATE_CODE: Final = 2


def products(item_id: ItemId, named: tuple[ProductNumber, ...]) -> list[Value]:
    """Qualifiers and numbers, in pairs: as the partner named the item, and ours where it does not have it."""
    found = [each for each in named if each.number.strip()][: MOST_PRODUCTS - 1]
    if all(each.qualifier != OUR_NUMBER and each.number != item_id for each in found):
        found.append(ProductNumber(OUR_NUMBER, item_id))
    if not found[-1].number.strip():
        raise Unwritable("234", "the item has no number")
    return [part for each in found for part in (each.qualifier, each.number)]


def party(composer: Composer, role: str, address: Address) -> list[Segment]:
    """N1 to N4 of an address; nothing where it says neither who nor where."""
    code = address.location_code.strip()
    code = code if len(code) >= _SHORTEST_CODE else ""
    named = [address.company, address.name] if code else [address.company, address.name, address.location_code]
    who, *other = [*filter(None, map(composer.fitted, named)), ""]
    if not (who or code):
        return []
    qualifier = "" if not code else _GLN if len(code) == _GLN_DIGITS and code.isdigit() else _BY_THE_PARTNER
    found = [composer.segment("N1", role, who, qualifier, code)]
    if other and other[0]:
        found.append(composer.segment("N2", other[0]))
    if streets := [*filter(None, map(composer.fitted, (address.street, address.street_2)))]:
        found.append(composer.segment("N3", *streets))
    state = address.state if len(address.state) == _STATE_CODE else ""
    place = composer.segment("N4", address.city, composer.fitted(state), address.postal_code, address.country)
    return [*found, place] if any(place[1:]) else found


def node(composer: Composer, role: str, node_id: str) -> Segment:
    """One of our warehouses."""
    return composer.segment("N1", role, node_id, _BY_THE_PARTNER, node_id)
