"""One line of the table and of the results file."""

from dataclasses import dataclass
from typing import Self

from benchmarks.floor import Passed
from benchmarks.throughput import Throughput


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one measurement gave; None where it does not say. README.md says what each figure means."""

    measure: str
    orders: int | None = None
    lines: int | None = None
    to_last_s: float | None = None
    orders_per_s: float | None = None
    lines_per_s: float | None = None
    active_lines_per_s: float | None = None
    share_of_floor: float | None = None
    cpu_s_per_1000_orders: float | None = None
    cpu_s_per_1000_lines: float | None = None
    broker_cpu_s_per_1000_orders: float | None = None
    peak_rss_mb: int | None = None
    cpu_s_by_program: dict[str, float] | None = None

    @classmethod
    def of_floor(cls, measure: str, passed: Passed, lines_a_record: float) -> Self:
        """Rates and costs of the floor, told in the lines that its records hold."""
        return cls(
            measure=measure,
            orders=passed.records,
            lines=round(passed.records * lines_a_record),
            orders_per_s=round(passed.records_per_s, 1),
            lines_per_s=round(passed.records_per_s * lines_a_record, 1),
            active_lines_per_s=round(passed.records_per_s * lines_a_record, 1),
            share_of_floor=1.0,
            cpu_s_per_1000_orders=round(passed.cpu_s * 1_000 / passed.records, 4),
            cpu_s_per_1000_lines=round(passed.cpu_s * 1_000 / passed.records / lines_a_record, 5),
        )

    @classmethod
    def of_throughput(cls, measure: str, run: Throughput, floor_orders_per_s: float | None) -> Self:
        """Rates and costs of a run; `floor_orders_per_s` None where no floor was measured."""
        active_orders_per_s = run.orders / run.active_s
        return cls(
            measure=measure,
            orders=run.orders,
            lines=run.lines,
            to_last_s=round(run.to_last_s, 2),
            orders_per_s=round(run.orders / run.to_last_s, 1),
            lines_per_s=round(run.lines / run.to_last_s, 1),
            active_lines_per_s=round(run.lines / run.active_s, 1),
            share_of_floor=None if floor_orders_per_s is None else round(active_orders_per_s / floor_orders_per_s, 4),
            cpu_s_per_1000_orders=round(run.cpu_s * 1_000 / run.orders, 3),
            cpu_s_per_1000_lines=round(run.cpu_s * 1_000 / run.lines, 3),
            broker_cpu_s_per_1000_orders=_per_1000(run.broker_cpu_s, run.orders),
            peak_rss_mb=run.peak_rss_bytes // 1_000_000,
            cpu_s_by_program=run.cpu_s_by_program,
        )


def _per_1000(seconds: float | None, orders: int) -> float | None:
    return None if seconds is None else round(seconds * 1_000 / orders, 3)
