"""What each message says, segment by segment."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from connectors.formats.edifact.sending.messages import message_of
from connectors.formats.x12.sending.unwritable import Unwritable
from domain.addresses import Address
from domain.identifiers import InvoiceId, ItemId, LineId, NodeId, ShipmentId
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
    Pack,
    PackedLine,
    PartnerInvoice,
    PartnerLine,
    ProductNumber,
    ShipNotice,
)
from tests.unit.channels.edifact.sending.given import (
    CUPS,
    NUMBER,
    ORDER,
    PLATES,
    SYNTAX,
    body,
    interchange,
    read_back,
    segments_of,
    units,
    with_notation,
)
from tests.unit.channels.x12.sending.given import NOW_US

FRIDAY_US = int(datetime(2026, 1, 9, tzinfo=UTC).timestamp()) * 1_000_000
HEAD = ["RFF+ON:KW-1", "DTM+171:20260105:102", "RFF+DP:077"]
PARTIES = [
    "NAD+BY+4012345000009::9",
    "NAD+SU+5412345000013::9",
    "RFF+VA:DE811907980",
    "NAD+DP+4012345000016::9++Wareneingang:Kai GmbH+Kai 1:Tor 4+Hamburg++20457+DE",
]
ANSWER = OrderAnswer(
    ORDER,
    AnswerVerdict.CHANGED,
    NOW_US,
    (
        AnsweredOrderLine(
            CUPS,
            (
                AnsweredUnits(LineAnswer.ACCEPTED, units(8)),
                AnsweredUnits(LineAnswer.BACKORDERED, units(4), FRIDAY_US),
            ),
        ),
        AnsweredOrderLine(PLATES, (AnsweredUnits(LineAnswer.REJECTED, units(3)),)),
    ),
)


def answer_to(*answered: AnsweredUnits, line: PartnerLine = CUPS) -> OrderAnswer:
    return OrderAnswer(ORDER, AnswerVerdict.ACCEPTED, NOW_US, (AnsweredOrderLine(line, answered),))


def test_an_order_is_answered_line_by_line() -> None:
    assert [
        "BGM+231+ORDRSP7+4",
        "DTM+137:202601060330:203",
        *HEAD,
        *PARTIES,
        "CUX+2:EUR:9",
        "LIN+1+3+4000862141404:EN",
        "PIA+1+B-77:IN+CUP-1:SA",
        "IMD+F++:::Cup, red",
        "QTY+21:12:PCE",
        "QTY+113:8:PCE",
        "QTY+83:4:PCE",
        "DTM+79:20260109:102",
        "PRI+AAA:8.4:::100:PCE",
        "RFF+ON:KW-1:1",
        "LIN+2+7",
        "PIA+5+PLATE-9:SA",
        "QTY+21:3:CT",
        "QTY+113:0:CT",
        "PRI+AAA:12.5",
        "RFF+ON:KW-1:2",
        "UNS+S",
        "CNT+2:2",
    ] == body(ANSWER)


@pytest.mark.parametrize(
    ("verdict", "code"), ((AnswerVerdict.ACCEPTED, "29"), (AnswerVerdict.CHANGED, "4"), (AnswerVerdict.REJECTED, "27"))
)
def test_a_whole_order_is_answered_in_the_codes_of_the_partner(verdict: AnswerVerdict, code: str) -> None:
    assert f"BGM+231+ORDRSP7+{code}" == body(replace(ANSWER, verdict=verdict))[0]
    other = replace(SYNTAX, verdicts={verdict: "30"})
    assert "BGM+231+ORDRSP7+30" == body(replace(ANSWER, verdict=verdict), other)[0]


@pytest.mark.parametrize(
    ("answers", "action", "delivered"),
    (
        ([LineAnswer.ACCEPTED], "5", 12),
        ([LineAnswer.CHANGED, LineAnswer.REJECTED], "3", 12),
        ([LineAnswer.BACKORDERED], "3", 0),
        ([LineAnswer.REJECTED], "7", 0),
        ([LineAnswer.CANCELLED], "2", 0),
        ([LineAnswer.PRICE_PENDING], "3", 12),
        ([], "3", 0),
    ),
)
def test_an_answer_to_a_line_has_its_code(answers: list[LineAnswer], action: str, delivered: int) -> None:
    found = body(answer_to(*(AnsweredUnits(each, units(12)) for each in answers)))
    assert f"LIN+1+{action}+4000862141404:EN" in found
    assert f"QTY+113:{delivered}:PCE" in found
    assert (LineAnswer.PRICE_PENDING in answers) == any(each.startswith("FTX") for each in found)


def test_a_refused_change_says_why_and_that_nothing_of_a_line_is_changed() -> None:
    change = ChangeAnswer(
        ORDER, AnswerVerdict.REJECTED, 2, NOW_US, "is picked already, and x" * 20,
        (AnsweredChangeLine(CUPS, LineChange.NONE, (AnsweredUnits(LineAnswer.ACCEPTED, units(12)),)),),
    )  # fmt: skip
    found = body(change)
    assert "BGM+231+ORDRSP7+27" == found[0]
    (text,) = (each for each in found if each.startswith("FTX"))
    pieces = text.removeprefix("FTX+AAI+++").split(":")
    assert 5 == len(pieces)
    assert all(len(each) <= 70 for each in pieces)
    assert text.startswith("FTX+AAI+++is picked already, and xis picked")
    assert "LIN+1+4+4000862141404:EN" in found


NOTICE = ShipNotice(
    order=ORDER,
    shipment_id=ShipmentId("S1"),
    node_id=NodeId("central"),
    shipped_us=NOW_US,
    carrier="UPS",
    tracking_number="1Z",
    packs=(
        Pack("006141411234567890", (PackedLine(CUPS, units(8)), PackedLine(PLATES, units(3))), "1ZA"),
        Pack("006141411234567906", (PackedLine(CUPS, units(2)),)),
    ),
)


def test_a_despatch_advice_has_a_level_for_each_pack_with_its_label() -> None:
    assert [
        "BGM+351+S1+9",
        "DTM+137:202601060330:203",
        "DTM+11:202601060330:203",
        *HEAD,
        "RFF+CN:1Z",
        *PARTIES,
        "NAD+SF+central::91",
        "TDT+20++++UPSN::92:UPS",
        "CPS+1",
        "PAC+2",
        "CPS+2+1+1",
        "PAC+1",
        "PCI+33E",
        "RFF+CN:1ZA",
        "GIN+BJ+006141411234567890",
        "LIN+1++4000862141404:EN",
        "PIA+1+B-77:IN+CUP-1:SA",
        "QTY+12:8:PCE",
        "QTY+21:12:PCE",
        "RFF+ON:KW-1:1",
        "LIN+2",
        "PIA+5+PLATE-9:SA",
        "QTY+12:3:CT",
        "QTY+21:3:CT",
        "RFF+ON:KW-1:2",
        "CPS+3+1+1",
        "PAC+1",
        "PCI+33E",
        "GIN+BJ+006141411234567906",
        "LIN+3++4000862141404:EN",
        "PIA+1+B-77:IN+CUP-1:SA",
        "QTY+12:2:PCE",
        "QTY+21:12:PCE",
        "RFF+ON:KW-1:1",
        "CNT+2:3",
    ] == body(NOTICE)


@pytest.mark.parametrize(("purpose", "code"), ((NoticePurpose.REPLACEMENT, "5"), (NoticePurpose.CANCELLATION, "1")))
def test_what_is_taken_back_is_replaced_or_cancelled(purpose: NoticePurpose, code: str) -> None:
    assert f"BGM+351+S1+{code}" == body(replace(NOTICE, purpose=purpose))[0]


def test_packs_are_what_the_partner_calls_them_and_a_carrier_without_a_code_has_its_name() -> None:
    found = body(replace(NOTICE, carrier="Harrys Wagen"), replace(SYNTAX, package="CT"))
    assert "PAC+2++CT" in found
    assert "TDT+20++++:::Harrys Wagen" in found


def invoice(*amounts: int, goods: int, other: int = 0, currency: str = "EUR") -> PartnerInvoice:
    lines = tuple(
        InvoicedLine(replace(CUPS, line_id=LineId(str(place))), units(1), each, 1, each)
        for place, each in enumerate(amounts, start=1)
    )
    order = replace(ORDER, currency=currency)
    return PartnerInvoice(
        order, InvoiceId("INV-1"), is_credit=False, invoiced_us=NOW_US, lines=lines, goods_total=goods, other=other
    )


def amounts_of(found: list[str], code: str) -> list[str]:
    return [each.split(":")[1] for each in found if each.startswith(f"MOA+{code}:")]


def test_an_invoice_has_its_lines_and_the_totals_behind_them() -> None:
    lines = (InvoicedLine(CUPS, units(8), 84_000, 100, 6_720), InvoicedLine(PLATES, units(3), 125_000, 1, 375_000))
    found = body(replace(invoice(goods=381_720, other=72_500), lines=lines))
    assert ["BGM+380+INV-1+9", "DTM+137:202601060330:203", *HEAD, *PARTIES, "CUX+2:EUR:4"] == found[:10]
    assert ["ALC+C++++:::CHARGES AND TAXES AS INVOICED", "MOA+8:7.25"] == found[10:12]
    assert ["QTY+47:8:PCE", "MOA+203:0.67", "PRI+AAA:8.4:::100:PCE", "RFF+ON:KW-1:1"] == found[15:19]
    assert ["UNS+S", "CNT+2:2", "MOA+77:45.42", "MOA+79:38.17", "MOA+131:7.25"] == found[-5:]


def test_a_credit_note_is_one_and_an_allowance_is_taken_off() -> None:
    found = body(replace(invoice(100_000, goods=100_000, other=-5_000), is_credit=True))
    assert "BGM+381+INV-1+9" == found[0]
    assert "ALC+A++++:::ALLOWANCES AS INVOICED" in found
    assert ["0.5"] == amounts_of(found, "8")
    assert [["9.5"], ["10"], ["-0.5"]] == [amounts_of(found, code) for code in ("77", "79", "131")]


@pytest.mark.parametrize(
    ("currency", "amounts", "goods", "expected"),
    (
        ("EUR", [33_333, 33_333, 33_334], 100_000, ["3.33", "3.33", "3.34"]),
        ("EUR", [3_333, 3_333, 3_333], 9_999, ["0.34", "0.33", "0.33"]),
        ("JPY", [15_000, 15_000], 30_000, ["2", "1"]),
        ("KWD", [3_335, 3_335], 6_670, ["0.334", "0.333"]),
    ),
)
def test_the_lines_add_up_to_their_total_in_coins(
    currency: str, amounts: list[int], goods: int, expected: list[str]
) -> None:
    found = body(invoice(*amounts, goods=goods, currency=currency))
    assert expected == amounts_of(found, "203")


def test_numbers_have_the_decimal_mark_of_the_partner() -> None:
    text = interchange(ANSWER, with_notation(decimal=","))
    assert text.startswith("UNA:+,? 'UNB")
    assert "PRI+AAA:12,5'" in text


def test_without_una_the_text_begins_with_unb() -> None:
    assert interchange(ANSWER, with_notation(has_advice=False)).startswith("UNB+UNOC:3+")


def test_syntax_version_4_has_the_century_and_releases_the_repetition_mark() -> None:
    line = replace(PLATES, products=(ProductNumber("IN", "A*B"),))
    text = interchange(answer_to(line=line), with_notation(version=4, character_set="UNOY"))
    assert text.startswith("UNA:+.?*'UNB+UNOY:4+5412345000013:14+4012345000009:14+20260106:0230+7")
    assert "A?*B:IN" in text


def test_what_the_standard_has_no_room_for_is_cut_where_people_read_it() -> None:
    address = Address("N" * 80, "S" * 80, "C" * 80, "P" * 20, "T" * 20, "DE", "F" * 80, "U" * 80, "")
    line = replace(CUPS, description="D" * 200)
    document = replace(answer_to(line=line), order=replace(ORDER, ship_to=address))
    found = body(document)
    cut = f"{'N' * 35}:{'F' * 35}+{'S' * 35}:{'U' * 35}+{'C' * 35}+{'T' * 9}+{'P' * 9}+DE"
    assert f"NAD+DP+++{cut}" in found
    assert f"IMD+F++:::{'D' * 35}:{'D' * 35}" in found


@pytest.mark.parametrize(
    ("change", "place"),
    (
        ({"line_id": LineId("1234567")}, "RFF01-3"),
        ({"item_id": ItemId("A" * 36), "products": ()}, "PIA02-1"),
        ({"item_id": ItemId(" "), "products": ()}, "7140"),
        ({"unit": ""}, "6411"),
        ({"unit": "LONG"}, "QTY01-3"),
        ({"ordered": 10**22}, "QTY01-2"),
    ),
)
def test_what_names_or_counts_something_is_written_whole_or_not_at_all(change: dict[str, object], place: str) -> None:
    with pytest.raises(Unwritable, match=place):
        body(answer_to(line=replace(CUPS, **change)))  # type: ignore[arg-type]  # any field


def test_a_number_in_letters_that_the_partner_does_not_have_is_not_written() -> None:
    order = replace(ORDER, number="kw-1")
    with pytest.raises(Unwritable, match="RFF01-2"):
        body(replace(ANSWER, order=order), with_notation(character_set="UNOA"))


def test_text_for_people_is_in_the_letters_that_the_partner_has() -> None:
    address = replace(ORDER.ship_to, name="Müller & Søn_1", city="Łódź", location_code="")
    document = replace(ANSWER, order=replace(ORDER, ship_to=address))
    for name, written in (("UNOA", "MUELLER"), ("UNOA", "MULLER & SON?1:"), ("UNOB", "Muller & Son?1:")):
        found = [each for each in body(document, with_notation(character_set=name)) if each.startswith("NAD+DP")]
        assert (written in found[0]) == (written != "MUELLER")
    assert any("Müller & Søn_1:" in each for each in body(document, with_notation(character_set="UNOC")))


def test_lines_whose_numbers_do_not_all_fit_are_counted() -> None:
    lines = [replace(CUPS, line_id=LineId(each)) for each in ("10", "A/2")]
    document = replace(ANSWER, lines=tuple(AnsweredOrderLine(each, ()) for each in lines))
    found = body(document)
    assert ["1", "2"] == [each.split("+")[1] for each in found if each.startswith("LIN")]
    assert ["RFF+ON:KW-1:10", "RFF+ON:KW-1:A/2"] == [each for each in found if each.startswith("RFF+ON:KW-1:")]


def test_numbers_are_released_and_read_back() -> None:
    order = replace(ORDER, number="KW+1:2'?3")
    text = interchange(replace(ANSWER, order=order))
    assert "RFF+ON:KW?+1?:2?'??3'" in text
    assert "KW+1:2'?3" == read_back(text, SYNTAX.notation)["RFF"]["ON"]["01-2"]
    assert segments_of(text, SYNTAX.notation)


def test_a_directory_and_its_subset_are_in_unh() -> None:
    assert ("ORDRSP", "D", "01B", "UN", "EAN010") == message_of(ANSWER, SYNTAX, "D01B:EAN010", NUMBER).identifier
    assert "UNH+1+ORDRSP:D:96A:UN'" in interchange(ANSWER, version="D96A")


def test_stock_has_no_message() -> None:
    with pytest.raises(Unwritable, match="InventoryAdvice has no message"):
        message_of(InventoryAdvice("1", NOW_US, ()), SYNTAX, "D96A", NUMBER)


def test_our_number_is_told_however_many_others_there_are() -> None:
    others = tuple(ProductNumber("IN", str(number)) for number in range(8))
    found = body(answer_to(line=replace(CUPS, products=others)))
    assert "PIA+5+0:IN+1:IN+2:IN+3:IN+CUP-1:SA" in found
