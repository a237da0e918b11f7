"""One line of the table and of the results file."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from benchmarks.measurements.burst import Burst
from benchmarks.measurements.floor import Passed
from benchmarks.measurements.growth import Sample
from benchmarks.measurements.reading import Reading
from benchmarks.measurements.restore import Served
from benchmarks.measurements.steady import Load, Steady
from benchmarks.measurements.throughput import Throughput
from demo.report.figures import Latencies, latencies_of


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
    to_rest_s: float | None = None
    cpu_share: float | None = None
    broker_cpu_share: float | None = None
    latency_ms: Latencies | None = None
    keys: int | None = None
    records: int | None = None
    segments: int | None = None
    segments_per_s: float | None = None
    unserved_s: float | None = None
    away_s: float | None = None
    others_share: float | None = None
    """Cores that other processes used at the same time: a figure from a busy machine is worth less."""
    cpu_s_by_program: dict[str, float] | None = None
    peak_rss_mb_by_program: dict[str, int] | None = None

    @classmethod
    def of_floor(cls, measure: str, passed: Passed, lines_a_record: float) -> Self:
        """Rates and costs of the floor, per order line in its records."""
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
            to_rest_s=None if run.to_rest_s is None else round(run.to_rest_s, 2),
            peak_rss_mb=run.peak_rss_bytes // 1_000_000,
            cpu_s_by_program=run.cpu_s_by_program,
        )

    @classmethod
    def of_latency(cls, measure: str, steady: Steady) -> Self:
        """How long orders waited at a steady rate."""
        return cls(
            measure=measure,
            orders=steady.orders,
            latency_ms=steady.latencies_ms,
            cpu_share=round(steady.load.flows, 3),
            broker_cpu_share=_rounded(steady.load.broker),
            peak_rss_mb=steady.peak_rss_bytes // 1_000_000,
        )

    @classmethod
    def of_burst(cls, burst: Burst) -> Iterator[Self]:
        """One row per kind, with its waits; then the part of the burst that was processed."""
        for kind, waits_ms in burst.waits_ms.items():
            yield cls(measure=f"burst: {kind}", orders=len(waits_ms), latency_ms=latencies_of(Counter(waits_ms)))
        yield cls(
            measure=f"burst of {burst.orders:,}",
            orders=burst.accepted,
            orders_per_s=round(burst.accepted / burst.seconds, 1),
            cpu_s_per_1000_orders=round(burst.cpu_s * 1_000 / max(1, burst.accepted), 3),
            peak_rss_mb=burst.peak_rss_bytes // 1_000_000,
            peak_rss_mb_by_program={name: size // 1_000_000 for name, size in burst.peak_rss_by_program.items()},
        )

    @classmethod
    def of_reading(cls, reading: Reading) -> Self:
        """What it costs on one core to read so many orders, in CPU time."""
        return cls(
            measure=reading.what,
            orders=reading.orders,
            segments=reading.segments,
            segments_per_s=None if reading.segments is None else round(reading.segments / reading.cpu_s),
            cpu_s_per_1000_orders=round(reading.cpu_s * 1_000 / max(1, reading.orders), 3),
        )

    @classmethod
    def of_growth(cls, measure: str, sample: Sample) -> Self:
        """What the orders cost when so many were open; each has one line."""
        rate_per_s = round(sample.orders / sample.seconds, 1)
        return cls(
            measure=measure,
            orders=sample.orders,
            lines=sample.orders,
            orders_per_s=rate_per_s,
            lines_per_s=rate_per_s,
            cpu_s_per_1000_orders=round(sample.cpu_s * 1_000 / sample.orders, 3),
            cpu_s_per_1000_lines=round(sample.cpu_s * 1_000 / sample.orders, 3),
            peak_rss_mb=sample.peak_rss_bytes // 1_000_000,
        )

    @classmethod
    def of_restore(cls, measure: str, keys: int, served: Served) -> Self:
        """How long a partition with so many keys was not served when it moved."""
        return cls(
            measure=measure,
            keys=keys,
            records=served.records,
            unserved_s=round(served.seconds, 2),
            away_s=None if served.away_s is None else round(served.away_s, 2),
        )

    @classmethod
    def of_idleness(cls, measure: str, idle: Load) -> Self:
        """What it costs to wait for orders."""
        return cls(measure=measure, cpu_share=round(idle.flows, 3), broker_cpu_share=_rounded(idle.broker))


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 3)


def _per_1000(seconds: float | None, orders: int) -> float | None:
    return None if seconds is None else round(seconds * 1_000 / orders, 3)
