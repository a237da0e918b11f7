"""What a partner is told of its order: which step leads to which document, and what that says.

```
 order placed ──ACCEPTED, REJECTED, CANCELLED──▶ 855
 answered ──AMENDED, AMENDMENT_REFUSED, CANCELLED, CANCEL_REFUSED──▶ 865
          └─REPROMISED──▶ 870
 any ──SHIPPED──▶ 856
     ├─REVERSED──▶ 856 once more, replaced or cancelled
     ├─INVOICED──▶ 810
     └─CLOSED──▶ forgotten later
```

Goods that leave before the order is accepted are announced all the same: facts are never held back.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from domain.identifiers import InvoiceId, LineId
from domain.messages.edi.documents import (
    AnsweredChangeLine,
    AnsweredOrderLine,
    AnsweredUnits,
    AnswerVerdict,
    ChangeAnswer,
    EdiDocumentKind,
    InvoicedLine,
    LineAnswer,
    LineChange,
    OrderAnswer,
    OrderStatusReport,
    PartnerDocument,
    PartnerInvoice,
    PartnerLine,
    PartnerOrder,
    ReportedOrderLine,
)
from domain.messages.edi.events import PartnerOrderMoved, PartnerStep, StepLine, StepUnits
from domain.messages.orders import FulfilmentLine
from domain.messages.status import RepricedLine
from domain.money.prices import WORTH, Price, amount_of, price_of, scaled_price

ANSWERS = frozenset({PartnerStep.ACCEPTED, PartnerStep.REJECTED})
CHANGES = frozenset(
    {PartnerStep.AMENDED, PartnerStep.AMENDMENT_REFUSED, PartnerStep.CANCELLED, PartnerStep.CANCEL_REFUSED}
)
REFUSALS = frozenset({PartnerStep.AMENDMENT_REFUSED, PartnerStep.CANCEL_REFUSED})
_OTHERWISE = frozenset({LineAnswer.BACKORDERED, LineAnswer.PRICE_PENDING})
"""Not accepted just as the partner asks for it."""


@dataclass(frozen=True, slots=True)
class KeptLine:
    """A line as the partner ordered it, and how far it is; in millionths."""

    line: PartnerLine
    ordered: int
    """At the order's current revision."""
    cancelled: int = 0
    allocated: int = 0
    backordered: int = 0
    shipped: int = 0
    promised_us: int = 0
    answered: int = -1
    """What the partner was last told that it will get; -1: nothing yet."""

    @property
    def due(self) -> int:
        """What the partner will get of it, or has."""
        return max(0, self.ordered - self.cancelled)

    @property
    def expected(self) -> int:
        """What the partner expects of it: what it was told, or else what it ordered."""
        return self.line.ordered if self.answered < 0 else self.answered


@dataclass(frozen=True, slots=True)
class KeptOrder:
    """A partner's order, as far as documents need it."""

    order: PartnerOrder
    lines: tuple[KeptLine, ...]
    is_answered: bool = False
    """Its 855 is sent."""
    shipped_ms: int = 0
    """When goods left last; 0: none have, or all that have are invoiced."""
    version: int = 0
    received_ms: int = 0
    closed_ms: int = 0


def placed(order: PartnerOrder, lines: tuple[PartnerLine, ...], now_ms: int) -> KeptOrder:
    """A new order."""
    return KeptOrder(order, tuple(KeptLine(line, line.ordered) for line in lines), received_ms=now_ms)


def with_lines(kept: KeptOrder, added: tuple[PartnerLine, ...]) -> KeptOrder:
    """With lines that a change adds. Nothing of them is ordered until the change is carried out."""
    known = {each.line.line_id for each in kept.lines}
    new = tuple(KeptLine(replace(line, ordered=0), 0, answered=0) for line in added if line.line_id not in known)
    return replace(kept, lines=(*kept.lines, *new)) if new else kept


def counted(kept: KeptOrder, moved: PartnerOrderMoved) -> KeptOrder:
    """With the counters of a step, and what it says about time."""
    changes = {line.line_id: line for line in moved.lines}
    prices = {line.line_id: line for line in moved.repriced}
    lines = [_counted(_priced(each, prices), changes.pop(each.line.line_id, None)) for each in kept.lines]
    lines += [_unknown(line) for line in changes.values()]
    at_ms = moved.occurred_us // 1000
    return replace(
        kept,
        lines=tuple(lines),
        version=moved.version,
        shipped_ms=at_ms if moved.step is PartnerStep.SHIPPED else kept.shipped_ms,
        closed_ms=at_ms if moved.step is PartnerStep.CLOSED else 0,
    )


def _priced(kept: KeptLine, prices: Mapping[LineId, RepricedLine]) -> KeptLine:
    price = prices.get(kept.line.line_id)
    if price is None:
        return kept
    return replace(kept, line=replace(kept.line, unit_price=price.unit_price, price_basis=price.price_basis))


def _counted(kept: KeptLine, change: StepLine | None) -> KeptLine:
    if change is None:
        return kept
    return replace(
        kept,
        ordered=change.ordered,
        cancelled=change.cancelled,
        allocated=change.allocated,
        backordered=change.backordered,
        shipped=change.shipped,
        promised_us=change.promised_us,
    )


def _unknown(change: StepLine) -> KeptLine:
    """A line that the partner never ordered, such as one that an agent has added: without a unit it is not written."""
    return _counted(KeptLine(PartnerLine(change.line_id, change.item_id, (), change.ordered, "", 0), 0), change)


def kind_of(step: PartnerStep, kept: KeptOrder) -> EdiDocumentKind | None:  # noqa: PLR0911  one a row of the diagram
    """The document that a step leads to; None: none."""
    match step:
        case PartnerStep.ACCEPTED | PartnerStep.REJECTED:
            return None if kept.is_answered else EdiDocumentKind.ORDER_ANSWER
        case PartnerStep.CANCELLED if not kept.is_answered:
            return EdiDocumentKind.ORDER_ANSWER if not any(line.due for line in kept.lines) else None
        case PartnerStep.AMENDED | PartnerStep.AMENDMENT_REFUSED | PartnerStep.CANCELLED | PartnerStep.CANCEL_REFUSED:
            return EdiDocumentKind.CHANGE_ANSWER
        case PartnerStep.REPROMISED:
            return EdiDocumentKind.ORDER_STATUS if kept.is_answered else None
        case PartnerStep.SHIPPED | PartnerStep.REVERSED:
            return EdiDocumentKind.SHIP_NOTICE
        case PartnerStep.INVOICED:
            return EdiDocumentKind.INVOICE
        case PartnerStep.CLOSED | PartnerStep.COUNTED:
            return None


def document_of(kind: EdiDocumentKind, kept: KeptOrder, moved: PartnerOrderMoved) -> PartnerDocument:
    """What the partner is told of a step. Ship notices are of shipments (`domain.edi.notices`)."""
    match kind:
        case EdiDocumentKind.ORDER_ANSWER:
            return order_answer(kept, moved.occurred_us)
        case EdiDocumentKind.CHANGE_ANSWER:
            return change_answer(kept, moved)
        case EdiDocumentKind.INVOICE:
            return _invoice(kept, moved)
        case EdiDocumentKind.ORDER_STATUS:
            return _status(kept, moved)
        case _:
            raise ValueError(f"a step of an order leads to no {kind}")


def answered(kept: KeptOrder, kind: EdiDocumentKind) -> KeptOrder:
    """The order when the partner has been told."""
    if kind is EdiDocumentKind.INVOICE:
        return replace(kept, shipped_ms=0)
    if kind is EdiDocumentKind.ORDER_ANSWER:
        return replace(kept, lines=tuple(replace(line, answered=line.due) for line in kept.lines), is_answered=True)
    if kind is EdiDocumentKind.CHANGE_ANSWER:
        return replace(kept, lines=tuple(map(_as_changed, kept.lines)))
    return kept


def _as_changed(kept: KeptLine) -> KeptLine:
    """From now on the partner has ordered what the answer to its change says."""
    return replace(kept, line=replace(kept.line, ordered=kept.due), answered=kept.due)


def order_answer(kept: KeptOrder, answered_us: int) -> OrderAnswer:
    """The 855, line by line."""
    lines = tuple(AnsweredOrderLine(each.line, tuple(_answers(each))) for each in kept.lines if each.line.ordered)
    kinds = {one.answer for each in lines for one in each.units}
    if kinds == {LineAnswer.REJECTED}:
        verdict = AnswerVerdict.REJECTED
    else:
        verdict = AnswerVerdict.ACCEPTED if kinds <= {LineAnswer.ACCEPTED} else AnswerVerdict.CHANGED
    return OrderAnswer(kept.order, verdict, answered_us, lines)


def _answers(kept: KeptLine) -> Iterator[AnsweredUnits]:
    """Measured by what the partner ordered; more than that is not promised here."""
    asked = kept.line.ordered
    due = min(kept.due, asked)
    later = min(kept.backordered, due)
    if due > later:
        yield AnsweredUnits(LineAnswer.ACCEPTED if due == asked else LineAnswer.CHANGED, due - later)
    if later:
        yield AnsweredUnits(LineAnswer.BACKORDERED, later, kept.promised_us)
    if asked > due:
        yield AnsweredUnits(LineAnswer.REJECTED, asked - due)


def change_answer(kept: KeptOrder, moved: PartnerOrderMoved) -> ChangeAnswer:
    """The 865: what is ordered of each line now, and what becomes of it."""
    is_refused = moved.step in REFUSALS
    repriced = {each.line_id for each in moved.repriced}
    lines = tuple(
        _changed(
            each,
            is_repriced=each.line.line_id in repriced,
            is_disputed=each.line.line_id in moved.disputed_lines,
        )
        for each in kept.lines
        if each.due or each.expected
    )
    is_otherwise = any(one.answer in _OTHERWISE for each in lines for one in each.units)
    accepted = AnswerVerdict.CHANGED if is_otherwise else AnswerVerdict.ACCEPTED
    return ChangeAnswer(
        order=kept.order,
        verdict=AnswerVerdict.REJECTED if is_refused else accepted,
        revision=moved.revision if moved.step in {PartnerStep.AMENDED, PartnerStep.AMENDMENT_REFUSED} else 0,
        answered_us=moved.occurred_us,
        reason=moved.reason if is_refused else "",
        lines=lines,
    )


def _change_of(due: int, before: int, *, is_repriced: bool) -> LineChange:
    if due == before:
        return LineChange.REPRICED if is_repriced else LineChange.NONE
    if not before:
        return LineChange.ADDED
    if not due:
        return LineChange.REMOVED
    if is_repriced:
        return LineChange.REPRICED_UNITS
    return LineChange.RAISED if due > before else LineChange.LOWERED


def _changed(kept: KeptLine, *, is_repriced: bool, is_disputed: bool) -> AnsweredChangeLine:
    due, before = kept.due, kept.expected
    change = _change_of(due, before, is_repriced=is_repriced)
    later = min(kept.backordered, due)
    units = (
        AnsweredUnits(LineAnswer.PRICE_PENDING if is_disputed else LineAnswer.ACCEPTED, due - later),
        AnsweredUnits(LineAnswer.BACKORDERED, later, kept.promised_us),
        AnsweredUnits(LineAnswer.CANCELLED, before if not due else 0),
    )
    return AnsweredChangeLine(replace(kept.line, ordered=due), change, tuple(one for one in units if one.quantity))


def _invoice(kept: KeptOrder, moved: PartnerOrderMoved) -> PartnerInvoice:
    lines = lines_of_order(kept)
    invoiced = tuple(_invoiced(line_of(lines, each), each) for each in moved.moved)
    worth = sum(line.quantity * scaled_price(line.unit_price, line.price_basis) for line in invoiced)
    stated = sum(each.value for each in moved.moved)
    goods = stated if stated and all(each.value for each in moved.moved) else amount_of(worth)
    return PartnerInvoice(
        order=kept.order,
        invoice_id=InvoiceId(moved.document_number),
        is_credit=moved.is_reversal,
        invoiced_us=moved.occurred_us,
        lines=invoiced,
        goods_total=goods,
        other=moved.value - goods if moved.value else 0,
    )


def _invoiced(line: PartnerLine, each: StepUnits) -> InvoicedLine:
    """At the price that the invoice states for the units, or else at that of the order."""
    price = Price(line.unit_price, line.price_basis)
    if each.value and each.quantity:
        price = price_of(each.value * WORTH, each.quantity)
    worth = each.quantity * scaled_price(price.unit_price, price.price_basis)
    return InvoicedLine(line, each.quantity, price.unit_price, price.price_basis, each.value or amount_of(worth))


def _status(kept: KeptOrder, moved: PartnerOrderMoved) -> OrderStatusReport:
    lines = tuple(
        ReportedOrderLine(
            replace(each.line, ordered=each.ordered),
            each.shipped,
            each.allocated,
            each.backordered,
            each.cancelled,
            each.promised_us,
        )
        for each in kept.lines
    )
    return OrderStatusReport(kept.order, str(moved.version), moved.occurred_us, lines)


def lines_of_order(kept: KeptOrder) -> Mapping[LineId, PartnerLine]:
    """Its lines, as the partner wrote them."""
    return {each.line.line_id: each.line for each in kept.lines}


def line_of(lines: Mapping[LineId, PartnerLine], moved: StepUnits | FulfilmentLine) -> PartnerLine:
    """What left is what counts: another item than the line's is named by our number alone."""
    line = lines.get(moved.line_id)
    if line is None:
        return PartnerLine(moved.line_id, moved.item_id, (), moved.quantity, "", 0)
    return line if line.item_id == moved.item_id else replace(line, item_id=moved.item_id, products=())
