"""`orderline show order` about an order of which the topics have forgotten all but how it ended."""

import pytest

from connectors.log.port import Outgoing
from dataflows.assembly import topics_for
from dataflows.command_line.show import print_story, story_as_json
from dataflows.views.order_story import Story, read_story
from domain.identifiers import EventId
from domain.messages.status import OrderArchived, OrderClosed, OrderSnapshot, OrderSummary
from domain.values import replace
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.contracts.registry import ORDERS_ARCHIVE, ORDERS_EVENTS, ORDERS_STATE
from tests.memory_log import MemoryTopics
from tests.memory_reader import MemoryReader
from tests.unit.orders.story import ORDER_ID, story_of

ENDED = "place available 5; answer 1:5; booked; ship 1:5; posted; timer"


def archived(life: int) -> OrderArchived:
    return OrderArchived(summary(version=life), life)


def summary(version: int) -> OrderSummary:
    (closed, _) = story_of(ENDED).do("timer").messages
    assert isinstance(closed, OrderClosed)
    return replace(closed.order, version=version)


def story_in(*records: object, topics: MemoryTopics | None = None) -> Story | None:
    log, codec = topics or MemoryTopics(topics_for(2)), Codec(load_contracts())
    home = {OrderArchived: ORDERS_ARCHIVE, OrderClosed: ORDERS_EVENTS, OrderSnapshot: ORDERS_STATE}
    for record in records:
        topic = home[type(record)]
        log.append(Outgoing(topic, ORDER_ID, codec.encode(topic, record)))
    return read_story(MemoryReader(log, "orderline"), ORDER_ID)


def test_the_archive_tells_how_it_ended(capsys: pytest.CaptureFixture[str]) -> None:
    story = story_in(archived(1))
    assert story is not None
    print_story(story)
    printed = capsys.readouterr().out
    assert "OrderArchived, version 1: CLOSED, ERP BOOKED" in printed
    assert "Purged, last: CLOSED, version 1" in printed
    assert story_as_json(story)["forgotten"]


def test_the_last_life_is_the_one_that_is_shown() -> None:
    story = story_in(archived(1), archived(2))
    assert story is not None
    assert story.now is not None
    assert (2, True) == (story.now.version, story.forgotten)


def test_an_order_that_lives_again_is_not_archived() -> None:
    story = story_in(archived(1), OrderSnapshot(summary(version=7)))
    assert story is not None
    assert story.now is not None
    assert (7, False) == (story.now.version, story.forgotten)


def test_a_log_of_a_release_without_archive_is_read() -> None:
    older = MemoryTopics({name: count for name, count in topics_for(2).items() if name != ORDERS_ARCHIVE})
    story = story_in(OrderClosed(summary(version=4), EventId("event")), topics=older)
    assert story is not None
    assert story.now is not None
    assert (4, True) == (story.now.version, story.forgotten)
