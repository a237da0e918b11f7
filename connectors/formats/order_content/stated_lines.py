"""Compares what a source says that single lines come to with their quantities and prices (docs/domain.md#money)."""

from connectors.formats.expressions.conditions import holds
from connectors.formats.forms import rounded_amount
from connectors.formats.order_content.ordered import OrderContent
from connectors.formats.values import optional_text
from domain.messages.orders import PlacedLine
from domain.money.adjustments import Adjustments, due_of
from domain.money.amounts import smallest_coin
from domain.money.prices import amount_of, scaled_sum


def goods_as_lines_state(content: OrderContent, adjustments: Adjustments, currency: str) -> int | None:
    """What all lines come to as the source states each; None where that is what their prices come to.

    An amount of a line may be before or after what is taken off that line.
    """
    stated = {
        line.line_id: amount
        for line, (rule, at) in zip(content.lines, content.taken, strict=True)
        if rule.stated and all(holds(one, at) for one in rule.stated.when)
        if (amount := _amount(optional_text(rule.stated.amount, _field(at.position), at), _field(at.position)))
        is not None
    }
    if not stated:
        return None
    tolerance = max(1, smallest_coin(currency) // 2)
    wrong = 0
    for line in content.lines:
        worth, amount = amount_of(scaled_sum((line,))), stated.get(line.line_id)
        if amount is None or abs(amount - worth) <= tolerance:
            continue
        if abs(amount - worth + _taken_off(line, adjustments)) > tolerance:
            wrong += amount - worth
    return amount_of(scaled_sum(content.lines)) + wrong if wrong else None


def _field(position: int) -> str:
    return f"lines.{position}.stated.amount"


def _amount(text: str | None, field: str) -> int | None:
    return rounded_amount(text, field) if text else None


def _taken_off(line: PlacedLine, adjustments: Adjustments) -> int:
    return sum(
        due_of(each, {line.line_id: line.quantity}) for each in adjustments.discounts if each.line_id == line.line_id
    )
