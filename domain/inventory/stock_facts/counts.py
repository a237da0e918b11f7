"""Counts: how many units were at a node at a time, whatever the ledger knew then (docs/domain.md#counts).

A count is compared with the position as of its time: what is there now, less what came since, plus what left since. The
difference is found, or lost. A fact from before the count that arrives after it is in the count already: what it brings
is lost by as much, and what it takes is found. So the last count and the movements since decide how much is there, and
counts and facts may arrive in any order.
"""

from collections.abc import Callable, Sequence

from domain.identifiers import NodeId
from domain.inventory.accounts import Item, LastCount, UnfoundUnits
from domain.inventory.backorders import fill_waiting
from domain.inventory.cases import Loss, count_too_old, counted_again
from domain.inventory.decisions import NOBODY, DecisionDraft, LedgerDecision, LedgerVerdict, counted
from domain.inventory.reservations import ItemClaims
from domain.inventory.stock_facts.item_lines import ItemLines
from domain.inventory.stock_facts.losses import report_loss
from domain.inventory.stock_facts.rows import NodeHistory, OnHandChange
from domain.inventory.units.cases import not_counted
from domain.inventory.units.keeping import in_kept_unit, kept_in
from domain.messages.inventory import Account
from domain.messages.stock import StockLine
from domain.messages.stock_movements import UnitsCounted
from domain.quantities import format_units


def came(draft: DecisionDraft, node_id: NodeId, occurred_at_us: int, quantity: int) -> None:
    """After units came to a node: as many are lost there if a count has them already."""
    if is_counted(draft, node_id, occurred_at_us):
        draft.move(NOBODY, node_id, Account.AVAILABLE, Account.ADJUSTMENT, quantity)
    else:
        draft.facts.movements.append(OnHandChange(node_id, occurred_at_us, quantity))


def leave(draft: DecisionDraft, node_id: NodeId, occurred_at_us: int, quantity: int) -> None:
    """Before units leave a node: as many are found there if a count was without them already."""
    if is_counted(draft, node_id, occurred_at_us):
        draft.move(NOBODY, node_id, Account.ADJUSTMENT, Account.AVAILABLE, quantity)
    else:
        draft.facts.movements.append(OnHandChange(node_id, occurred_at_us, -quantity))


def leave_free(draft: DecisionDraft, node_id: NodeId, occurred_at_us: int, quantity: int) -> None:
    """Likewise before free units leave: that explains as many which a count has found missing, promised or not."""
    leave(draft, node_id, occurred_at_us, quantity)
    if is_counted(draft, node_id, occurred_at_us):
        draft.confirm_losses(node_id, draft.facts.last_count(node_id).counted_at_us, quantity)


def not_found(draft: DecisionDraft, unfound: UnfoundUnits) -> None:
    """Keep units that are said to be gone, or blocked: another fact from before it may have made that known.

    What a count knows already is found before it leaves; of what is blocked a count says nothing.
    """
    if unfound.account is not Account.ADJUSTMENT or not is_counted(draft, unfound.node_id, unfound.occurred_us):
        draft.facts.not_found(unfound)


def count(
    item: Item,
    fact: UnitsCounted,
    of_item: ItemLines,
    claims: ItemClaims,
    history_at: Callable[[NodeId], NodeHistory],
) -> LedgerDecision:
    """Take over a count, unless a later one is known, or the movements since then are not kept any more."""
    draft = DecisionDraft(item, claims.named)
    last = draft.facts.last_count(fact.node_id)
    if (fact.counted_at_us, fact.count_id) <= last.position:
        return draft.decided(LedgerVerdict.COUNTED_BEFORE)
    waiting = kept_in(draft, of_item.lines[0].unit, claims.waiting)
    quantity = _added_up(draft, of_item.lines)
    if quantity is None:
        draft.raise_case(not_counted(fact, of_item.lines, draft.unit))
        return draft.decided(LedgerVerdict.NOT_COUNTED)
    history = history_at(fact.node_id)
    if fact.counted_at_us < history.kept_from_us:
        draft.facts.count(last._replace(is_missed=True))
        draft.raise_case(count_too_old(fact, of_item.lines[0]))
        return draft.decided(LedgerVerdict.COUNT_TOO_OLD)
    if last.is_missed:
        draft.raise_case(counted_again(item.item_id, fact.node_id))
    draft.facts.count(LastCount(fact.node_id, fact.counted_at_us, fact.count_id))
    difference = quantity - draft.on_hand(fact.node_id) + sum(history.after(fact.counted_at_us))
    before = draft.shortfall(fact.node_id)
    draft.confirm_losses(fact.node_id, fact.counted_at_us)
    _correct(draft, fact.node_id, difference)
    fill_waiting(draft, waiting)
    loss = _loss(fact, of_item.lines[0], -difference)
    is_short = difference < 0 and report_loss(draft, loss, before, claims)
    return draft.decided(LedgerVerdict.COUNTED_TOO_FEW if is_short else LedgerVerdict.COUNTED)


def _correct(draft: DecisionDraft, node_id: NodeId, difference: int) -> None:
    if difference < 0:
        draft.move(NOBODY, node_id, Account.AVAILABLE, Account.ADJUSTMENT, -difference)
    else:
        draft.move(NOBODY, node_id, Account.ADJUSTMENT, Account.AVAILABLE, difference)


def _loss(fact: UnitsCounted, line: StockLine, missing: int) -> Loss:
    deed = f"counted {format_units(missing)} too few with count {fact.count_id}"
    return Loss(
        fact.node_id, fact.provenance.source_id, deed, f"{fact.document_event_id}/{line.line_id}", fact.counted_at_us
    )


def _added_up(draft: DecisionDraft, lines: Sequence[StockLine]) -> int | None:
    """The lines of an item in its unit; None where one of them cannot be converted."""
    total = 0
    for line in lines:
        quantity = in_kept_unit(draft, line.unit, counted(line.quantity))
        if quantity is None:
            return None
        total += quantity
    return total


def is_counted(draft: DecisionDraft, node_id: NodeId, occurred_at_us: int) -> bool:
    """Whether the count in force says what happened until then."""
    return occurred_at_us <= draft.facts.last_count(node_id).counted_at_us
