"""Compares the totals that a document states with what its parts add up to (docs/domain.md#money).

A number of lines or units that does not agree means that something of the document is lost: it is refused. Money that
does not agree, beyond the rounding of the parts, is disputed: the order is held, or refused, as the file says.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from connectors.formats.documents import DocumentPlace
from connectors.formats.expressions.conditions import holds
from connectors.formats.expressions.lists import lines_at, lines_of
from connectors.formats.forms import rounded_amount, total_quantity, whole_number
from connectors.formats.outcomes import BrokenForm
from connectors.formats.values import optional_text
from domain.messages.orders import DisputedTotal, PlacedLine, TotalKind
from domain.money.adjustments import Adjustments, Totals, totals
from domain.money.amounts import format_amount, smallest_coin
from domain.money.charges import Charge, scaled_worth
from domain.money.prices import amount_of, scaled_sum
from domain.quantities import format_quantity
from schemas.channel_language.channel_file import ChannelFile, DisputedTotals
from schemas.channel_language.expressions.lists import EachRule
from schemas.channel_language.orders.money_rules import TotalsRule
from schemas.channel_language.rules import OrderContentRule


@dataclass(frozen=True, slots=True)
class CheckedTotals:
    """What the stated totals say: what is disputed, and by how much rounding explains a difference."""

    disputed: tuple[DisputedTotal, ...]
    rounding: int


def check_counts(rule: OrderContentRule, place: DocumentPlace, lines: Sequence[PlacedLine]) -> None:
    """`BrokenForm` where lines or units are missing. Some sources count lines with a quantity of zero as well."""
    for totals_rule in rule.totals:
        line_count, quantity_in_all = totals_rule.line_count, totals_rule.quantity
        stated = optional_text(line_count, "totals.line_count", place) if line_count else None
        if stated:
            _check_line_count(whole_number(stated, "totals.line_count"), _counts(rule, totals_rule, place, lines))
        stated = optional_text(quantity_in_all, "totals.quantity", place) if quantity_in_all else None
        quantity = sum(line.quantity for line in lines)
        if stated and total_quantity(stated, "totals.quantity") != quantity:
            raise BrokenForm("totals.quantity", f"{stated} is stated, the lines add up to {format_quantity(quantity)}")


def _check_line_count(stated: int, counts: Iterator[int]) -> None:
    found = 0
    for found in counts:
        if found == stated:
            return
    raise BrokenForm("totals.line_count", f"{stated} lines are stated, {found} were found")


def _counts(
    rule: OrderContentRule, totals_rule: TotalsRule, place: DocumentPlace, lines: Sequence[PlacedLine]
) -> Iterator[int]:
    """How many lines there are as the source may count them: those of nothing as well, and what `when` leaves out."""
    if totals_rule.line_count_of:
        yield len(lines_at(totals_rule.counted, "totals.line_count", place))
        return
    yield len(lines)
    yield len(lines_of(rule.lines, "lines", place))
    yield sum(len(lines_at(EachRule(each=each.each), "totals.line_count", place)) for each in rule.lines)


def check_totals(
    channel: ChannelFile,
    rules: Sequence[TotalsRule],
    place: DocumentPlace,
    currency: str,
    parts: tuple[Sequence[PlacedLine], Sequence[Charge], Adjustments, int | None],
) -> CheckedTotals:
    """What is disputed; `BrokenForm` where the file refuses such an order.

    The last of `parts`: what the goods come to as the source states each line, where their prices come to another sum.
    """
    lines, charges, adjustments, by_lines = parts
    due = {line.line_id: line.quantity for line in lines}
    computed = Totals(*map(amount_of, totals(scaled_sum(lines), scaled_worth(charges), adjustments, due)))
    amounts = len(lines) + len(charges) + len(adjustments.discounts) + len(adjustments.taxes)
    tolerance = max(1, amounts) * smallest_coin(currency) // 2
    disputed = []
    rounding = 0
    for kind, stated, added_up in (each for rule in rules for each in _stated(rule, place, computed)):
        if abs(stated - added_up) > tolerance:
            disputed.append(DisputedTotal(kind, stated, added_up))
        elif kind is TotalKind.GRAND:
            rounding = stated - added_up
    if by_lines is not None and not any(each.kind is TotalKind.GOODS for each in disputed):
        disputed.insert(0, DisputedTotal(TotalKind.GOODS, by_lines, computed.goods))
    if disputed and channel.disputed_totals is DisputedTotals.REFUSE:
        first = disputed[0]
        words = f"{format_amount(first.stated)} is stated, its parts add up to {format_amount(first.computed)}"
        raise BrokenForm(f"totals.{first.kind.lower()}", words)
    return CheckedTotals(tuple(disputed), rounding)


def _stated(rule: TotalsRule, place: DocumentPlace, computed: Totals) -> list[tuple[TotalKind, int, int]]:
    """The totals that are stated, with what the parts add up to."""
    if not all(holds(one, place) for one in rule.when):
        return []
    sources = (
        (TotalKind.GOODS, rule.goods, computed.goods),
        (TotalKind.DISCOUNT, rule.discount, computed.discount),
        (TotalKind.CHARGE, rule.charge, computed.charge),
        (TotalKind.TAX, rule.tax, computed.tax),
        (TotalKind.GRAND, rule.grand, computed.grand),
    )
    texts = (
        (kind, optional_text(source, f"totals.{kind.lower()}", place) if source else None, added_up)
        for kind, source, added_up in sources
    )
    return [(kind, rounded_amount(text, f"totals.{kind.lower()}"), added_up) for kind, text, added_up in texts if text]
