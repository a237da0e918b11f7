"""What a warehouse says of cartons is published where it can be true; the shipment counts whatever it says."""

from typing import Any, Final

import pytest

from domain.identifiers import CorrelationId, ItemId, LineId, NodeId, ShipmentId, SourceId
from domain.messages.cases import Case, CaseClass, CaseOrigin
from domain.messages.orders import Carton, FulfilmentLine, OrderShipped, ParcelSent
from domain.messages.status import ShipmentConfirmed
from domain.orders.documents.identity import document_in
from domain.packing.cartons import packing_of
from domain.provenance import Provenance
from tests.unit.orders.story import ORDER_ID, Story, story_of

FIRST: Final = "006141410000000012"
SECOND: Final = "006141410000000029"
WRONG: Final = "006141410000000013"


def units(line_id: str, quantity: int, item: str = "") -> FulfilmentLine:
    return FulfilmentLine(LineId(line_id), ItemId(item or f"item {line_id}"), quantity)


def carton(label: str, *lines: FulfilmentLine, tracking: str = "") -> Carton:
    return Carton(label, tracking, lines)


def shipment(*cartons: Carton, lines: tuple[FulfilmentLine, ...] = (units("1", 4), units("2", 1))) -> OrderShipped:
    said = Provenance(SourceId("wms"), CorrelationId("m"), 0, "h", 1, 1)
    return OrderShipped(
        ORDER_ID, said, NodeId("E"), ShipmentId("S-1"), "UPS", "T-0", lines, document_id="E/S-1", cartons=cartons
    )


def released() -> Story:
    return story_of("place available 5 1; answer 1:5 2:1; booked")


def take(event: OrderShipped) -> tuple[ShipmentConfirmed, list[Case], list[ParcelSent]]:
    story = released()
    messages: list[Any] = list(story.take(event).messages)
    (confirmed,) = (each for each in messages if isinstance(each, ShipmentConfirmed))
    assert [4, 1] == [line.shipped for line in story.order.lines]
    cases = [each for each in messages if isinstance(each, Case) and each.origin is CaseOrigin.WAREHOUSE]
    return confirmed, cases, [each for each in messages if isinstance(each, ParcelSent)]


def test_cartons_are_published_with_their_labels_and_what_is_in_them() -> None:
    said = (carton(f"00{FIRST}", units("1", 3)), carton(SECOND, units("1", 1), units("2", 1)))
    confirmed, cases, _ = take(shipment(*said))
    assert (carton(FIRST, units("1", 3)), said[1]) == confirmed.cartons
    assert [] == cases


def test_a_carton_that_names_an_item_alone_is_of_the_lines_that_were_shipped() -> None:
    confirmed, cases, _ = take(shipment(carton(FIRST, units("", 3, "item 1")), carton(SECOND, units("9", 1, "item 2"))))
    assert (carton(FIRST, units("1", 3)), carton(SECOND, units("2", 1))) == confirmed.cartons
    assert [] == cases


def test_what_is_said_of_one_label_in_several_places_is_one_carton() -> None:
    confirmed, _, _ = take(shipment(carton(FIRST, units("1", 3)), carton(f"00{FIRST}", units("2", 1))))
    assert (carton(FIRST, units("1", 3), units("2", 1)),) == confirmed.cartons


def test_a_label_with_a_wrong_check_digit_is_left_out_and_is_a_case() -> None:
    confirmed, (case,), _ = take(shipment(carton(WRONG, units("1", 3)), carton(SECOND, units("2", 1))))
    assert (carton("", units("1", 3)), carton(SECOND, units("2", 1))) == confirmed.cartons
    assert CaseClass.MALFORMED_PAYLOAD is case.case_class
    expected = f"cartons of shipment S-1: '{WRONG}' is no SSCC: it has not 18 digits, or its check digit is wrong"
    assert expected == case.reason


@pytest.mark.parametrize(
    ("said", "reason"),
    (
        ((carton(FIRST, units("1", 3)), carton(SECOND, units("1", 2))), "0.000005 of item 1 are in cartons"),
        ((carton(FIRST, units("2", 2)),), "0.000002 of item 2 are in cartons, and 0.000001 were shipped"),
        ((carton(FIRST, units("1", 1, "item 7")),), "0.000001 of item 7 are in cartons, and 0 were shipped"),
    ),
)
def test_cartons_with_more_than_was_shipped_are_not_believed_and_are_a_case(
    said: tuple[Carton, ...], reason: str
) -> None:
    confirmed, (case,), parcels = take(shipment(*said))
    assert () == confirmed.cartons
    assert reason in case.reason
    assert [("T0", [4, 1])] == [(each.parcel_id, [line.quantity for line in each.lines]) for each in parcels]


def test_each_carton_with_a_number_of_the_carrier_is_a_parcel_and_the_rest_is_another() -> None:
    said = (carton(FIRST, units("1", 2), tracking="T-1"), carton(SECOND, units("1", 1), tracking="t 2"))
    _, _, parcels = take(shipment(*said))
    expected = [("T1", (units("1", 2),)), ("T2", (units("1", 1),)), ("T0", (units("1", 1), units("2", 1)))]
    assert expected == [(each.parcel_id, each.lines) for each in parcels]


def test_a_carton_with_the_number_of_the_shipment_is_in_the_same_parcel() -> None:
    _, _, (parcel,) = take(shipment(carton(FIRST, units("1", 3), tracking="T-0"), carton(SECOND, units("2", 1))))
    assert ("T0", (units("1", 4), units("2", 1))) == (parcel.parcel_id, parcel.lines)


def test_a_shipment_under_its_number_with_other_cartons_is_another_and_with_the_same_in_any_sequence_is_not() -> None:
    first, second = carton(FIRST, units("1", 3)), carton(SECOND, units("2", 1))
    known = document_in(shipment(first, second))
    assert known == document_in(shipment(second, first))
    assert known not in {document_in(shipment(first)), document_in(shipment())}


def test_of_no_cartons_nothing_is_said() -> None:
    assert ((), ()) == packing_of((), (units("1", 4),))
