"""What an 850 says of an order beside its money: days, terms, references, places, packs; and one that replaces it."""

import pytest

from domain.identifiers import LineId
from domain.inventory.supply.rows import DAY_US
from domain.messages.orders import OrderPictured, OrderPlaced
from domain.papers import RequestedDay
from tests.unit.channels.given import message, outcomes, verdict
from tests.unit.channels.x12.given import a_set, in_an_envelope

BEG = "BEG*00*SA*PO-1**20260105"
LINE = "PO1*1*12*EA*2*PE*VP*LAMP-1"
JANUARY_20 = 1_768_867_200_000_000


def sent(*segments: str, begin: str = BEG) -> bytes:
    return in_an_envelope(a_set("850", begin, *segments)).encode()


def order(*segments: str, begin: str = BEG) -> OrderPlaced:
    (outcome,) = outcomes("edi_wholesale", sent(*segments, begin=begin))
    placed = message(outcome)
    assert isinstance(placed, OrderPlaced)
    return placed


@pytest.mark.parametrize(
    ("segments", "days"),
    (
        (("DTM*002*20260120", LINE), [RequestedDay(JANUARY_20)]),
        (("DTM*010*20260120", LINE), [RequestedDay(JANUARY_20)]),
        (("DTM*064*20260120", "DTM*063*20260125", LINE), [RequestedDay(JANUARY_20)]),
        (("DTM*037*20260120", "DTM*038*20260125", LINE), [RequestedDay(JANUARY_20)]),
        (("DTM*010*20260119", "DTM*002*20260120", LINE), [RequestedDay(JANUARY_20)]),
        (("DTM*001*20260120", LINE), []),
        (
            ("DTM*002*20260120", LINE, "DTM*002*20260121"),
            [RequestedDay(JANUARY_20), RequestedDay(JANUARY_20 + DAY_US, LineId("1"))],
        ),
        ((LINE, "SCH*12*EA***002*20260120"), [RequestedDay(JANUARY_20, LineId("1"))]),
    ),
)
def test_an_order_and_its_lines_are_wanted_on_the_days_of_their_dates(
    segments: tuple[str, ...], days: list[RequestedDay]
) -> None:
    assert days == list(order(*segments).requested)


def test_days_that_are_not_that_on_which_it_is_wanted_are_notes() -> None:
    found = order("DTM*001*20260130", "DTM*063*20260129", "DTM*038*20260128", "DTM*500*20260127", LINE)
    assert [
        "cancel after 20260130",
        "do not deliver after 20260129",
        "do not ship after 20260128",
        "date 500: 20260127",
    ] == [note.text for note in found.notes]


@pytest.mark.parametrize(
    ("itd", "terms"),
    (
        ("ITD*01*3*2**10**30*****2 PCT 10 NET 30", "2 PCT 10 NET 30"),
        ("ITD*01*3*2**10**30", "2% 10 days, net 30 days"),
        ("ITD*05*3*****45", "net 45 days"),
        ("ITD*05*3", ""),
    ),
)
def test_the_terms_of_payment_are_kept(itd: str, terms: str) -> None:
    assert terms == order(itd, LINE).terms


def test_every_reference_and_the_code_of_every_party_is_kept() -> None:
    found = order(
        "REF*DP*038",
        "REF*IA*V-77",
        "REF*DP*039",
        "N9*L1*NOTE",
        "N1*BY*HARBOR TOOLS*92*1001",
        "N1*ST*STORE 7*92*0007",
        "N1*Z7*STORE 9*92*0009",
        LINE,
        begin="BEG*00*SA*PO-1**20260105*C-5",
    )
    assert [
        ("contract", "C-5"),
        ("DP", "038"),
        ("IA", "V-77"),
        ("DP", "039"),
        ("L1", "NOTE"),
        ("N1/BY", "1001"),
        ("N1/ST", "0007"),
        ("N1/Z7", "0009"),
    ] == [(one.kind, one.number) for one in found.references]
    assert ["mark for STORE 9"] == [note.text for note in found.notes]


def test_more_references_than_anybody_needs_are_refused() -> None:
    (outcome,) = outcomes("edi_wholesale", sent(*(f"REF*ZZ*{number}" for number in range(1001)), LINE))
    assert "refused: references: are 1001; at most 1000 are allowed in one document" == verdict(outcome)


def test_what_a_line_is_made_of_and_how_it_is_packed_are_notes_of_it() -> None:
    found = order(
        LINE,
        "REF*ZZ*KIT",
        "PO4*12*6*EA",
        "PO4*3",
        "SLN*1**I*2*EA****VP*SHADE-1",
        "SLN*2**I*1*EA",
        "SCH*5*EA***002*20260120",
    )
    assert [
        ("1", "REF ZZ KIT"),
        ("1", "5 EA on 20260120"),
        ("1", "pack of 12, size 6 EA"),
        ("1", "pack of 3"),
        ("1", "contains 2 EA SHADE-1"),
        ("1", "contains 1 EA"),
    ] == [(note.line_id, note.text) for note in found.notes]


def test_what_sdq_sends_to_places_is_a_line_for_each_place_and_one_for_the_rest() -> None:
    found = order(
        LINE, "MSG*FRAGILE", "SDQ*EA*92*0001*4*0002*6", "PO1*2*3*EA*5**VP*PUMP-9", "SDQ*EA*92*0001*3", "CTT*2"
    )
    assert [
        ("1", "LAMP-1", 2_000_000, 20_000),
        ("1/0001", "LAMP-1", 4_000_000, 20_000),
        ("1/0002", "LAMP-1", 6_000_000, 20_000),
        ("2/0001", "PUMP-9", 3_000_000, 50_000),
    ] == [(line.line_id, line.item_id, line.quantity, line.unit_price) for line in found.lines]
    assert ["FRAGILE", "for 0001", "FRAGILE"] == [note.text for note in found.notes if note.line_id in {"1", "1/0001"}]


@pytest.mark.parametrize(
    ("sdq", "expected"),
    (
        (("SDQ*EA*92*0001*13",), "refused: lines.1.quantity: -1 is not above zero"),
        (("SDQ*EA*92*0001*10", "SDQ*EA*92*0002*3"), "refused: lines.1.quantity: -1 is not above zero"),
        (("SDQ*EA*92*0001*four",), "refused: lines.1.quantity: 'four' is not a decimal number"),
        (("SDQ*EA*92*0001",), "refused: lines.2.quantity: is missing"),
    ),
)
def test_places_that_get_more_than_the_line_has_refuse_the_order(sdq: tuple[str, ...], expected: str) -> None:
    (outcome,) = outcomes("edi_wholesale", sent(LINE, *sdq))
    assert verdict(outcome).startswith(expected)


def test_lines_are_counted_as_the_partner_counts_them() -> None:
    (outcome,) = outcomes("edi_wholesale", sent(LINE, "SDQ*EA*92*0001*4*0002*8", "CTT*2"))
    assert "refused: totals.line_count: 2 lines are stated, 1 were found" == verdict(outcome)


def test_purpose_05_shows_the_order_again_whole() -> None:
    (outcome,) = outcomes("edi_wholesale", sent("REF*DP*038", LINE, "CTT*1", begin="BEG*05*SA*PO-1**20260105"))
    picture = message(outcome)
    assert isinstance(picture, OrderPictured)
    placed = order("REF*DP*038", LINE, "CTT*1")
    assert (placed.order_id, placed.lines, placed.references, placed.ship_to) == (
        picture.order_id,
        picture.placed.lines,
        picture.placed.references,
        picture.placed.ship_to,
    )
    # 06:00 of the group, in New York.
    assert 1_767_610_800_000_000 == picture.number
