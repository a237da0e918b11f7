"""Every event of an order has its own sentence in the story."""

import json
from typing import get_args

import pytest

from dataflows.views.order_words import sentence_of
from domain.messages.cases import ExceptionSnapshot
from domain.messages.dispatch import ErpAvailability
from domain.messages.edi.events import AcknowledgementReceived, InterchangeReceived, PartnerStockChanged
from domain.messages.failure_policy import DependencyReported, FailurePolicySet
from domain.messages.insights import PartialSums, WatermarkReached, WindowUpdated
from domain.messages.invariants import ViolationFound
from domain.messages.inventory import ChannelAvailability, InventoryPosition, ItemDescribed, StockTransferred
from domain.messages.reference_data import ChannelFilePublished, StockPolicySet
from domain.messages.snapshots.orders import OrderListEvent
from domain.messages.snapshots.stock import DifferenceStated, StockReported, StockSnapshotPart
from domain.messages.status import OrderHeld, OrderSnapshot
from domain.messages.stock import StockDocument
from domain.messages.stock_movements import StockMovement
from domain.messages.ticks import Tick
from schemas.avro.avro_files import SCHEMAS
from schemas.contracts.registry import MESSAGES
from tests.unit.views.test_readable import message_of

_NOT_OF_AN_ORDER = {
    ChannelAvailability,
    ChannelFilePublished,
    DependencyReported,
    ErpAvailability,
    ExceptionSnapshot,
    FailurePolicySet,
    InventoryPosition,
    ItemDescribed,
    OrderSnapshot,
    StockPolicySet,
    Tick,
    DifferenceStated,
    *get_args(StockDocument),
    *get_args(StockSnapshotPart),
    StockReported,
    *get_args(OrderListEvent),
    *get_args(StockMovement),
    StockTransferred,
    *(PartialSums, WatermarkReached, WindowUpdated),
    ViolationFound,
    *(InterchangeReceived, AcknowledgementReceived, PartnerStockChanged),
}
_OF_AN_ORDER = tuple(message for message in MESSAGES if message not in _NOT_OF_AN_ORDER)


@pytest.mark.parametrize("message", _OF_AN_ORDER)
def test_every_message_about_an_order_has_its_sentence(message: type) -> None:
    example = json.loads((SCHEMAS / "examples" / f"{message.__name__}.json").read_text())

    sentence = sentence_of(message_of(message, "", example))

    assert message.__name__ != sentence
    assert len(sentence) > len(message.__name__)
    assert "_us" not in sentence
    assert "000000" not in sentence, "a quantity was not written out"


def test_the_story_says_of_a_hold_that_it_sleeps() -> None:
    example = json.loads((SCHEMAS / "examples" / "OrderHeld.json").read_text())
    assert "sleeps" not in sentence_of(message_of(OrderHeld, "", example))
    asleep = sentence_of(message_of(OrderHeld, "", example | {"sleeps": True}))
    assert asleep.endswith("over the credit limit by 120.00, sleeps until something of the order is open again")


def example(name: str, **said: object) -> str:
    (kind,) = (each for each in MESSAGES if each.__name__ == name)
    content = json.loads((SCHEMAS / "examples" / f"{name}.json").read_text())
    return sentence_of(message_of(kind, "", content | said))


def test_the_story_says_what_a_service_has_decided_and_who() -> None:
    corrected = example("OrderDecided", taxes=[])
    assert corrected.endswith(
        "decided for address check about the address adr_77121: corrected, to 12 Quay Street, 04101 Portland: "
        "no such street number"
    )
    paid = {"check": "PAYMENT", "outcome": "CHARGED_BACK", "value": "12.5", "currency": "EUR", "reference": "p1"}
    assert "about the payment p1: charged back 12.5 EUR" in example("OrderDecided", **paid, address=[], taxes=[])


def test_the_story_says_what_was_paid() -> None:
    assert example("DecisionRecorded").endswith(
        "check PAYMENT, outcome CAPTURED, reference pay_77120, by card service, 100 USD"
    )
