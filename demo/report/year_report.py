"""The report of a year: the report of the run, and whether every line of the file is accounted for."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from connectors.topic_reader import TopicReader
from demo.online_retail.survey import Survey
from demo.report.backorders import Backorders, count_backorders
from demo.report.report import Report
from demo.report.year_value import Refusal, ValueOutcome, YearValue, count_value, value_text
from domain.money.prices import WORTH
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts

UNPRICED_FILE: Final = "lines_without_price.txt"
"""The file next to `report.json` that lists lines without a price."""
_FIRST: Final = 5


@dataclass(frozen=True, slots=True)
class Control:
    """The totals of the file, counted while it was read; `value` in ten-thousandths of a pound."""

    file: str
    rows: int
    invoices: int
    value: int


@dataclass(frozen=True, slots=True)
class YearReport:
    """The content of `report.json` of a year."""

    control: Control
    run: Report
    value: YearValue
    backorders: Backorders

    @property
    def lines(self) -> int:
        """Lines in the log; more than rows in the file, because a credit may be split over several orders."""
        return self.value.lines.total()

    @property
    def scaled(self) -> int:
        """The sum of all outcomes, in `WORTH`."""
        return self.value.scaled.total()

    @property
    def is_accounted_for(self) -> bool:
        """Whether every invoice is in the log, no row is missing, and the sums agree."""
        return (
            self.scaled == self.control.value * WORTH
            and self.lines >= self.control.rows
            and len(self.value.invoices) == self.control.invoices
        )

    def as_json(self) -> dict[str, Any]:
        """The content of `report.json`."""
        return {
            "file": self.control.file,
            "invoices_in_file": self.control.invoices,
            "invoices_in_log": len(self.value.invoices),
            "rows_in_file": self.control.rows,
            "lines_in_log": self.lines,
            "value_in_file": value_text(self.control.value * WORTH),
            "value_total": value_text(self.scaled),
            "value_agrees": self.is_accounted_for,
            "value_by_outcome": {outcome.value: self._outcome(outcome) for outcome in ValueOutcome},
            "named": {
                "refused": [_named(refusal) for refusal in self.value.refusals],
                "lines_without_price": {
                    "lines": len(self.value.unpriced),
                    "first": self.value.unpriced[:_FIRST],
                    "all": UNPRICED_FILE,
                },
            },
            "backorders": asdict(self.backorders),
            **self.run.as_json(),
        }

    @property
    def unpriced_as_text(self) -> str:
        """ORDER/LINE of every line of an order without a price, one a line: too many for `report.json`."""
        return "".join(f"{line}\n" for line in self.value.unpriced)

    def _outcome(self, outcome: ValueOutcome) -> dict[str, Any]:
        return {"lines": self.value.lines[outcome], "value": value_text(self.value.scaled[outcome])}


def _named(refusal: Refusal) -> dict[str, Any]:
    return {
        "invoice": refusal.invoice,
        "reason": refusal.reason,
        "lines": refusal.lines,
        "value": value_text(refusal.scaled),
    }


def control_of(file: Path, counted: Survey) -> Control:
    """What the survey of a file counted."""
    return Control(file.name, counted.rows, counted.invoices, counted.value)


def make_year_report(reader: TopicReader, control: Control, run: Report) -> YearReport:
    """Read the log as of the reader's last refresh."""
    codec = Codec(load_contracts())
    value = count_value(reader, codec)
    value.refusals.sort(key=lambda refusal: refusal.invoice)
    return YearReport(control, run, value, count_backorders(reader, codec))
