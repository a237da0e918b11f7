"""Losses: a fact makes units unfit to be promised, and some of them are promised already."""

from domain.inventory.accounts import OpenLoss
from domain.inventory.cases import Loss, shrinkage
from domain.inventory.decisions import DecisionDraft
from domain.inventory.recalls import recall_promised
from domain.inventory.reservations import ItemClaims


def report_loss(draft: DecisionDraft, loss: Loss, shortfall_before: int, claims: ItemClaims) -> bool:
    """Open a case and recall promised units if the node lacks more than before; returns whether it does."""
    missing = draft.shortfall(loss.node_id) - shortfall_before
    if missing <= 0:
        return False
    case = shrinkage(draft.item_id, loss, missing)
    draft.raise_loss(OpenLoss(loss.node_id, loss.key, missing, loss.occurred_us), case)
    recall_promised(draft, claims)
    return True
