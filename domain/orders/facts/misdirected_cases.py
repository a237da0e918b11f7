"""The cases of units that moved for a line that the order does not have, or of another item or unit than the line's.

Units that are out, picked or shipped, have one case for a line and item. It ends when all of them are back, whatever
brings them, or belong to a line that an amendment has added; whether they were a substitute or an error only a person
can decide. More that is sent back than was shipped is a case until it is shipped. What else is reported of such units
is a case of its own.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from domain.identifiers import ItemId, LineId
from domain.messages.cases import Case, CaseClass, CaseOrigin, CaseState
from domain.messages.orders import FulfilmentLine, UnpickedLine
from domain.orders.cases import state_case, withdraw
from domain.orders.decision import OrderDecision
from domain.orders.facts import misdirected
from domain.orders.facts.misdirected import AnyFactLine, in_its_unit, why_not_its_own
from domain.orders.state import MisdirectedUnits, Order
from domain.quantities import by_number

_OTHER_ITEM: Final = "ask the warehouse whether it is a substitute or an error: invoice it, or have it sent back"
_RETURNED: Final = "find the shipment or the order that the goods are from, then count the item"
_IN_OTHER_UNIT: Final = (
    "ask the warehouse what has left. Sent back: cancel the line, and have it ordered again in {0}. Kept by the "
    "customer: cancel the line, and invoice the goods in the ERP by hand"
)


def report(decision: OrderDecision, lines: Sequence[AnyFactLine], verb: str, by: str) -> None:
    """Open a case for each; `verb` is what happened to the units, `by` the document that says so."""
    for line in lines:
        _open(decision, line, verb, by, f"{decision.cause.event_id}/{line.line_id}/{line.item_id}")


def report_out(decision: OrderDecision, lines: Sequence[FulfilmentLine], verb: str, by: str = "") -> None:
    """The same of units that were picked or shipped: one case for a line and item, as long as any of them are out."""
    for line in lines:
        units = _find(decision.order, line)
        if units is None or units.is_out:
            _open(decision, line, verb, by, _key(line.line_id, line.item_id))
            misdirected.decide(decision, line.line_id, line.item_id, is_decided=False)


def report_back(decision: OrderDecision, lines: Sequence[UnpickedLine], verb: str, by: str = "") -> None:
    """The same of units that came back, where none were out: else the case of those is open, or ends (`watch`)."""
    before = {(each.line_id, each.item_id) for each in decision.first.misdirected if each.is_out}
    before |= _opened(decision).keys()
    report(decision, [line for line in lines if (line.line_id, line.item_id) not in before], verb, by)


def let_go(decision: OrderDecision, case_key: str) -> None:
    """A person has closed the case of units that are out."""
    for each in decision.order.misdirected:
        if _key(each.line_id, each.item_id) == case_key:
            misdirected.decide(decision, each.line_id, each.item_id, is_decided=True)


def watch(decision: OrderDecision) -> None:
    """After every change: a case ends when all of its units are back, or belong to a line that was added."""
    order, first = decision.order, decision.first
    if order.misdirected is first.misdirected and len(order.lines) == len(first.lines):
        return
    out = {(each.line_id, each.item_id) for each in order.misdirected if each.is_out}
    opened = _opened(decision)
    for units in first.misdirected:
        name = (units.line_id, units.item_id)
        if units.is_out and not units.is_decided and name not in opened:
            _watch(decision, name, _class_of(first, units.line_id), is_out=name in out)
    for name, case_class in opened.items():
        _watch(decision, name, case_class, is_out=name in out)
    _watch_returned(decision)


def _watch(decision: OrderDecision, name: tuple[LineId, ItemId], case_class: CaseClass, *, is_out: bool) -> None:
    line_id, item_id = name
    if is_out and case_class is _class_of(decision.order, line_id):
        return
    withdraw(decision, _key(line_id, item_id))
    if any((each.line_id, each.item_id) == name and each.is_out for each in decision.first.misdirected):
        _resolve(decision, name, case_class)
    if is_out:
        units = next(each for each in decision.order.misdirected if (each.line_id, each.item_id) == name)
        line = FulfilmentLine(line_id, item_id, units.out)
        _open(decision, line, "picked or shipped", "", _key(line_id, item_id))


def _resolve(decision: OrderDecision, name: tuple[LineId, ItemId], case_class: CaseClass) -> None:
    line_id, item_id = name
    is_added = case_class is not _class_of(decision.order, line_id)
    nothing_out = f"nothing of {item_id} is picked, or with the customer, on line {line_id!r} any more"
    reason = f"the order has line {line_id!r} now" if is_added else nothing_out
    state_case(decision, case_class, CaseOrigin.WAREHOUSE, _key(line_id, item_id), CaseState.RESOLVED, reason, "")


def _watch_returned(decision: OrderDecision) -> None:
    """More of another item than the line's came back than was shipped: open until the shipment comes.

    Of a line that the order does not have, its return has a case.
    """
    before = {(each.line_id, each.item_id): _unshipped(decision.first, each) for each in decision.first.misdirected}
    for units in decision.order.misdirected:
        too_much = _unshipped(decision.order, units)
        if too_much == before.get((units.line_id, units.item_id), 0):
            continue
        state = CaseState.OPEN if too_much else CaseState.RESOLVED
        came, left = (in_its_unit(decision.order, units, each) for each in (units.returned, max(0, units.shipped)))
        why = why_not_its_own(decision.order, units)
        reason = (
            f"{came} of {units.item_id} came back on line {units.line_id!r}, which {why}; {left} of it were shipped"
        )
        key = f"back/{units.line_id}/{units.item_id}"
        state_case(decision, CaseClass.WRONG_ITEM, CaseOrigin.WAREHOUSE, key, state, reason, _RETURNED)


def _unshipped(order: Order, units: MisdirectedUnits) -> int:
    return units.returned_unshipped if _class_of(order, units.line_id) is CaseClass.WRONG_ITEM else 0


def _find(order: Order, line: FulfilmentLine) -> MisdirectedUnits | None:
    units = (each for each in order.misdirected if (each.line_id, each.item_id) == (line.line_id, line.item_id))
    return next(units, None)


def _opened(decision: OrderDecision) -> Mapping[tuple[LineId, ItemId], CaseClass]:
    """The cases of units that are out that this decision has opened."""
    keys = {_key(each.line_id, each.item_id): (each.line_id, each.item_id) for each in decision.order.misdirected}
    cases = (each for each in decision.messages if isinstance(each, Case) and each.state is CaseState.OPEN)
    return {keys[case.key]: case.case_class for case in cases if case.key in keys}


def _key(line_id: LineId, item_id: ItemId) -> str:
    return f"out/{line_id}/{item_id}"


def _class_of(order: Order, line_id: LineId) -> CaseClass:
    return CaseClass.WRONG_ITEM if any(line.line_id == line_id for line in order.lines) else CaseClass.OVER_SHIPMENT


def _open(decision: OrderDecision, line: AnyFactLine, verb: str, by: str, key: str) -> None:
    quantity = in_its_unit(decision.order, line, line.quantity)
    were = by_number(line.quantity, "was", "were")
    units = f"{quantity} of {line.item_id} {were} {verb}{by} on line {line.line_id!r}"
    case_class = _class_of(decision.order, line.line_id)
    if case_class is CaseClass.OVER_SHIPMENT:
        reason, action = f"{units}, which the order does not have", "ask the warehouse which order they belong to"
    else:
        own = next(each for each in decision.order.lines if each.line_id == line.line_id)
        reason = f"{units}, which {why_not_its_own(decision.order, line)}; nothing of it is posted to the ERP"
        action = _IN_OTHER_UNIT.format(own.kept_unit) if own.item_id == line.item_id else _OTHER_ITEM
    state_case(decision, case_class, CaseOrigin.WAREHOUSE, key, CaseState.OPEN, reason, action)
