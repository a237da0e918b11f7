"""A snapshot is compared as of its time; a difference has a cause, and its adjustment can be taken back."""

import pytest

from domain.identifiers import PartId, SnapshotId
from domain.inventory.reconciliation.policy import AdjustRule, ReconciliationPolicy
from domain.messages.case_actions import CaseActionRefused, CaseDismissed, CaseRetried, CaseReversed
from domain.messages.cases import CaseClass, CaseState
from domain.messages.inventory import Account
from domain.messages.snapshots.stock import DifferenceCause, Reporter, StockSnapshotContinued, StockSnapshotEnded
from domain.quantities import UNIT
from operators.machines.reconciliation.differences import DIFFERENCES
from operators.machines.reconciliation.snapshots import ITEMS_IN_SNAPSHOT
from tests.reconciliation.ledger import NODE, Ledger, line, provenance

OPEN, RESOLVED, DISMISSED = CaseState.OPEN, CaseState.RESOLVED, CaseState.DISMISSED


@pytest.fixture
def ledger() -> Ledger:
    """Ten bolts came long before the snapshots, which are taken in minute 100."""
    ledger = Ledger()
    ledger.describe("bolt", XBX=12)
    ledger.receive(10, 1)
    return ledger


def test_a_snapshot_is_compared_with_the_position_of_its_time(ledger: Ledger) -> None:
    ledger.ship(4, 150)
    ledger.to(200)
    ledger.snapshot({"bolt": 10}, 100)
    ledger.to(300)
    assert [] == ledger.statements()
    assert 6 == ledger.on_hand()


def test_a_difference_is_stated_when_movements_in_flight_have_had_their_time(ledger: Ledger) -> None:
    ledger.to(100)
    ledger.snapshot({"bolt": 8}, 100)
    ledger.to(114)
    assert [] == ledger.statements()
    ledger.to(115)
    assert ["FOUND SHRINKAGE -2"] == ledger.statements()
    assert [OPEN] == ledger.case_states()


def test_a_movement_that_arrives_in_time_raises_no_alarm(ledger: Ledger) -> None:
    ledger.to(100)
    ledger.snapshot({"bolt": 8}, 100)
    ledger.to(110)
    ledger.ship(2, 99)
    ledger.to(300)
    assert [] == ledger.statements()
    assert [] == list(ledger.rows.rows(DIFFERENCES))


@pytest.mark.parametrize("minute", (90, 105))
def test_a_movement_that_the_other_system_may_not_have_at_that_time_raises_no_alarm(
    ledger: Ledger, minute: int
) -> None:
    ledger.ship(3, minute)
    ledger.to(120)
    ledger.snapshot({"bolt": 10 if minute < 100 else 7}, 100)
    ledger.to(300)
    assert [] == ledger.statements()


def test_a_movement_that_arrives_after_its_time_closes_the_case(ledger: Ledger) -> None:
    ledger.to(100)
    ledger.snapshot({"bolt": 15}, 100)
    ledger.to(200)
    ledger.receive(5, 50, "R2")
    assert ["FOUND MISSED_EVENT +5", "EXPLAINED LATE +0"] == ledger.statements()
    assert [RESOLVED] == ledger.case_states()


def test_a_later_snapshot_that_agrees_closes_the_case(ledger: Ledger) -> None:
    ledger.to(100)
    ledger.snapshot({"bolt": 15}, 100)
    ledger.to(200)
    ledger.snapshot({"bolt": 10}, 200, number="N2")
    assert ["FOUND MISSED_EVENT +5", "EXPLAINED MISSED_EVENT +0"] == ledger.statements()
    assert [RESOLVED] == ledger.case_states()


def test_a_difference_that_stays_is_not_stated_again(ledger: Ledger) -> None:
    for day in range(3):
        ledger.to(100 + 1440 * day)
        ledger.snapshot({"bolt": 15}, 100 + 1440 * day, number=f"N{day}")
    ledger.to(10_000)
    assert ["FOUND MISSED_EVENT +5"] == ledger.statements()


def test_a_snapshot_that_arrives_after_a_later_one_changes_nothing(ledger: Ledger) -> None:
    ledger.to(200)
    ledger.snapshot({"bolt": 8}, 200, number="N2")
    ledger.snapshot({"bolt": 3}, 100, number="N1")
    ledger.to(300)
    assert ["FOUND SHRINKAGE -2"] == ledger.statements()


def test_a_count_after_the_snapshot_decides(ledger: Ledger) -> None:
    ledger.to(100)
    ledger.snapshot({"bolt": 8}, 100)
    ledger.to(200)
    ledger.count(9, 150)
    assert ["FOUND SHRINKAGE -2", "EXPLAINED SHRINKAGE +0"] == ledger.statements()
    ledger.snapshot({"bolt": 3}, 140, number="N2")
    ledger.to(300)
    assert 2 == len(ledger.statements())
    assert 9 == ledger.on_hand()


def test_a_count_from_before_the_snapshot_that_arrives_after_it_explains_the_difference(ledger: Ledger) -> None:
    ledger.to(100)
    ledger.snapshot({"bolt": 8}, 100)
    ledger.to(200)
    ledger.count(8, 50)
    assert ["FOUND SHRINKAGE -2", "EXPLAINED LATE +0"] == ledger.statements()


def test_a_person_takes_over_the_snapshot_and_takes_that_back(ledger: Ledger) -> None:
    ledger.to(100)
    ledger.snapshot({"bolt": 8}, 100)
    ledger.to(200)
    ledger.decide(CaseRetried)
    assert 8 == ledger.on_hand()
    assert [RESOLVED] == ledger.case_states()
    ledger.decide(CaseReversed)
    assert 10 == ledger.on_hand()
    assert [OPEN] == ledger.case_states()
    assert ["FOUND SHRINKAGE -2", "ADJUSTED SHRINKAGE +0", "REVERSED SHRINKAGE -2"] == ledger.statements()
    ledger.decide(CaseRetried)
    assert 8 == ledger.on_hand()


def test_a_difference_that_is_being_compared_again_is_not_adjusted(ledger: Ledger) -> None:
    ledger.to(100)
    ledger.snapshot({"bolt": 8}, 100)
    ledger.to(200)
    ledger.snapshot({"bolt": 5}, 200, number="N2")
    ledger.decide(CaseRetried)
    assert 10 == ledger.on_hand()
    ledger.to(300)
    ledger.decide(CaseRetried)
    assert 5 == ledger.on_hand()


def test_an_adjustment_is_in_the_position_of_the_next_snapshot(ledger: Ledger) -> None:
    ledger.to(100)
    ledger.snapshot({"bolt": 8}, 100)
    ledger.to(200)
    ledger.decide(CaseRetried)
    ledger.snapshot({"bolt": 8}, 150, number="N2")
    ledger.to(300)
    assert ["FOUND SHRINKAGE -2", "ADJUSTED SHRINKAGE +0"] == ledger.statements()


@pytest.mark.parametrize(("late", "left"), ((5, 15), (3, 15), (7, 17)))
def test_what_arrives_after_the_adjustment_is_not_counted_twice(ledger: Ledger, late: int, left: int) -> None:
    ledger.to(100)
    ledger.snapshot({"bolt": 15}, 100)
    ledger.to(200)
    ledger.decide(CaseRetried)
    assert 15 == ledger.on_hand()
    ledger.receive(late, 50, "R2")
    assert left == ledger.on_hand()
    item = ledger.item()
    assert item is not None
    assert [-(10 + late) * UNIT] == [node.supplier for node in item.nodes]
    assert 0 == sum(getattr(node, account.lower()) for node in item.nodes for account in Account)


def test_what_the_late_movement_leaves_over_is_a_difference_again(ledger: Ledger) -> None:
    ledger.to(100)
    ledger.snapshot({"bolt": 15}, 100)
    ledger.to(200)
    ledger.decide(CaseRetried)
    ledger.receive(7, 50, "R2")
    ledger.to(300)
    assert "FOUND SHRINKAGE -2" == ledger.statements()[-1]


def test_an_adjustment_that_was_explained_cannot_be_reversed(ledger: Ledger) -> None:
    ledger.to(100)
    ledger.snapshot({"bolt": 15}, 100)
    ledger.to(200)
    ledger.decide(CaseRetried)
    ledger.receive(5, 50, "R2")
    ledger.decide(CaseReversed)
    assert 15 == ledger.on_hand()
    assert 1 == sum(isinstance(said, CaseActionRefused) for said in ledger.said)


def test_a_dismissed_difference_is_not_opened_again_by_the_same_one(ledger: Ledger) -> None:
    ledger.to(100)
    ledger.snapshot({"bolt": 8}, 100)
    ledger.to(200)
    ledger.decide(CaseDismissed)
    ledger.snapshot({"bolt": 8}, 200, number="N2")
    ledger.to(300)
    assert [DISMISSED] == ledger.case_states()
    assert 10 == ledger.on_hand()


def test_what_is_wrong_in_the_other_system_is_not_adjusted_here(ledger: Ledger) -> None:
    ledger.ship(3, 20)
    ledger.to(100)
    ledger.snapshot({"bolt": 10}, 100, Reporter.ERP)
    ledger.to(200)
    assert ["FOUND NOT_BOOKED_THERE +3"] == ledger.statements()
    ledger.decide(CaseRetried)
    assert 7 == ledger.on_hand()
    assert 1 == sum(isinstance(said, CaseActionRefused) for said in ledger.said)


@pytest.mark.parametrize(
    ("most", "cause", "adjusted"),
    ((2, DifferenceCause.SHRINKAGE, True), (1, DifferenceCause.SHRINKAGE, False), (9, DifferenceCause.LATE, False)),
)
def test_the_policy_adjusts_up_to_its_limit(most: int, cause: DifferenceCause, adjusted: bool) -> None:
    ledger = Ledger(ReconciliationPolicy((AdjustRule(most * UNIT, cause),)))
    ledger.receive(10, 1)
    ledger.to(100)
    ledger.snapshot({"bolt": 8}, 100)
    ledger.to(200)
    assert (8 if adjusted else 10) == ledger.on_hand()
    assert [RESOLVED if adjusted else OPEN] == ledger.case_states()


def test_an_item_in_a_unit_that_its_master_data_does_not_have_is_not_compared(ledger: Ledger) -> None:
    ledger.to(100)
    ledger.snapshot({"bolt": 1}, 100, unit="XPX")
    ledger.to(200)
    assert [] == ledger.statements()
    assert [OPEN] == ledger.case_states(CaseClass.INVALID_ITEM)


def test_a_snapshot_in_boxes_is_converted(ledger: Ledger) -> None:
    ledger.receive(14, 2, "R2")
    ledger.to(100)
    ledger.snapshot({"bolt": 2}, 100, unit="XBX")
    ledger.to(200)
    assert [] == ledger.statements()


def test_a_snapshot_in_any_order_with_repeats_is_compared_once_it_is_whole(ledger: Ledger) -> None:
    ledger.to(100)
    of, key, number = provenance("wms", 100), f"snapshot/wms/{NODE}/N", SnapshotId("N")
    ledger.hear(StockSnapshotEnded(of, NODE, number, 2), key)
    for _ in range(2):
        ledger.hear(StockSnapshotContinued(of, NODE, number, PartId("2"), (line("bolt", 3),)), key)
    ledger.tick()
    ledger.to(130)
    assert [] == ledger.statements()
    ledger.snapshot({"bolt": 5}, 100)
    ledger.to(150)
    assert ["FOUND SHRINKAGE -2"] == ledger.statements()
    assert [] == list(ledger.rows.rows(ITEMS_IN_SNAPSHOT))


def test_a_snapshot_that_is_not_whole_in_time_is_a_case_until_it_is(ledger: Ledger) -> None:
    ledger.to(100)
    of, key, number = provenance("wms", 100), f"snapshot/wms/{NODE}/N", SnapshotId("N")
    ledger.hear(StockSnapshotContinued(of, NODE, number, PartId("1"), (line("bolt", 10),)), key)
    ledger.to(160)
    assert [OPEN] == ledger.case_states(CaseClass.DEPENDENCY_TIMEOUT, key)
    ledger.snapshot({"bolt": 10}, 100)
    assert [RESOLVED] == ledger.case_states(CaseClass.DEPENDENCY_TIMEOUT, key)


def test_a_part_with_other_content_is_a_conflict_and_the_first_one_counts(ledger: Ledger) -> None:
    ledger.to(100)
    key, number = f"snapshot/wms/{NODE}/N", SnapshotId("N")
    other = provenance("wms", 100, "other")
    ledger.snapshot({"bolt": 10}, 100)
    ledger.hear(StockSnapshotContinued(other, NODE, number, PartId("1"), (line("bolt", 3),)), key)
    ledger.hear(StockSnapshotContinued(other, NODE, number, PartId("2"), (line("bolt", 3),)), key)
    ledger.to(200)
    assert [OPEN, OPEN] == ledger.case_states(CaseClass.CONFLICTING_DUPLICATE, key)
    assert [] == ledger.statements()


def test_a_snapshot_older_than_the_movements_that_are_kept_is_a_case(ledger: Ledger) -> None:
    ledger.to(5 * 1440)
    ledger.snapshot({"bolt": 3}, 100)
    ledger.to(6 * 1440)
    assert [OPEN] == ledger.case_states(CaseClass.DRIFT, f"snapshot/wms/{NODE}/N")
    assert [] == ledger.statements()


def test_a_difference_is_forgotten_a_month_after_its_last_change(ledger: Ledger) -> None:
    ledger.to(100)
    ledger.snapshot({"bolt": 8}, 100)
    ledger.to(40 * 1440)
    ledger.tick()
    assert [] == list(ledger.rows.rows(DIFFERENCES))
