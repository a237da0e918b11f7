"""Headers are copied into every effect of a record, so what anybody writes into them is checked and bounded."""

import json
from typing import Any

import pytest

from connectors.log.port import Outgoing, Record
from domain.identifiers import ErpId
from domain.messages.dispatch import ErpAvailability
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.headers import Headers, header
from tests.memory_log import MemoryTopics
from tests.recording_observer import RecordingObserver
from tests.unit.operators.steps.flow_runs import TOPICS, run

TRACE = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
HUGE: Headers = (("traceparent", b"0" * 404_000), ("correlationid", b"c" * 404_000), ("ce_id", b"e" * 404_000))
ORDER: dict[str, Any] = {
    "message_id": "m-1",
    "event": "order_placed",
    "occurred_at": "2026-01-05T07:59:00Z",
    "order_number": "P-1",
    "customer": {"number": "K1"},
    "ship_to": {"name": "Ada", "street": "1 Mill Lane", "city": "Graz", "postal_code": "8010", "country": "AT"},
    "lines": [{"line": number, "item": f"I-{number}", "quantity": 1, "unit_price": "1"} for number in range(50)],
}
AVAILABILITY = Codec(load_contracts()).encode(
    "erp.responses.v1", ErpAvailability(ErpId("main"), available=True, reason="")
)


def written(topics: MemoryTopics, inputs: set[str]) -> list[Record]:
    return [record for source, lane in topics.records.items() if source.topic not in inputs for record in lane]


def bytes_of(record: Record) -> int:
    return len(record.value or b"") + sum(len(name) + len(value) for name, value in record.headers)


@pytest.mark.parametrize(
    ("topic", "value"),
    (
        ("source.portal.v1", json.dumps(ORDER).encode()),
        ("source.portal.v1", b'{"event": "refused"}'),
        ("source.portal.v1", b"unreadable"),
        ("erp.responses.v1", AVAILABILITY),
    ),
)
def test_huge_headers_are_in_no_effect_of_their_record(topic: str, value: bytes) -> None:
    topics = MemoryTopics(TOPICS)
    topics.append(Outgoing(topic, "k", value, HUGE, 0))
    run("intake", topics)
    effects = written(topics, {topic})
    assert effects
    assert 10_000 + len(value) > max(map(bytes_of, effects))
    assert {None} == {header(effect.headers, "traceparent") for effect in effects}


@pytest.mark.parametrize("flow", ("orders", "inventory", "dispatch", "edi", "insights"))
def test_huge_headers_in_an_inbox_are_in_no_effect_either(flow: str) -> None:
    topics = MemoryTopics(TOPICS)
    topics.append(Outgoing(f"{flow}.inbox.v1", None, b"unreadable", HUGE, 0))
    run(flow, topics)
    effects = written(topics, set() if flow == "orders" else {f"{flow}.inbox.v1"})[flow == "orders" :]
    assert len(effects) > 2
    assert 20_000 > sum(map(bytes_of, effects))


INHERITED: Headers = (("traceparent", TRACE), ("tracestate", b"vendor=1"), ("x-shop", b"eu"), ("x-shop", b"2"))


def test_a_trace_and_foreign_headers_are_in_the_effects_of_the_effects() -> None:
    topics = MemoryTopics(TOPICS)
    headers = (*INHERITED, ("ce_type", b"forged"), ("ORIGIN", b"forged"))
    topics.append(Outgoing("source.portal.v1", "k", json.dumps(ORDER).encode(), headers, 0))
    for flow in ("intake", "orders", "inventory", "orders"):
        run(flow, topics)
    effects = written(topics, {"source.portal.v1"})
    assert {"orders.inbox.v1", "inventory.inbox.v1", "orders.events.v1", "orders.state.v1"} <= {
        effect.topic for effect in effects
    }
    names = {name for name, _ in INHERITED}
    for effect in effects:
        assert INHERITED == tuple(each for each in effect.headers if each[0] in names), effect.topic
        assert b"forged" not in [value for _, value in effect.headers]


def test_foreign_headers_in_their_effects_are_bounded() -> None:
    topics, told = MemoryTopics(TOPICS), RecordingObserver()
    large = tuple((f"x-{number}", b"v" * 1_000) for number in range(100))
    topics.append(Outgoing("source.portal.v1", "k", json.dumps(ORDER).encode(), large, 0))
    run("intake", topics, observer=told)
    (order,) = topics.all_of("orders.inbox.v1")
    assert 8 == len([name for name, _ in order.headers if name.startswith("x-")])
    assert {"foreign": 1} == told.epochs[0].dropped_headers


def test_dropped_headers_are_counted_by_name() -> None:
    topics, told = MemoryTopics(TOPICS), RecordingObserver()
    topics.append(Outgoing("source.portal.v1", "k", json.dumps(ORDER).encode(), HUGE, 0))
    run("intake", topics, observer=told)
    (epoch,) = told.epochs
    assert {"ce_id": 1, "correlationid": 1, "traceparent": 1} == epoch.dropped_headers
