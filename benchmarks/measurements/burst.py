"""How long urgent records wait while a burst of marketplace orders is processed.

The burst is larger than what is processed during the measurement, so it lasts throughout.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from benchmarks.harness.acceptances import KafkaAcceptances
from benchmarks.harness.patience import Patience
from benchmarks.harness.places import KafkaPlace
from benchmarks.harness.product import Programs, flows_only
from benchmarks.loads.burst_records import KINDS, burst, prepared, stock, urgent
from benchmarks.loads.senders import Sender
from domain.identifiers import OrderId

_EVERY_S = 2.0
_LOOK_S = 0.02


@dataclass(frozen=True, slots=True)
class Burst:
    """The measurements during the burst. `waits_ms` by kind: from sending a record to reading its effect."""

    orders: int
    accepted: int
    seconds: float
    waits_ms: Mapping[str, list[int]]
    cpu_s: float
    peak_rss_bytes: int
    peak_rss_by_program: Mapping[str, int]


class _Effects:
    """The first acceptance, shipment, cancellation of each order, as a subscriber sees them."""

    def __init__(self, bootstrap: str) -> None:
        self._seen = {
            "OrderAccepted": KafkaAcceptances(bootstrap),
            "ShipmentConfirmed": KafkaAcceptances(bootstrap, wanted=_is("ShipmentConfirmed")),
            "OrderCancelled": KafkaAcceptances(bootstrap, wanted=_is("OrderCancelled")),
        }

    @property
    def accepted(self) -> Mapping[str, float]:
        return self._seen["OrderAccepted"].seen_at

    def seen_at(self, effect: str, order_id: OrderId) -> float | None:
        return self._seen[effect].seen_at.get(order_id)

    def look(self) -> None:
        for each in self._seen.values():
            each.look(_LOOK_S)

    def close(self) -> None:
        for each in self._seen.values():
            each.close()


def measure_burst(place: KafkaPlace, orders: int, seconds: int) -> Burst:
    """With new topics: the flows start, the burst is written, and every two seconds one of each kind is sent."""
    rounds = max(1, int(seconds / _EVERY_S))
    with flows_only(place) as programs:
        patience = Patience(programs)
        effects = _Effects(place.cluster.bootstrap)
        try:
            _prepare(place, rounds, effects, patience)
            place.load(burst(orders))
            return _watch(place, orders, rounds, effects, programs, patience)
        finally:
            effects.close()


def _prepare(place: KafkaPlace, rounds: int, effects: _Effects, patience: Patience) -> None:
    wanted = list(prepared(rounds))
    place.load([stock()])
    place.load(record for record, _ in wanted)
    while any(order_id not in effects.accepted for _, order_id in wanted):
        effects.look()
        patience.check()


def _watch(  # noqa: PLR0913, PLR0917  one measurement
    place: KafkaPlace, orders: int, rounds: int, effects: _Effects, programs: Programs, patience: Patience
) -> Burst:
    began_at, cpu_before_s, before = time.monotonic(), programs.usage().cpu_s, len(effects.accepted)
    waits_ms: dict[str, list[int]] = defaultdict(list)
    with place.sender() as sender:
        for number in range(rounds):
            for kind, wait_ms in _round(number, sender, effects, patience):
                waits_ms[kind].append(wait_ms)
    seconds = time.monotonic() - began_at
    usage = programs.usage()
    return Burst(
        orders=orders,
        accepted=len(effects.accepted) - before,
        seconds=seconds,
        waits_ms={kind: waits_ms[kind] for kind in KINDS},
        cpu_s=usage.cpu_s - cpu_before_s,
        peak_rss_bytes=usage.peak_rss_bytes,
        peak_rss_by_program=programs.peak_rss_by_program(),
    )


def _round(number: int, sender: Sender, effects: _Effects, patience: Patience) -> Iterable[tuple[str, int]]:
    """One of each kind is sent; ends when all are done and two seconds are over."""
    ends_at = time.monotonic() + _EVERY_S
    waiting = list(urgent(number))
    sent_at = time.monotonic()
    for each in waiting:
        sender.send(each.record)
    while waiting or time.monotonic() < ends_at:
        effects.look()
        patience.check()
        for each in list(waiting):
            seen_at = effects.seen_at(each.effect, each.order_id)
            if seen_at is not None:
                waiting.remove(each)
                yield each.kind, round((seen_at - sent_at) * 1_000)


def _is(event: str) -> Callable[[Iterable[tuple[str, bytes]]], bool]:
    ending = f".{event}".encode()
    return lambda headers: dict(headers).get("ce_type", b"").endswith(ending)
