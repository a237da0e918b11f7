"""The event registry: each event once, and all that is derived from it."""

from dataclasses import fields, is_dataclass
from functools import reduce
from typing import Any, get_type_hints

import pytest

from domain.identifiers import ErpId
from domain.messages.dispatch import ErpCommand
from domain.messages.status import OrderPurged, OrderSnapshot
from domain.messages.ticks import Tick
from schemas.contracts.contracts import load_contracts
from schemas.contracts.reference import REFERENCE, pages
from schemas.contracts.registry import INBOXES, MESSAGES, ROWS, VIEWS, EventRow, erp_command_topic, records_of
from schemas.contracts.topics import Cleanup, load_topics

EVENTS = [(row, event) for row in ROWS for event in row.classes]


def test_an_event_is_registered_once() -> None:
    names = [event.__name__ for _, event in EVENTS]

    assert sorted(set(names)) == sorted(names)


def test_every_registered_topic_has_its_descriptor() -> None:
    named = {topic for row in ROWS for topic in (row.topic, *row.also_in) if "*" not in topic}

    assert set() == named - load_topics().keys()


def test_the_topic_of_every_erp_carries_its_commands() -> None:
    assert ("orderline.dispatch.v1.ErpCommand",) == records_of(erp_command_topic(ErpId("backup")))
    assert [ErpCommand] == [event for row, event in EVENTS if "*" in row.topic]


def test_a_topic_of_raw_bytes_carries_no_event() -> None:
    assert () == records_of("source.shopify.v1")
    assert () == records_of("deadletters.v1")


def test_every_inbox_carries_ticks() -> None:
    assert all("orderline.orders.v1.Tick" in records_of(inbox) for inbox in INBOXES)
    assert {"orderline.orders.v1.Tick"} == {
        record for record in records_of(INBOXES[0]) if record.endswith(Tick.__name__)
    }


def test_a_tombstone_has_no_schema_and_goes_where_its_view_goes() -> None:
    topics = {event: row.topic for row, event in EVENTS}

    assert OrderPurged not in MESSAGES
    assert topics[OrderSnapshot] == topics[OrderPurged]


def type_at(message: type, path: str) -> Any:
    """The type of the field, or property, at the end of a path."""

    def step(kind: Any, name: str) -> Any:
        if is_dataclass(kind) and name in {field.name for field in fields(kind)}:
            return get_type_hints(kind)[name]
        return get_type_hints(getattr(kind, name).fget)["return"]

    return reduce(step, path.split("."), message)


@pytest.mark.parametrize(("row", "event"), [(row, event) for row, event in EVENTS if row.key])
def test_a_key_is_a_text_of_its_event(row: EventRow, event: type) -> None:
    holder = get_type_hints(event)["lines"].__args__[0] if row.bundle else event
    kind = type_at(holder, row.key)

    assert str is getattr(kind, "__supertype__", kind)


@pytest.mark.parametrize(("row", "event"), [(row, event) for row, event in EVENTS if row.key.endswith("_id")])
def test_a_descriptor_names_the_key_of_its_events(row: EventRow, event: type) -> None:
    field = row.key.rpartition(".")[2]

    assert all(field in load_topics()[topic].key for topic in (row.topic, *row.also_in)), event


def test_views_are_compacted() -> None:
    assert {Cleanup.COMPACT} == {load_topics()[topic].cleanup for topic in VIEWS}


@pytest.mark.parametrize("name", ("events.md", "topics.md"))
def test_the_reference_says_what_the_contracts_say(name: str) -> None:
    written = (REFERENCE / name).read_text(encoding="utf-8")

    assert pages(load_contracts())[name] == written, "run `python -m schemas.contracts.reference`"
