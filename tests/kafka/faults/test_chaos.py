"""A short campaign of faults against the whole product: every kind strikes, and nothing is wrong in the end."""

from pathlib import Path

from tests.chaos.campaign import campaign
from tests.chaos.faults import FAULTS

KINDS = ("network cut", "answers lost", "disk full", "flow paused beyond its session")
SEED = 3
SECONDS = 6.0


def test_a_short_campaign_leaves_nothing_wrong(tmp_path: Path) -> None:
    said: list[str] = []
    verdict = campaign(tmp_path, SEED, SECONDS, nodes=1, say=said.append, faults={kind: FAULTS[kind] for kind in KINDS})
    assert [] == list(verdict.findings)
    assert set(KINDS) == set(verdict.faults)
    assert (0, 0, 0, 0, 1) == (
        verdict.wrong_outputs,
        verdict.lost,
        verdict.duplicated,
        verdict.oversold_units,
        verdict.erp_documents_per_order_max,
    )
    assert 0 < verdict.records_checked
