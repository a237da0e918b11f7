"""What a channel file passes over is counted, and has no other effect."""

import json

from connectors.log.port import Outgoing
from tests.memory_log import MemoryTopics
from tests.recording_observer import RecordingObserver
from tests.unit.operators.steps.flow_runs import TOPICS, run

PENDING = {"order": {"orderId": "A-1", "fulfillment": {"fulfillmentStatus": "PENDING"}}}


def test_a_pending_order_is_counted_and_opens_no_case() -> None:
    topics, told = MemoryTopics(TOPICS), RecordingObserver()
    for _ in range(3):
        topics.append(Outgoing("source.amazon.v1", "k", json.dumps(PENDING).encode(), (), 0))
    run("intake", topics, observer=told)
    assert {("amazon", "pending order"): 3} == told.epochs[0].passed_over
    assert {"source.amazon.v1"} == {source.topic for source, lane in topics.records.items() if lane}


def test_a_source_of_which_everything_is_passed_over_is_not_stopped() -> None:
    topics, told = MemoryTopics(TOPICS), RecordingObserver()
    for _ in range(600):
        topics.append(Outgoing("source.amazon.v1", "k", json.dumps(PENDING).encode(), (), 0))
    run("intake", topics, observer=told)
    assert 600 == sum(sum(epoch.passed_over.values()) for epoch in told.epochs)
    assert not told.stopped_topics
    assert {"source.amazon.v1"} == {source.topic for source, lane in topics.records.items() if lane}
