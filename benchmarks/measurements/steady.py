"""Orders at a steady rate: how long each waits for its acceptance. Then none at all: what idleness costs."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.harness.acceptances import Acceptances
from benchmarks.harness.patience import Patience
from benchmarks.harness.places import Place
from benchmarks.harness.product import Programs, flows_only
from benchmarks.loads.senders import PacedFeed
from connectors.log.port import Outgoing
from demo.report.figures import Latencies, latencies_of
from domain.identifiers import ChannelId, order_id_of

RATE_PER_S = 50
_CHANNEL = ChannelId("portal")
_LOOK_S = 0.05
_SETTLE_S = 3.0


@dataclass(frozen=True, slots=True)
class Load:
    """Shares of one core, over a time; `broker` None without one."""

    flows: float
    broker: float | None


@dataclass(frozen=True, slots=True)
class Steady:
    """`latencies_ms`: from the call that sends an order to its acceptance in the hands of a subscriber."""

    orders: int
    latencies_ms: Latencies
    load: Load
    idle: Load
    peak_rss_bytes: int


class _Meter:
    """The load since it was made."""

    def __init__(self, place: Place, programs: Programs) -> None:
        self._place = place
        self._programs = programs
        self._began_at = time.monotonic()
        self._flows_s = programs.usage().cpu_s
        self._broker_s = place.broker_cpu_s()

    def load(self) -> Load:
        seconds = time.monotonic() - self._began_at
        flows = (self._programs.usage().cpu_s - self._flows_s) / seconds
        broker_s = self._place.broker_cpu_s()
        if broker_s is None or self._broker_s is None:
            return Load(flows, None)
        return Load(flows, (broker_s - self._broker_s) / seconds)


def measure_steady(place: Place, records: Sequence[Outgoing], idle_s: float) -> Steady:
    """The log is stocked; the records are orders, more than the warm-up takes."""
    with flows_only(place) as programs:
        patience = Patience(programs)
        acceptances = place.acceptances()
        try:
            first, *others = records
            _wait_until_they_serve(place, first, acceptances, patience)
            feed, meter = _send_paced(place, others, acceptances, patience, programs)
            load = meter.load()
        finally:
            acceptances.close()
        time.sleep(_SETTLE_S)
        meter = _Meter(place, programs)
        time.sleep(idle_s)
        idle = meter.load()
        peak_rss_bytes = programs.usage().peak_rss_bytes
    counted = _delays_ms(feed.sent_at, acceptances.seen_at, place.warm_up_s)
    latencies = latencies_of(counted)
    if latencies is None:
        raise ValueError(f"{len(records)} orders are fewer than the warm-up takes")
    return Steady(counted.total(), latencies, load, idle, peak_rss_bytes)


def _wait_until_they_serve(place: Place, first: Outgoing, acceptances: Acceptances, patience: Patience) -> None:
    """One order, before the clock runs."""
    with place.sender() as sender:
        sender.send(first)
    while not acceptances.seen_at:
        acceptances.look(_LOOK_S)
        patience.check()


def _send_paced(
    place: Place, records: Sequence[Outgoing], acceptances: Acceptances, patience: Patience, programs: Programs
) -> tuple[PacedFeed, _Meter]:
    """Send them all at the steady rate, and see all of them accepted; the meter runs since all is warm."""
    meter = _Meter(place, programs)
    warm_at: float | None = time.monotonic() + place.warm_up_s
    with place.sender() as sender:
        feed = PacedFeed(sender, records, RATE_PER_S)
        with feed.running():
            while len(acceptances.seen_at) <= len(records):
                if warm_at is not None and time.monotonic() >= warm_at:
                    meter, warm_at = _Meter(place, programs), None
                acceptances.look(_LOOK_S)
                patience.check()
                feed.require_success()
    return feed, meter


def _delays_ms(sent_at: dict[str, float], seen_at: dict[str, float], warm_up_s: float) -> Counter[int]:
    warm_at = min(sent_at.values()) + warm_up_s
    return Counter(
        round((seen_at[order_id_of(_CHANNEL, number)] - at) * 1_000) for number, at in sent_at.items() if at >= warm_at
    )
