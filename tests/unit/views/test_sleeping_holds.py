"""`orderline show order` about an order that has left, and is held if anything of it comes back."""

import pytest

from connectors.log.port import Outgoing
from dataflows.assembly import topics_for
from dataflows.command_line.show import print_story
from dataflows.views.order_story import read_story
from domain.messages.status import OrderHeld, OrderHoldReleased, OrderSnapshot
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.contracts.registry import ORDERS_EVENTS, ORDERS_STATE
from tests.memory_log import MemoryTopics
from tests.memory_reader import MemoryReader
from tests.unit.orders.story import ORDER_ID, story_of

LEFT = "place available 5; answer 1:5; booked; ship 1:5"
TOLD = {OrderHeld: ORDERS_EVENTS, OrderHoldReleased: ORDERS_EVENTS, OrderSnapshot: ORDERS_STATE}


@pytest.mark.parametrize(
    ("decisions", "held"),
    (
        (("hold FRAUD",), ["FRAUD, by ann: checked"]),
        (("hold FRAUD", "hold CREDIT"), ["FRAUD, by ann: checked", "CREDIT, by ann: checked"]),
        (("hold FRAUD", "hold CREDIT", "unhold FRAUD"), ["CREDIT, by ann: checked"]),
        (("hold FRAUD", "unship 1:5"), []),
    ),
)
def test_the_holds_that_sleep_are_named_below_the_status(
    decisions: tuple[str, ...], held: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    log, codec, story = MemoryTopics(topics_for(2)), Codec(load_contracts()), story_of(LEFT)
    for decision in decisions:
        for message in story.do(decision).messages:
            if topic := TOLD.get(type(message)):
                log.append(Outgoing(topic, ORDER_ID, codec.encode(topic, message)))
    told = read_story(MemoryReader(log, "orderline"), ORDER_ID)
    assert told is not None
    print_story(told)
    begins = "Held again if any of it is open again: "
    lines = capsys.readouterr().out.splitlines()
    assert held == [line.removeprefix(begins) for line in lines if line.startswith(begins)]
