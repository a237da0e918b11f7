"""Maps what changes what a customer pays beside prices and charges: discounts, taxes, tenders."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple, TypeVar

from connectors.formats.documents import DocumentPlace
from connectors.formats.expressions.lists import Places, lines_of, parts_at
from connectors.formats.forms import checked_id, checked_text, fraction, positive_quantity, rounded_amount
from connectors.formats.order_content.ordered import OrderContent
from connectors.formats.outcomes import BrokenForm
from connectors.formats.values import optional_text, required_text
from domain.identifiers import LineId
from domain.messages.orders import PlacedLine
from domain.money.adjustments import WHOLE_ORDER, Adjustments, Discount, Tax, Tender, share_of
from domain.money.charges import Charge
from domain.values import replace
from schemas.channel_language.orders.decision_rules import DecidedTaxesRule
from schemas.channel_language.orders.money_rules import (
    AdjustmentRule,
    DiscountsRule,
    ListedPart,
    ListedTax,
    TaxesRule,
    TendersRule,
)
from schemas.channel_language.rules import ChargesRule, OrderContentRule, PlacedLinesRule

MOST_ADJUSTMENTS: Final = 20_000
"""The most discounts, taxes and tenders of one document."""
_IN_FULL: Final = {"true": True, "false": False}

Rule = TypeVar("Rule", bound=ListedPart)
Part = TypeVar("Part")
Adjustment = TypeVar("Adjustment", Discount, Tax)


class _Shares:
    """What of each shared amount the lines before have: what is rounded of one share is in the next."""

    def __init__(self) -> None:
        self._units: dict[int, int] = {}
        """The units of these lines, by the identity of the element that states the amount."""

    def share(self, owner: "_Owner", place: DocumentPlace, amount: int) -> int:
        """That of the next line."""
        before = self._units.get(id(place.node), 0)
        upto = self._units[id(place.node)] = before + owner.line_quantity
        return share_of(amount, upto, owner.quantity) - share_of(amount, before, owner.quantity)


class _Owner(NamedTuple):
    """Whose parts are read: a line with so many units, a charge, or the whole order."""

    field: str
    line_id: LineId = WHOLE_ORDER
    quantity: int = 0
    """The units that its amounts are for."""
    line_quantity: int = 0
    """The units that it has, of a line that is taken."""
    shares: _Shares | None = None
    """Of a line: what those before have of the amounts that they share."""

    def share(self, amount: int, place: DocumentPlace) -> int:
        """Its share of an amount."""
        return self.shares.share(self, place, amount) if self.shares else amount

    def of_its_own_units(self) -> "_Owner":
        """The line with amounts that are for its units."""
        return self._replace(quantity=self.line_quantity)


def adjustments_of(rule: OrderContentRule, place: DocumentPlace, content: OrderContent) -> Adjustments:
    """Those of the lines, then of the charges, then of the whole order; the rounding is not known yet."""
    lines, charges = content.lines, content.charges
    places = [*_of_lines(content.places, lines), *_of_charges(rule.charges or (), place, charges)]
    whole = (_Owner(""), place)
    discounts = [discount for of, owner, at in places for discount in _discounts(of.discounts, owner, at)]
    discounts += _discounts(rule.discounts, *whole, sum(each.value for each in discounts))
    taxes = [tax for of, owner, at in places for tax in _taxes(of.taxes, owner, at)]
    taxes += _taxes(rule.taxes, *whole, sum(each.value for each in taxes))
    known = {WHOLE_ORDER, *(line.line_id for line in lines), *(charge.line_id for charge in charges)}
    discounts = [each for each in discounts if each.line_id in known]
    taxes = [each for each in taxes if each.line_id in known]
    tenders = [*_read(rule.tenders, "tenders", *whole, _tender)]
    if len(discounts) + len(taxes) + len(tenders) > MOST_ADJUSTMENTS:
        raise BrokenForm("", f"more than {MOST_ADJUSTMENTS} discounts, taxes and tenders in one document")
    return Adjustments(tuple(discounts), tuple(taxes), tuple(tenders))


_OwnersAt = Iterator[tuple[PlacedLinesRule | ChargesRule, _Owner, DocumentPlace]]


def _of_lines(places: Places[PlacedLinesRule], lines: Sequence[PlacedLine]) -> _OwnersAt:
    """Those of which nothing is left as well: what the whole order states has their parts in it."""
    taken = {line.line_id: line for line in lines}
    shares = _Shares()
    for rule, at in places:
        if not (rule.discounts or rule.taxes):
            continue
        field = f"lines.{at.position}"
        line_id = LineId(required_text(rule.line_id, f"{field}.line_id", at))
        line = taken.get(line_id)
        units = _units(rule, field, line, at) if line else 0
        yield rule, _Owner(f"{field}.", line_id, units, line.quantity if line else 0, shares), at


def _units(rule: PlacedLinesRule, field: str, line: PlacedLine, place: DocumentPlace) -> int:
    """How many units of the line its amounts are for."""
    text = optional_text(rule.amounts_for, f"{field}.amounts_for", place) if rule.amounts_for else None
    return positive_quantity(text, f"{field}.amounts_for") if text else line.quantity


def _of_charges(rules: Sequence[ChargesRule], place: DocumentPlace, charges: Sequence[Charge]) -> _OwnersAt:
    if not any(rule.discounts or rule.taxes for rule in rules):
        return
    taken = {charge.line_id for charge in charges}
    for rule, at in lines_of(rules, "charges", place):
        field = f"charges.{at.position}"
        line_id = LineId(required_text(rule.line_id, f"{field}.line_id", at))
        if line_id in taken:
            yield rule, _Owner(f"{field}.", line_id), at


def _discounts(
    rules: Sequence[DiscountsRule], owner: _Owner, place: DocumentPlace, of_lines: int = 0
) -> Iterable[Discount]:
    """`of_lines`: what the lines and charges have of them together."""
    return _rest(rules, _read(rules, "discounts", owner, place, _discount), of_lines)


def _taxes(rules: Sequence[TaxesRule], owner: _Owner, place: DocumentPlace, of_lines: int = 0) -> Iterable[Tax]:
    return _rest(rules, _read(rules, "taxes", owner, place, _tax), of_lines)


def _rest(rules: Sequence[AdjustmentRule], parts: Iterable[Adjustment], of_lines: int) -> Iterator[Adjustment]:
    """Without what the lines and charges have of it, where a rule says that its amounts have that in them."""
    left = of_lines if any(rule.includes_lines for rule in rules) else 0
    for part in parts:
        taken = _of_one_sign(left, part.value)
        left -= taken
        if part.value != taken:
            yield replace(part, value=part.value - taken)


def _of_one_sign(left: int, value: int) -> int:
    """As much of an amount as there is left of its sign: what is below zero takes nothing of what is above."""
    return max(0, min(left, value)) if value > 0 else min(0, max(left, value))


def _read(
    rules: Sequence[Rule],
    name: str,
    owner: _Owner,
    place: DocumentPlace,
    made: Callable[[Rule, str, _Owner, DocumentPlace, int], Part],
) -> Iterator[Part]:
    """The parts of each rule in the source's order; those that are zero or missing are left out."""
    for rule in rules:
        field = f"{owner.field}{name}"
        for at in parts_at(rule, field, place):
            at_field = f"{field}.{at.position}" if rule.each else field
            text = optional_text(rule.amount, f"{at_field}.amount", at)
            amount = rounded_amount(text, f"{at_field}.amount") if text else 0
            of = owner
            if isinstance(rule, AdjustmentRule) and rule.shared and owner.line_quantity:
                amount, of = owner.share(amount, at), owner.of_its_own_units()
            if amount:
                yield made(rule, at_field, of, at, amount)


def _discount(rule: DiscountsRule, field: str, owner: _Owner, place: DocumentPlace, amount: int) -> Discount:
    if amount < 0:
        raise BrokenForm(f"{field}.amount", "is below zero: what is taken off is above zero")
    code = checked_id(required_text(rule.code, f"{field}.code", place), f"{field}.code")
    description = checked_text(required_text(rule.description, f"{field}.description", place), f"{field}.description")
    return Discount(owner.line_id, code, description, amount, owner.quantity)


def decided_taxes(rules: Sequence[DecidedTaxesRule], place: DocumentPlace) -> tuple[Tax, ...]:
    """Those of a tax service's document; of how many units those of lines are is for the order to say."""
    taxes = tuple(_read(rules, "taxes", _Owner(""), place, _decided_tax))
    if len(taxes) > MOST_ADJUSTMENTS:
        raise BrokenForm("taxes", f"more than {MOST_ADJUSTMENTS} in one document")
    return taxes


def _decided_tax(rule: DecidedTaxesRule, field: str, _: _Owner, place: DocumentPlace, amount: int) -> Tax:
    text = optional_text(rule.line_id, f"{field}.line_id", place)
    line_id = LineId(checked_id(text, f"{field}.line_id")) if text else WHOLE_ORDER
    return _tax(rule, field, _Owner("", line_id), place, amount)


def _tax(rule: ListedTax, field: str, owner: _Owner, place: DocumentPlace, amount: int) -> Tax:
    code = checked_id(required_text(rule.code, f"{field}.code", place), f"{field}.code")
    said = required_text(rule.is_included, f"{field}.is_included", place).lower()
    if said not in _IN_FULL:
        raise BrokenForm(f"{field}.is_included", f"{said[:40]!r} is neither true nor false")
    return Tax(owner.line_id, code, _rate(rule, field, place), amount, _IN_FULL[said], owner.quantity)


def _rate(rule: ListedTax, field: str, place: DocumentPlace) -> int:
    for source, name, hundredths in ((rule.rate, "rate", 100), (rule.percent, "percent", 1)):
        text = optional_text(source, f"{field}.{name}", place) if source else None
        if text:
            return fraction(text, f"{field}.{name}", hundredths)
    return 0


def _tender(rule: TendersRule, field: str, _: _Owner, place: DocumentPlace, amount: int) -> Tender:
    code = checked_id(required_text(rule.code, f"{field}.code", place), f"{field}.code")
    reference = checked_text(required_text(rule.reference, f"{field}.reference", place), f"{field}.reference")
    return Tender(code, reference, amount)
