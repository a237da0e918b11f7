"""Orders by X12 that once went wrong in the field, each under the name of its case, with its siblings."""

import pytest

from connectors.formats.expressions.decimals import exact_number
from domain.messages.orders import OrderPlaced
from domain.money.amounts import format_amount
from tests.unit.channels.given import grand_total, message, outcomes, verdict
from tests.unit.channels.x12.given import GS, a_set, in_an_envelope

BUYER = ("N1*BY*QUAY STORES*92*3001", "N1*ST*STORE 4*92*0004", "N3*9 HARBOUR STREET", "N4*TOLEDO*OH*43604*US")
LAMP = "PO1*1*8*EA*12.5**VP*LAMP-2"


def interchange(*segments: str, number: str = "PO-70") -> str:
    return in_an_envelope(a_set("850", f"BEG*00*SA*{number}**20260105", *segments))


def order(text: str | bytes) -> OrderPlaced:
    (outcome,) = outcomes("edi_wholesale", text if isinstance(text, bytes) else text.encode())
    placed = message(outcome)
    assert isinstance(placed, OrderPlaced), outcome
    return placed


def worth(text: str) -> str:
    found = order(text)
    assert () == found.disputed_totals
    return format_amount(grand_total(found))


def test_x01_same_po_number_of_two_customers_are_two_orders() -> None:
    one = interchange(*BUYER, LAMP)
    ids = {order(one.replace("BUYER", partner)).order_id for partner in ("ALPHA", "BETA ")}
    assert {"edi_wholesale:ZZ:ALPHA:ALPHA:PO-70", "edi_wholesale:ZZ:BETA:BETA:PO-70"} == ids
    same_sender = one.replace(GS, GS.replace("BUYER", "OTHER"))
    assert "edi_wholesale:ZZ:BUYER:OTHER:PO-70" == order(same_sender).order_id


@pytest.mark.parametrize("place", ("N1*ST**9*0088776655443", "N1*ST*STORE 4*92*0088776655443"))
def test_x03_ship_to_by_code_only_keeps_the_code_and_no_other_address(place: str) -> None:
    found = order(interchange("N1*BY*QUAY STORES*92*3001", "N3*1 HEAD OFFICE ROAD", place, LAMP)).ship_to
    assert ("0088776655443", "") == (found.location_code, found.street)


@pytest.mark.parametrize(
    ("lines", "total"),
    (
        (("PO1*1*700*EA*8.40*HP*VP*SCREW-M5", "PO1*2*3000*EA*31.00*TP*VP*WASHER-M5"), "151.8"),
        (("PO1*1*50*EA*2.5*PN*VP*CLIP-1",), "12.5"),
        (("PO1*1*4*DZ*6*PD*VP*EGG-1",), "24"),
        (("PO1*1*4*EA*6*PE*VP*LAMP-2",), "24"),
    ),
)
def test_x06_price_per_hundred(lines: tuple[str, ...], total: str) -> None:
    assert total == worth(interchange(*BUYER, *lines, f"CTT*{len(lines)}", f"AMT*TT*{total}"))


def test_x07_buyers_number_before_upc_is_not_the_item() -> None:
    found = order(
        interchange(
            *BUYER,
            "PO1*1*4*EA*50*PE*BP*6660001*MG*MAKER-1",
            "PO1*2*6*EA*70*PE*BP*6660001*MG*MAKER-2",
            "PO1*3*1*EA*9*PE*BP*CUST-8*UP*036000291452",
            "PO1*4*1*EA*9*PE*IN*CUST-8",
        )
    )
    assert ["MAKER-1", "MAKER-2", "036000291452", "BUYER/IN/CUST-8"] == [line.item_id for line in found.lines]


def test_x08_charges_and_allowances_sac_are_in_what_is_to_be_paid() -> None:
    text = interchange("SAC*C*D240***2250", "SAC*A*C310***750", *BUYER, LAMP, "SAC*C*G830***100", "CTT*1", "AMT*TT*116")
    assert ["22.5", "-7.5", "1"] == [format_amount(charge.unit_price) for charge in order(text).charges]
    assert "116" == worth(text)


@pytest.mark.parametrize("usage", ("T", "I", "t"))
def test_x10_test_interchange_is_no_order(usage: str) -> None:
    text = interchange(*BUYER, LAMP).replace("*0*P*>", f"*0*{usage}*>")
    (outcome,) = outcomes("edi_wholesale", text.encode())
    assert f"passed over: interchange of usage {usage.upper()}" == verdict(outcome)


@pytest.mark.parametrize(("width", "end"), ((80, "\n"), (80, "\r\n"), (72, "\n"), (1, "\n")))
def test_x12_wrapped_at_80_columns(width: int, end: str) -> None:
    text = interchange(*BUYER, LAMP)
    wrapped = end.join(text[start : start + width] for start in range(0, len(text), width))
    assert order(text).lines == order(wrapped).lines


@pytest.mark.parametrize(
    ("quantity", "price", "total"),
    (("10000", "0.01235", "123.5"), ("3", "1.333333", "4"), ("1000", "0.000125", "0.13")),
)
def test_x13_price_with_five_decimals(quantity: str, price: str, total: str) -> None:
    found = order(interchange(*BUYER, f"PO1*1*{quantity}*EA*{price}**VP*RIVET-3", "CTT*1", f"AMT*TT*{total}"))
    (line,) = found.lines
    assert exact_number(price) == exact_number(str(line.unit_price)) / line.price_basis / 10_000  # type: ignore[operator]
    assert () == found.disputed_totals


@pytest.mark.parametrize("encoding", ("utf-8", "latin-1"))
def test_x16_latin1_name(encoding: str) -> None:
    text = interchange("N1*BY*QUINCAILLERIE HÉBÈRT*92*1001", *BUYER[1:], LAMP)
    assert ["QUINCAILLERIE HÉBÈRT"] == [party.name for party in order(text.encode(encoding)).buyer]


def test_x18_functional_acknowledgement_is_counted_and_no_case() -> None:
    accepted = in_an_envelope(a_set("997", "AK1*IN*1", "AK9*A*1*1*1"))
    (outcome,) = outcomes("edi_wholesale", accepted.encode())
    assert "passed over: functional acknowledgement" == verdict(outcome)


def test_x18_an_acknowledgement_that_rejects_is_left_to_the_edi_flow_which_opens_a_case() -> None:
    rejected = in_an_envelope(a_set("997", "AK1*IN*1", "AK2*810*1", "AK5*R*5", "AK9*R*1*1*0"))
    (outcome,) = outcomes("edi_wholesale", rejected.encode())
    assert "passed over: functional acknowledgement" == verdict(outcome)


def test_x19_zero_quantity_line_is_left_out_and_counted() -> None:
    found = order(interchange(*BUYER, LAMP, "PO1*2*0*EA*99**VP*PUMP-7", "CTT*2"))
    assert ["LAMP-2"] == [line.item_id for line in found.lines]


def test_x24_line_note_and_customer_part_are_kept_with_the_line() -> None:
    found = order(interchange(*BUYER, f"{LAMP}*BP*CUST-9", "N9*ZZ*NOTE", "MSG*CUT TO 40 CM", "CTT*1"))
    assert [("1", "BP", "CUST-9"), ("1", "VP", "LAMP-2")] == [
        (one.line_id, one.qualifier, one.number) for one in found.item_numbers
    ]
    assert [("1", "CUT TO 40 CM")] == [(note.line_id, note.text) for note in found.notes]


def test_k02_upc_in_the_price_element_is_refused_as_no_price() -> None:
    (outcome,) = outcomes("edi_wholesale", interchange(*BUYER, "PO1*1*8*EA*036000291452**VP*LAMP-2").encode())
    assert verdict(outcome).startswith("refused: lines.1.unit_price: ")
