"""What the ledger does with supply: it notes what is expected, and what of it has come.

No account changes: what is expected is on nobody's shelf. It only serves to say when a claim that waits is filled.
"""

from collections.abc import Callable, Sequence

from domain.identifiers import NodeId, SupplyId
from domain.inventory.accounts import Item
from domain.inventory.decisions import DecisionDraft, LedgerDecision, LedgerVerdict, counted
from domain.inventory.reservations import ItemClaims
from domain.inventory.stock_facts.item_lines import ItemLines
from domain.inventory.supply.rows import DayUnits, ItemSupply
from domain.inventory.units.cases import not_counted
from domain.inventory.units.keeping import in_kept_unit, kept_in
from domain.messages.stock import StockLine
from domain.messages.stock_movements import UnitsExpected, UnitsReceived

KnownSupplies = Callable[[NodeId, SupplyId], ItemSupply]
"""What is known of the item in a supply; nothing announced where it is the first that is heard of it."""


def expect(
    item: Item, fact: UnitsExpected, of_item: ItemLines, claims: ItemClaims, known: KnownSupplies
) -> LedgerDecision:
    """Take over what is announced of an item, unless a later announcement is known."""
    draft = DecisionDraft(item, claims.named)
    before = known(fact.node_id, fact.supply_id)
    position = (fact.provenance.revision, fact.provenance.occurred_at_us)
    if position < before.position:
        return draft.decided(LedgerVerdict.EXPECTED_BEFORE)
    kept_in(draft, of_item.lines[0].unit, claims.waiting)
    days = _by_day(draft, of_item.lines)
    if days is None:
        draft.raise_case(not_counted(fact, of_item.lines, draft.unit))
        return draft.decided(LedgerVerdict.NOT_COUNTED)
    draft.facts.supplies.append(before._replace(announced=days, position=position))
    return draft.decided(LedgerVerdict.EXPECTED)


def use_up(draft: DecisionDraft, receipt: UnitsReceived, quantity: int, known: KnownSupplies) -> None:
    """A receipt that names its supply uses it up, whatever the state of the units."""
    if receipt.supply_id:
        supply = known(receipt.node_id, receipt.supply_id)
        draft.facts.supplies.append(supply._replace(received=supply.received + quantity))


def _by_day(draft: DecisionDraft, lines: Sequence[StockLine]) -> tuple[DayUnits, ...] | None:
    """The lines in the item's unit, the earliest day first; None where one of them cannot be converted."""
    days: dict[int, int] = {}
    for line in lines:
        units = in_kept_unit(draft, line.unit, counted(line.quantity))
        if units is None:
            return None
        if units:
            days[line.expected_at_us] = days.get(line.expected_at_us, 0) + units
    return tuple(DayUnits(day, days[day]) for day in sorted(days))
