"""Who owns a case, and how much it presses."""

from pathlib import Path

import pytest

from domain.cases.policy import CasePolicy, OwnerRow
from domain.messages.cases import Case, CaseClass, CaseOrigin, Impact
from domain.money.amounts import ONE
from schemas.case_policy_file import CASE_POLICY, load_case_policy
from schemas.yaml_files import YamlFileInvalid

POLICY = CasePolicy(
    owners=(
        OwnerRow("finance", CaseClass.INVOICE_MISMATCH),
        OwnerRow("erp", CaseClass.DEPENDENCY_TIMEOUT, CaseOrigin.ERP),
        OwnerRow("warehouse", origin=CaseOrigin.WAREHOUSE),
    ),
    other_owner="operations",
    urgencies={CaseClass.ERP_OUTAGE: 50},
)


@pytest.mark.parametrize(
    ("case_class", "origin", "owner"),
    (
        (CaseClass.INVOICE_MISMATCH, CaseOrigin.WAREHOUSE, "finance"),
        (CaseClass.DEPENDENCY_TIMEOUT, CaseOrigin.ERP, "erp"),
        (CaseClass.DEPENDENCY_TIMEOUT, CaseOrigin.WAREHOUSE, "warehouse"),
        (CaseClass.DEPENDENCY_TIMEOUT, CaseOrigin.INVENTORY, "operations"),
    ),
)
def test_the_first_row_that_fits_names_the_owner(case_class: CaseClass, origin: CaseOrigin, owner: str) -> None:
    assert owner == POLICY.owner_of(Case(case_class, origin, "", ""))


@pytest.mark.parametrize(
    ("case_class", "impact", "score"),
    (
        (CaseClass.DRIFT, Impact(), 0),
        (CaseClass.ERP_OUTAGE, Impact(), 50),
        (CaseClass.DRIFT, Impact(ONE - 1, "EUR"), 0),
        (CaseClass.DRIFT, Impact(ONE, "EUR"), 5),
        (CaseClass.DRIFT, Impact(9_999 * ONE, "EUR"), 20),
        (CaseClass.DRIFT, Impact(10_000 * ONE, "EUR"), 25),
        (CaseClass.DRIFT, Impact(10**12 * ONE, "EUR"), 40),
        (CaseClass.DRIFT, Impact(-ONE, "EUR"), 0),
        (CaseClass.DRIFT, Impact(orders=1, lines=3), 13),
        (CaseClass.DRIFT, Impact(orders=1, lines=300), 20),
        (CaseClass.ERP_OUTAGE, Impact(10**9 * ONE, "EUR", 1, 300), 110),
    ),
)
def test_the_score_adds_up_urgency_value_and_what_is_blocked(case_class: CaseClass, impact: Impact, score: int) -> None:
    assert score == POLICY.score_of(Case(case_class, CaseOrigin.ERP, "", "", impact=impact))


def test_the_policy_of_the_release_rates_every_class() -> None:
    assert set(CaseClass) == load_case_policy().urgencies.keys()


def test_the_teams_of_the_policy_are_those_of_the_runbook() -> None:
    policy = load_case_policy()
    runbook = (Path(__file__).parents[3] / "docs" / "runbook.md").read_text(encoding="utf-8")
    teams = {policy.other_owner, *(row.owner for row in policy.owners)}
    assert set() == {team for team in teams if f"`{team}`" not in runbook}


@pytest.mark.parametrize(
    ("written", "instead", "refusal"),
    (
        ("  DRIFT: 15\n", "", "urgencies: DRIFT missing"),
        ("  DRIFT: 15\n", "  DRIFT: 51\n", "must be at most 50"),
        ("owner: finance}", "owner: }", "owner"),
        ("{origin: WAREHOUSE, owner: warehouse}", "{owner: warehouse}", "give case_class, origin, or both"),
        ("other_owner: operations", "", "other_owner"),
    ),
)
def test_a_wrong_file_is_refused_with_its_place(written: str, instead: str, refusal: str, tmp_path: Path) -> None:
    text = CASE_POLICY.read_text(encoding="utf-8")
    assert written in text
    file = tmp_path / "policy.yaml"
    file.write_text(text.replace(written, instead, 1), encoding="utf-8")
    with pytest.raises(YamlFileInvalid, match=refusal):
        load_case_policy(file)
