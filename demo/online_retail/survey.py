"""A first pass over the file: whether it can be read, its totals, and the opening stock."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from connectors.log.port import LogFailed
from demo.online_retail.invoices import Invoice, whole_invoices
from demo.online_retail.rows import read_rows
from demo.online_retail.supply import Delivery, OpeningDemand


@dataclass(frozen=True, slots=True)
class Survey:
    """The control totals, against which the log is checked, and the opening stock."""

    rows: int
    invoices: int
    value: int
    """The sum over all rows, in ten-thousandths of a pound."""
    begins_at_ms: int
    ends_at_ms: int
    opening: tuple[Delivery, ...]

    def percent_at(self, at_ms: int) -> int:
        """The share of the file's time that has passed, in per cent."""
        span_ms = max(1, self.ends_at_ms - self.begins_at_ms)
        return min(100, max(0, at_ms - self.begins_at_ms) * 100 // span_ms)


def first_invoices(file: Path, most: int | None) -> Iterator[Invoice]:
    """The invoices of the file: all, or the first `most`."""
    for number, invoice in enumerate(whole_invoices(read_rows(file))):
        if number == most:
            return
        yield invoice


def survey(file: Path, most: int | None = None) -> Survey:
    """Read the file once; `LogFailed` says what is wrong with it."""
    rows = invoices = value = ends_at_ms = 0
    begins_at_ms: int | None = None
    demand = OpeningDemand()
    for invoice in first_invoices(file, most):
        begins_at_ms = invoice.at_ms if begins_at_ms is None else begins_at_ms
        ends_at_ms = invoice.at_ms
        invoices += 1
        rows += len(invoice.lines)
        value += sum(line.row.value for line in invoice.lines)
        if not invoice.is_credit_note:
            demand.see(invoice)
    if begins_at_ms is None:
        raise LogFailed(f"{file} has no rows")
    return Survey(rows, invoices, value, begins_at_ms, ends_at_ms, tuple(demand.deliveries(begins_at_ms)))
