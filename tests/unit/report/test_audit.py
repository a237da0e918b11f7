"""The audit of units finds planted bugs, and is silent about what may happen."""

from dataclasses import replace

import pytest

from domain.identifiers import NodeId, OrderId, ReservationId
from domain.messages.cases import CaseClass
from domain.messages.inventory import Account, Transfer
from domain.messages.status import OrderSnapshot
from domain.quantities import UNIT
from tests.unit.report.test_report import report_on
from tests.unit.report.written_log import (
    EVENTS,
    JOURNAL,
    POSITIONS,
    START_MS,
    STATE,
    WAREHOUSE,
    WrittenLog,
    a_run_that_adds_up,
    accept,
    item_of,
    move,
    order,
    raise_case,
    raw_receipt,
    raw_shipment,
)


@pytest.fixture
def log() -> WrittenLog:
    return a_run_that_adds_up()


def findings(log: WrittenLog) -> tuple[str, ...]:
    report = report_on(log)
    assert report.units_conserved == all("oversold" in finding for finding in report.audit_findings)
    return report.audit_findings


def test_a_missing_journal_entry_is_found_as_a_gap_and_as_a_difference(log: WrittenLog) -> None:
    del log.records[JOURNAL][3]

    found = findings(log)

    assert "item A: journal entry 5 follows entry 3" in found
    assert "item A: PENDING at central is 0 by its position, 4 by the journal" in found


def test_a_missing_last_journal_entry_is_found_by_the_position(log: WrittenLog) -> None:
    del log.records[JOURNAL][-1]

    assert "item A: its position is of version 6, its journal ends with 5" in findings(log)


def test_a_journal_entry_written_twice_is_found(log: WrittenLog) -> None:
    log.records[JOURNAL].insert(2, log.records[JOURNAL][1])

    assert "item A: journal entry 2 follows entry 2" in findings(log)


def test_units_granted_twice_by_the_ledger_are_found(log: WrittenLog) -> None:
    item = move(log, item_of(log), (Account.AVAILABLE, Account.ALLOCATED), 3, "portal:P-3")
    move(log, item, (Account.AVAILABLE, Account.ALLOCATED), 3, "portal:P-4")

    assert "item A, journal entry 8: AVAILABLE at central falls to -3" in findings(log)


def test_units_granted_to_two_orders_are_found_as_held_beyond_the_ledger(log: WrittenLog) -> None:
    accept(log, order("P-3", ordered=3, allocated=3, ingested_ms=START_MS), START_MS)

    report = report_on(log)

    assert ("item A: orders hold 6, the ledger 3 for them",) == report.audit_findings
    assert not report.units_conserved
    assert 0 == report.oversold_units


def test_units_promised_beyond_what_came_are_oversold(log: WrittenLog) -> None:
    accept(log, order("P-3", ordered=5, allocated=5, ingested_ms=START_MS), START_MS)

    report = report_on(log)

    assert 2 == report.oversold_units
    assert "item A: 2 oversold" in report.audit_findings


def test_a_lost_shipment_is_found(log: WrittenLog) -> None:
    del log.records[STATE][-1]

    assert "item A: 0 shipped by orders and not come back, 4 in the ledger" in findings(log)


def test_a_shipment_missing_from_the_ledger_is_found(log: WrittenLog) -> None:
    del log.records[JOURNAL][-1], log.records[POSITIONS][-1]

    assert ("item A: 4 shipped by orders and not come back, 0 in the ledger",) == findings(log)


def test_a_receipt_that_was_booked_twice_is_found(log: WrittenLog) -> None:
    move(log, item_of(log), (Account.SUPPLIER, Account.AVAILABLE), 10)

    assert ("item A: receipts brought 10, the ledger took in 20",) == findings(log)


def test_a_receipt_that_was_lost_is_found(log: WrittenLog) -> None:
    log.add(WAREHOUSE, "R2", raw_receipt("R2", "5"))

    assert ("item A: receipts brought 15, the ledger took in 10",) == findings(log)


def test_a_position_that_the_journal_does_not_explain_is_found(log: WrittenLog) -> None:
    last = log.messages(POSITIONS)[-1]
    log.rewrite(POSITIONS, -1, nodes=(replace(last.nodes[0], available=9 * UNIT),))

    assert ("item A: AVAILABLE at central is 9 by its position, 3 by the journal",) == findings(log)


def test_an_item_without_position_is_found(log: WrittenLog) -> None:
    log.records[POSITIONS].clear()

    assert "item A: it is in the journal and has no position" in findings(log)


def test_a_transfer_that_moves_nothing_is_found(log: WrittenLog) -> None:
    transfer = Transfer(NodeId("central"), Account.AVAILABLE, Account.AVAILABLE, UNIT, OrderId(""), ReservationId(""))
    (line,) = log.messages(JOURNAL)[2].lines
    log.rewrite(JOURNAL, 2, lines=(replace(line, transfers=(*line.transfers, transfer)),))

    assert ("item A, journal entry 3: 1 from AVAILABLE to AVAILABLE is no movement",) == findings(log)


def test_units_that_the_warehouse_found_are_not_oversold(log: WrittenLog) -> None:
    item = move(log, item_of(log), (Account.AVAILABLE, Account.ALLOCATED), 3, "portal:P-3")
    item = move(log, item, (Account.ADJUSTMENT, Account.ALLOCATED), 2, "portal:P-3")
    accept(log, order("P-3", ordered=5, allocated=5, ingested_ms=START_MS), START_MS)

    assert () == findings(log)


def test_a_receipt_sent_again_with_other_content_may_be_booked_as_either(log: WrittenLog) -> None:
    log.add(WAREHOUSE, "R1", raw_receipt("R1", "12"))

    assert () == findings(log)


def test_a_receipt_sent_again_with_another_item_may_be_booked_as_either(log: WrittenLog) -> None:
    log.add(WAREHOUSE, "R1", raw_receipt("R1", "10", item="B"))

    assert () == findings(log)


def test_a_receipt_sent_again_under_another_message_id_is_the_same_receipt(log: WrittenLog) -> None:
    log.add(WAREHOUSE, "R1", raw_receipt("R1", "10", message_id="again"))
    assert () == findings(log)

    move(log, item_of(log), (Account.SUPPLIER, Account.AVAILABLE), 10)
    assert ("item A: receipts brought 10, the ledger took in 20",) == findings(log)


def test_units_shipped_on_a_line_that_the_order_does_not_have_are_accounted_for(log: WrittenLog) -> None:
    log.add(WAREHOUSE, "P-1", raw_shipment("S2", "portal:P-1", "1", line_id="9"))
    move(log, item_of(log), (Account.AVAILABLE, Account.CUSTOMER), 1, "portal:P-1")
    raise_case(log, CaseClass.OVER_SHIPMENT, "portal:P-1")

    assert () == findings(log)


def test_units_shipped_for_an_order_that_never_came_are_accounted_for(log: WrittenLog) -> None:
    log.add(WAREHOUSE, "P-8", raw_shipment("S8", "portal:P-8", "2"))
    move(log, item_of(log), (Account.AVAILABLE, Account.CUSTOMER), 2, "portal:P-8")
    raise_case(log, CaseClass.ORPHAN_EVENT, "portal:P-8")

    assert () == findings(log)


def test_only_the_last_snapshot_of_an_order_counts(log: WrittenLog) -> None:
    again = order("P-2", ordered=3, allocated=3, ingested_ms=START_MS)
    log.add(STATE, again.order_id, OrderSnapshot(again))

    assert () == findings(log)


@pytest.mark.parametrize("compacted", (False, True))
def test_a_purged_order_counts_as_its_last_event_left_it(log: WrittenLog, compacted: bool) -> None:
    log.forget("portal:P-1", compacted=compacted)

    assert () == findings(log)

    log.records[EVENTS] = [record for record in log.records[EVENTS] if record.key != "portal:P-1"]
    assert ("item A: 0 shipped by orders and not come back, 4 in the ledger",) == findings(log)


def test_units_shipped_for_a_purged_order_are_accounted_for(log: WrittenLog) -> None:
    log.forget("portal:P-1", compacted=False)
    log.add(WAREHOUSE, "P-1", raw_shipment("S2", "portal:P-1", "1"))
    move(log, item_of(log), (Account.AVAILABLE, Account.CUSTOMER), 1, "portal:P-1")
    raise_case(log, CaseClass.ORPHAN_EVENT, "portal:P-1")

    assert () == findings(log)


def test_an_order_placed_again_after_its_purge_counts_both_times(log: WrittenLog) -> None:
    log.forget("portal:P-1", compacted=False)
    accept(log, order("P-1", ordered=2, allocated=2, ingested_ms=START_MS), START_MS)
    move(log, item_of(log), (Account.AVAILABLE, Account.ALLOCATED), 2, "portal:P-1")

    assert () == findings(log)
    assert {"ALLOCATED": 2} == report_on(log).orders_by_status
    log.forget("portal:P-1", compacted=True)
    assert () == findings(log)
