"""ORDRSP: what becomes of an order, and of a change of it, line by line."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from connectors.formats.edifact.sending.composing import MessageComposer
from connectors.formats.edifact.sending.documents.parts import (
    count_of_lines,
    description,
    document_date,
    free_text,
    item,
    line_numbers,
    line_reference,
    order_references,
    parties,
    price,
    units,
)
from connectors.formats.edifact.sending.writing import WrittenSegment
from domain.messages.edi.documents import (
    AnsweredUnits,
    AnswerVerdict,
    ChangeAnswer,
    LineAnswer,
    OrderAnswer,
    PartnerLine,
    PartnerOrder,
)

_RESPONSE: Final = "231"
_ORDER_CURRENCY: Final = "9"
_ORDERED, _BACKORDERED, _DELIVERED = "21", "83", "113"
"""Data element 6063; 113 is what is to be delivered."""
_PROMISED_SHIPMENT: Final = "79"
_DELETED, _CHANGED, _NO_ACTION, _ACCEPTED, _REFUSED = "2", "3", "4", "5", "7"
"""Data element 1229."""
_GOING: Final = frozenset({LineAnswer.ACCEPTED, LineAnswer.CHANGED, LineAnswer.PRICE_PENDING})
_ACTIONS: Final[Mapping[frozenset[LineAnswer], str]] = {
    frozenset({LineAnswer.ACCEPTED}): _ACCEPTED,
    frozenset({LineAnswer.REJECTED}): _REFUSED,
    frozenset({LineAnswer.CANCELLED}): _DELETED,
}
"""Any other line, some of which comes later or not at all, is changed."""
_PENDING: Final = "THE PRICE OF THE ORDER COUNTS UNTIL THE OTHER ONE IS DECIDED"


def order_answer(answer: OrderAnswer, composer: MessageComposer) -> list[WrittenSegment]:
    """The answer to ORDERS."""
    lines = [(each.line, each.units, _action(each.units)) for each in answer.lines]
    return [*_head(answer, composer, ""), *_lines(answer.order, lines, composer)]


def change_answer(answer: ChangeAnswer, composer: MessageComposer) -> list[WrittenSegment]:
    """The answer to ORDCHG: what is ordered of each line now; of a refused one nothing has changed."""
    is_refused = answer.verdict is AnswerVerdict.REJECTED
    lines = [(each.line, each.units, _NO_ACTION if is_refused else _action(each.units)) for each in answer.lines]
    return [*_head(answer, composer, answer.reason), *_lines(answer.order, lines, composer)]


def _head(answer: OrderAnswer | ChangeAnswer, composer: MessageComposer, reason: str) -> Iterator[WrittenSegment]:
    yield composer.segment("BGM", _RESPONSE, composer.number, composer.syntax.verdicts[answer.verdict])
    yield document_date(composer, answer.answered_us)
    yield from free_text(composer, reason)
    yield from order_references(composer, answer.order)
    yield from parties(composer, answer.order)
    if answer.order.currency:
        yield composer.segment("CUX", ["2", answer.order.currency, _ORDER_CURRENCY])


def _action(answered: Sequence[AnsweredUnits]) -> str:
    return _ACTIONS.get(frozenset(each.answer for each in answered), _CHANGED)


def _lines(
    order: PartnerOrder,
    lines: Sequence[tuple[PartnerLine, Sequence[AnsweredUnits], str]],
    composer: MessageComposer,
) -> Iterator[WrittenSegment]:
    numbers = line_numbers([line for line, _, _ in lines])
    for number, (line, answered, action) in zip(numbers, lines, strict=True):
        yield from item(composer, number, line, action)
        yield from description(composer, line)
        yield units(composer, _ORDERED, line, line.ordered)
        yield from _answers(line, answered, composer)
        yield price(composer, line, line.unit_price, line.price_basis)
        yield line_reference(composer, order, line)
    yield composer.segment("UNS", "S")
    yield count_of_lines(composer, len(lines))


def _answers(
    line: PartnerLine, answered: Sequence[AnsweredUnits], composer: MessageComposer
) -> Iterator[WrittenSegment]:
    """What goes out, even where that is nothing; then what comes later, and when."""
    yield units(composer, _DELIVERED, line, sum(each.quantity for each in answered if each.answer in _GOING))
    later = [each for each in answered if each.answer is LineAnswer.BACKORDERED]
    for each in later:
        yield units(composer, _BACKORDERED, line, each.quantity)
    for each in later:
        if each.promised_us:
            yield composer.calendar_day(_PROMISED_SHIPMENT, each.promised_us)
    if any(each.answer is LineAnswer.PRICE_PENDING for each in answered):
        yield from free_text(composer, _PENDING)
