"""The report of a demo in plain text, for people; `report.json` has the same figures."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from demo.report.report import Report
from domain.identifiers import OrderId

_MOST_FINDINGS = 10


class _Fact(NamedTuple):
    """A label and its value. `good` colours a check that passed or failed; None is a plain count."""

    words: str
    value: str
    good: bool | None = None


def render_report(report: Report, where: str, order_id: OrderId | None) -> RenderableType:
    """For `rich.console.Console.print`: coloured on a terminal, plain text elsewhere.

    `where` is the option that names the log (`--data DIR`); `order_id` is an order worth looking at.
    """
    groups = (
        ("Input", _arrivals(report)),
        ("Outcome", _outcomes(report)),
        ("ERP", _erp(report)),
        ("Stock", _stock(report)),
        ("Speed", _speed(report)),
    )
    return Group(
        *(_group(title, facts) for title, facts in groups),
        *(Text(f"  ! {finding}", style="bold red") for finding in report.audit_findings[:_MOST_FINDINGS]),
        *_more_findings(report),
        Text("\nTry next", style="bold"),
        *(Text(f"  {line}") for line in _next_steps(where, order_id)),
    )


def _group(title: str, facts: Sequence[_Fact]) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    for fact in facts:
        style = {True: "green", False: "bold red", None: ""}[fact.good]
        table.add_row(Text(f"  {fact.words}"), Text(fact.value, style=style))
    return Group(Text(f"\n{title}", style="bold"), table)


def _verdict(words: str, *, good: bool, detail: str) -> _Fact:
    return _Fact(words, f"{'yes' if good else 'NO'} ({detail})", good)


def _arrivals(report: Report) -> Sequence[_Fact]:
    return (
        _Fact("raw records", _number(report.records_sent)),
        _Fact("distinct orders in them", _number(report.orders_sent)),
        _verdict(
            "every order received once",
            good=report.orders_received == report.orders_sent,
            detail=f"{_number(report.orders_received)} received",
        ),
        _Fact("duplicates dropped", _number(report.duplicates_dropped)),
        _Fact("conflicting repeats refused", _number(report.conflicts)),
        _Fact("unreadable (dead letters)", _number(report.dead_letters)),
    )


def _outcomes(report: Report) -> Sequence[_Fact]:
    return (
        *(_Fact(f"orders {status}", _number(count)) for status, count in report.orders_by_status.items()),
        _Fact("exception cases", _listed(report.exceptions_by_class)),
    )


def _erp(report: Report) -> Sequence[_Fact]:
    return (
        _Fact("orders booked", _number(report.orders_booked)),
        *_erp_word(report),
        _Fact("lost answers resolved", _number(report.erp_unknown_outcomes_resolved)),
        _Fact("orders accepted during the outage", _number(report.orders_accepted_during_outage)),
    )


def _erp_word(report: Report) -> Sequence[_Fact]:
    if report.erp_documents is None or report.erp_documents_per_order_max is None:
        return (_Fact("its own count", "not checked: no --erp-url"),)
    most = report.erp_documents_per_order_max
    return (
        _verdict(
            "ERP's own count agrees",
            good=report.erp_documents == report.orders_booked,
            detail=f"{_number(report.erp_documents)} sales orders",
        ),
        _verdict("one document per order", good=most <= 1, detail=f"max {most}"),
    )


def _stock(report: Report) -> Sequence[_Fact]:
    return (
        _verdict(
            "every unit accounted for",
            good=report.units_conserved,
            detail="journal, positions, receipts and orders agree" if report.units_conserved else "see below",
        ),
        _verdict("nothing oversold", good=report.oversold_units == 0, detail=f"{_number(report.oversold_units)} units"),
    )


def _speed(report: Report) -> Sequence[_Fact]:
    memory = () if report.peak_rss_mb is None else (_Fact("peak memory of the flows", f"{report.peak_rss_mb} MB"),)
    return (
        *_acceptances(report),
        *memory,
        *(() if report.seed is None else (_Fact("seed", str(report.seed)),)),
    )


def _acceptances(report: Report) -> Sequence[_Fact]:
    latency = report.latency_ms
    if latency is None:
        return (_Fact("time to accept, p50 / p95 / p99 / max", "-"),)
    percentiles = f"{latency.p50} / {latency.p95} / {latency.p99} / {latency.max} ms"
    return (
        _Fact("time to accept, p50 / p95 / p99 / max", percentiles),
        _Fact("accepted per second", f"{report.orders_per_second} orders, {report.lines_per_second} lines"),
    )


def _more_findings(report: Report) -> Sequence[Text]:
    more = len(report.audit_findings) - _MOST_FINDINGS
    return (Text(f"  ! and {more} more, in report.json"),) if more > 0 else ()


def _next_steps(where: str, order_id: OrderId | None) -> Sequence[str]:
    program = _program()
    return (
        f"{program} show order {order_id or 'ORDER_ID'} {where}",
        f"{program} tail orders.events.v1 {where}",
        f"{program} tail exceptions.v1 {where}",
    )


def _program() -> str:
    """The program's name as the user called it, so that the printed commands can be copied and run."""
    called = Path(sys.argv[0])
    return str(called) if called.name == "orderline" else "orderline"


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{_number(count)} {name}" for name, count in counts.items()) or "none"


def _number(count: int) -> str:
    return f"{count:,}"
