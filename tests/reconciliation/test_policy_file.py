"""The file of the policy of reconciliation: by default a person decides."""

from pathlib import Path

import pytest

from domain.identifiers import NodeId
from domain.inventory.reconciliation.policy import PEOPLE_DECIDE, AdjustRule, ReconciliationPolicy
from domain.messages.snapshots.stock import DifferenceCause, Reporter
from domain.quantities import UNIT
from schemas.reconciliation_file import load_reconciliation_policy
from schemas.yaml_files import YamlFileInvalid


def test_the_release_adjusts_nothing_by_itself() -> None:
    assert PEOPLE_DECIDE == load_reconciliation_policy()


def test_a_row_says_what_is_adjusted_up_to_which_limit(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text('adjust:\n  - {cause: SHRINKAGE, reporter: WMS, node: east, up_to: "5.5"}\n  - {up_to: "0"}\n')
    first = AdjustRule(11 * UNIT // 2, DifferenceCause.SHRINKAGE, Reporter.WMS, NodeId("east"))
    assert ReconciliationPolicy((first, AdjustRule(0))) == load_reconciliation_policy(file)


@pytest.mark.parametrize(
    "row", ('{up_to: "-1"}', '{up_to: "1000000000"}', "{up_to: 5}", "{cause: SHRINKAGE}", '{up_to: "5", cause: MAGIC}')
)
def test_a_row_that_nobody_can_follow_is_refused(tmp_path: Path, row: str) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(f"adjust:\n  - {row}\n")
    with pytest.raises(YamlFileInvalid):
        load_reconciliation_policy(file)
