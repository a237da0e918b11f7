"""`orderline show order` about an order of which the topics have forgotten all but how it ended."""

import pytest

from connectors.log.partitioner import partition_of
from connectors.log.port import Outgoing
from dataflows.assembly import topics_for
from dataflows.command_line.show import print_story, story_as_json
from dataflows.views.order_story import Story, read_story
from domain.deduplication import Arrival
from domain.identifiers import EventId
from domain.messages.orders import OrderPlaced
from domain.messages.status import (
    OrderArchived,
    OrderClosed,
    OrderReceived,
    OrderSnapshot,
    OrderSummary,
    ReturnReceived,
)
from domain.values import replace
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.contracts.registry import ORDERS_ARCHIVE, ORDERS_EVENTS, ORDERS_INBOX, ORDERS_STATE
from schemas.headers import origin_of
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


def append(log: MemoryTopics, topic: str, message: object, origin: str) -> None:
    value = Codec(load_contracts()).encode(topic, message)
    log.append(Outgoing(topic, ORDER_ID, value, (("origin", origin.encode()),)))


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


def test_an_order_that_is_placed_again_after_it_was_forgotten_is_no_repeat() -> None:
    log = MemoryTopics(topics_for(2))
    first, again = (story_of("").event(f"place available {quantity}") for quantity in ("5", "3"))
    home = partition_of(ORDER_ID, log.partitions[ORDERS_INBOX])
    for offset, placed in enumerate((first, again, again, first)):
        append(log, ORDERS_INBOX, placed, f"source.portal.v1/0/{offset}")
    for offset in (0, 1):
        received = OrderReceived(summary(version=1), EventId("event"))
        append(log, ORDERS_EVENTS, received, origin_of(ORDERS_INBOX, home, offset))
    story = read_story(MemoryReader(log, "orderline"), ORDER_ID)
    assert story is not None
    came = [step for step in story.steps if isinstance(step.message, OrderPlaced)]
    arrivals = [step.arrival for step in sorted(came, key=lambda step: step.origin)]
    assert [Arrival.FIRST, Arrival.FIRST, Arrival.DUPLICATE, Arrival.CONFLICT] == arrivals


@pytest.mark.parametrize(
    ("width", "columns"),
    (
        (80, "ordered released shipped"),
        (100, "ordered reserved allocated backordered released picked shipped cancelled"),
    ),
)
def test_the_page_has_what_became_of_the_goods_and_fits(
    width: int, columns: str, capsys: pytest.CaptureFixture[str]
) -> None:
    messages = (
        story_of("place available 5; answer 1:5; booked; ship 1:5; deliver 1:4; invoice 1:3").do("return 1:1").messages
    )
    (returned,) = (message for message in messages if isinstance(message, ReturnReceived))
    story = story_in(archived(1), OrderSnapshot(returned.order))
    assert story is not None
    print_story(story, width)
    lines = capsys.readouterr().out.splitlines()
    assert {"Invoices: PARTIAL", "Returns: PARTIAL"} <= set(lines)
    headings = [line.split() for line in lines if line.startswith("line ")]
    assert [
        ["line", "item", *columns.split()],
        ["line", "item", "shipped", "delivered", "invoiced", "returned"],
    ] == headings
    assert ["0.000005", "0.000004", "0.000003", "0.000001"] == lines[-1].split()[-4:]
    assert not [line for line in lines if "…" in line]


def test_a_log_of_a_release_without_archive_is_read() -> None:
    older = MemoryTopics({name: count for name, count in topics_for(2).items() if name != ORDERS_ARCHIVE})
    story = story_in(OrderClosed(summary(version=4), EventId("event")), topics=older)
    assert story is not None
    assert story.now is not None
    assert (4, True) == (story.now.version, story.forgotten)
