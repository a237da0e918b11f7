"""A burst of marketplace orders lies in front, on either log: what is urgent, or comes now and then, passes it.

How far it passes is counted in orders of the burst, by the append times of the log: on a slow machine it takes longer,
and passes as many.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

import pytest

from benchmarks.burst_records import KINDS, Urgent, burst, burst_order_id, prepared, stock, urgent
from benchmarks.places import EmbeddedPlace, KafkaPlace, Place
from benchmarks.product import flows_only
from connectors.log import Record
from connectors.topic_reader import TopicReader, every_record
from dataflows.assembly import load_rules
from dataflows.report.report import Report, make_report
from operators.admission import LIMIT
from schemas.headers import header
from tests.brokers.cluster import KafkaCluster
from tests.kafka.topics import until

EVENTS = "orders.events.v1"
ORDERS = 4_000
BEGUN = 500
"""So much of the burst is accepted when the urgent ones are sent."""
MOST_IN_FRONT = 4 * LIMIT
"""An order passes a source topic and three inboxes. Beside it, no more of the burst than the limit is under way."""
WITHIN_S = 240.0


@dataclass(frozen=True)
class Aftermath:
    """The burst is worked off."""

    in_front: Mapping[str, int]
    """By kind, how many orders of the burst were accepted between the urgent record and its effect."""
    accepted: list[str]
    """The orders of the burst, by their acceptances."""
    report: Report


@pytest.fixture(scope="module", params=("embedded", "kafka"))
def aftermath(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    folder = tmp_path_factory.mktemp("burst")
    if request.param == "embedded":
        yield undergone(EmbeddedPlace(folder / "data", 4))
        return
    with KafkaCluster(1, folder / "kafka") as cluster:
        place = KafkaPlace(cluster, folder / "state")
        place.create_topics(4)
        yield undergone(place)


def undergone(place: Place) -> Aftermath:
    before = list(prepared(1))
    place.load([stock(), *(record for record, _ in before)])
    wanted = list(urgent(0))
    with flows_only(place), closing(place.reader()) as reader:
        until(lambda: len(seen(reader, "OrderAccepted")) == len(before), "the flows serve", WITHIN_S)
    place.load(burst(ORDERS))
    with flows_only(place), closing(place.reader()) as reader:
        until(lambda: len(seen(reader, "OrderAccepted")) >= BEGUN, "the burst is begun", WITHIN_S)
        with place.sender() as sender:
            for each in wanted:
                sender.send(each.record)
        total = len(before) + ORDERS + sum(each.effect == "OrderAccepted" for each in wanted)
        until(lambda: len(seen(reader, "OrderAccepted")) >= total, "all are accepted", WITHIN_S)
        until(lambda: all(effect_of(reader, each) for each in wanted), "all that is urgent is done", WITHIN_S)
    with closing(place.reader()) as reader:
        acceptances = [each for each in seen(reader, "OrderAccepted") if (each.key or "").startswith("amazon_uk:")]
        times_ms = [each.timestamp_ms for each in acceptances]
        in_front = {each.kind: passed_by(times_ms, span_ms(reader, each)) for each in wanted}
        report = make_report(reader, load_rules().channels, None, (), None, None)
        return Aftermath(in_front, [each.key or "" for each in acceptances], report)


def seen(reader: TopicReader, event: str) -> list[Record]:
    """All events of a type."""
    reader.refresh()
    ending = f".{event}"
    return [
        record for record in every_record(reader, EVENTS) if (header(record.headers, "ce_type") or "").endswith(ending)
    ]


def effect_of(reader: TopicReader, wanted: Urgent) -> Record | None:
    return next((record for record in seen(reader, wanted.effect) if record.key == wanted.order_id), None)


def span_ms(reader: TopicReader, wanted: Urgent) -> tuple[int, int]:
    """When the urgent record, and when its effect, was appended."""
    sent = next(each for each in every_record(reader, wanted.record.topic) if each.value == wanted.record.value)
    effect = effect_of(reader, wanted)
    assert effect is not None
    return sent.timestamp_ms, effect.timestamp_ms


def passed_by(times_ms: Sequence[int], span: tuple[int, int]) -> int:
    return sum(span[0] < time_ms < span[1] for time_ms in times_ms)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_urgent_or_comes_now_and_then_passes_the_burst(aftermath: Aftermath, kind: str) -> None:
    assert aftermath.in_front[kind] <= MOST_IN_FRONT


def test_every_order_of_the_burst_is_accepted_once(aftermath: Aftermath) -> None:
    assert sorted(burst_order_id(number) for number in range(ORDERS)) == sorted(aftermath.accepted)


def test_nothing_is_shed_and_the_ledger_adds_up(aftermath: Aftermath) -> None:
    report = aftermath.report
    assert ((), True, 0) == (report.audit_findings, report.units_conserved, report.oversold_units)
    assert (0, {}) == (report.dead_letters, {name: n for name, n in report.exceptions_by_class.items() if n})
