"""The report in words: verdicts that a person can check, and what to try next."""

from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from demo.report.rendering import render_report
from demo.report.report import Report
from domain.identifiers import OrderId
from tests.unit.report.test_report import report_on
from tests.unit.report.written_log import a_run_that_adds_up

_ERP: dict[str, Any] = {"documents": {"sales_order": 1}, "sales_orders_per_order_max": 1, "outages": []}


@pytest.fixture(scope="module")
def report() -> Report:
    return report_on(a_run_that_adds_up(), _ERP)


def text_of(report: Report, order_id: OrderId | None = OrderId("portal:P-1")) -> str:
    console = Console(file=StringIO(), width=100)
    console.print(render_report(report, "--data here", order_id))
    assert isinstance(console.file, StringIO)
    lines = (" ".join(line.split()) for line in console.file.getvalue().splitlines())
    return "\n".join(lines)


@pytest.mark.parametrize(
    "line",
    (
        "distinct orders in them 2",
        "every order received once yes (2 received)",
        "orders SHIPPED 1",
        "exception cases 1 CONFLICTING_DUPLICATE",
        "ERP's own count agrees yes (1 sales orders)",
        "one document per order yes (max 1)",
        "every unit accounted for yes (journal, positions, receipts and orders agree)",
        "nothing oversold yes (0 units)",
        "time to accept, p50 / p95 / p99 / max 100 / 980 / 980 / 980 ms",
        "peak memory of the flows 120 MB",
        "seed 7",
        "orderline show order portal:P-1 --data here",
        "orderline tail orders.events.v1 --data here",
        "orderline tail exceptions.v1 --data here",
    ),
)
def test_a_good_report_says(line: str, report: Report) -> None:
    assert line in text_of(report).splitlines()


@pytest.mark.parametrize(
    ("line", "change"),
    (
        ("every order received once NO (1 received)", {"orders_received": 1}),
        ("ERP's own count agrees NO (3 sales orders)", {"erp_documents": 3}),
        ("one document per order NO (max 2)", {"erp_documents_per_order_max": 2}),
        ("every unit accounted for NO (see below)", {"units_conserved": False}),
        ("nothing oversold NO (4 units)", {"oversold_units": 4}),
        ("its own count not checked: no --erp-url", {"erp_documents": None}),
        ("! item A: 4 oversold", {"audit_findings": ("item A: 4 oversold",)}),
        ("! and 2 more, in report.json", {"audit_findings": ("a finding",) * 12}),
        ("time to accept, p50 / p95 / p99 / max -", {"latency_ms": None}),
    ),
)
def test_a_report_with_something_wrong_says(line: str, change: dict[str, Any], report: Report) -> None:
    assert line in text_of(replace(report, **change)).splitlines()


def test_without_an_order_to_name_the_command_is_shown_in_general(report: Report) -> None:
    assert "orderline show order ORDER_ID --data here" in text_of(report, None).splitlines()
