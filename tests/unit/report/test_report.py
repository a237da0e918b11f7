"""Each figure of the report, counted from a run written by hand."""

import json
from typing import Any

import pytest

from connectors.topic_reader import TopicReader
from dataflows.assembly import load_rules
from demo.report.outcomes import OutageWindow
from demo.report.report import Report, make_report, outages_of
from domain.messages.cases import CaseClass, CaseState
from domain.messages.dispatch import Outcome
from tests.unit.report.written_log import (
    PORTAL,
    START_MS,
    WAREHOUSE,
    WrittenLog,
    a_run_that_adds_up,
    raise_case,
    raw_order,
    respond,
)

_CHANNELS = load_rules().channels
_ERP: dict[str, Any] = {
    "documents": {"sales_order": 1, "shipment": 5},
    "sales_orders_per_order_max": 1,
    "outages": [{"cause": "planned", "started_at_ms": START_MS + 1_000, "ends_at_ms": START_MS + 2_000}],
}


def report_on(log: TopicReader, erp: dict[str, Any] | None = None, outages: list[OutageWindow] | None = None) -> Report:
    return make_report(log, _CHANNELS, erp, outages or [], seed=7, peak_rss_mb=120)


@pytest.fixture
def log() -> WrittenLog:
    return a_run_that_adds_up()


def test_orders_and_records_are_counted_in_the_raw_topics(log: WrittenLog) -> None:
    report = report_on(log)

    assert (2, 8) == (report.orders_sent, report.records_sent)


def test_an_order_that_was_sent_and_not_received_shows(log: WrittenLog) -> None:
    log.add(PORTAL, "P-3", raw_order("P-3", "1"))

    report = report_on(log)

    assert (3, 2) == (report.orders_sent, report.orders_received)


def test_equal_repeats_are_duplicates_and_others_are_not(log: WrittenLog) -> None:
    assert 2 == report_on(log).duplicates_dropped


def test_an_order_sent_again_under_another_message_id_is_a_duplicate(log: WrittenLog) -> None:
    log.add(PORTAL, "P-1", raw_order("P-1", "4").replace(b"m-P-1", b"m-other"))

    report = report_on(log)

    assert (2, 3) == (report.orders_sent, report.duplicates_dropped)


def test_a_case_counts_once_whatever_its_states(log: WrittenLog) -> None:
    raise_case(log, CaseClass.ERP_OUTAGE, "main")
    raise_case(log, CaseClass.ERP_OUTAGE, "main", CaseState.RESOLVED)

    report = report_on(log)

    assert {"CONFLICTING_DUPLICATE": 1, "ERP_OUTAGE": 1} == report.exceptions_by_class
    assert 1 == report.conflicts


def test_orders_are_counted_by_their_last_status(log: WrittenLog) -> None:
    assert {"ALLOCATED": 1, "SHIPPED": 1} == report_on(log).orders_by_status


def test_dead_letters_and_bookings_are_counted(log: WrittenLog) -> None:
    report = report_on(log)

    assert (1, 1) == (report.dead_letters, report.orders_booked)


def test_the_erps_own_count_is_reported_and_nothing_without_it(log: WrittenLog) -> None:
    asked, unasked = report_on(log, _ERP), report_on(log)

    assert (1, 1) == (asked.erp_documents, asked.erp_documents_per_order_max)
    assert (None, None) == (unasked.erp_documents, unasked.erp_documents_per_order_max)


def test_acceptances_within_an_outage_are_counted(log: WrittenLog) -> None:
    assert 1 == report_on(log, _ERP, outages_of(_ERP)).orders_accepted_during_outage


def test_an_outage_that_lasts_has_no_end_and_one_that_ended_does_not_hold_its_end(log: WrittenLog) -> None:
    assert 2 == report_on(log, outages=[(START_MS, None)]).orders_accepted_during_outage
    assert 0 == report_on(log, outages=[(START_MS, START_MS + 110)]).orders_accepted_during_outage


def test_an_unknown_outcome_is_resolved_once_it_is_known_to_be_done(log: WrittenLog) -> None:
    respond(log, "answered at once", Outcome.APPLIED)
    respond(log, "still unknown", Outcome.UNKNOWN)
    respond(log, "found out", Outcome.UNKNOWN)
    respond(log, "found out", Outcome.UNKNOWN)
    respond(log, "found out", Outcome.DUPLICATE)
    respond(log, "found out", Outcome.DUPLICATE)

    assert 1 == report_on(log).erp_unknown_outcomes_resolved


def test_latency_is_from_the_raw_record_to_the_acceptance(log: WrittenLog) -> None:
    latency = report_on(log).latency_ms

    assert latency is not None
    assert (100, 980, 980, 980) == (latency.p50, latency.p95, latency.p99, latency.max)


def test_rates_are_over_the_time_from_the_first_order_to_the_last_acceptance(log: WrittenLog) -> None:
    report = report_on(log)

    assert (2.0, 2.0) == (report.orders_per_second, report.lines_per_second)


def test_a_run_that_adds_up_has_no_findings_and_says_so(log: WrittenLog) -> None:
    content = report_on(log).as_json()

    assert content["units_conserved"] is True
    assert 0 == content["oversold_units"]
    assert "audit_findings" not in content


def test_the_report_is_plain_json_with_the_promised_keys(log: WrittenLog) -> None:
    content = json.loads(json.dumps(report_on(log, _ERP).as_json()))

    assert [
        "orders_sent",
        "records_sent",
        "orders_received",
        "duplicates_dropped",
        "conflicts",
        "dead_letters",
        "exceptions_by_class",
        "orders_by_status",
        "orders_booked",
        "orders_accepted_during_outage",
        "erp_documents",
        "erp_documents_per_order_max",
        "erp_unknown_outcomes_resolved",
        "units_conserved",
        "oversold_units",
        "latency_ms",
        "orders_per_second",
        "lines_per_second",
        "peak_rss_mb",
        "seed",
    ] == list(content)
    assert {"p50": 100, "p95": 980, "p99": 980, "max": 980} == content["latency_ms"]


def test_an_empty_log_has_an_empty_report() -> None:
    report = report_on(WrittenLog())

    assert (0, 0, None, 0.0) == (report.orders_sent, report.records_sent, report.latency_ms, report.orders_per_second)
    assert report.units_conserved


def test_a_source_that_the_log_does_not_have_is_left_out(log: WrittenLog) -> None:
    del log.records[WAREHOUSE]

    assert 5 == report_on(log).records_sent
