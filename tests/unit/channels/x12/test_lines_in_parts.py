"""What an 850 says of a line that goes to places, is priced by another unit, or asks for what an order has not."""

import pytest

from domain.messages.orders import DisputedTotal, OrderPlaced, TotalKind
from domain.money.adjustments import Adjustments, totals
from domain.money.amounts import ONE
from domain.money.prices import WORTH
from tests.unit.channels.given import grand_total, message, outcomes, verdict
from tests.unit.channels.x12.given import a_set, in_an_envelope

SHIP_TO = ("N1*ST*HARBOR DC*92*0038", "N3*1 PIER ROAD", "N4*AUSTIN*TX*78701")
LAMP = "VP*LAMP-1"


def sent(*segments: str, begin: str = "BEG*00*SA*PO-1**20260105") -> bytes:
    return in_an_envelope(a_set("850", begin, *segments)).encode()


def order(*segments: str) -> OrderPlaced:
    (outcome,) = outcomes("edi_wholesale", sent(*segments))
    placed = message(outcome)
    assert isinstance(placed, OrderPlaced), verdict(outcome)
    return placed


def refusal(*segments: str, begin: str = "BEG*00*SA*PO-1**20260105") -> str:
    (outcome,) = outcomes("edi_wholesale", sent(*segments, begin=begin))
    return verdict(outcome)


@pytest.mark.parametrize("places", ("0001*24*0002*24", "0001*1*0002*1*0003*1", "0001*7*0002*11*0003*13*0004*17"))
def test_what_is_taken_off_a_line_and_its_taxes_are_shared_by_its_places_to_the_last_place(places: str) -> None:
    money = ("SAC*A*C310***1000", "TXI*ST*10.01*5", "TXI*CT*0.07*1")
    whole = order(f"PO1*1*48*EA*12.5**{LAMP}", *money)
    parts = order(f"PO1*1*48*EA*12.5**{LAMP}", *money, f"SDQ*EA*92*{places}")
    assert len(whole.lines) < len(parts.lines)
    assert grand_total(whole) == grand_total(parts)
    assert sum(each.value for each in whole.taxes) == sum(each.value for each in parts.taxes)


def test_of_a_part_that_is_not_wanted_any_more_no_share_is_due() -> None:
    placed = order(f"PO1*1*4*EA*12.5**{LAMP}", "SAC*A*C310***1000", "SDQ*EA*92*0001*1*0002*3")
    due = {placed.lines[0].line_id: placed.lines[0].quantity}
    assert 25_000 * WORTH == totals(0, 0, Adjustments(placed.discounts), due).discount


@pytest.mark.parametrize(
    ("line", "pack", "price"),
    (
        ("4*CA*10*PE", "PO4*12", "120"),
        ("4*CA*10*PE", "PO4*12**********************", "120"),
        ("4*CA*10*LE", "PO4*3*************4", "120"),
        ("4*CA*10*", "PO4*12", "10"),
        ("4*EA*10*PE", "PO4*12", "10"),
        ("4*UN*10*PE", "PO4*12", "10"),
        ("2*DZ*1.5*QE", "PO4*1", "18"),
        ("2*LB*1.5*PP", "PO4*1", "1.5"),
        ("2*EA*12*NC", "PO4*1", "0"),
        ("2*EA*12*NS", "PO4*1", "0"),
    ),
)
def test_a_price_of_another_unit_is_that_of_the_pieces_in_one(line: str, pack: str, price: str) -> None:
    (placed,) = order(f"PO1*1*{line}*{LAMP}", pack).lines
    assert float(price) == placed.unit_price / placed.price_basis / ONE


@pytest.mark.parametrize("line", ("4*CA*10*PE", "4*CA*10*PP", "4*EA*10*PP", "4*EA*10*NQ", "4*EA*10*TB", "2*CA*10*PD"))
def test_a_price_of_a_unit_of_which_nobody_knows_how_many_there_are_is_refused(line: str) -> None:
    assert refusal(f"PO1*1*{line}*{LAMP}").startswith("refused: lines.1.price_")


def test_an_amount_of_a_line_that_its_price_does_not_come_to_is_disputed() -> None:
    assert not order(f"PO1*1*4*EA*2.5**{LAMP}", "AMT*1*10").disputed_totals
    assert not order(f"PO1*1*4*EA*2.5**{LAMP}", "SAC*A*C310***100", "AMT*1*9").disputed_totals
    placed = order(f"PO1*1*4*EA*2.5**{LAMP}", "AMT*1*120", f"PO1*2*1*EA*2.5**{LAMP}")
    assert (DisputedTotal(TotalKind.GOODS, 122_5000, 12_5000),) == placed.disputed_totals


@pytest.mark.parametrize("kind", ("BK", "BE", "BQ", "IN", "KA", "SO"))
def test_what_is_no_firm_order_of_goods_is_refused_in_words(kind: str) -> None:
    assert "no firm order" in refusal(f"PO1*1*4*EA*2.5**{LAMP}", begin=f"BEG*00*{kind}*PO-1**20260105")


@pytest.mark.parametrize(
    "begin", ("BEG*00*RL*PO-1*7*20260105", "BEG*00*BK*PO-1*7*20260105", "BEG*00*NE*PO-1**20260105")
)
def test_an_order_and_a_release_are_placed(begin: str) -> None:
    assert refusal(f"PO1*1*4*EA*2.5**{LAMP}", begin=begin).startswith("placed")


@pytest.mark.parametrize(
    ("segments", "words"),
    (
        (("N1*ST*STORE 5*92*0005", "N4*RENO*NV*89501"), "place of its own"),
        (("N1*ST*STORE 5", "N4*RENO*NV*89501"), "place of its own"),
        (("SCH*4*EA*ST*STORE 5*002*20260110",), "place of its own"),
        (("SLN*1**A*2*EA*3***VN*BLADE",), "SLN03"),
        (("SLN*1**S*2*EA*3***VN*BLADE",), "SLN03"),
        (("SDQ*CA*92*0001*1",), "another unit"),
    ),
)
def test_a_line_that_asks_for_what_an_order_has_not_is_refused_in_words(segments: tuple[str, ...], words: str) -> None:
    assert words in refusal(*SHIP_TO, f"PO1*1*4*EA*2.5**{LAMP}", *segments)


def test_a_line_for_the_place_of_the_order_or_with_other_parties_is_placed() -> None:
    placed = order(*SHIP_TO, f"PO1*1*4*EA*2.5**{LAMP}", "N1*ST*HARBOR DC*92*0038", "N1*MF*ACME", "SLN*1**I*2*EA")
    assert ["contains 2 EA", "party MF: ACME"] == sorted(note.text for note in placed.notes)


def test_an_allowance_below_zero_is_refused_of_a_line_and_of_the_order() -> None:
    assert "below zero" in refusal("SAC*A*C310***-1000", f"PO1*1*4*EA*2.5**{LAMP}")
    assert "below zero" in refusal(f"PO1*1*4*EA*2.5**{LAMP}", "SAC*A*C310***-1000")


def test_units_that_do_not_add_up_to_the_hash_total_are_refused() -> None:
    assert refusal(f"PO1*1*4*EA*2.5**{LAMP}", "CTT*1*4").startswith("placed")
    assert "refused: totals.quantity: 5 is stated, the lines add up to 4" == refusal(
        f"PO1*1*4*EA*2.5**{LAMP}", "CTT*1*5"
    )
