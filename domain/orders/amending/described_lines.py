"""What an amendment says of lines beside their quantities: of what they are, and what they cost.

A line is never made one of another item or unit: nothing of an amendment that says so is carried out. A price that is
not the line's is taken where its source may change prices. Otherwise, or once units are invoiced or credited, the line
keeps its price, and the order is held until a person decides. A charge that the order does not have is disputed alike.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from domain.identifiers import LineId
from domain.messages.cases import CaseClass
from domain.messages.orders import DescribedLine, HoldKind
from domain.money.amounts import format_amount
from domain.money.charges import Charge, scaled_worth
from domain.money.prices import Price, amount_of, price_in_words, scaled_price
from domain.orders.amending import disagreements
from domain.orders.amending.amendments import Amendment
from domain.orders.decision import OrderDecision
from domain.orders.holds import holding
from domain.orders.holds.sleeping import is_over
from domain.orders.lines import OrderLine
from domain.orders.state import Order

_HELD_BY: Final = "orderline"
_LONGEST_REASON: Final = 2_000


class Contradiction(NamedTuple):
    """Why an amendment is about other goods, or other money, than the order."""

    case_class: CaseClass
    reason: str


def contradiction(order: Order, amendment: Amendment) -> Contradiction | None:
    """None where it can be about the order as it is."""
    if amendment.currency not in {"", order.currency} and (amendment.added or _states_prices(amendment)):
        reason = f"it states amounts in {amendment.currency}, and the order is in {order.currency}"
        return Contradiction(CaseClass.PRICING_DISPUTE, reason)
    reason = "; ".join(_other_goods(order, amendment))
    return Contradiction(CaseClass.INVALID_ITEM, reason) if reason else None


def _other_goods(order: Order, amendment: Amendment) -> Iterator[str]:
    lines = {line.line_id: line for line in order.lines}
    numbers = _item_numbers(order) if any(stated.item_ids for stated in amendment.described_lines) else {}
    for stated in amendment.described_lines:
        line = lines.get(stated.line_id)
        if line is None:
            continue
        known = {line.item_id, *numbers.get(line.line_id, ())}
        if stated.item_ids and not known.intersection(stated.item_ids):
            yield f"line {line.line_id} is of item {line.item_id}, and not of {stated.item_ids[0]}"
        if stated.unit not in {"", line.unit}:
            yield f"line {line.line_id} is counted in {line.unit}, and not in {stated.unit}"


def _states_prices(amendment: Amendment) -> bool:
    return bool(amendment.charges) or any(stated.states_price for stated in amendment.described_lines)


def _item_numbers(order: Order) -> Mapping[LineId, set[str]]:
    found: dict[LineId, set[str]] = {}
    for each in () if order.papers is None else order.papers.item_numbers:
        found.setdefault(each.line_id, set()).add(each.number)
    return found


def settle(decision: OrderDecision, amendment: Amendment) -> Amendment:
    """Whose turn it is: with the prices alone that its lines are to get; what is disputed holds the order."""
    order = decision.order
    lines = {line.line_id: line for line in order.lines}
    changed = [stated for stated in amendment.described_lines if _changes_price(stated, lines[stated.line_id])]
    taken = tuple(stated for stated in changed if amendment.prices_are_agreed and _may_change(lines[stated.line_id]))
    disputed = [stated for stated in changed if stated not in taken]
    words = [_disputed_price(stated, lines[stated.line_id], order.currency) for stated in disputed]
    words += [_disputed_charge(charge, order.currency) for charge in _unknown_charges(order, amendment)]
    if words:
        _dispute(decision, amendment, "; ".join(words))
    return amendment._replace(described_lines=taken, charges=(), disputed=tuple(stated.line_id for stated in disputed))


def _changes_price(stated: DescribedLine, line: OrderLine) -> bool:
    return stated.states_price and scaled_price(stated.unit_price, stated.price_basis) != line.scaled_price


def _may_change(line: OrderLine) -> bool:
    """Whether no document states its price yet."""
    return not (line.invoiced or line.uninvoiced or line.credited_as_paid or line.returned)


def _disputed_price(stated: DescribedLine, line: OrderLine, currency: str) -> str:
    then = price_in_words(Price(line.unit_price, line.price_basis), currency)
    late = "" if _may_change(line) else ", of which units are invoiced or came back"
    now = price_in_words(Price(stated.unit_price, stated.price_basis), currency)
    return f"{now} instead of {then} for line {line.line_id}{late}"


def _unknown_charges(order: Order, amendment: Amendment) -> list[Charge]:
    """Those of which the order has no equal one: a source may state all of its order's charges again."""
    known = Counter((charge.code, scaled_worth((charge,))) for charge in order.charges)
    unknown = []
    for charge in amendment.charges:
        name = (charge.code, scaled_worth((charge,)))
        if known[name]:
            known[name] -= 1
        else:
            unknown.append(charge)
    return unknown


def _disputed_charge(charge: Charge, currency: str) -> str:
    called = f" ({charge.description})" if charge.description else ""
    return f"a charge {charge.code}{called} of {format_amount(amount_of(scaled_worth((charge,))))} {currency}"


def _dispute(decision: OrderDecision, amendment: Amendment, words: str) -> None:
    """Where all has left there is nothing to hold: then it is a case alone."""
    reason = f"amendment {amendment.revision} states {words}"
    held = holding.of_kind(decision.order, HoldKind.PRICING)
    if is_over(decision.order):
        disagreements.disputed(decision, amendment, f"states {words}; the order keeps its price")
    elif held is None:
        holding.hold(decision, HoldKind.PRICING, _HELD_BY, reason)
    else:
        both = f"{held.reason}; {reason}"
        holding.restate(decision, held, both if len(both) <= _LONGEST_REASON else reason)
