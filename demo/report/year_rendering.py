"""The report of a year in plain text: the totals by outcome, then the report of the run."""

from collections.abc import Iterator
from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from demo.report.rendering import render_report
from demo.report.year_report import YearReport
from demo.report.year_value import ValueOutcome, value_text
from domain.money.prices import WORTH

_MOST_REFUSALS: Final = 5
_MOST_ITEMS: Final = 5
_WORDS: Final = {
    ValueOutcome.ORDER_LINES: "order lines",
    ValueOutcome.CHARGES: "charges on orders (postage, fees, manual)",
    ValueOutcome.CANCELLATIONS: "returned, of known orders",
    ValueOutcome.CANCELLATIONS_WITHOUT_ORDER: "returned, of no known order",
    ValueOutcome.CANCELLED_CHARGES: "charges credited to known orders",
    ValueOutcome.CANCELLED_CHARGES_WITHOUT_ORDER: "charges credited to no known order",
    ValueOutcome.STOCK_WRITE_OFFS: "stock written off, without a price",
    ValueOutcome.REFUSED: "refused",
}


def render_year(report: YearReport, where: str) -> RenderableType:
    """For `rich.console.Console.print`; `where` as in `render_report`."""
    return Group(
        _sum(report),
        Text("\nNotes", style="bold"),
        *_findings(report),
        *_stock(report),
        render_report(report.run, where, report.backorders.an_order),
    )


def _sum(report: YearReport) -> RenderableType:
    table = Table(box=None, padding=(0, 2), show_header=True, header_style="dim", title_justify="left")
    table.add_column("  every line, by outcome")
    table.add_column("lines", justify="right")
    table.add_column("pounds", justify="right")
    for outcome, words in _WORDS.items():
        table.add_row(f"  {words}", f"{report.value.lines[outcome]:,}", _pounds(report.value.scaled[outcome]))
    style = "bold green" if report.is_accounted_for else "bold red"
    table.add_row("  total in the log", f"{report.lines:,}", _pounds(report.scaled), style=style)
    table.add_row("  the file", f"{report.control.rows:,}", _pounds(report.control.value * WORTH), style=style)
    return Group(Text("\nThe year", style="bold"), table)


def _findings(report: YearReport) -> Iterator[Text]:
    met, invoices = len(report.value.invoices), report.control.invoices
    yield Text(f"  {met:,} of {invoices:,} invoices are in the log", style="green" if met == invoices else "bold red")
    if split := report.lines - report.control.rows:
        yield Text(f"  {split:,} lines more than rows: credits that are split over several orders")
    if unpriced := report.value.unpriced:
        yield Text(f"  {len(unpriced):,} lines of orders have no price, such as {unpriced[0]}")
    for refused in report.value.refusals[:_MOST_REFUSALS]:
        yield Text(f"  refused: {refused.invoice}, {_pounds(refused.scaled)}: {refused.reason}")


def _stock(report: YearReport) -> Iterator[Text]:
    waited = report.backorders
    if not waited.lines:
        yield Text("  no line had to wait for a delivery")
        return
    share = 100 * waited.lines / report.value.lines[ValueOutcome.ORDER_LINES]
    items = ", ".join(f"{item} ({lines})" for item, lines in list(waited.top_items.items())[:_MOST_ITEMS])
    yield Text(f"  {waited.lines:,} lines ({share:.1f} %) of {waited.orders:,} orders waited for a Monday's delivery,")
    yield Text(f"  {waited.filled_lines:,} of them were filled since; most often {items}")


def _pounds(scaled: int) -> str:
    """An amount with thousands separators."""
    whole, _, rest = value_text(scaled).partition(".")
    return f"{int(whole):,}.{rest}" if whole != "-0" else f"-0.{rest}"
