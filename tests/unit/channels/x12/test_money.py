"""The money of a wholesale customer's purchase order: prices with their basis, charges, allowances, taxes, totals."""

import pytest

from domain.messages.orders import OrderPlaced, TotalKind
from domain.money.adjustments import WHOLE_ORDER
from tests.unit.channels.given import message, outcomes, verdict
from tests.unit.channels.x12.given import a_set, in_an_envelope

BEG = "BEG*00*SA*PO-1**20260105"


def sent(*segments: str) -> bytes:
    return in_an_envelope(a_set("850", BEG, *segments)).encode()


def order(*segments: str) -> OrderPlaced:
    (outcome,) = outcomes("edi_wholesale", sent(*segments))
    placed = message(outcome)
    assert isinstance(placed, OrderPlaced)
    return placed


def refusal(*segments: str) -> str:
    (outcome,) = outcomes("edi_wholesale", sent(*segments))
    return verdict(outcome)


@pytest.mark.parametrize(
    ("basis", "unit", "per"),
    (
        ("", "EA", 1),
        ("PE", "EA", 1),
        ("CT", "EA", 1),
        ("PN", "EA", 10),
        ("HP", "EA", 100),
        ("TC", "EA", 100),
        ("TP", "EA", 1000),
        ("TM", "EA", 1000),
        ("PD", "DZ", 1),
    ),
)
def test_a_price_is_for_as_many_units_as_its_basis_says(basis: str, unit: str, per: int) -> None:
    (line,) = order(f"PO1*1*500*{unit}*8.40*{basis}*VP*SCREW-M4").lines
    assert (84_000, per) == (line.unit_price, line.price_basis)


@pytest.mark.parametrize(("basis", "unit"), (("PD", "EA"), ("TT", "EA"), ("HT", "EA")))
def test_a_price_whose_basis_cannot_be_kept_is_refused_not_taken_for_one_unit(basis: str, unit: str) -> None:
    assert "price_basis" in refusal(f"PO1*1*500*{unit}*8.40*{basis}*VP*SCREW-M4")


def test_charges_and_allowances_of_the_order_change_what_is_paid() -> None:
    found = order(
        "SAC*C*D240***1500**********FREIGHT",
        "SAC*A*C310***500**********DISCOUNT",
        "SAC*N*ZZZZ",
        "PO1*1*10*EA*12.5**VP*LAMP-1",
        "CTT*1",
        "AMT*1*125",
        "AMT*TT*135",
    )
    assert [("D240", "FREIGHT", 150_000), ("C310", "DISCOUNT", -50_000), ("ZZZZ", "", 0)] == [
        (charge.code, charge.description, charge.unit_price) for charge in found.charges
    ]
    assert () == found.disputed_totals


def test_allowances_of_a_line_are_its_discounts() -> None:
    found = order("PO1*1*10*EA*12.5**VP*LAMP-1", "SAC*A*C310***500*Z*4", "PO1*2*1*EA*3**VP*LAMP-2", "AMT*TT*123")
    assert [("1", "C310", 50_000)] == [(one.line_id, one.code, one.value) for one in found.discounts]


def test_taxes_are_of_lines_charges_and_the_order() -> None:
    found = order(
        "TXI*ST*3.50*7",
        "SAC*C*D240***1500",
        "TXI*ST*1.05*7",
        "PO1*1*1*EA*100**VP*LAMP-1",
        "TXI*LS*2*2****O",
        "CTT*1",
        "AMT*TT*119.55",
    )
    assert [("1", 20_000, True), ("SAC/1", 10_500, False), (WHOLE_ORDER, 35_000, False)] == [
        (tax.line_id, tax.value, tax.is_included) for tax in found.taxes
    ]
    assert [70_000, 70_000] == [tax.rate for tax in found.taxes[1:]]
    assert () == found.disputed_totals


def test_a_total_that_the_parts_do_not_add_up_to_is_disputed() -> None:
    found = order("SAC*C*D240***1500", "PO1*1*10*EA*12.5**VP*LAMP-1", "CTT*1", "AMT*TT*125")
    assert [TotalKind.GRAND] == [one.kind for one in found.disputed_totals]


@pytest.mark.parametrize(
    ("segments", "expected"),
    (
        (("SAC*A*C310****Z*10", "PO1*1*1*EA*3**VP*L"), "refused: charges.1.unit_price: is missing (signed_amount)"),
        (("SAC*P*C310***500", "PO1*1*1*EA*3**VP*L"), "refused: charges.1.unit_price: is missing (signed_amount)"),
        (
            ("PO1*1*1*EA*3**VP*L", "SAC*A*C310****Z*10"),
            "refused: lines.1.discounts.1.amount: is missing a part",
        ),
        (("SAC*C*D240***FREE", "PO1*1*1*EA*3**VP*L"), "refused: charges.1.unit_price: "),
    ),
)
def test_what_changes_the_price_and_has_no_amount_is_refused_not_left_out(
    segments: tuple[str, ...], expected: str
) -> None:
    assert refusal(*segments).startswith(expected)


def test_charges_of_a_line_are_charges_of_the_order_that_name_it() -> None:
    found = order(
        "SAC*C*D240***1500**********FREIGHT",
        "PO1*10*10*EA*12.5**VP*LAMP-1",
        "SAC*C*H090***250",
        "TXI*ST*0.18*7",
        "PO1*20*1*EA*3**VP*LAMP-2",
        "SAC*C*H090***50**********HANDLING",
        "AMT*TT*146.18",
    )
    assert [("SAC/1", "FREIGHT", 150_000), ("SAC/2", "line 10", 25_000), ("SAC/3", "HANDLING", 5_000)] == [
        (charge.line_id, charge.description, charge.unit_price) for charge in found.charges
    ]
    assert ["SAC/2"] == [tax.line_id for tax in found.taxes]
    assert () == found.disputed_totals


def test_a_place_that_is_named_by_its_code_alone_is_that_place() -> None:
    found = order("N1*BY*HARBOR TOOLS*92*1001", "N3*1 QUAY", "N1*ST**9*0099887766554", "PO1*1*1*EA*3**VP*L")
    assert ("", "", "0099887766554") == (found.ship_to.name, found.ship_to.street, found.ship_to.location_code)
    found = order("N1*BY*HARBOR TOOLS*92*1001", "N3*1 QUAY*GATE 4", "PO1*1*1*EA*3**VP*L")
    assert ("HARBOR TOOLS", "1 QUAY", "GATE 4") == (found.ship_to.name, found.ship_to.street, found.ship_to.street_2)


def test_both_names_and_both_streets_of_a_place_reach_us() -> None:
    found = order(
        "N1*ST*STORE 7", "N2*GOODS IN", "N3*12 DOCK ROAD*GATE 4", "N4*DAYTON*OH*45402*US", "PO1*1*1*EA*3**VP*L"
    )
    place = found.ship_to
    assert ("STORE 7", "GOODS IN", "12 DOCK ROAD", "GATE 4") == (
        place.name,
        place.company,
        place.street,
        place.street_2,
    )


@pytest.mark.parametrize(
    ("ids", "item"),
    (
        ("BP*5550001*MG*MAKER-A", "MAKER-A"),
        ("BP*CUST-77*UP*012345678905", "012345678905"),
        ("BP*CUST-77*VN*LAMP-1", "LAMP-1"),
        ("IN*77*VC*CAT-1", "CAT-1"),
        ("BP*LAMP-1", "BUYER/BP/LAMP-1"),
        ("IN*LAMP-1", "BUYER/IN/LAMP-1"),
        ("SK*LAMP-1*CB*7", "BUYER/CB/7"),
    ),
)
def test_a_number_of_the_buyer_is_never_taken_for_ours(ids: str, item: str) -> None:
    assert [item] == [line.item_id for line in order(f"PO1*1*1*EA*3**{ids}").lines]


def test_notes_of_the_order_and_of_its_lines_are_kept() -> None:
    found = order(
        "NTE*ADD*LEAVE AT THE GATE",
        "N9*L1*TERMS",
        "MSG*NO PART DELIVERIES",
        "PO1*1*10*EA*12.5**VP*LAMP-1",
        "N9*ZZ*NOTE",
        "MSG*CUT TO 30 CM",
        "N9*ZZ*SECOND",
        "MSG*BOTH ENDS",
        "PO1*2*1*EA*3**VP*LAMP-2",
        "MSG*FRAGILE",
    )
    assert [("", "NO PART DELIVERIES"), ("", "LEAVE AT THE GATE")] == [
        (note.line_id, note.text) for note in found.notes if not note.line_id
    ]
    assert [("1", "CUT TO 30 CM"), ("1", "BOTH ENDS"), ("2", "FRAGILE")] == [
        (note.line_id, note.text) for note in found.notes if note.line_id
    ]


def test_all_numbers_of_an_item_and_the_parties_are_kept() -> None:
    found = order(
        "ITD*05*3***30",
        "N1*BY*HARBOR TOOLS*92*1001",
        "N1*BT*HARBOR ACCOUNTS*92*9001",
        "N3*1 BANK STREET*FLOOR 3",
        "N4*DAYTON*OH*45402*US",
        "PO1*1*1*EA*3**VP*LAMP-1*BP*CUST-1*UP*012345678905",
    )
    assert [("BP", "CUST-1"), ("VP", "LAMP-1"), ("UP", "012345678905")] == [
        (number.qualifier, number.number) for number in found.item_numbers
    ]
    assert ["1001"] == [party.location_code for party in found.buyer]
    assert [("HARBOR ACCOUNTS", "FLOOR 3", "9001")] == [
        (party.name, party.street_2, party.location_code) for party in found.bill_to
    ]
