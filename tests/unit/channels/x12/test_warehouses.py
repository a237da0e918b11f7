"""What a third-party warehouse says by X12: shipped and short, received and damaged, sent, adjusted, in stock."""

from collections.abc import Sequence
from typing import Any

import pytest

from connectors.formats.outcomes import Canonical, RecordOutcome, Refused
from domain.messages.orders import OrderShipped, OrderShortPicked
from domain.messages.snapshots.stock import StockSnapshotBegun, StockSnapshotContinued, StockSnapshotEnded
from domain.messages.stock import (
    GoodsReceived,
    GoodsSent,
    StockAdjusted,
    StockCounted,
    StockStatus,
    StockStatusChanged,
    SupplyAnnounced,
)
from tests.unit.channels.given import message, outcomes, verdict
from tests.unit.channels.x12.given import a_set, in_an_envelope

MESSAGE = "ZZ/BUYER/000000007/BUYER/7/0001"
SHIPPED = ("W06*F*portal:P-1*20260105*S-1", "N1*WH*EAST DOCK*92*east", "G62*11*20260105*8*0130", "W27*M*UPSN")
DIFFERS = "is not in the code list"


def sent(kind: str, *segments: str, source: str = "third_party_logistics") -> Sequence[RecordOutcome]:
    return outcomes(source, in_an_envelope(a_set(kind, *segments)).encode())


def messages(kind: str, *segments: str, source: str = "third_party_logistics") -> list[Any]:
    return [message(one) for one in sent(kind, *segments, source=source)]


def units(lines: Sequence[Any]) -> list[tuple[str, int]]:
    return [(line.item_id, line.quantity // 1_000_000) for line in lines]


def test_a_945_is_a_shipment_with_its_carrier_and_tracking_number() -> None:
    (shipped,) = messages(
        "945",
        *SHIPPED,
        "N9*2I*1Z999",
        "LX*1",
        "MAN*GM*00007",
        "W12*CC*4*4*0*EA**VN*LAMP-1",
        "N9*LI*10",
        "LX*2",
        "W12*CC*6*2*4*EA**UP*012345678905",
        "W12*SS*1*1*0*EA**VN*SHADE-1",
        "W03*7",
    )[:1]
    assert isinstance(shipped, OrderShipped)
    assert ("portal:P-1", "east", "S-1", "UPSN", "1Z999") == (
        shipped.order_id,
        shipped.node_id,
        shipped.shipment_id,
        shipped.carrier,
        shipped.tracking_number,
    )
    assert [("10", "LAMP-1"), ("", "012345678905"), ("", "SHADE-1")] == [
        (line.line_id, line.item_id) for line in shipped.lines
    ]
    # 01:30 in New York.
    assert 1_767_594_600_000_000 == shipped.provenance.occurred_at_us


FIRST = "00006141410000000012"
SECOND = "00006141410000000029"
LABELLED = ("W12*CC*4*4*0*EA**VN*LAMP-1", "W12*CC*1*1*0*EA**VN*SHADE-1")


@pytest.mark.parametrize(
    ("segments", "expected"),
    (
        (
            ("LX*1", f"MAN*GM*{FIRST}", "MAN*CP*1ZA", *LABELLED, "LX*2", f"MAN*AA*{SECOND[2:]}", LABELLED[0]),
            [(FIRST, "1ZA", [("LAMP-1", 4), ("SHADE-1", 1)]), (SECOND[2:], "", [("LAMP-1", 4)])],
        ),
        ((LABELLED[0], f"MAN*GM*{FIRST}", LABELLED[1]), [(FIRST, "", [("LAMP-1", 4)])]),
        (("LX*1", f"MAN*GM*{FIRST}", LABELLED[0], "LX*2", f"MAN*GM*{FIRST}", LABELLED[1]), [
            (FIRST, "", [("LAMP-1", 4), ("SHADE-1", 1)])
        ]),
        (("LX*1", f"MAN*GM*{FIRST}", f"MAN*GM*{SECOND}", LABELLED[0]), []),
        (("LX*1", LABELLED[0], f"MAN*GM*{FIRST}", f"MAN*GM*{SECOND}"), []),
        (("LX*1", *LABELLED), []),
    ),
)  # fmt: skip
def test_the_labels_of_a_945_say_what_is_in_which_carton(segments: tuple[str, ...], expected: Any) -> None:
    (shipped,) = messages("945", *SHIPPED, *segments)
    assert isinstance(shipped, OrderShipped)
    assert expected == [(each.sscc, each.tracking_number, units(each.lines)) for each in shipped.cartons]


def test_what_is_short_and_will_not_come_is_an_event_of_its_own() -> None:
    shipped, short = messages(
        "945", *SHIPPED, "LX*1", "W12*CP*6*4*2*EA**VN*LAMP-1", "LX*2", "W12*BP*6*5*1*EA**VN*PUMP-9"
    )
    assert isinstance(shipped, OrderShipped)
    assert isinstance(short, OrderShortPicked)
    assert [("LAMP-1", 4), ("PUMP-9", 5)] == units(shipped.lines)
    assert [("LAMP-1", 2)] == units(short.lines)


def test_an_order_of_which_nothing_was_found_is_only_short() -> None:
    (short,) = messages("945", *SHIPPED, "LX*1", "W12*CU*6*0*6*EA**VN*LAMP-1")
    assert isinstance(short, OrderShortPicked)
    assert [("LAMP-1", 6)] == units(short.lines)


@pytest.mark.parametrize(
    ("segments", "tracking"),
    (
        (("N9*CN*PRO-7", "LX*1", "MAN*CP*1Z1"), "PRO-7"),
        (("LX*1", "MAN*GM*00007", "MAN*CP*1Z1"), "1Z1"),
        (("N9*BM*BOL-7", "LX*1"), "BOL-7"),
        (("LX*1",), ""),
    ),
)
def test_the_tracking_number_is_where_warehouses_write_it(segments: tuple[str, ...], tracking: str) -> None:
    (shipped,) = messages("945", *SHIPPED, *segments, "W12*CC*1*1**EA**VN*LAMP-1")
    assert tracking == shipped.tracking_number


def test_an_order_id_that_is_too_long_for_the_depositors_number_comes_back_in_n9() -> None:
    long_id = "edi_wholesale:ZZ:BUYER:BUYER:4500001"
    (shipped,) = messages("945", "W06*F*8A3FD0*20260105*S-1", f"N9*ZZ*{long_id}", "LX*1", "W12*CC*1*1**EA**VN*LAMP-1")
    assert (long_id, "east") == (shipped.order_id, shipped.node_id)


@pytest.mark.parametrize(
    ("segments", "expected"),
    (
        ((*SHIPPED, "LX*1", "W12*CC*2*2**CA**VN*LAMP-1"), f"refused: lines.1.quantity: 'CA' {DIFFERS} 'piece'"),
        ((*SHIPPED[:1], "N1*WH*DOCK*92*WEST-9", "LX*1", "W12*CC*2*2"), f"refused: node_id: 'WEST-9' {DIFFERS} 'node'"),
        (("W06*F*P-1*20260105*S-1", "LX*1", "W12*CC*1*1"), "refused: order_id: 'P-1' is not CHANNEL:NUMBER"),
        (("W06*F*portal:P-1*20260105", "LX*1", "W12*CC*1*1"), "refused: shipment_id: is missing"),
        ((*SHIPPED, "LX*1", "W12*BP*2*0*2**"), "refused: : no rule of the channel file fits this document"),
    ),
)
def test_a_945_that_could_be_misread_is_refused(segments: tuple[str, ...], expected: str) -> None:
    assert verdict(sent("945", *segments)[0]).startswith(expected)


def test_a_944_is_a_receipt_of_supply_and_what_came_damaged_changes_its_status() -> None:
    received, damaged = messages(
        "944",
        "W17*F*20260105*R-1*PO-9*ASN-1",
        "N1*WH*EAST DOCK*92*east",
        "W07*10*EA**VN*LAMP-1",
        "W13*2*EA*01",
        "W13*1*EA*02",
        "W07*3*CA**VN*PUMP-9",
        "W14*13",
    )
    assert isinstance(received, GoodsReceived)
    assert isinstance(damaged, StockStatusChanged)
    assert ("R-1", "ASN-1", "", "east") == (
        received.receipt_id,
        received.supply_id,
        received.transfer_order_id,
        received.node_id,
    )
    assert ([("LAMP-1", 10), ("PUMP-9", 3)], ["EA", "XCS"]) == (
        units(received.lines),
        [one.unit for one in received.lines],
    )
    assert ("R-1/damaged", StockStatus.DAMAGED, [("LAMP-1", 2)]) == (
        damaged.change_id,
        damaged.to_status,
        units(damaged.lines),
    )


def test_a_944_from_a_node_of_ours_ends_a_transfer_order() -> None:
    (received,) = messages("944", "W17*F*20260105*R-2*T-7", "N1*SF*CENTRAL*92*central", "W07*5*EA**VN*LAMP-1")
    assert isinstance(received, GoodsReceived)
    assert ("T-7", "central", "") == (received.transfer_order_id, received.from_node_id, received.supply_id)


def test_a_line_of_a_receipt_that_cannot_be_read_is_refused_alone() -> None:
    received, refused = sent("944", "W17*F*20260105*R-1*PO-9", "W07*10*EA**VN*LAMP-1", "W07*many*EA**VN*PUMP-9")
    assert isinstance(received, Canonical)
    assert isinstance(refused, Refused)
    assert "lines.2.quantity" == refused.field


def test_a_943_sends_goods_to_another_node() -> None:
    (gone,) = messages("943", "W06*F*T-9*20260105*LOAD-1", "N1*ST*NORTH*92*north", "W04*5*EA**VN*LAMP-1", "W03*5")
    assert isinstance(gone, GoodsSent)
    assert ("T-9", "north", "east", "LOAD-1") == (gone.transfer_order_id, gone.to_node_id, gone.node_id, gone.part)
    assert [("LAMP-1", 5)] == units(gone.lines)


def test_a_943_to_the_warehouse_itself_announces_supply() -> None:
    (supply,) = messages(
        "943", "W06*F*PO-9*20260105*ASN-2", "N1*ST*EAST*92*east", "G62*17*20260110", "W04*5*EA**VN*LAMP-1"
    )
    assert isinstance(supply, SupplyAnnounced)
    assert ("ASN-2", "east", [("LAMP-1", 5)]) == (supply.supply_id, supply.node_id, units(supply.lines))
    assert 1_768_003_200_000_000 == supply.lines[0].expected_at_us


def test_a_947_adjusts_and_changes_status_by_its_reasons() -> None:
    found = messages(
        "947",
        "W15*20260105*A-1",
        "N1*WH*EAST DOCK*92*east",
        "W19*07*-3*EA**VN*LAMP-1",
        "W19*05*-2*EA**VN*PUMP-9",
        "W19*55*1*EA**VN*PUMP-9",
        "W19*AU*4*EA**VN*SHADE-1",
        "W19*52*1*EA**VN*SHADE-1",
        "W19*56*6*EA**VN*BOLT-1",
    )
    *changed, adjusted = found
    assert isinstance(adjusted, StockAdjusted)
    assert ("A-1", "dumped or destroyed", [("LAMP-1", -3), ("BOLT-1", 6)]) == (
        adjusted.adjustment_id,
        adjusted.reason,
        units(adjusted.lines),
    )
    available, hold, damaged = StockStatus.AVAILABLE, StockStatus.QUALITY_HOLD, StockStatus.DAMAGED
    assert [
        ("A-1/on hold", available, hold, [("PUMP-9", 2)]),
        ("A-1/off hold", hold, available, [("PUMP-9", 1)]),
        ("A-1/damaged", available, damaged, [("SHADE-1", 4)]),
        ("A-1/recouped", damaged, available, [("SHADE-1", 1)]),
    ] == [(one.change_id, one.from_status, one.to_status, units(one.lines)) for one in changed]
    ids = [one.provenance.correlation_id for one in found]
    assert len(set(ids)) == len(ids)


def test_a_947_with_a_reason_of_its_own_says_its_code() -> None:
    (adjusted,) = messages("947", "W15*20260105*A-2", "W19*ZQ*-1*EA**VN*LAMP-1")
    assert "reason ZQ" == adjusted.reason


def test_an_846_is_a_whole_snapshot_of_what_is_on_hand() -> None:
    begun, lines, ended = messages(
        "846",
        "BIA*00*DD*INV-1*20260105*0130",
        "N1*WH*EAST DOCK*92*east",
        "LIN*1*VN*LAMP-1",
        "QTY*33*8*EA",
        "QTY*17*9*EA",
        "LIN*2*VN*PUMP-9",
        "QTY*17*0*EA",
        "CTT*2",
    )
    assert isinstance(begun, StockSnapshotBegun)
    assert isinstance(lines, StockSnapshotContinued)
    assert isinstance(ended, StockSnapshotEnded)
    assert ("INV-1", "east", 1_767_594_600_000_000) == (begun.snapshot_id, begun.node_id, begun.taken_at_us)
    assert [("LAMP-1", 9), ("PUMP-9", 0)] == units(lines.lines)
    assert 2 == ended.line_count
    assert not isinstance(begun, StockCounted)


def test_an_846_that_says_only_what_is_for_sale_is_no_snapshot() -> None:
    begun, lines, ended = sent("846", "BIA*00*DD*INV-1*20260105*0130", "LIN*1*VN*LAMP-1", "QTY*33*8*EA", "CTT*1")
    assert isinstance(begun, Canonical)
    assert "refused: lines.1.quantity: is missing (sums.17)" == verdict(lines)
    assert isinstance(ended, Canonical)


NOTICE = (
    "BSN*00*ASN-1*20260105*0801",
    "HL*1**S",
    "DTM*017*20260110",
    "N1*ST*OUR EAST DOCK*92*east",
    "HL*2*1*O",
    "PRF*PO-9",
    "HL*3*2*I",
    "LIN*1*IN*LAMP-1",
    "SN1*1*12*EA",
    "HL*4*2*P",
    "MAN*GM*00000715670002152391",
    "HL*5*4*I",
    "LIN*2*VP*THEIRS-9*BP*PUMP-9",
    "SN1*2*3*CA",
    "HL*6*2*T",
    "HL*7*6*P",
    "HL*8*7*I",
    "LIN*3*UP*012345678905",
    "SN1*3*6*EA",
    "CTT*8",
)


def test_a_ship_notice_of_a_supplier_is_supply_with_the_day_on_which_it_is_expected() -> None:
    (supply,) = messages("856", *NOTICE, source="edi_suppliers")
    assert isinstance(supply, SupplyAnnounced)
    assert ("ASN-1", "east") == (supply.supply_id, supply.node_id)
    assert [("LAMP-1", 12), ("PUMP-9", 3), ("012345678905", 6)] == units(supply.lines)
    assert {1_768_003_200_000_000} == {line.expected_at_us for line in supply.lines}
    assert ["EA", "XCS", "EA"] == [line.unit for line in supply.lines]


def test_a_notice_that_is_cancelled_leaves_nothing_expected() -> None:
    (supply,) = messages("856", "BSN*01*ASN-1*20260105*0801", *NOTICE[1:], source="edi_suppliers")
    assert ("ASN-1", {0}) == (supply.supply_id, {line.quantity for line in supply.lines})


def test_a_notice_without_a_day_or_for_no_node_of_ours_is_refused() -> None:
    undated = [one for one in NOTICE if not one.startswith("DTM")]
    assert verdict(sent("856", *undated, source="edi_suppliers")[0]).startswith(
        "refused: lines.1.expected_at: is missing"
    )
    elsewhere = [one.replace("92*east", "92*moon") for one in NOTICE]
    assert f"refused: node_id: 'moon' {DIFFERS} 'node'" == verdict(sent("856", *elsewhere, source="edi_suppliers")[0])


@pytest.mark.parametrize("source", ("third_party_logistics", "edi_suppliers"))
def test_acknowledgements_are_passed_over_and_other_sets_are_not(source: str) -> None:
    (accepted,) = sent("997", "AK1*OW*1", "AK9*A*1*1*1", source=source)
    assert "passed over: functional acknowledgement" == verdict(accepted)
    (other,) = sent("850", "BEG*00*SA*PO-1**20260105", source=source)
    assert verdict(other).startswith("refused: : no rule of the channel file fits this document")


def test_what_a_945_ships_less_than_ordered_is_short_where_it_does_not_say_how_much() -> None:
    shipped, short = messages("945", *SHIPPED, "LX*1", "W12*CC*10*8**EA**VP*LAMP-1", "W12*BP*5*1**EA**VP*OAK-1")
    assert [("LAMP-1", 8), ("OAK-1", 1)] == units(shipped.lines)
    assert [("LAMP-1", 2)] == units(short.lines)


@pytest.mark.parametrize(
    "line", ("W12*CC*10*10**EA**VP*LAMP-1", "W12*CC**10**EA**VP*LAMP-1", "W12*CC*8*10**EA**VP*LAMP-1")
)
def test_a_945_that_ships_what_was_ordered_is_not_short(line: str) -> None:
    (shipped,) = messages("945", *SHIPPED, "LX*1", line)
    assert [("LAMP-1", 10)] == units(shipped.lines)


@pytest.mark.parametrize(
    "segments",
    (
        ("LX*1", "N9*ZZ*web:A", "W12*CC*1*1**EA**VP*LAMP-1", "LX*2", "N9*ZZ*web:B", "W12*CC*1*1**EA**VP*LAMP-1"),
        ("LX*1", "N9*ZZ*web:A", "W12*CC*1*1**EA**VP*LAMP-1", "LX*2", "W12*CC*1*1**EA**VP*LAMP-1"),
        ("LX*1", "W12*CC*1*1**EA**VP*LAMP-1", "N9*ZZ*web:A", "W12*CC*1*1**EA**VP*LAMP-1", "N9*ZZ*web:B"),
        ("N9*ZZ*web:A", "LX*1", "N9*ZZ*web:B", "W12*CC*1*1**EA**VP*LAMP-1"),
        ("N9*ZZ*web:A", "N9*ZZ*web:B", "LX*1", "W12*CC*1*1**EA**VP*LAMP-1"),
    ),
)
def test_a_945_of_several_orders_is_refused(segments: tuple[str, ...]) -> None:
    (refused,) = sent("945", *SHIPPED, *segments)
    assert "several orders" in verdict(refused)


def test_a_945_whose_packages_all_name_one_order_is_of_that_one() -> None:
    packages = ("LX*1", "N9*ZZ*web:A", "W12*CC*1*1**EA**VP*LAMP-1", "LX*2", "N9*ZZ*web:A", "W12*CC*1*1**EA**VP*LAMP-1")
    (shipped,) = messages("945", *SHIPPED, *packages)
    assert "web:A" == shipped.order_id


def test_an_846_adds_up_what_lies_in_several_lots_of_one_unit() -> None:
    head = ("BIA*00*DD*INV-1*20260105*0130", "LIN*1*VN*LAMP-1", "QTY*17*10*EA", "QTY*33*3*EA", "QTY*17*4.5*EA")
    _, lines, _ = messages("846", *head, "CTT*1")
    assert [14_500_000] == [line.quantity for line in lines.lines]
    _, refused, _ = sent("846", *head, "QTY*17*1*CA", "CTT*1")
    assert "14.5 EA and 1 CA" in verdict(refused)
