"""Order events read short say what they say read whole."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.identifiers import ChannelId, EventId
from domain.insights.order_steps import OrderStep
from domain.messages.dispatch import CommandType
from domain.messages.insights import MeasureName
from domain.messages.status import ErpCommandRefused, OrderAccepted, OrderBooked, OrderReceived, OrderStatus
from operators.machines.insights.order_steps import OrderStepReader
from schemas.codec import Codec, Unreadable
from schemas.contracts.contracts import Contract, Contracts, load_contracts
from schemas.contracts.registry import ORDERS_EVENTS
from schemas.contracts.released import Release
from schemas.leading_fields import leading_reader
from tests.insight_flow import START_MS, accepted, booked, shipped, summary
from tests.unit.schemas.strategies import messages

CONTRACTS = load_contracts()
CODEC = Codec(CONTRACTS)


def read(message: object) -> OrderAccepted | OrderStep:
    return OrderStepReader(CODEC).read(CODEC.encode(ORDERS_EVENTS, message))


def refused(command: CommandType) -> ErpCommandRefused:
    return ErpCommandRefused(summary("portal:1", START_MS), EventId("cause"), command, "reason")


@pytest.mark.parametrize("contract", CONTRACTS.of_topic(ORDERS_EVENTS), ids=lambda contract: contract.message.__name__)
@settings(max_examples=30)
@given(data=st.data())
def test_every_event_read_short_is_the_event_read_whole(data: st.DataObject, contract: Contract) -> None:
    message = data.draw(messages(contract))
    order = message.order  # type: ignore[attr-defined]  # every event of an order has one

    step = read(message)

    if isinstance(step, OrderStep):
        assert (order.channel_id, order.region, order.status) == (step.channel_id, step.region, step.status)
    else:
        assert message == step


def test_what_the_erp_said_is_reported_by_the_kind_of_event() -> None:
    assert MeasureName.BOOKED is _said(booked("portal:1"))
    assert MeasureName.REFUSED is _said(refused(CommandType.CREATE_SALES_ORDER))
    assert None is _said(refused(CommandType.POST_SHIPMENT))
    assert None is _said(shipped("portal:1"))


def test_an_acceptance_is_read_whole() -> None:
    assert accepted("portal:1", START_MS) == read(accepted("portal:1", START_MS))


def test_an_event_of_an_older_version_is_read_the_long_way() -> None:
    contract = CONTRACTS.by_message[OrderBooked]
    newer = Release(2_000_000, contract.record, 2, contract.current.schema | {"doc": "A newer text."})
    both = replace(contract, releases=(*contract.releases, newer))
    by_record, by_message = {**CONTRACTS.by_record, both.record: both}, {**CONTRACTS.by_message, OrderBooked: both}
    codec = Codec(Contracts(CONTRACTS.topics, by_record, by_message))

    step = OrderStepReader(codec).read(CODEC.encode(ORDERS_EVENTS, booked("portal:1")))

    assert OrderStep(ChannelId("portal"), "EU", OrderStatus.BOOKED, MeasureName.BOOKED) == step


def test_an_event_that_is_cut_off_is_unreadable() -> None:
    value = CODEC.encode(ORDERS_EVENTS, OrderReceived(summary("portal:1", START_MS), EventId("cause")))

    with pytest.raises(Unreadable):
        OrderStepReader(CODEC).read(value[:14])


def test_there_is_no_short_way_where_the_part_or_the_field_is_not_there() -> None:
    contract = CONTRACTS.by_message[OrderBooked]

    assert None is leading_reader(contract, "document", "status")
    assert None is leading_reader(contract, "order", "weight")


def _said(message: object) -> MeasureName | None:
    step = read(message)
    assert isinstance(step, OrderStep)
    return step.said
