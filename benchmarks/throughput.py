"""How fast orders that lie ready are accepted, and what it costs."""

import time
from dataclasses import dataclass, field

from benchmarks.acceptances import Acceptances
from benchmarks.places import Place
from benchmarks.product import Programs, flows_only
from benchmarks.workload import Workload
from connectors.topic_reader import every_record

_LOOK_EVERY_S = 0.05
_LONGEST_S = 900.0


@dataclass(frozen=True, slots=True)
class Throughput:
    """One run. Times begin at the start of the programs; `active_s` begins at their first output.

    CPU seconds and memory are taken at the last acceptance; the watching process is in none of them.
    """

    place: str
    orders: int
    lines: int
    to_last_s: float
    active_s: float
    cpu_s: float
    broker_cpu_s: float | None
    peak_rss_bytes: int
    cpu_s_by_program: dict[str, float] = field(default_factory=dict)


def book_stock(place: Place, workload: Workload) -> None:
    """Let the flows work off the receipts, and end them."""
    place.load(workload.raw_receipts())
    items = workload.stocked_items()
    with flows_only(place) as programs:
        reader = place.reader()
        deadline = time.monotonic() + _LONGEST_S
        try:
            while len({record.key for record in every_record(reader, "inventory.positions.v1")}) < items:
                _go_on(programs, deadline)
                time.sleep(_LOOK_EVERY_S)
                reader.refresh()
        finally:
            reader.close()


def run_orders(place: Place, workload: Workload) -> Throughput:
    """Stock is booked and all orders lie ready: from the start of the flows to the last acceptance."""
    acceptances = place.acceptances()
    try:
        return _run(place, workload, acceptances)
    finally:
        acceptances.close()


def _run(place: Place, workload: Workload, acceptances: Acceptances) -> Throughput:
    broker_before_s = place.broker_cpu_s()
    with flows_only(place) as programs:
        started_at = time.monotonic()
        deadline = started_at + _LONGEST_S
        while not acceptances.has_output():
            _go_on(programs, deadline)
            time.sleep(_LOOK_EVERY_S)
        active_at = time.monotonic()
        while len(acceptances.seen_at) < workload.orders:
            acceptances.look(_LOOK_EVERY_S)
            _go_on(programs, deadline)
        usage = programs.usage()
        broker_s = place.broker_cpu_s()
        by_program = programs.cpu_by_program()
    last_at = max(acceptances.seen_at.values())
    return Throughput(
        place=place.name,
        orders=workload.orders,
        lines=workload.lines,
        to_last_s=last_at - started_at,
        active_s=last_at - active_at,
        cpu_s=usage.cpu_s,
        broker_cpu_s=None if broker_s is None or broker_before_s is None else broker_s - broker_before_s,
        peak_rss_bytes=usage.peak_rss_bytes,
        cpu_s_by_program=by_program,
    )


def _go_on(programs: Programs, deadline: float) -> None:
    programs.require_alive()
    if time.monotonic() > deadline:
        raise TimeoutError(f"not all was accepted within {_LONGEST_S:.0f} s")
