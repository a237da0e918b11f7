"""The contract of every channel file of the release, by what its source sends: repeats, conflicts, ids, refusals."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from connectors.formats.mapping import map_record
from connectors.formats.outcomes import Canonical, PassedOver, RecordOutcomes, Refused, Unparsable
from connectors.log.port import Outgoing, Record
from dataflows.assembly import ERP_FILES
from dataflows.command_line.channels.examples import ARRIVES_AT_MS, outcome_in_flows, rules_for
from domain.identifiers import SourceId
from domain.messages.orders import OrderPlaced
from schemas.channel_language.channel_file import ChannelFile
from schemas.contracts.source_topics import source_topic
from tests.fuzz.mapping.pool import pool
from tests.unit.channels.given import CHANNELS

MOST = 6
"""Payloads of a source that are played."""
SOURCES = pytest.mark.parametrize("source_id", sorted(CHANNELS))


@cache
def payloads(source_id: SourceId) -> tuple[Outgoing, ...]:
    """What the source sends, each payload once."""
    found = pool(tuple(CHANNELS.values()), 1)[source_id]
    records = dict.fromkeys(Outgoing(source_topic(source_id), None, value, headers) for value, headers in found)
    return tuple(records)


def mapped(channel: ChannelFile, record: Outgoing) -> RecordOutcomes:
    return map_record(channel, Record(record.topic, 0, 0, ARRIVES_AT_MS, None, record.value, record.headers))


def is_taken(outcomes: RecordOutcomes) -> bool:
    return all(isinstance(each, Canonical | PassedOver) for each in outcomes)


def effects(outcome: dict[str, Any]) -> dict[str, Any]:
    """What has happened, without what only says that something came again."""
    orders = {
        order_id: {
            **order,
            "version": None,
            "events": [event for event in order.get("events", ()) if event != "OrderDuplicateReceived"],
        }
        for order_id, order in outcome.get("orders", {}).items()
    }
    return {**outcome, "orders": orders}


@SOURCES
def test_what_comes_again_has_no_further_effect(source_id: SourceId) -> None:
    channel = CHANNELS[source_id]
    taken = [record for record in payloads(source_id) if is_taken(mapped(channel, record))][:MOST]
    rules = rules_for(channel, ERP_FILES)
    once = outcome_in_flows(rules, taken)
    assert effects(once) == effects(outcome_in_flows(rules, [each for record in taken for each in (record, record)]))


def other_content(channel: ChannelFile, record: Outgoing) -> Iterator[Outgoing]:
    """The same order under the same message id, of which one digit is another one."""
    (first,) = mapped(channel, record)
    assert isinstance(first, Canonical)
    value = record.value or b""
    for place, byte in enumerate(value):
        if byte in b"12345678":
            changed = record._replace(value=value[:place] + bytes([byte + 1]) + value[place + 1 :])
            said = mapped(channel, changed)
            if len(said) == 1 and isinstance(said[0], Canonical) and isinstance(said[0].message, OrderPlaced):
                one, other = first.message.provenance, said[0].message.provenance
                is_same = (one.correlation_id, one.revision) == (other.correlation_id, other.revision)
                same_order = (
                    isinstance(first.message, OrderPlaced) and first.message.order_id == said[0].message.order_id
                )
                if is_same and same_order and one.content_hash != other.content_hash:
                    yield changed


def placing(source_id: SourceId) -> Outgoing | None:
    """A record of the source that places one order."""
    channel = CHANNELS[source_id]
    for record in payloads(source_id):
        said = mapped(channel, record)
        if len(said) == 1 and isinstance(said[0], Canonical) and isinstance(said[0].message, OrderPlaced):
            return record
    return None


PLACING = [source_id for source_id in sorted(CHANNELS) if placing(source_id) is not None]


def test_most_sources_of_orders_can_be_tried() -> None:
    assert len(PLACING) >= 5, PLACING


@pytest.mark.parametrize("source_id", PLACING)
def test_other_content_under_one_id_is_a_conflict_and_changes_nothing(source_id: SourceId) -> None:
    channel = CHANNELS[source_id]
    record = placing(source_id)
    assert record is not None
    changed = next(other_content(channel, record), None)
    assert changed is not None, "no digit of it is content"
    rules = rules_for(channel, ERP_FILES)
    before, after = outcome_in_flows(rules, [record]), outcome_in_flows(rules, [record, changed])
    classes = [case["case_class"] for case in after["exceptions"]]
    assert ["CONFLICTING_DUPLICATE"] == classes[len(before.get("exceptions", ())) :]
    assert effects(before)["orders"] == effects(after)["orders"]


@SOURCES
def test_a_record_is_mapped_alike_each_time_and_names_its_messages(source_id: SourceId) -> None:
    channel = CHANNELS[source_id]
    for record in payloads(source_id):
        outcomes = mapped(channel, record)
        assert outcomes == mapped(channel, record)
        for each in outcomes:
            match each:
                case Canonical(message):
                    assert message.provenance.source_id == source_id
                    assert message.provenance.correlation_id
                case Refused(reason) | Unparsable(reason):
                    assert reason
                case PassedOver():
                    pass


@SOURCES
def test_what_is_refused_is_seen_by_people_and_becomes_no_order(source_id: SourceId) -> None:
    channel = CHANNELS[source_id]
    garbage = Outgoing(source_topic(source_id), None, b"\x00 neither JSON, CSV, X12 nor EDIFACT \xff", ())
    outcome = outcome_in_flows(rules_for(channel, ERP_FILES), [garbage])
    assert "orders" not in outcome
    assert 1 == len(outcome.get("dead_letters", ())) + len(outcome.get("exceptions", ()))
