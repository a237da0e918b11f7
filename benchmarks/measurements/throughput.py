"""How fast a prepared backlog of orders is accepted, and at what cost."""

import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol

from benchmarks.harness.acceptances import Acceptances
from benchmarks.harness.patience import Living, Patience
from benchmarks.harness.places import Place
from benchmarks.harness.processes import Usage
from benchmarks.harness.product import flows_only
from benchmarks.loads.workload import Workload
from connectors.topic_reader import every_record
from schemas.contracts.registry import INVENTORY_POSITIONS

_LOOK_EVERY_S = 0.05
_REST_S = 3.0
"""So long without any event of an order is rest."""


class Stage(Protocol):
    """Where a run is watched: a place, or a broker with other topics."""

    def acceptances(self) -> Acceptances:
        """A subscriber to what ends an order."""
        ...

    def broker_cpu_s(self) -> float | None:
        """User and system seconds of the broker so far; None without one."""
        ...


class Measured(Living, Protocol):
    """Programs that can be run and held to account."""

    def __enter__(self) -> object:
        """Start them."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        """End them."""
        ...

    def usage(self) -> Usage:
        """What they have used so far."""
        ...

    def cpu_by_program(self) -> dict[str, float]:
        """User and system seconds by name of the program."""
        ...


@dataclass(frozen=True, slots=True)
class Throughput:
    """One run. Times begin at the start of the programs; `active_s` begins at their first output.

    CPU seconds and memory are those at the end of the run: the last acceptance, or the rest after it. What the
    measuring process and the simulators use is in none of them.
    """

    orders: int
    lines: int
    to_last_s: float
    active_s: float
    to_rest_s: float | None
    cpu_s: float
    broker_cpu_s: float | None
    peak_rss_bytes: int
    cpu_s_by_program: dict[str, float] = field(default_factory=dict)


def book_stock(place: Place, workload: Workload) -> None:
    """Let the flows process the receipts, then stop them."""
    place.load(workload.raw_receipts())
    items = workload.stocked_items()
    with flows_only(place) as programs:
        patience = Patience(programs)
        reader = place.reader()
        try:
            while len({record.key for record in every_record(reader, INVENTORY_POSITIONS)}) < items:
                patience.check()
                time.sleep(_LOOK_EVERY_S)
                reader.refresh()
        finally:
            reader.close()


def run_orders(stage: Stage, workload: Workload, programs: Measured, *, until_rest: bool) -> Throughput:
    """Stock is booked and all orders lie ready: from the start of the programs to the last acceptance, or to rest."""
    acceptances = stage.acceptances()
    try:
        return _run(stage, workload, programs, acceptances, until_rest=until_rest)
    finally:
        acceptances.close()


def _run(
    stage: Stage, workload: Workload, programs: Measured, acceptances: Acceptances, *, until_rest: bool
) -> Throughput:
    broker_before_s = stage.broker_cpu_s()
    with programs:
        started_at = time.monotonic()
        patience = Patience(programs)
        while not acceptances.has_output():
            patience.check()
            time.sleep(_LOOK_EVERY_S)
        active_at = time.monotonic()
        while len(acceptances.seen_at) < workload.orders:
            acceptances.look(_LOOK_EVERY_S)
            patience.check()
        rested_at = _wait_for_rest(acceptances, patience) if until_rest else None
        usage = programs.usage()
        broker_s = stage.broker_cpu_s()
        by_program = programs.cpu_by_program()
    last_at = max(acceptances.seen_at.values())
    return Throughput(
        orders=workload.orders,
        lines=workload.lines,
        to_last_s=last_at - started_at,
        active_s=last_at - active_at,
        to_rest_s=None if rested_at is None else rested_at - started_at,
        cpu_s=usage.cpu_s,
        broker_cpu_s=None if broker_s is None or broker_before_s is None else broker_s - broker_before_s,
        peak_rss_bytes=usage.peak_rss_bytes,
        cpu_s_by_program=by_program,
    )


def _wait_for_rest(acceptances: Acceptances, patience: Patience) -> float:
    """When the last event came."""
    moved_at = time.monotonic()
    while time.monotonic() < moved_at + _REST_S:
        before = acceptances.events
        acceptances.look(_LOOK_EVERY_S)
        patience.check()
        if acceptances.events > before:
            moved_at = time.monotonic()
    return moved_at
