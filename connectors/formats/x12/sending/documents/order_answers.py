"""855 and 865: what becomes of an order, and of a change of it, line by line."""

from collections.abc import Iterator, Mapping
from typing import Final

from connectors.formats.x12.segments import Segment
from connectors.formats.x12.sending.composing import Composer, SetText, calendar_day, price, quantity
from connectors.formats.x12.sending.documents.parts import party, products
from connectors.formats.x12.sending.elements import Value
from domain.messages.edi.documents import (
    AnsweredUnits,
    AnswerVerdict,
    ChangeAnswer,
    LineAnswer,
    LineChange,
    OrderAnswer,
    PartnerLine,
    PartnerOrder,
)

_ORIGINAL: Final = "00"
_VERDICTS: Final[Mapping[AnswerVerdict, str]] = {
    AnswerVerdict.ACCEPTED: "AD",
    AnswerVerdict.CHANGED: "AC",
    AnswerVerdict.REJECTED: "RD",
}
"""Data element 587; each with its lines."""
_ANSWERS: Final[Mapping[LineAnswer, str]] = {
    LineAnswer.ACCEPTED: "IA",
    LineAnswer.BACKORDERED: "IB",
    LineAnswer.CHANGED: "IQ",
    LineAnswer.CANCELLED: "ID",
    LineAnswer.REJECTED: "IR",
    LineAnswer.PRICE_PENDING: "IE",
}
"""Data element 668."""
_CHANGES: Final[Mapping[LineChange, str]] = {
    LineChange.NONE: "NC",
    LineChange.ADDED: "AI",
    LineChange.REMOVED: "DI",
    LineChange.RAISED: "QI",
    LineChange.LOWERED: "QD",
    LineChange.REPRICED: "PC",
    LineChange.REPRICED_UNITS: "PQ",
}
"""Data element 670."""
_CURRENT_SCHEDULE_SHIP: Final = "068"


def order_answer(answer: OrderAnswer, composer: Composer) -> SetText:
    """855: BAK, the order's parties, and PO1 with its ACK segments for each line."""
    order = answer.order
    bak = composer.segment(
        *("BAK", _ORIGINAL, _VERDICTS[answer.verdict], order.number, composer.day(order.ordered_us), order.release),
        *(None, None, None, composer.day(answer.answered_us)),
    )
    lines = [
        segment
        for each in answer.lines
        for segment in (_po1(each.line, composer), *_answers(each.units, each.line.unit, composer))
    ]
    return SetText("855", "PR", [bak, *_head(order, composer), *lines, composer.segment("CTT", len(answer.lines))])


def change_answer(answer: ChangeAnswer, composer: Composer) -> SetText:
    """865: BCA, the reason of a refusal, and POC with its ACK segments for each line."""
    order = answer.order
    bca = composer.segment(
        *("BCA", _ORIGINAL, _VERDICTS[answer.verdict], order.number, order.release),
        *(str(answer.revision) if answer.revision else None, composer.day(order.ordered_us)),
        *(None, None, None, composer.day(answer.answered_us)),
    )
    reason = _reason(answer.reason, composer) if composer.fitted(answer.reason) else ()
    lines = [
        segment
        for each in answer.lines
        for segment in (
            _poc(each.line, _CHANGES[each.change], composer),
            *_answers(each.units, each.line.unit, composer),
        )
    ]
    total = composer.segment("CTT", len(answer.lines))
    return SetText("865", "CA", [bca, *_head(order, composer), *reason, *lines, total])


def _head(order: PartnerOrder, composer: Composer) -> Iterator[Segment]:
    if order.department.strip():
        yield composer.segment("REF", "DP", order.department)
    yield from party(composer, "ST", order.ship_to)


def _reason(reason: str, composer: Composer) -> tuple[Segment, Segment]:
    return composer.segment("N9", "ZZ", "REASON"), composer.segment("MSG", reason)


def _po1(line: PartnerLine, composer: Composer) -> Segment:
    return composer.segment("PO1", line.line_id, quantity(line.ordered), *_priced(line, composer))


def _poc(line: PartnerLine, change: str, composer: Composer) -> Segment:
    return composer.segment("POC", line.line_id, change, quantity(line.ordered), None, *_priced(line, composer))


def _priced(line: PartnerLine, composer: Composer) -> list[Value]:
    """Unit, price of one unit, and the item: the same elements wherever a line is repeated."""
    unit_price = price(line.unit_price, line.price_basis)
    return [composer.unit(line.unit), unit_price, None, *products(line.item_id, line.products)]


def _answers(units: tuple[AnsweredUnits, ...], unit: str, composer: Composer) -> list[Segment]:
    return [
        composer.segment(
            *("ACK", _ANSWERS[each.answer], quantity(each.quantity), composer.unit(unit)),
            *((_CURRENT_SCHEDULE_SHIP, calendar_day(each.promised_us)) if each.promised_us else ()),
        )
        for each in units
    ]
