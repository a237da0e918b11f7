"""From effects to records: bundles by home partition, ids that a replay repeats, cases with the way back."""

from typing import get_args

import bytewax.operators as op
import pytest
from bytewax.dataflow import Dataflow
from bytewax.errors import BytewaxRuntimeError
from bytewax.testing import TestingSink, TestingSource, run_main

from connectors.log.partitioner import partition_of
from connectors.log.port import Outgoing, TopicPartition
from domain.identifiers import (
    CaseId,
    CorrelationId,
    EventId,
    ItemId,
    LineId,
    OrderId,
    ReservationId,
    SourceId,
    event_id_of_effect,
)
from domain.messages.cases import (
    Act,
    Case,
    CaseChange,
    CaseClass,
    CaseHome,
    CaseOrigin,
    CaseReported,
    CaseState,
    ExceptionRaised,
    ExceptionSnapshot,
)
from domain.messages.failure_policy import Dependency, DependencyReported
from domain.messages.inventory import (
    InventoryPosition,
    ItemTransfers,
    ReservationLine,
    ReservationsReleased,
    StockTransferred,
)
from domain.messages.status import OrderPurged
from domain.messages.ticks import Tick
from domain.provenance import Provenance
from operators.engine.epoch.open_epoch import EpochLimits
from operators.engine.keyed_state import Effects
from operators.engine.task import Task
from operators.steps.emit import emit
from operators.steps.routes import ROUTES, Effect
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.contracts.source_topics import release_topics
from schemas.headers import header
from tests.memory_log import MemoryLog, MemoryTopics

PARTITIONS = 4
CAUSE = EventId("6f2a1f0e-9a52-5b57-9a44-3c2d5f6a7b8c")
RELEASED = ReservationsReleased(
    OrderId("portal:P-1"),
    tuple(
        ReservationLine(ReservationId(f"r{number}"), LineId(str(number)), ItemId(f"item-{number}"), 1)
        for number in range(12)
    ),
)
EFFECTS: Effects[Effect] = Effects(
    CAUSE, CorrelationId("c-1"), (), TopicPartition("orders.inbox.v1", 2), 41, 5_000, (RELEASED,)
)


def emitted(*effects: Effects[Effect], topics: MemoryTopics | None = None) -> list[Outgoing]:
    """What is emitted at once; what waits for the commit is in `topics` then."""
    topics = topics or MemoryTopics(dict.fromkeys(release_topics(), PARTITIONS))
    log = MemoryLog(topics, "orderline.orders", ["orders.inbox.v1"])
    task = Task("orders", log, Codec(load_contracts()), "orders.inbox.v1", EpochLimits())
    found: list[Outgoing] = []
    flow = Dataflow("test")
    records = emit("emit", op.input("in", flow, TestingSource(list(effects))), task)
    op.output("out", records, TestingSink(found))
    run_main(flow)  # type: ignore[no-untyped-call]  # bytewax ships it without annotations
    task.commit()
    return found


def decoded(record: Outgoing) -> object:
    return Codec(load_contracts()).decode(record.topic, record.value or b"")


def test_the_lines_of_a_bundle_share_a_home_and_none_is_lost() -> None:
    records = emitted(EFFECTS)
    parts = [decoded(record) for record in records]
    assert all(isinstance(part, ReservationsReleased) for part in parts)
    homes = [
        {partition_of(line.item_id, PARTITIONS) for line in part.lines}
        for part in parts
        if isinstance(part, ReservationsReleased)
    ]
    assert [1] * len(records) == [len(home) for home in homes]
    assert len(homes) == len({min(home) for home in homes})
    assert [min(home) for home in homes] == [partition_of(record.key or "", PARTITIONS) for record in records]
    lines = [line for part in parts if isinstance(part, ReservationsReleased) for line in part.lines]
    assert sorted(RELEASED.lines, key=str) == sorted(lines, key=str)


def test_every_record_of_one_cause_has_an_id_of_its_own_and_a_replay_the_same() -> None:
    first = [header(record.headers, "ce_id") for record in emitted(EFFECTS)]
    assert len(first) == len(set(first))
    assert first == [header(record.headers, "ce_id") for record in emitted(EFFECTS)]


def test_the_ids_of_the_records_of_a_cause_are_those_of_its_effects_numbered_from_0() -> None:
    name = load_contracts().by_message[ReservationsReleased].record
    ids = [header(record.headers, "ce_id") for record in emitted(EFFECTS)]
    assert [event_id_of_effect(CAUSE, name, number) for number in range(len(ids))] == ids


def test_effects_that_share_a_cause_do_not_share_ids() -> None:
    first = emitted(EFFECTS)
    second = emitted(EFFECTS._replace(first_index=len(first)))
    ids = [header(record.headers, "ce_id") for record in (*first, *second)]
    assert len(ids) == len(set(ids))


def test_what_concerns_all_orders_goes_to_every_partition_without_a_key() -> None:
    provenance = Provenance(SourceId("dependencies"), CorrelationId("c-1"), 0, "0" * 32, 5, 5)
    report = DependencyReported(Dependency.TAX, is_away=True, since_us=5, reason="", provenance=provenance)
    records = emitted(EFFECTS._replace(messages=(report,)))
    assert [(None, number) for number in range(PARTITIONS)] == [(each.key, each.partition) for each in records]
    assert [report] * PARTITIONS == [decoded(each) for each in records]
    assert PARTITIONS == len({header(each.headers, "ce_id") for each in records})


def test_a_view_waits_for_the_commit() -> None:
    position = InventoryPosition(ItemId("item-1"), 1, 5_000, 0, ())
    journal = StockTransferred(CAUSE, (ItemTransfers(ItemId("item-1"), 1, ()),))
    assert [journal] == [decoded(record) for record in emitted(EFFECTS._replace(messages=(position, journal)))]


def test_a_purged_order_is_a_tombstone_after_its_snapshots() -> None:
    topics = MemoryTopics(dict.fromkeys(release_topics(), PARTITIONS))
    assert [] == emitted(EFFECTS._replace(messages=(OrderPurged(OrderId("portal:P-1")),)), topics=topics)
    (tombstone,) = topics.all_of("orders.state.v1")
    assert ("portal:P-1", None) == (tombstone.key, tombstone.value)
    assert "orderline.orders.v1.OrderSnapshot" == header(tombstone.headers, "ce_type")
    assert "portal:P-1" == header(tombstone.headers, "orderid")


def test_headers_name_the_cause_and_the_way_back() -> None:
    record = emitted(EFFECTS)[0]
    assert CAUSE == header(record.headers, "causationid")
    assert "orders.inbox.v1/2/41" == header(record.headers, "origin")
    assert "c-1" == header(record.headers, "correlationid")
    assert "portal:P-1" == header(record.headers, "orderid")


def test_a_case_is_raised_with_its_input_and_a_stated_key_makes_it_the_same_case() -> None:
    case = Case(CaseClass.ERP_OUTAGE, CaseOrigin.ERP, "main", "down", key="outage 1")
    other_cause = EFFECTS._replace(cause_event_id=EventId("0b8f2c1e-1111-5222-8333-444455556666"))
    first, report, second, _ = (
        decoded(record)
        for record in emitted(EFFECTS._replace(messages=(case,)), other_cause._replace(messages=(case,)))
    )
    assert isinstance(first, ExceptionRaised)
    assert isinstance(second, ExceptionRaised)
    assert first.case_id == second.case_id
    assert ("orders.inbox.v1", 2, 41, 5_000) == (
        first.input_topic,
        first.input_partition,
        first.input_offset,
        first.raised_at_ms,
    )
    assert CaseReported(first.case_id, first) == report


def test_a_change_of_a_case_that_the_flow_keeps_is_written_and_shown() -> None:
    case = Case(CaseClass.ERP_OUTAGE, CaseOrigin.ERP, "main", "down", state=CaseState.DISMISSED)
    change = CaseChange(
        CaseId("case"), case, CaseHome.DISPATCH, "main", "erp", 50, 4_000, was_open=True, act=Act("Ann", "known")
    )
    topics = MemoryTopics(dict.fromkeys(release_topics(), PARTITIONS))
    (record,) = emitted(EFFECTS._replace(messages=(change,)), topics=topics)
    (view,) = topics.all_of("exceptions.state.v1")
    raised = decoded(record)
    assert isinstance(raised, ExceptionRaised)
    assert ExceptionSnapshot(raised) == Codec(load_contracts()).decode(view.topic, view.value or b"")
    assert ("dispatch", "main", "erp", 50, 4_000, "Ann", "known") == (
        raised.home,
        raised.home_key,
        raised.owner,
        raised.score,
        raised.first_seen_ms,
        raised.who,
        raised.why,
    )


def test_every_effect_has_a_route() -> None:
    assert {Case, CaseChange} == set(get_args(Effect)) - ROUTES.keys()


def test_a_message_without_a_route_stops_the_flow() -> None:
    with pytest.raises(BytewaxRuntimeError) as stopped:
        emitted(EFFECTS._replace(messages=(Tick(1),)))  # type: ignore[arg-type]  # what mypy refuses, too
    assert isinstance(root_of(stopped.value), KeyError)


def root_of(error: BaseException) -> BaseException:
    return error if error.__cause__ is None else root_of(error.__cause__)
