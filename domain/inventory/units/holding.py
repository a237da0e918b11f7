"""Lines that are held: they get nothing, and wait outside their item's queue (docs/domain.md#master-data).

A line is held for its unit, or, where its channel checks items, until the master data of its item is known and does not
say that it is discontinued. Then it takes its old place in the queue.
"""

from domain.inventory.accounts import Item
from domain.inventory.backorders import fill_again
from domain.inventory.decisions import DecisionDraft, LedgerDecision, LedgerVerdict
from domain.inventory.recalls import recall_for
from domain.inventory.reservations import ItemClaims, Reservation
from domain.inventory.units.keeping import is_kept_in


def must_be_held(draft: DecisionDraft, unit: str, *, known_item_only: bool) -> bool:
    """Whether a line that is ordered in this unit may not get anything now."""
    return not is_kept_in(draft, unit) or (known_item_only and not draft.may_be_sold)


def look_again(item: Item, stored: Reservation, claims: ItemClaims) -> LedgerDecision:
    """Master data has come for a held line: it gets what it may have, or its case says why it is held still."""
    draft = DecisionDraft(item, claims.named)
    if must_be_held(draft, stored.unit, known_item_only=stored.known_item_only):
        if stored.is_kept_back:
            draft.raise_case(draft.held(stored))
        if stored.is_held_for_its_unit(draft.unit):
            draft.state(stored)
        return draft.decided(LedgerVerdict.HELD)
    draft.store(stored, stored._replace(is_held=False))
    fill_again(draft, stored)
    if (left := draft.latest(stored)).waits:
        recall_for(draft, left, claims)
    draft.state(stored)
    return draft.decided(LedgerVerdict.NOT_HELD)
