"""Losses: a fact makes units unfit to be promised, and some of them are promised already."""

from domain.inventory.cases import Loss
from domain.inventory.decisions import DecisionDraft
from domain.inventory.recalls import recall_promised
from domain.inventory.reservations import ItemClaims


def report_loss(draft: DecisionDraft, loss: Loss, shortfall_before: int, claims: ItemClaims) -> bool:
    """Open a case and recall promised units if the node lacks more than before; returns whether it does."""
    missing = draft.shortfall(loss.node_id) - shortfall_before
    if missing <= 0:
        return False
    draft.raise_loss(loss, missing)
    recall_promised(draft, claims)
    return True
