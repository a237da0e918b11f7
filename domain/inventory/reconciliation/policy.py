"""The policy of reconciliation: which differences the ledger takes over by itself (`schemas/reconciliation.yaml`)."""

from typing import NamedTuple

from domain.identifiers import NodeId
from domain.inventory.reconciliation.rows import StockDifference
from domain.messages.snapshots.stock import DifferenceCause, Reporter


class AdjustRule(NamedTuple):
    """Differences up to a limit that are adjusted without a person; None stands for any."""

    most: int
    """In millionths of the item's unit, of either sign."""
    cause: DifferenceCause | None = None
    reporter: Reporter | None = None
    node_id: NodeId | None = None

    def fits(self, difference: StockDifference) -> bool:
        """Whether the rule speaks of such a difference."""
        return (
            self.cause in {None, difference.cause}
            and self.reporter in {None, difference.reporter}
            and self.node_id in {None, difference.node_id}
        )


class ReconciliationPolicy(NamedTuple):
    """The rules; the first one that fits a difference says how large it may be."""

    adjust: tuple[AdjustRule, ...] = ()

    def adjusts(self, difference: StockDifference) -> bool:
        """Whether the ledger takes the difference over by itself."""
        rule = next((rule for rule in self.adjust if rule.fits(difference)), None)
        return difference.proposes and rule is not None and abs(difference.drift) <= rule.most


PEOPLE_DECIDE = ReconciliationPolicy()
