"""The cases of units that moved for a line that the order does not have, or of another item or unit than the line's.

Units that are out, picked or shipped, have one case for a line and item. It ends when all of them are back, or belong
to a line that an amendment has added; whether they were a substitute or an error only a person can decide. What else is
reported of such units, as their return, is a case of its own.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from domain.identifiers import ItemId, LineId
from domain.messages.cases import Case, CaseClass, CaseOrigin, CaseState
from domain.messages.orders import FulfilmentLine, UnpickedLine
from domain.orders.cases import state_case
from domain.orders.decision import OrderDecision
from domain.orders.facts.misdirected import AnyFactLine, in_its_unit, why_not_its_own
from domain.orders.state import MisdirectedUnits, Order
from domain.orders.warehouses.picks import in_picking

_OTHER_ITEM: Final = "ask the warehouse whether it is a substitute or an error: invoice it, or have it sent back"
_IN_OTHER_UNIT: Final = (
    "ask the warehouse what has left. Sent back: cancel the line, and have it ordered again in {0}. Kept by the "
    "customer: cancel the line, and invoice the goods in the ERP by hand"
)


def report(decision: OrderDecision, misdirected: Sequence[AnyFactLine], verb: str, by: str) -> None:
    """Open a case for each; `verb` is what happened to the units, `by` the document that says so."""
    for line in misdirected:
        _open(decision, line, verb, by, f"{decision.cause.event_id}/{line.line_id}/{line.item_id}")


def report_out(decision: OrderDecision, misdirected: Sequence[FulfilmentLine], verb: str, by: str = "") -> None:
    """The same of units that were picked or shipped: one case for a line and item, as long as any of them are out."""
    for line in misdirected:
        _open(decision, line, verb, by, _key(line.line_id, line.item_id))


def report_back(decision: OrderDecision, misdirected: Sequence[UnpickedLine], verb: str, by: str = "") -> None:
    """The same of units that came back; where none of them are out any more, the case of those ends (`watch`)."""
    before = {(each.line_id, each.item_id) for each in decision.first.misdirected if _is_out(each)}
    before |= _opened(decision).keys()
    out = {(each.line_id, each.item_id) for each in decision.order.misdirected if _is_out(each)}
    report(decision, [line for line in misdirected if (line.line_id, line.item_id) not in before - out], verb, by)


def watch(decision: OrderDecision) -> None:
    """After every change: a case ends when all of its units are back, or belong to a line that was added."""
    order, first = decision.order, decision.first
    if order.misdirected is first.misdirected and len(order.lines) == len(first.lines):
        return
    out = {(each.line_id, each.item_id) for each in order.misdirected if _is_out(each)}
    opened = _opened(decision)
    for units in first.misdirected:
        name = (units.line_id, units.item_id)
        if _is_out(units) and name not in opened:
            _watch(decision, name, _class_of(first, units.line_id), is_out=name in out)
    for name, case_class in opened.items():
        _watch(decision, name, case_class, is_out=name in out)


def _watch(decision: OrderDecision, name: tuple[LineId, ItemId], case_class: CaseClass, *, is_out: bool) -> None:
    line_id, item_id = name
    if is_out and case_class is _class_of(decision.order, line_id):
        return
    is_added = case_class is not _class_of(decision.order, line_id)
    reason = f"the order has line {line_id!r} now" if is_added else f"nothing of {item_id} is out on line {line_id!r}"
    state_case(decision, case_class, CaseOrigin.WAREHOUSE, _key(line_id, item_id), CaseState.RESOLVED, reason, "")
    if is_out:
        units = next(each for each in decision.order.misdirected if (each.line_id, each.item_id) == name)
        line = FulfilmentLine(line_id, item_id, _out(units))
        _open(decision, line, "picked or shipped", "", _key(line_id, item_id))


def _is_out(units: MisdirectedUnits) -> bool:
    return _out(units) > 0


def _out(units: MisdirectedUnits) -> int:
    """Shipped, or in picking at any node: what one node has shipped is not what another one has picked."""
    return max(0, units.shipped) + in_picking(units.picks)


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
    units = f"{quantity} of {line.item_id} were {verb}{by} on line {line.line_id!r}"
    case_class = _class_of(decision.order, line.line_id)
    if case_class is CaseClass.OVER_SHIPMENT:
        reason, action = f"{units}, which the order does not have", "ask the warehouse which order they belong to"
    else:
        own = next(each for each in decision.order.lines if each.line_id == line.line_id)
        reason = f"{units}, which {why_not_its_own(decision.order, line)}; nothing of it is posted to the ERP"
        action = _IN_OTHER_UNIT.format(own.kept_unit) if own.item_id == line.item_id else _OTHER_ITEM
    state_case(decision, case_class, CaseOrigin.WAREHOUSE, key, CaseState.OPEN, reason, action)
