"""What the files of the release make of EDIFACT: orders and their changes, shipments and stock of a warehouse."""

from collections.abc import Sequence
from typing import Any

import pytest

from connectors.formats.outcomes import RecordOutcome
from domain.identifiers import LineId
from domain.messages.orders import (
    OrderAmendRequested,
    OrderCancelRequested,
    OrderPictured,
    OrderPlaced,
    OrderShipped,
    PartOfLine,
)
from domain.messages.snapshots.stock import StockSnapshotBegun, StockSnapshotContinued, StockSnapshotEnded
from domain.papers import RequestedDay
from tests.fixture_sets import OURS
from tests.unit.channels.edifact.given import UNB, a_message, interchange
from tests.unit.channels.given import grand_total, message, outcomes, verdict

ORDER_ID = "edifact_wholesale:4012345000009:PO-1"
JANUARY_20 = 1_768_867_200_000_000
HEAD = ("BGM+220+PO-1+9", "DTM+137:20260105:102")
LAMP = ("LIN+1++4000862141404:EN", "PIA+1+LAMP-1:SA", "QTY+21:8:PCE", "PRI+AAA:12.5")


def sent(kind: str, *segments: str, source: str = "edifact_wholesale", unb: str = UNB) -> Sequence[RecordOutcome]:
    return outcomes(source, interchange(a_message(kind, *segments), unb=unb).encode())


def messages(kind: str, *segments: str, source: str = "edifact_wholesale") -> list[Any]:
    return [message(one) for one in sent(kind, *segments, source=source)]


def order(*segments: str) -> OrderPlaced:
    (placed,) = messages("ORDERS", *segments)
    assert isinstance(placed, OrderPlaced)
    return placed


def test_an_order_has_its_lines_places_days_and_money() -> None:
    found = order(
        *HEAD,
        "DTM+2:20260120:102",
        "DTM+61:20260125:102",
        "FTX+AAI+++LEAVE AT:THE GATE",
        "RFF+CT:C-5",
        "NAD+BY+5412345000013::9++HARBOR TOOLS:EUROPE+1 QUAY:GATE 4+GRAZ++8010+AT",
        "NAD+DP+5412345000020::9++STORE 7+2 DOCK ROAD+LINZ++4020+AT",
        "NAD+IV+5412345000037::9",
        "CUX+2:CHF:9",
        "PAT+1++5:3:D:30",
        "ALC+C++++FC:::FREIGHT",
        "MOA+8:15",
        "ALC+A++++DI",
        "MOA+204:5",
        *LAMP,
        "IMD+F++:::DESK LAMP",
        "ALC+A++++DI",
        "MOA+204:2",
        "LIN+2++CUST-9:IN",
        "QTY+21:100:KGM",
        "DTM+2:20260121:102",
        "PRI+AAA:20:CA::100:KGM",
        "UNS+S",
        "MOA+79:120",
        "MOA+86:128",
        "CNT+2:2",
    )
    assert (ORDER_ID, "CHF", "net 30 D") == (found.order_id, found.currency, found.terms)
    first, second = found.lines
    assert ("1", "LAMP-1", 8_000_000, "EA", 125_000, "DESK LAMP") == (
        first.line_id,
        first.item_id,
        first.quantity,
        first.unit,
        first.unit_price,
        first.description,
    )
    assert ("4012345000009/IN/CUST-9", "KGM", 100) == (second.item_id, second.unit, second.price_basis)
    assert ("STORE 7", "2 DOCK ROAD", "LINZ", "4020", "AT", "5412345000020") == (
        found.ship_to.name,
        found.ship_to.street,
        found.ship_to.city,
        found.ship_to.postal_code,
        found.ship_to.country,
        found.ship_to.location_code,
    )
    assert [("HARBOR TOOLS", "EUROPE", "GATE 4")] == [(one.name, one.company, one.street_2) for one in found.buyer]
    assert ["5412345000037"] == [one.location_code for one in found.bill_to]
    assert [RequestedDay(JANUARY_20), RequestedDay(JANUARY_20 + 86_400_000_000, LineId("2"))] == list(found.requested)
    assert [("FC", "FREIGHT", 150_000), ("DI", "", -50_000)] == [
        (charge.code, charge.description, charge.unit_price) for charge in found.charges
    ]
    assert [("1", 20_000)] == [(one.line_id, one.value) for one in found.discounts]
    assert ((), 1_280_000) == (found.disputed_totals, grand_total(found))
    assert ["LEAVE AT THE GATE", "date 61: 20260125"] == [note.text for note in found.notes]
    assert [("CT", "C-5"), ("NAD/BY", "5412345000013")] == [(one.kind, one.number) for one in found.references][:2]


def test_an_order_without_a_delivery_party_goes_to_the_buyer_and_a_bare_one_without_its_function_is_new() -> None:
    found = order("BGM+220+PO-1", "DTM+4:20260105:102", "NAD+BY+++ADA ABEL+MILL LANE 1+GRAZ++8010+AT", *LAMP)
    assert ("ADA ABEL", "4012345000009") == (found.ship_to.name, found.customer_id)


@pytest.mark.parametrize(
    ("segments", "expected"),
    (
        ((*HEAD, "LIN+1++LAMP-1:SA", "QTY+21:8"), "refused: lines.1.unit_price: is missing"),
        ((*HEAD, "LIN+1++LAMP-1:SA", "QTY+21:8:??"), "refused: UNT.01"),
        ((*HEAD, "LIN+1", "QTY+21:8", "PRI+AAA:1"), "refused: lines.1.item_id: is missing"),
        ((*HEAD, *LAMP, "CNT+2:2"), "refused: totals.line_count: 2 lines are stated, 1 were found"),
        ((*HEAD, "ALC+A++++DI", "PCD+1:10", *LAMP), "refused: charges.2.unit_price: is missing"),
        (
            (*HEAD, *LAMP, "ALC+A++++DI", "PCD+1:10"),
            "refused: lines.1.discounts.1.amount: is missing a part",
        ),
        (HEAD, "refused: lines: there is nothing in LIN"),
        (("BGM+220+PO-1+31", *HEAD[1:], *LAMP), "refused: : no rule of the channel file fits this document"),
    ),
)
def test_an_order_that_could_be_misread_is_refused(segments: tuple[str, ...], expected: str) -> None:
    if "??" in segments[-1]:
        segments = (*segments[:-1], "QTY+21:8")
        text = interchange(a_message("ORDERS", *segments).replace("UNT+6", "UNT+9"))
        (found,) = outcomes("edifact_wholesale", text.encode())
    else:
        (found,) = sent("ORDERS", *segments)
    assert verdict(found).startswith(expected)


def test_a_replaced_order_is_a_picture_and_a_cancelled_one_is_cancelled() -> None:
    (picture,) = messages("ORDERS", "BGM+220+PO-1+5", HEAD[1], *LAMP)
    assert isinstance(picture, OrderPictured)
    # 06:00 in Berlin.
    assert (ORDER_ID, 1_767_589_200_000_000) == (picture.order_id, picture.number)
    assert order(*HEAD, *LAMP).lines == picture.placed.lines
    (cancelled,) = messages("ORDERS", "BGM+220+PO-1+1", HEAD[1])
    assert isinstance(cancelled, OrderCancelRequested)
    assert ORDER_ID == cancelled.order_id


CHANGE = ("BGM+230+CH-1+4", "DTM+137:20260106:102", "RFF+ON:PO-1")


def test_a_change_sets_quantities_and_days_and_adds_and_removes_lines() -> None:
    (found,) = messages(
        "ORDCHG",
        *CHANGE,
        "LIN+1+3",
        "QTY+21:5:PCE",
        "DTM+2:20260120:102",
        "LIN+2+2",
        "LIN+3+4",
        "QTY+21:7",
        "LIN+4+1+PUMP-9:SA",
        "QTY+21:2:CT",
        "PRI+AAA:99",
    )
    assert isinstance(found, OrderAmendRequested)
    assert (ORDER_ID, 0) == (found.order_id, found.provenance.revision)
    assert (PartOfLine(LineId("1"), 5_000_000), PartOfLine(LineId("2"), 0)) == found.quantities
    assert [("4", "PUMP-9", 2_000_000, "XCT", 990_000)] == [
        (line.line_id, line.item_id, line.quantity, line.unit, line.unit_price) for line in found.added
    ]
    assert (RequestedDay(JANUARY_20, LineId("1")),) == found.requested


def test_a_price_beside_a_quantity_or_alone_is_told_with_its_basis_unit_and_item() -> None:
    (found,) = messages(
        "ORDCHG",
        *CHANGE,
        "CUX+2:CHF:9",
        "LIN+1+3+LAMP-1:SA",
        "QTY+21:5:PCE",
        "PRI+AAA:8.40:CA::100:PCE",
        "LIN+2+3",
        "PRI+AAB:7.25",
    )
    assert isinstance(found, OrderAmendRequested)
    assert (PartOfLine(LineId("1"), 5_000_000),) == found.quantities
    assert [("1", ("LAMP-1",), "EA", 84_000), ("2", (), "", 72_500)] == [
        (each.line_id, each.item_ids, each.unit, each.unit_price) for each in found.described_lines
    ]
    assert "CHF" == found.currency


@pytest.mark.parametrize(
    ("segments", "expected"),
    (
        (("LIN+1+6", "QTY+21:5"), "refused: quantities.1.quantity: '6' is not in the code list 'changed_line'"),
        (("LIN+1", "QTY+21:5"), "refused: quantities.1.quantity"),
        (("LIN+1+3",), "refused: quantities: nothing is changed"),
        (("LIN+1+3", "QTY+21:5:QQQ"), "refused: described_lines.1.unit"),
    ),
)
def test_a_change_that_cannot_be_carried_out_as_it_is_meant_is_refused(
    segments: tuple[str, ...], expected: str
) -> None:
    (found,) = sent("ORDCHG", *CHANGE, *segments)
    assert verdict(found).startswith(expected)


def test_charges_and_texts_of_a_change_are_told() -> None:
    (found,) = messages("ORDCHG", *CHANGE, "FTX+AAI+++CALL FIRST", "ALC+C++++FC", "MOA+8:15", "LIN+2+2")
    assert isinstance(found, OrderAmendRequested)
    assert [("FC", 150_000)] == [(one.code, one.unit_price) for one in found.charges]
    assert ["CALL FIRST"] == [note.text for note in found.notes]


def test_another_address_is_a_change_of_its_own_and_a_code_alone_is_no_other_one() -> None:
    moved, changed = messages(
        "ORDCHG", *CHANGE, "NAD+DP+5412345000020::9++STORE 8+3 DOCK ROAD+WELS++4600+AT", "LIN+2+2"
    )
    assert ("3 DOCK ROAD", (PartOfLine(LineId("2"), 0),)) == (moved.ship_to[0].street, changed.quantities)
    (alone,) = messages("ORDCHG", *CHANGE, "NAD+DP+5412345000020::9", "LIN+2+2")
    assert () == alone.ship_to


def test_a_change_that_cancels_cancels_the_order() -> None:
    (found,) = messages("ORDCHG", "BGM+230+CH-1+1", *CHANGE[1:])
    assert isinstance(found, OrderCancelRequested)
    assert ORDER_ID == found.order_id


@pytest.mark.parametrize("indicator", "1234")
def test_a_test_interchange_never_becomes_live(indicator: str) -> None:
    unb = UNB.replace("+REF7'", f"+REF7++++++{indicator}'")
    (found,) = sent("ORDERS", *HEAD, *LAMP, unb=unb)
    assert f"passed over: interchange of usage test {indicator}" == verdict(found)
    (live,) = sent("ORDERS", *HEAD, *LAMP, unb=UNB.replace("+REF7'", "+REF7++++++0'"))
    assert verdict(live).startswith("placed ")


def test_our_samples_have_their_verdicts() -> None:
    assert {
        "orders.plain.edi": ["placed edifact_wholesale:4012345000009:HT-5101: 1 lines, 24 units, 84 EUR"],
        "orders.two_messages.edi": [
            "placed edifact_wholesale:4012345000009:HT-5102: 1 lines, 10 units, 122.5 EUR",
            "refused: UNT.01: UNT counts 9 segments, 8 were found",
        ],
    } == {
        path.name: [verdict(one) for one in outcomes("edifact_wholesale", path.read_bytes())]
        for path in OURS.files(OURS.edifact)
    }


def test_what_a_warehouse_despatches_is_shipped() -> None:
    (found,) = messages(
        "DESADV",
        "BGM+351+S-1+9",
        "DTM+11:202601051530:203",
        "RFF+ON:portal:P-1".replace("portal:P", "portal?:P"),
        "RFF+CN:JD7",
        "NAD+WH+north::9",
        "NAD+CA+++DHL",
        "CPS+1",
        "PAC+1++CT",
        "LIN+1++LAMP-1:SA",
        "QTY+12:4:PCE",
        "RFF+LI:10",
        "CPS+2",
        "LIN+2++PUMP-9:SA",
        "QTY+12:0:PCE",
        "LIN+3++PUMP-9:SA",
        "QTY+12:2",
        source="edifact_warehouse",
    )
    assert isinstance(found, OrderShipped)
    assert ("portal:P-1", "north", "S-1", "DHL", "JD7") == (
        found.order_id,
        found.node_id,
        found.shipment_id,
        found.carrier,
        found.tracking_number,
    )
    assert [("10", "LAMP-1", 4_000_000), ("", "PUMP-9", 2_000_000)] == [
        (line.line_id, line.item_id, line.quantity) for line in found.lines
    ]


LABELS = ("PAC+1++CT", "PCI+33E", "GIN+BJ+006141410000000012")


@pytest.mark.parametrize(
    ("package", "expected"),
    (
        (LABELS, ["006141410000000012"]),
        (("PAC+2++CT", *LABELS[1:]), []),
        ((*LABELS, "GIN+BJ+006141410000000029"), []),
        ((*LABELS, *LABELS), []),
        (("PAC+1++CT",), []),
    ),
)
def test_the_label_of_a_package_says_what_is_in_it(package: tuple[str, ...], expected: list[str]) -> None:
    head = ("BGM+351+S-1+9", "DTM+11:202601051530:203", "RFF+ON:portal?:P-1", "CPS+1")
    (found,) = messages("DESADV", *head, *package, "LIN+1++LAMP-1:SA", "QTY+12:4:PCE", source="edifact_warehouse")
    assert isinstance(found, OrderShipped)
    assert expected == [each.sscc for each in found.cartons]
    assert all(found.lines == each.lines for each in found.cartons)


def test_a_despatch_that_counts_in_cartons_is_refused() -> None:
    (found,) = sent(
        "DESADV",
        "BGM+351+S-1+9",
        "DTM+11:202601051530:203",
        "RFF+ON:portal?:P-1",
        "CPS+1",
        "LIN+1++LAMP-1:SA",
        "QTY+12:4:CT",
        source="edifact_warehouse",
    )
    assert "refused: lines.1.quantity: 'CT' is not in the code list 'piece'" == verdict(found)


def test_an_inventory_report_is_a_whole_snapshot() -> None:
    begun, lines, ended = messages(
        "INVRPT",
        "BGM+35+INV-1+9",
        "DTM+137:202601050600:203",
        "NAD+WH+north::9",
        "LIN+1++LAMP-1:SA",
        "QTY+145:9:PCE",
        "LIN+2++PUMP-9:SA",
        "INV+4",
        "QTY+145:0:PCE",
        "CNT+2:2",
        source="edifact_warehouse",
    )
    assert isinstance(begun, StockSnapshotBegun)
    assert isinstance(lines, StockSnapshotContinued)
    assert isinstance(ended, StockSnapshotEnded)
    assert ("INV-1", "north", 1_767_589_200_000_000) == (begun.snapshot_id, begun.node_id, begun.taken_at_us)
    assert [("LAMP-1", 9_000_000, "EA"), ("PUMP-9", 0, "EA")] == [
        (line.item_id, line.quantity, line.unit) for line in lines.lines
    ]
    assert 2 == ended.line_count


CARTONS = ("LIN+1++4000862141404:EN", "QTY+21:2:CT")


def test_a_price_of_a_piece_of_a_carton_in_a_change_is_that_of_all_pieces_in_it() -> None:
    changed = ("LIN+1+3+4000862141404:EN", "QTY+21:2:CT", "PRI+AAA:5:::1:PCE")
    (found,) = messages("ORDCHG", *CHANGE, *changed, "QTY+59:12:PCE")
    assert [("XCT", 60_0000)] == [(each.unit, each.unit_price) for each in found.described_lines]
    (refused,) = sent("ORDCHG", *CHANGE, *changed)
    assert verdict(refused).startswith("refused: described_lines.1.price_unit: the price is for a unit EA")


def test_a_price_of_a_piece_of_a_carton_is_that_of_all_pieces_in_it() -> None:
    placed = order(*HEAD, *CARTONS, "QTY+59:12:PCE", "MOA+203:120", "PRI+AAA:5:::1:PCE")
    assert [60_0000] == [line.unit_price for line in placed.lines]
    assert () == placed.disputed_totals
    (refused,) = sent("ORDERS", *HEAD, *CARTONS, "PRI+AAA:5:::1:PCE")
    assert verdict(refused).startswith("refused: lines.1.price_unit: the price is for a unit EA, the line is in XCT")


def test_an_amount_of_a_line_is_compared_with_its_price_before_and_after_its_allowances() -> None:
    assert order(*HEAD, *CARTONS, "MOA+203:120", "PRI+AAA:5").disputed_totals
    assert not order(*HEAD, *CARTONS, "MOA+203:9", "PRI+AAA:5", "ALC+A++++DI", "MOA+204:1").disputed_totals
    assert not order(*HEAD, *CARTONS, "MOA+203:11", "PRI+AAA:5", "ALC+C++++FC", "MOA+23:1").disputed_totals


def test_the_taxes_of_charges_and_allowances_are_of_the_order() -> None:
    tax = ("TAX+7+VAT+++:::19", "MOA+124:1.9")
    found = order(*HEAD, "ALC+C++++FC", "MOA+8:10", *tax, "ALC+A++++DI", "MOA+204:10", *tax, *LAMP, *tax)
    assert [19_000, 19_000, -19_000] == [each.value for each in found.taxes]
    found = order(*HEAD, *LAMP, *tax, "ALC+C++++FC", "MOA+8:10", *tax, "ALC+A++++DI", "MOA+204:10", *tax)
    assert [19_000, -19_000, 19_000] == [each.value for each in found.taxes]


def test_a_sub_line_is_what_its_line_contains_and_is_not_ordered() -> None:
    sub_line = ("LIN+2++4000862141411:EN+1:1", "QTY+21:2:PCE")
    for count in ("1", "2"):
        found = order(*HEAD, *LAMP, *sub_line, "UNS+S", f"CNT+2:{count}")
        assert ["1"] == [line.line_id for line in found.lines]
        assert "line 1 contains 2 4000862141411" in [note.text for note in found.notes]


@pytest.mark.parametrize(
    ("segments", "words"),
    (
        (("BGM+221+PO-1+9", *HEAD[1:], *LAMP), "no firm order"),
        ((*HEAD, *LAMP, "NAD+DP+5412345000020::9"), "place of its own"),
        ((*HEAD, *LAMP, "LOC+7+5412345000020::9"), "place of its own"),
        ((*HEAD, "ALC+A++++DI", "MOA+204:-5", *LAMP), "below zero"),
        ((*HEAD, *LAMP, "QTY+21:4:PCE"), "several ordered quantities"),
        ((*HEAD, *LAMP, "UNS+S", "CNT+1:9"), "9 is stated, the lines add up to 8"),
    ),
)
def test_what_an_order_cannot_be_is_refused_in_words(segments: tuple[str, ...], words: str) -> None:
    (refused,) = sent("ORDERS", *segments)
    assert words in verdict(refused)


SHIPPED_HEAD = ("BGM+351+DA-1+9", "DTM+11:20260105:102")


@pytest.mark.parametrize(
    ("segments", "order_id"),
    (
        (("RFF+ON:portal?:P-1", "CPS+1", "LIN+1++LAMP-1:SA", "QTY+12:4", "RFF+ON:portal?:P-1"), "portal:P-1"),
        (("CPS+1", "CPS+2+1", "LIN+1++LAMP-1:SA", "QTY+12:4", "RFF+ON:portal?:P-2"), "portal:P-2"),
        (("RFF+ON:portal?:P-1", "CPS+1", "LIN+1++LAMP-1:SA", "QTY+12:4", "RFF+ON:portal?:P-2"), ""),
        (
            (
                *("CPS+1", "LIN+1++LAMP-1:SA", "QTY+12:4", "RFF+ON:portal?:P-1"),
                *("CPS+2", "LIN+2++LAMP-1:SA", "QTY+12:4", "RFF+ON:portal?:P-2"),
            ),
            "",
        ),
        (("RFF+ON:portal?:P-1", "RFF+ON:portal?:P-2", "CPS+1", "LIN+1++LAMP-1:SA", "QTY+12:4"), ""),
    ),
)
def test_a_despatch_advice_is_of_one_order_or_refused(segments: tuple[str, ...], order_id: str) -> None:
    (outcome,) = sent("DESADV", *SHIPPED_HEAD, *segments, source="edifact_warehouse")
    if order_id:
        shipped = message(outcome)
        assert isinstance(shipped, OrderShipped), verdict(outcome)
        assert order_id == shipped.order_id
    else:
        assert "several orders" in verdict(outcome)


@pytest.mark.parametrize("lots", (("QTY+145:10:PCE", "QTY+145:5:PCE"), ("INV+2", "QTY+145:10", "INV+2", "QTY+145:5")))
def test_stock_of_several_lots_is_added_up(lots: tuple[str, ...]) -> None:
    head = ("BGM+35+IR-1+9", "DTM+366:202601050600:203", "LIN+1++LAMP-1:SA")
    _, lines, _ = messages("INVRPT", *head, *lots, "CNT+2:1", source="edifact_warehouse")
    assert [15_000_000] == [line.quantity for line in lines.lines]


def test_stock_of_one_item_in_several_units_is_refused() -> None:
    head = ("BGM+35+IR-1+9", "DTM+366:202601050600:203", "LIN+1++LAMP-1:SA")
    _, refused, _ = sent("INVRPT", *head, "QTY+145:10:PCE", "QTY+145:5:CT", "CNT+2:1", source="edifact_warehouse")
    assert "10 PCE and 5 CT" in verdict(refused)
    (several,) = sent(
        *("INVRPT", *head, "INV+2", "QTY+145:10:PCE", "INV+2", "QTY+145:5:CT"), source="edifact_warehouse"
    )
    assert "several units" in verdict(several)
