"""What several messages have in common: parties, items, prices, the references of an order."""

from collections.abc import Iterator, Sequence
from typing import Final

from connectors.formats.edifact.sending.composing import (
    BY_THE_BUYER,
    BY_THE_SELLER,
    MINUTE,
    DocumentParty,
    MessageComposer,
    agency,
)
from connectors.formats.edifact.sending.writing import WrittenSegment
from connectors.formats.x12.sending.composing import quantity
from connectors.formats.x12.sending.elements import Scaled, Value
from connectors.formats.x12.sending.unwritable import Unwritable
from domain.addresses import Address
from domain.messages.edi.documents import PartnerLine, PartnerOrder, ProductNumber
from domain.money.amounts import ONE

DOCUMENT_DATE: Final = "137"
_REFERENCE_DATE: Final = "171"
OUR_NUMBER: Final = "SA"
"""Data element 7143: the supplier's number of an item."""
_GLOBAL: Final = ("EN", "SRV", "UP")
"""Numbers that are the same everywhere: they stand in LIN, all others in PIA."""
_ADDITIONAL, _ONLY = "1", "5"
_MOST_IN_PIA: Final = 5
_LONGEST_LINE_NUMBER: Final = 6
_NAME_WIDTH: Final = 35
_DESCRIPTION_LINES: Final = 2
_TEXT_WIDTH: Final = 70
_TEXT_LINES: Final = 5


def document_date(composer: MessageComposer, at_us: int) -> WrittenSegment:
    """DTM+137: of the document, to the minute."""
    return composer.moment(DOCUMENT_DATE, at_us, MINUTE)


def order_references(composer: MessageComposer, order: PartnerOrder) -> Iterator[WrittenSegment]:
    """RFF of the order with its day, of its release, and of the department that has ordered."""
    yield composer.segment("RFF", ["ON", order.number])
    yield composer.moment(_REFERENCE_DATE, order.ordered_us)
    if order.release.strip():
        yield composer.segment("RFF", ["RE", order.release])
    if order.department.strip():
        yield composer.segment("RFF", ["DP", order.department])


def line_reference(composer: MessageComposer, order: PartnerOrder, line: PartnerLine) -> WrittenSegment:
    """RFF+ON of a line: the order's number with that of its line."""
    return composer.segment("RFF", ["ON", order.number, line.line_id])


def parties(composer: MessageComposer, order: PartnerOrder) -> Iterator[WrittenSegment]:
    """NAD of the buyer, of us, and of where the goods go; each with its tax number, where it has one."""
    yield from _side(composer, "BY", composer.syntax.theirs, BY_THE_BUYER)
    yield from _side(composer, "SU", composer.syntax.ours, BY_THE_SELLER)
    yield from _place(composer, "DP", order.ship_to)


def _side(composer: MessageComposer, role: str, party: DocumentParty, otherwise: str) -> Iterator[WrittenSegment]:
    yield composer.segment("NAD", role, [party.number, None, agency(party.number, otherwise)])
    if party.tax_number:
        yield composer.segment("RFF", ["VA", party.tax_number])


def node(composer: MessageComposer, node_id: str) -> WrittenSegment:
    """NAD+SF: the one of our warehouses from which goods leave."""
    return composer.segment("NAD", "SF", [node_id, None, agency(node_id, BY_THE_SELLER)])


def _place(composer: MessageComposer, role: str, address: Address) -> Iterator[WrittenSegment]:
    """NAD of an address; nothing where it says neither who nor where."""
    code = address.location_code.strip()
    names: list[Value] = _filled(composer, address.name, address.company)
    streets: list[Value] = _filled(composer, address.street, address.street_2)
    nad = composer.segment(
        *("NAD", role, [code, None, agency(code, BY_THE_BUYER) if code else ""], None, names, streets),
        *(composer.fitted(each) for each in (address.city, address.state, address.postal_code)),
        address.country,
    )
    if any(any(parts) for parts in nad[1][1:]):
        yield nad


def _filled(composer: MessageComposer, *texts: str) -> list[Value]:
    return [*filter(None, map(composer.fitted, texts))]


def line_numbers(lines: Sequence[PartnerLine]) -> list[str]:
    """Data element 1082 of each line: that of the order where all can be written, else their positions."""
    own = [line.line_id for line in lines]
    is_usable = all(each.isascii() and each.isdigit() and len(each) <= _LONGEST_LINE_NUMBER for each in own)
    return list(own) if is_usable and len(set(own)) == len(own) else [str(place) for place in range(1, len(own) + 1)]


def item(composer: MessageComposer, number: str, line: PartnerLine, action: str = "") -> Iterator[WrittenSegment]:
    """LIN with the item's number that is the same everywhere, and PIA with the others; the partner's own come first."""
    named = [each for each in line.products if each.number.strip()]
    is_ours = any(each.qualifier == OUR_NUMBER or each.number == line.item_id for each in named)
    ours = [] if is_ours else [ProductNumber(OUR_NUMBER, line.item_id)]
    if ours and not line.item_id.strip():
        raise Unwritable("7140", "the item has no number")
    main = next((each for kind in _GLOBAL for each in named if each.qualifier == kind), None)
    others = [*[each for each in named if each is not main][: _MOST_IN_PIA - len(ours)], *ours]
    yield composer.segment("LIN", number, action, [] if main is None else [main.number, main.qualifier])
    if others:
        numbers: list[list[Value]] = [[each.number, each.qualifier] for each in others]
        yield composer.segment("PIA", _ONLY if main is None else _ADDITIONAL, *numbers)


def description(composer: MessageComposer, line: PartnerLine) -> Iterator[WrittenSegment]:
    """IMD, as far as it has room."""
    if texts := _pieces(composer.fitted(line.description), _NAME_WIDTH, _DESCRIPTION_LINES):
        yield composer.segment("IMD", "F", None, [None, None, None, *texts])


def free_text(composer: MessageComposer, text: str) -> Iterator[WrittenSegment]:
    """FTX, as far as it has room; nothing of an empty text."""
    if texts := _pieces(composer.fitted(text), _TEXT_WIDTH, _TEXT_LINES):
        yield composer.segment("FTX", "AAI", None, None, texts)


def _pieces(text: str, width: int, most: int) -> list[Value]:
    """A text in lines of a width; what is more is cut."""
    pieces = (text[start : start + width].strip() for start in range(0, min(len(text), width * most), width))
    return [*filter(None, pieces)]


def price(composer: MessageComposer, line: PartnerLine, unit_price: int, price_basis: int) -> WrittenSegment:
    """PRI+AAA: the net price, with the units that it is for where they are several."""
    of: list[Value] = [price_basis, composer.unit(line.unit)] if price_basis > 1 else []
    return composer.segment("PRI", ["AAA", Scaled(unit_price, ONE), None, None, *of])


def units(composer: MessageComposer, meaning: str, line: PartnerLine, millionths: int) -> WrittenSegment:
    """QTY of a line, in its unit."""
    return composer.segment("QTY", [meaning, quantity(millionths), composer.unit(line.unit)])


def count_of_lines(composer: MessageComposer, lines: int) -> WrittenSegment:
    """CNT+2."""
    return composer.segment("CNT", ["2", Scaled(lines, 1)])
