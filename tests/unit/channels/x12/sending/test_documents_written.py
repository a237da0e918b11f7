"""Each document as it goes out, segment by segment, and what our own reader finds in it."""

from dataclasses import replace

import pytest

from connectors.formats.x12.sending.documents.warehouse_orders import depositor_number
from connectors.formats.x12.sending.unwritable import Unwritable
from domain.addresses import Address
from domain.identifiers import CommandId, InvoiceId, ItemId, LineId, NodeId, OrderId, ShipmentId
from domain.messages.edi.documents import (
    AnsweredChangeLine,
    AnsweredOrderLine,
    AnsweredUnits,
    AnswerVerdict,
    ChangeAnswer,
    InventoryAdvice,
    InvoicedLine,
    LineAnswer,
    LineChange,
    NoticePurpose,
    OrderAnswer,
    OrderStatusReport,
    Pack,
    PackedLine,
    PartnerInvoice,
    ProductNumber,
    ReportedOrderLine,
    ShipNotice,
    StockedItem,
    WarehouseOrder,
    WarehouseOrderLine,
)
from tests.unit.channels.x12.sending.given import (
    CUPS,
    FRIDAY_US,
    NOW_US,
    ORDER,
    PLATES,
    SYNTAX,
    body,
    interchange,
    read_back,
    units,
)

SHIP_TO = ["N1*ST*XYZ Retail*92*0042", "N2*Receiving", "N3*1 Dock St*Door 4", "N4*Reno*NV*89501*US"]
NO_ONE = Address("", "", "", "", "", "")


def answered(*given: tuple[LineAnswer, int, int]) -> tuple[AnsweredUnits, ...]:
    return tuple(AnsweredUnits(answer, units(count), day) for answer, count, day in given)


ANSWER = OrderAnswer(
    ORDER,
    AnswerVerdict.CHANGED,
    NOW_US,
    (
        AnsweredOrderLine(CUPS, answered((LineAnswer.ACCEPTED, 8, 0), (LineAnswer.BACKORDERED, 4, FRIDAY_US))),
        AnsweredOrderLine(PLATES, answered((LineAnswer.REJECTED, 3, 0))),
    ),
)


def test_an_855_answers_each_line_by_what_becomes_of_its_units() -> None:
    assert [
        "BAK*00*AC*PO-1*20260105*****20260105",
        "REF*DP*077",
        *SHIP_TO,
        "PO1*1*12*EA*0.084**BP*B-77*VP*CUP-1",
        "ACK*IA*8*EA",
        "ACK*IB*4*EA*068*20260109",
        "PO1*2*3*CT*12.5**VP*PLATE-9",
        "ACK*IR*3*CT",
        "CTT*2",
    ] == body(ANSWER)
    read = read_back(interchange(ANSWER))
    assert ["AC", "PO-1"] == [read["BAK"]["02"], read["BAK"]["03"]]
    assert [["IA", "IB"], ["IR"]] == [[ack["01"] for ack in line["ACK"]] for line in read["PO1"]]


@pytest.mark.parametrize(
    ("verdict", "code"), ((AnswerVerdict.ACCEPTED, "AD"), (AnswerVerdict.CHANGED, "AC"), (AnswerVerdict.REJECTED, "RD"))
)
def test_the_verdict_is_in_bak02(verdict: AnswerVerdict, code: str) -> None:
    assert f"BAK*00*{code}*PO-1*20260105*****20260105" == body(replace(ANSWER, verdict=verdict))[0]


def test_a_release_of_a_blanket_order_is_named_with_it() -> None:
    of_release = replace(ANSWER, order=replace(ORDER, release="R-2"))
    assert "BAK*00*AC*PO-1*20260105*R-2****20260105" == body(of_release)[0]


def test_an_865_answers_a_change_line_by_line_and_says_why_it_is_refused() -> None:
    more = replace(CUPS, ordered=units(20))
    change = ChangeAnswer(
        ORDER,
        AnswerVerdict.REJECTED,
        2,
        NOW_US,
        "is picked *already*",
        (
            AnsweredChangeLine(more, LineChange.RAISED, answered((LineAnswer.REJECTED, 8, 0))),
            AnsweredChangeLine(PLATES, LineChange.NONE, answered((LineAnswer.ACCEPTED, 3, 0))),
        ),
    )
    assert [
        "BCA*00*RD*PO-1**2*20260105****20260105",
        "REF*DP*077",
        *SHIP_TO,
        "N9*ZZ*REASON",
        "MSG*is picked already",
        "POC*1*QI*20**EA*0.084**BP*B-77*VP*CUP-1",
        "ACK*IR*8*EA",
        "POC*2*NC*3**CT*12.5**VP*PLATE-9",
        "ACK*IA*3*CT",
        "CTT*2",
    ] == body(change)
    assert ["QI", "NC"] == [line["02"] for line in read_back(interchange(change))["POC"]]


NOTICE = ShipNotice(
    ORDER,
    ShipmentId("SHIP-1"),
    NodeId("central"),
    NOW_US,
    "UPS",
    "1Z999",
    (
        Pack("006141411234567890", (PackedLine(CUPS, units(8)), PackedLine(PLATES, units(1)))),
        Pack("006141411234567906", (PackedLine(PLATES, units(2)),)),
    ),
)


def test_an_856_has_levels_of_shipment_order_packs_and_items() -> None:
    assert [
        "BSN*00*SHIP-1*20260105*2130*0001",
        "HL*1**S*1",
        "TD1*CTN*2",
        "TD5**2*UPSN**UPS",
        "REF*CN*1Z999",
        "DTM*011*20260105",
        "N1*SF*central*92*central",
        *SHIP_TO,
        "HL*2*1*O*1",
        "PRF*PO-1***20260105",
        "REF*DP*077",
        "HL*3*2*P*1",
        "MAN*GM*00006141411234567890",
        "HL*4*3*I*0",
        "LIN*1*BP*B-77*VP*CUP-1",
        "SN1*1*8*EA**12*EA",
        "HL*5*3*I*0",
        "LIN*2*VP*PLATE-9",
        "SN1*2*1*CT**3*CT",
        "HL*6*2*P*1",
        "MAN*GM*00006141411234567906",
        "HL*7*6*I*0",
        "LIN*2*VP*PLATE-9",
        "SN1*2*2*CT**3*CT",
        "CTT*7",
    ] == body(NOTICE)
    (shipment,) = read_back(interchange(NOTICE))["HL"]["S"]
    (order,) = shipment["HL"]["O"]
    assert [["8", "1"], ["2"]] == [[item["SN1"]["02"] for item in pack["HL"]["I"]] for pack in order["HL"]["P"]]


@pytest.mark.parametrize(
    ("purpose", "code"),
    ((NoticePurpose.ORIGINAL, "00"), (NoticePurpose.REPLACEMENT, "05"), (NoticePurpose.CANCELLATION, "01")),
)
def test_an_856_says_what_it_does_to_the_one_before_it(purpose: NoticePurpose, code: str) -> None:
    assert f"BSN*{code}*SHIP-1*20260105*2130*0001" == body(replace(NOTICE, purpose=purpose))[0]


def test_a_pack_has_the_number_that_the_carrier_has_given_it_beside_its_label() -> None:
    pack = replace(NOTICE.packs[1], tracking_number="1ZB")
    found = body(replace(NOTICE, packs=(pack,)))
    assert ["MAN*GM*00006141411234567906", "MAN*CP*1ZB"] == [each for each in found if each.startswith("MAN")]


def test_a_carrier_without_a_scac_is_named_in_words_and_labels_may_be_written_without_their_identifier() -> None:
    found = body(replace(NOTICE, carrier="Harry's Van"), replace(SYNTAX, marks="AA"))
    assert "TD5*****Harry's Van" in found
    assert "MAN*AA*006141411234567890" in found


INVOICE = PartnerInvoice(
    ORDER, InvoiceId("INV-1"), is_credit=False, invoiced_us=NOW_US,
    lines=(InvoicedLine(CUPS, units(8), 84_000, 100, 6_720), InvoicedLine(PLATES, units(3), 125_000, 1, 375_000)),
    goods_total=381_720, other=60_000,
)  # fmt: skip


def test_an_810_adds_up_to_its_total() -> None:
    assert [
        "BIG*20260105*INV-1*20260105*PO-1***DI",
        "CUR*SE*USD",
        "REF*DP*077",
        *SHIP_TO,
        "IT1*1*8*EA*0.084**BP*B-77*VP*CUP-1",
        "PID*F****Cup, red",
        "IT1*2*3*CT*12.5**VP*PLATE-9",
        "TDS*4417",
        "SAC*C*ZZZZ***600**********charges and taxes as invoiced",
        "CTT*2",
    ] == body(INVOICE)
    assert "4417" == read_back(interchange(INVOICE))["TDS"]["01"]


def test_a_credit_memo_and_an_allowance_are_called_so() -> None:
    found = body(replace(INVOICE, is_credit=True, other=-1_720))
    assert "BIG*20260105*INV-1*20260105*PO-1***CR" == found[0]
    assert "TDS*3800" in found
    assert "SAC*A*ZZZZ***17**********allowances as invoiced" in found
    assert not any(segment.startswith("SAC") for segment in body(replace(INVOICE, other=0)))


def test_an_846_says_what_may_be_sold() -> None:
    advice = InventoryAdvice(
        "846-7", NOW_US, (StockedItem(ItemId("CUP-1"), (ProductNumber("UP", "614141999996"),), 2_500_000, "KGM"),)
    )
    assert [
        "BIA*00*SI*846-7*20260105*2130",
        "LIN*1*UP*614141999996*VP*CUP-1",
        "QTY*33*2.5*KG",
        "CTT*1",
    ] == body(advice)
    (item,) = read_back(interchange(advice))["LIN"]
    assert "2.5" == item["QTY"]["33"]["02"]


RELEASE = WarehouseOrder(
    OrderId("web:1001"), CommandId("c"), "PO-1", is_cancelled=False, commanded_us=NOW_US, node_id=NodeId("west"),
    ship_to=(ORDER.ship_to,),
    lines=(WarehouseOrderLine(LineId("1"), ItemId("CUP-1"), units(8), "EA"),
           WarehouseOrderLine(LineId("2"), ItemId("PLATE-9"), units(3), "XCT")),
)  # fmt: skip


def test_a_940_asks_a_warehouse_to_ship() -> None:
    assert [
        "W05*N*web:1001*PO-1",
        *SHIP_TO,
        "N1*WH*west*92*west",
        "W66*PP",
        "LX*1",
        "W01*8*EA**VP*CUP-1",
        "N9*LI*1",
        "LX*2",
        "W01*3*CT**VP*PLATE-9",
        "N9*LI*2",
        "W76*11",
    ] == body(RELEASE)
    assert ["CUP-1", "PLATE-9"] == [line["W01"][0]["ids"]["VP"] for line in read_back(interchange(RELEASE))["LX"]]


def test_a_long_order_id_is_written_whole_beside_its_short_form() -> None:
    order_id = OrderId("edi_wholesale:ZZ:XYZ:A-1")
    found = body(replace(RELEASE, order_id=order_id, is_cancelled=True, ship_to=(), customer_number="P" * 23))
    short = depositor_number(order_id)
    assert [f"W05*F*{short}", "N1*WH*west*92*west", "N9*ZZ*edi_wholesale:ZZ:XYZ:A-1"] == found[:3]
    assert 22 == len(short)
    assert short != depositor_number(OrderId("edi_wholesale:ZZ:XYZ:A-2"))


def reported(place: int, counters: tuple[int, int, int, int], promised_us: int = 0) -> ReportedOrderLine:
    shipped, allocated, backordered, cancelled = map(units, counters)
    line = replace(CUPS, line_id=LineId(str(place)))
    return ReportedOrderLine(line, shipped, allocated, backordered, cancelled, promised_us)


def test_an_870_says_how_far_each_line_is() -> None:
    lines = (
        reported(1, (12, 0, 0, 0)),
        reported(2, (5, 7, 0, 0)),
        reported(3, (0, 4, 8, 0), FRIDAY_US),
        reported(4, (0, 12, 0, 0)),
        reported(5, (0, 0, 0, 12)),
        reported(6, (0, 0, 0, 0)),
    )
    report = OrderStatusReport(ORDER, "870-1", NOW_US, lines)
    found = body(report)
    assert [
        "BSR*3*PA*870-1*20260105",
        "HL*1**O*1",
        "PRF*PO-1***20260105",
        "HL*2*1*I*0",
        "PO1*1*12*EA*0.084**BP*B-77*VP*CUP-1",
        "ISR*SH",
        "QTY*39*12*EA",
    ] == found[:7]
    assert ["ISR*SH", "ISR*PR", "ISR*BO*20260109", "ISR*AP", "ISR*CU", "ISR*IN"] == [
        segment for segment in found if segment.startswith("ISR")
    ]
    read_back(interchange(report))


@pytest.mark.parametrize(
    ("document", "place"),
    (
        (replace(ANSWER, order=replace(ORDER, number="P" * 23)), "BAK03"),
        (replace(ANSWER, order=replace(ORDER, number="PO*1")), "BAK03"),
        (replace(ANSWER, order=replace(ORDER, number=" ")), "BAK03"),
        (replace(ANSWER, order=replace(ORDER, ordered_us=0)), "BAK04"),
        (replace(ANSWER, lines=(AnsweredOrderLine(replace(CUPS, unit="TNE"), ()),)), "355"),
        (replace(ANSWER, lines=(AnsweredOrderLine(replace(CUPS, ordered=10**21 * 9), ()),)), "PO102"),
        (replace(ANSWER, lines=(AnsweredOrderLine(replace(CUPS, item_id=ItemId("Ü-1"), products=()), ()),)), "PO107"),
        (replace(NOTICE, shipment_id=ShipmentId("S")), "BSN02"),
        (replace(NOTICE, packs=(Pack("0" * 18, (PackedLine(CUPS, 10_000_000_001),)),)), "SN102"),
        (replace(NOTICE, tracking_number="1" * 31), "REF02"),
        (replace(INVOICE, order=replace(ORDER, currency="EURO")), "CUR02"),
        (replace(INVOICE, other=10**20), "TDS01"),
    ),
)
def test_what_names_counts_or_is_worth_something_is_written_whole_or_not_at_all(document: object, place: str) -> None:
    with pytest.raises(Unwritable) as refused:
        body(document)  # type: ignore[arg-type]  # each is a document
    assert place == refused.value.place


def test_a_later_version_has_room_for_longer_references() -> None:
    longer = replace(NOTICE, tracking_number="1" * 31)
    assert f"REF*CN*{'1' * 31}" in body(longer, version="005010")


def test_text_for_people_is_fitted_and_cut() -> None:
    address = replace(
        ORDER.ship_to, company="Müller & Söhne *GmbH*~ \u2013 Straße", name="李", street="x" * 60, city="Å"
    )
    found = body(replace(ANSWER, order=replace(ORDER, ship_to=address)))
    assert ["N1*ST*Muller & Sohne GmbH - Strasse*92*0042", "N2*?", f"N3*{'x' * 55}*Door 4"] == found[2:5]
    assert "N4**NV*89501*US" == found[5]
    latin = body(replace(ANSWER, order=replace(ORDER, ship_to=address)), replace(SYNTAX, encoding="latin-1"))
    assert "N1*ST*Müller & Söhne GmbH - Straße*92*0042" == latin[2]


def test_an_address_that_says_nothing_is_left_out_and_a_gln_is_called_one() -> None:
    assert not any("N1" in part for part in body(replace(ANSWER, order=replace(ORDER, ship_to=NO_ONE))))
    gln = replace(NO_ONE, location_code="4012345000009")
    assert "N1*ST**UL*4012345000009" in body(replace(ANSWER, order=replace(ORDER, ship_to=gln)))
    short = replace(NO_ONE, location_code="5")
    assert "N1*ST*5" in body(replace(ANSWER, order=replace(ORDER, ship_to=short)))
