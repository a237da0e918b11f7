"""Parcels: what carriers report is joined to the orders that have units in them, whichever is heard of first."""

from itertools import permutations
from typing import Final

import pytest

from domain.identifiers import CorrelationId, ItemId, LineId, NodeId, OrderId, ParcelId, ShipmentId, SourceId
from domain.messages.orders import FulfilmentLine, OrderShipped, ParcelEvent, ParcelSent, ParcelTold
from domain.messages.parcels import ParcelReported, ParcelStatus, parcel_of
from domain.messages.status import ShipmentDelivered, ShipmentTracked
from domain.orders.parcels.home import MOST_ORDERS, MOST_REPORTS, Parcel, heard
from domain.provenance import Provenance
from domain.values import replace
from tests.unit.orders.story import ORDER_ID, story_of

PARCEL: Final = ParcelId("JD1")
LINES: Final = (FulfilmentLine(LineId("1"), ItemId("item 1"), 2),)


def report(status: ParcelStatus, second: int, estimated: int = 0) -> ParcelReported:
    provenance = Provenance(SourceId("c"), CorrelationId(f"m{second}"), 0, "h", second, second)
    return ParcelReported(PARCEL, provenance, "DHL", status, estimated, "", "", "")


def sent(order: str = ORDER_ID, shipment: str = "S") -> ParcelSent:
    return ParcelSent(PARCEL, OrderId(order), ShipmentId(shipment), LINES)


def told_in(events: list[ParcelEvent]) -> dict[str, list[str]]:
    """What each order is told, in that order."""
    parcel = Parcel()
    told: dict[str, list[str]] = {}
    for event in events:
        verdict = heard(parcel, event)
        parcel = verdict.parcel
        for each in verdict.told:
            told.setdefault(each.order_id, []).append(each.report.status.value)
    return told


def test_a_tracking_number_is_one_however_it_is_written() -> None:
    assert PARCEL == parcel_of(" jd-1 ") == parcel_of("J D 1")
    assert not parcel_of(" ")


def test_whichever_is_heard_of_first_the_order_is_told_everything() -> None:
    events: list[ParcelEvent] = [
        report(ParcelStatus.HANDED_OVER, 1),
        report(ParcelStatus.DELAYED, 2, 9),
        report(ParcelStatus.DELIVERED, 3),
        sent(),
    ]
    for order in permutations(events):
        assert {"HANDED_OVER", "DELAYED", "DELIVERED"} == set(told_in(list(order))[ORDER_ID])
    assert ["HANDED_OVER", "DELAYED", "DELIVERED"] == told_in([events[2], events[0], events[1], events[3]])[ORDER_ID]


def test_every_order_in_a_parcel_is_told() -> None:
    told = told_in([sent("a:1"), report(ParcelStatus.DELIVERED, 1), sent("a:2", "T")])
    assert {"a:1": ["DELIVERED"], "a:2": ["DELIVERED"]} == told


@pytest.mark.parametrize(
    ("given", "again", "dropped"),
    (
        (report(ParcelStatus.DELAYED, 2, 9), report(ParcelStatus.DELAYED, 2, 9), "report of a parcel that came before"),
        (report(ParcelStatus.DELAYED, 2, 9), report(ParcelStatus.DELAYED, 2, 10), ""),
        (report(ParcelStatus.DELAYED, 2), report(ParcelStatus.DELAYED, 3), ""),
        (sent(), sent(), "parcel that its order has sent before"),
        (sent(), sent(shipment="T"), ""),
    ),
)
def test_what_comes_again_is_told_once(given: ParcelEvent, again: ParcelEvent, dropped: str) -> None:
    assert dropped == heard(heard(Parcel(), given).parcel, again).dropped


def test_only_so_much_of_a_parcel_is_kept() -> None:
    parcel = Parcel()
    for second in range(MOST_REPORTS + 10):
        parcel = heard(parcel, report(ParcelStatus.IN_TRANSIT, second)).parcel
    assert MOST_REPORTS == len(parcel.reports)
    assert MOST_REPORTS + 9 == parcel.reports[-1].provenance.occurred_at_us
    for number in range(MOST_ORDERS):
        parcel = heard(parcel, sent(shipment=str(number))).parcel
    assert "parcel of more orders than are told" == heard(parcel, sent(shipment="more")).dropped


def story_shipment() -> OrderShipped:
    provenance = Provenance(SourceId("w"), CorrelationId("w1"), 0, "h", 1, 1)
    return OrderShipped(ORDER_ID, provenance, NodeId("E"), ShipmentId("S"), "", "", LINES)


def told(status: ParcelStatus, second: int) -> ParcelTold:
    return ParcelTold(ORDER_ID, report(status, second), ShipmentId("S"), LINES)


def test_a_delivery_is_counted_once_and_every_report_is_published() -> None:
    story = story_of("place available 2; answer 1:2; booked; ship 1:2")
    published = [
        type(message)
        for event in (
            told(ParcelStatus.OUT_FOR_DELIVERY, 1),
            told(ParcelStatus.DELIVERED, 2),
            told(ParcelStatus.DELIVERED, 3),
        )
        for message in story.take(event).messages
        if isinstance(message, ShipmentTracked | ShipmentDelivered)
    ]
    assert [ShipmentTracked, ShipmentTracked, ShipmentDelivered, ShipmentTracked] == published
    assert [2] == [line.delivered for line in story.order.lines]


def test_a_forgotten_order_is_told_nothing() -> None:
    assert story_of("").take(told(ParcelStatus.DELIVERED, 1)).dropped


def test_an_order_names_the_parcel_of_its_shipment() -> None:
    story = story_of("place available 2; answer 1:2; booked")
    shipment = replace(story_shipment(), tracking_number=" jd-1")
    found = [message for message in story.take(shipment).messages if isinstance(message, ParcelSent)]
    assert [ParcelSent(PARCEL, ORDER_ID, ShipmentId("S"), LINES)] == found
    again = replace(story_shipment(), shipment_id=ShipmentId("T"), tracking_number="")
    assert not [message for message in story.take(again).messages if isinstance(message, ParcelSent)]
