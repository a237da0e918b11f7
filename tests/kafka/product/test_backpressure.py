"""A burst of marketplace orders lies in front, on either log: what is urgent, or comes now and then, passes it.

Among the orders lie unreadable records of nearly a megabyte each, and an order of two thousand lines. One of the
brokers is slow.

How far it passes is counted in orders of the burst, by the append times of the log: on a slow machine it takes longer,
and passes as many.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

import pytest

from benchmarks.harness.places import EmbeddedPlace, KafkaPlace, Place
from benchmarks.harness.product import flows_only
from benchmarks.loads.burst_records import (
    KINDS,
    Urgent,
    burst,
    burst_order_id,
    huge_records,
    large_order,
    prepared,
    stock,
    urgent,
)
from connectors.log.port import Record
from connectors.topic_reader import every_record, records_of
from dataflows.assembly import load_rules
from demo.brokers.cluster import KafkaCluster
from demo.report.report import Report, make_report
from operators.steps.inbox_limit import FIRST, FIRST_EACH
from schemas.headers import header
from tests.kafka.topics import until

EVENTS = "orders.events.v1"
ORDERS = 2_200
HUGE, HUGE_BYTES = 30, 950_000
LINES = 2_000
SLOW_S = 0.02
BEGUN = 300
"""So much of the burst is accepted when the urgent ones are sent."""
MOST_IN_FRONT = 4 * round(FIRST / FIRST_EACH)
"""An order passes its source topic and three inboxes; no more than the limit is under way at once,
which may grow a little while the burst is short."""
WITHIN_S = 240.0
LONG = pytest.mark.long


@dataclass(frozen=True)
class Aftermath:
    """The burst is processed."""

    in_front: Mapping[str, int]
    """By kind, how many orders of the burst were accepted between the urgent record and its effect."""
    accepted: list[str]
    """The orders, by their acceptances."""
    report: Report


@pytest.fixture(
    scope="module", params=("embedded", *(pytest.param(name, marks=LONG) for name in ("kafka", "slow kafka")))
)
def aftermath(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    folder = tmp_path_factory.mktemp("burst")
    if request.param == "embedded":
        yield run_burst(EmbeddedPlace(folder / "data", 4))
        return
    is_slow = request.param == "slow kafka"
    with KafkaCluster(1, folder / "kafka", wired=is_slow) as cluster:
        place = KafkaPlace(cluster, folder / "state")
        place.create_topics(4)
        for wire in cluster.wires.values():
            wire.delay_answers(SLOW_S)
        yield run_burst(place)


class Events:
    """What the status topic says, read on from where the last look ended."""

    def __init__(self, place: Place) -> None:
        self.reader = place.reader()
        self._next: dict[int, int] = {}
        self._found: dict[str, list[Record]] = defaultdict(list)

    def of(self, event: str) -> list[Record]:
        """All events of a type."""
        self.reader.refresh()
        for partition in range(self.reader.partitions_of(EVENTS)):
            for record in records_of(self.reader, EVENTS, partition, self._next.get(partition, 0)):
                self._next[partition] = record.offset + 1
                self._found[(header(record.headers, "ce_type") or "").rpartition(".")[2]].append(record)
        return self._found[event]

    def effect_of(self, wanted: Urgent) -> Record | None:
        return next((record for record in self.of(wanted.effect) if record.key == wanted.order_id), None)

    def close(self) -> None:
        self.reader.close()


def run_burst(place: Place) -> Aftermath:
    before = list(prepared(1))
    place.load([stock(), *(record for record, _ in before)])
    wanted = list(urgent(0))
    with flows_only(place), closing(Events(place)) as events:
        until(lambda: len(events.of("OrderAccepted")) == len(before), "the flows serve", WITHIN_S)
    large, _ = large_order(LINES)
    place.load([large, *burst(ORDERS // 2), *huge_records(HUGE, HUGE_BYTES), *burst(ORDERS // 2, ORDERS // 2)])
    with flows_only(place), closing(Events(place)) as events:
        until(lambda: len(events.of("OrderAccepted")) >= BEGUN, "the burst is begun", WITHIN_S)
        with place.sender() as sender:
            for each in wanted:
                sender.send(each.record)
        total = len(before) + 1 + ORDERS + sum(each.effect == "OrderAccepted" for each in wanted)
        until(lambda: len(events.of("OrderAccepted")) >= total, "all are accepted", WITHIN_S)
        until(lambda: all(map(events.effect_of, wanted)), "all that is urgent is done", WITHIN_S)
    with closing(Events(place)) as events:
        acceptances = [each for each in events.of("OrderAccepted") if (each.key or "").startswith("amazon_uk:")]
        times_ms = [each.timestamp_ms for each in acceptances]
        in_front = {each.kind: passed_by(times_ms, span_ms(events, each)) for each in wanted}
        report = make_report(events.reader, load_rules().channels, None, (), None, None)
        return Aftermath(in_front, [each.key or "" for each in events.of("OrderAccepted")], report)


def span_ms(events: Events, wanted: Urgent) -> tuple[int, int]:
    """When the urgent record, and when its effect, was appended."""
    sent = next(each for each in every_record(events.reader, wanted.record.topic) if each.value == wanted.record.value)
    effect = events.effect_of(wanted)
    assert effect is not None
    return sent.timestamp_ms, effect.timestamp_ms


def passed_by(times_ms: Sequence[int], span: tuple[int, int]) -> int:
    return sum(span[0] < time_ms < span[1] for time_ms in times_ms)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_urgent_or_comes_now_and_then_passes_the_burst(aftermath: Aftermath, kind: str) -> None:
    assert aftermath.in_front[kind] <= MOST_IN_FRONT


def test_every_order_of_the_burst_is_accepted_once(aftermath: Aftermath) -> None:
    of_burst = [order_id for order_id in aftermath.accepted if order_id.startswith("amazon_uk:")]
    assert sorted(burst_order_id(number) for number in range(ORDERS)) == sorted(of_burst)


def test_an_order_of_two_thousand_lines_is_accepted(aftermath: Aftermath) -> None:
    _, order_id = large_order(LINES)
    assert 1 == aftermath.accepted.count(order_id)


def test_nothing_is_shed_and_the_ledger_adds_up(aftermath: Aftermath) -> None:
    report = aftermath.report
    assert ((), True, 0) == (report.audit_findings, report.units_conserved, report.oversold_units)
    assert HUGE == report.dead_letters
