"""The file of the policy of reconciliation (`schemas/reconciliation.yaml`): what is adjusted without a person."""

from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict

from domain.identifiers import NodeId
from domain.inventory.reconciliation.comparing import MOST_COMPARED
from domain.inventory.reconciliation.policy import AdjustRule, ReconciliationPolicy
from domain.messages.snapshots.stock import DifferenceCause, Reporter
from domain.quantities import parse_quantity
from schemas.yaml_files import read_yaml

RECONCILIATION_POLICY: Final = Path(__file__).parent / "reconciliation.yaml"
"""The policy of the release."""


def _a_quantity(text: str) -> str:
    if not 0 <= parse_quantity(text) < MOST_COMPARED:
        raise ValueError(f"{text} is not a quantity from 0 to below 10^9")
    return text


class _ReconciliationPart(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AdjustSection(_ReconciliationPart):
    """Differences that are adjusted by themselves; what is left out fits any."""

    up_to: Annotated[str, AfterValidator(_a_quantity)]
    """Units of the item, of either sign; quoted. "0": never."""
    cause: DifferenceCause | None = None
    reporter: Reporter | None = None
    node: str | None = None


class ReconciliationFile(_ReconciliationPart):
    """The whole file."""

    adjust: tuple[AdjustSection, ...]
    """The first row that fits a difference counts."""

    def policy(self) -> ReconciliationPolicy:
        """As the rules read it."""
        return ReconciliationPolicy(tuple(_rule_of(section) for section in self.adjust))


def load_reconciliation_policy(path: Path = RECONCILIATION_POLICY) -> ReconciliationPolicy:
    """Read the file; `YamlFileInvalid` names the file, the place and the field."""
    return read_yaml(path).as_model(ReconciliationFile).policy()


def _rule_of(section: AdjustSection) -> AdjustRule:
    node_id = None if section.node is None else NodeId(section.node)
    return AdjustRule(parse_quantity(section.up_to), section.cause, section.reporter, node_id)
