"""What only a newer release can read in our own topics ends the flow; what else cannot be read is put aside."""

import pytest
from bytewax.errors import BytewaxRuntimeError

from connectors.log.dead_letters import DEAD_LETTERS, dead_letter
from connectors.log.in_flight_journal import InFlightJournal
from connectors.log.newer_contract import NewerContract, RecordPlace
from connectors.log.partitioner import partition_of
from connectors.log.port import Batch, Gap, Outgoing, Record, TopicPartition
from dataflows.assembly import FLOWS, inputs_of
from demo.channels.small_payloads import purchase_order
from domain.identifiers import ErpId
from domain.messages.dispatch import ErpAvailability
from operators.engine.epoch.commit_gate import CommitGateViolated
from operators.engine.poison.poison_guard import PoisonGuard
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.headers import Headers, header
from tests.memory_log import MemoryLog, MemoryTopics
from tests.unit.operators.poison.guarded_flow import cause_of
from tests.unit.operators.steps.flow_runs import RULES, TOPICS, run

NEWER = b"\0\x00\x0f\xff\xff" + b"whatever"


@pytest.mark.parametrize(("flow", "topic"), [(flow, inputs_of(flow, RULES)[0]) for flow in FLOWS])
def test_an_unknown_schema_id_in_a_topic_of_our_own_ends_the_flow_with_the_remedy(flow: str, topic: str) -> None:
    topics = MemoryTopics(TOPICS)
    headers = (("ce_id", b"x"), ("ce_time", b"2026-11-21T09:00:00.000Z"))
    topics.append(Outgoing(topic, None, b"no frame", headers, 0))
    topics.append(Outgoing(topic, None, NEWER, headers, 0))
    remedy = rf"{topic}/0/1 cannot be read: unknown schema id 1048575.* start {flow} with .*--put-aside {topic}/0/1`"
    with pytest.raises(NewerContract, match=remedy):
        run(flow, topics)
    assert {} == topics.offsets
    assert [] == topics.all_of(DEAD_LETTERS)


@pytest.mark.parametrize(("flow", "topic"), [(flow, inputs_of(flow, RULES)[0]) for flow in FLOWS])
def test_a_record_that_the_operator_puts_aside_is_a_dead_letter_and_the_flow_continues(flow: str, topic: str) -> None:
    topics = MemoryTopics(TOPICS)
    for value in (NEWER, NEWER + b", the second"):
        topics.append(Outgoing(topic, None, value, (("ce_id", b"x"), ("ce_time", b"2026-11-21T09:00:00.000Z")), 0))
    guard = PoisonGuard(InFlightJournal(None), [RecordPlace(topic, 0, 0), RecordPlace(topic, 0, 1)])
    run(flow, topics, poison_guard=guard)
    letters = topics.all_of(DEAD_LETTERS)
    assert [NEWER, NEWER + b", the second"] == [letter.value for letter in letters]
    assert "unknown schema id 1048575, put aside by --put-aside" == header(letters[0].headers, "reason")
    assert [(topic, "0"), (topic, "1")] == [
        (header(letter.headers, "original_topic"), header(letter.headers, "original_offset")) for letter in letters
    ]
    reported = 2 if flow == "orders" else 0
    assert 2 + reported == topics.offsets[f"orderline.{flow}", TopicPartition(topic, 0)]


def test_only_the_record_that_was_named_is_put_aside() -> None:
    topics = MemoryTopics(TOPICS)
    for _ in range(2):
        topics.append(Outgoing("erp.responses.v1", None, NEWER, (), 0))
    guard = PoisonGuard(InFlightJournal(None), [RecordPlace("erp.responses.v1", 0, 0)])
    with pytest.raises(NewerContract, match=r"--put-aside erp\.responses\.v1/0/1`"):
        run("intake", topics, poison_guard=guard)


@pytest.mark.parametrize(("flow", "topic"), [(flow, inputs_of(flow, RULES)[0]) for flow in FLOWS])
@pytest.mark.parametrize("schema_id", (0, 7, 2_000_000, 0xFFFFFFFF))
def test_a_schema_id_that_no_release_will_ever_have_is_a_dead_letter(flow: str, topic: str, schema_id: int) -> None:
    topics = MemoryTopics(TOPICS)
    foreign = b"\0" + schema_id.to_bytes(4, "big") + b"whatever"
    topics.append(Outgoing(topic, None, foreign, (("ce_id", b"x"), ("ce_time", b"2026-11-21T09:00:00.000Z")), 0))
    run(flow, topics)
    (letter,) = topics.all_of(DEAD_LETTERS)
    assert (foreign, f"unknown schema id {schema_id}") == (letter.value, header(letter.headers, "reason"))


def test_a_record_of_ours_in_the_wrong_topic_is_a_dead_letter() -> None:
    topics = MemoryTopics(TOPICS)
    codec = Codec(load_contracts())
    strange = codec.encode("erp.responses.v1", ErpAvailability(ErpId("main"), available=True, reason=""))
    topics.append(Outgoing("orders.inbox.v1", None, strange, (), 0))
    run("orders", topics)
    assert [strange] == [letter.value for letter in topics.all_of(DEAD_LETTERS)]


def test_what_is_missing_from_an_inbox_is_a_dead_letter_and_a_case() -> None:
    topics = MemoryTopics(TOPICS)
    topics.append(Outgoing("orders.inbox.v1", "portal:1", b"no frame", (), 0))
    run("orders", topics)
    assert 1 == len(topics.all_of(DEAD_LETTERS))
    (case,) = topics.all_of("exceptions.v1")
    assert b"portal:1" in (case.value or b"")
    assert b"orders.inbox.v1/0/0 was passed over" in (case.value or b"")


@pytest.mark.parametrize("event_id", ((), (("ce_id", b"not-a-uuid"),), (("ce_id", b"\xff" * 36),)))
def test_an_event_without_an_id_that_effects_can_derive_from_is_a_dead_letter(event_id: Headers) -> None:
    topics = MemoryTopics(TOPICS)
    value = Codec(load_contracts()).encode(
        "dispatch.inbox.v1", ErpAvailability(ErpId("main"), available=True, reason="")
    )
    topics.append(Outgoing("dispatch.inbox.v1", "main", value, event_id, 0))
    run("dispatch", topics)
    (letter,) = topics.all_of(DEAD_LETTERS)
    assert "no ce_id header that is a UUID" == header(letter.headers, "reason")


class LogWithGap(MemoryLog):
    """Its first poll finds unreadable records."""

    told = False

    def poll(self, limit: int, timeout_s: float) -> list[Batch]:
        if self.told:
            return list(super().poll(limit, timeout_s))
        self.told = True
        return [Batch(TopicPartition("source.portal.v1", 0), (), 8, Gap(3, 7, "rotten"))]


def test_an_unreadable_record_is_a_dead_letter_with_its_place() -> None:
    topics = MemoryTopics(TOPICS)
    run("intake", topics, LogWithGap(topics, "orderline.intake", inputs_of("intake", RULES)))
    (letter,) = topics.all_of(DEAD_LETTERS)
    assert (None, None) == (letter.key, letter.value)
    names = ("reason", "stage", "original_topic", "original_offset", "original_last_offset")
    assert ["rotten", "intake/poll", "source.portal.v1", "3", "7"] == [header(letter.headers, name) for name in names]
    assert 8 == topics.offsets["orderline.intake", TopicPartition("source.portal.v1", 0)]


def test_an_order_that_would_be_too_large_for_its_topics_is_refused() -> None:
    order = purchase_order("7", "X" * 180, 1)
    line = order[order.index("PO1") : order.index("CTT")]
    lines = "".join(line.replace("PO1*1*", f"PO1*{number}*") for number in range(1, 8_001))
    topics = MemoryTopics(TOPICS)
    order = order.replace(line, lines).replace("CTT*1", "CTT*8000").replace("SE*8*", "SE*8007*")
    topics.append(Outgoing("source.edi_wholesale.v1", None, order.encode(), (), 0))
    run("intake", topics)
    (report,) = topics.all_of("orders.inbox.v1")
    (case,) = topics.all_of("exceptions.v1")
    assert case.key == report.key
    assert b"bytes as an event; at most 1048576 are allowed" in (case.value or b"")


def test_a_dead_letter_says_its_own_reason_whatever_headers_came() -> None:
    record = Record("source.portal.v1", 0, 7, 0, None, b"x", (("reason", b"all is well"), ("other", b"kept")))
    letter = dead_letter(record, "intake/read", "no JSON")
    assert "no JSON" == header(letter.headers, "reason")
    assert "kept" == header(letter.headers, "other")


def test_a_dead_letter_that_was_cut_says_how_large_the_record_was() -> None:
    record = Record("source.portal.v1", 0, 7, 0, "k", bytes(5_000_000), ())
    letter = dead_letter(record, "intake/read", "too large")
    assert 4_000_000 == len(letter.value or b"")
    assert ("k", "5000000") == (letter.key, header(letter.headers, "original_value_bytes"))
    assert None is header(dead_letter(record._replace(value=b"x"), "", "").headers, "original_value_bytes")


@pytest.mark.parametrize(("flow", "topic"), [(flow, inputs_of(flow, RULES)[0]) for flow in FLOWS if flow != "intake"])
def test_a_record_outside_its_keys_home_partition_stops_the_flow(flow: str, topic: str) -> None:
    topics = MemoryTopics({**TOPICS, **dict.fromkeys(inputs_of(flow, RULES), 2)})
    stranger = next(key for key in ("a", "b", "c", "d", "e") if partition_of(key, 2) == 1)
    topics.append(Outgoing(topic, stranger, b"x", (), 0))
    with pytest.raises(BytewaxRuntimeError) as raised:
        run(flow, topics)
    cause = cause_of(raised.value)
    assert isinstance(cause, CommitGateViolated)
    assert f"{topic}/0/0: key {stranger!r} lives in partition 1" in str(cause)
    assert ({}, []) == (topics.offsets, topics.all_of(DEAD_LETTERS))


@pytest.mark.parametrize("key", ("a", "b", "c", "d", None))
def test_a_record_at_home_or_without_a_key_is_read_in_any_partition(key: str | None) -> None:
    topics = MemoryTopics({**TOPICS, "orders.inbox.v1": 2})
    topics.append(Outgoing("orders.inbox.v1", key, b"no frame", (), 0 if key is None else None))
    run("orders", topics)
    assert 1 == len(topics.all_of(DEAD_LETTERS))
