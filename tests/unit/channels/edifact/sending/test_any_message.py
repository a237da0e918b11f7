"""Whatever a document says, it is refused, or written so that both readers find the same in it again."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.formats.edifact.sending.character_sets import CHARACTER_SETS
from connectors.formats.edifact.sending.writing import Notation
from connectors.formats.x12.sending.unwritable import Unwritable
from domain.addresses import Address
from domain.identifiers import InvoiceId, ItemId, LineId, NodeId, ShipmentId
from domain.messages.edi.documents import (
    AnsweredOrderLine,
    AnsweredUnits,
    AnswerVerdict,
    InvoicedLine,
    LineAnswer,
    OrderAnswer,
    Pack,
    PackedLine,
    PartnerInvoice,
    PartnerLine,
    PartnerOrder,
    ProductNumber,
    ShipNotice,
)
from domain.money.amounts import in_coins, parse_amount, smallest_coin
from domain.quantities import UNIT, format_quantity
from tests.unit.channels.edifact.sending.given import ORDER, SYNTAX, interchange, read_back, separated
from tests.unit.channels.x12.sending.given import NOW_US, PLACED_US

TEXTS = st.text(max_size=90) | st.text(st.sampled_from("+:'?*.,!~|\n\r\x1d Ä?AB1"), max_size=12)
NAMES = st.text(st.sampled_from("ABCdef0123456789-_/.*+:'?Ü "), min_size=1, max_size=24)
LINE_NUMBERS = st.integers(1, 999_999).map(str) | st.text(st.sampled_from("AB1+:'? "), min_size=1, max_size=7)
QUANTITIES = st.integers(1, 10**15)
AMOUNTS = st.integers(-(10**12), 10**13)
ADDRESSES = st.builds(
    Address, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS, st.sampled_from(("US", "DE", "")), TEXTS, TEXTS, NAMES | st.just("")
)
LINES = st.builds(
    PartnerLine,
    LINE_NUMBERS.map(LineId),
    NAMES.map(ItemId),
    st.lists(st.builds(ProductNumber, st.sampled_from(("EN", "SA", "IN", "SRV")), NAMES), max_size=8).map(tuple),
    QUANTITIES,
    st.sampled_from(("EA", "XCT", "TNE")),
    st.integers(0, 10**13),
    st.sampled_from((1, 100, 1_000)),
    TEXTS,
)
ORDERS = st.builds(
    PartnerOrder, st.just(ORDER.order_id), NAMES, NAMES | st.just(""), st.just(PLACED_US),
    st.sampled_from(("EUR", "JPY", "KWD")), ADDRESSES, NAMES | st.just(""),
)  # fmt: skip
ANSWERED = st.builds(
    AnsweredOrderLine,
    LINES,
    st.lists(
        st.builds(AnsweredUnits, st.sampled_from(LineAnswer), QUANTITIES), max_size=3, unique_by=lambda one: one.answer
    ).map(tuple),
)
ANSWERS = st.builds(
    OrderAnswer, ORDERS, st.sampled_from(AnswerVerdict), st.just(NOW_US), st.lists(ANSWERED, max_size=4).map(tuple)
)
PACKS = st.builds(
    Pack,
    st.from_regex(r"\A[0-9]{18}\Z"),
    st.lists(st.builds(PackedLine, LINES, QUANTITIES), min_size=1, max_size=3).map(tuple),
    NAMES | st.just(""),
)
NOTICES = st.builds(
    ShipNotice, ORDERS, NAMES.map(ShipmentId), NAMES.map(NodeId), st.just(NOW_US), TEXTS, NAMES,
    st.lists(PACKS, min_size=1, max_size=3).map(tuple),
)  # fmt: skip
INVOICES = st.builds(
    PartnerInvoice, ORDERS, NAMES.map(InvoiceId), st.booleans(), st.just(NOW_US),
    st.lists(
        st.builds(InvoicedLine, LINES, QUANTITIES, st.integers(0, 10**13), st.sampled_from((1, 100)), AMOUNTS),
        min_size=1, max_size=4,
    ).map(tuple),
    AMOUNTS, AMOUNTS | st.just(0),
)  # fmt: skip
SEPARATORS = st.permutations(":+?'!~|^\x1d\x1c\x1f"[:8]).map(lambda drawn: "".join(drawn[:4]))
NOTATIONS = st.builds(
    lambda letters, decimal, name: replace(
        separated(letters, decimal), character_set=name, version=4 if name == "UNOY" else 3
    ),
    st.just(":+?'") | SEPARATORS,
    st.sampled_from(".,"),
    st.sampled_from(sorted(CHARACTER_SETS)),
)


def written(document: Any, notation: Notation) -> Any:
    """What is read of it again; None where it is refused."""
    syntax = replace(SYNTAX, notation=notation)
    try:
        text = interchange(document, syntax)
    except Unwritable:
        return None
    text.encode(syntax.encoding)
    return read_back(text, notation)


@settings(max_examples=150)
@given(ANSWERS, NOTATIONS)
def test_any_answer_is_refused_or_read_back_as_it_was_said(answer: OrderAnswer, notation: Notation) -> None:
    read = written(answer, notation)
    if read is None:
        return
    assert answer.order.number.strip() == read["RFF"]["ON"]["01-2"]
    assert len(answer.lines) == len(read["LIN"])
    for each, line in zip(answer.lines, read["LIN"], strict=True):
        assert each.line.line_id.strip() == line["RFF"]["ON"].get("01-3", "")
        assert format_quantity(each.line.ordered) == line["QTY"]["21"]["01-2"]
        named = set(line["ids"].values())
        assert each.line.item_id.strip() in named or any(one.qualifier == "SA" for one in each.line.products)


@settings(max_examples=150)
@given(NOTICES, NOTATIONS)
def test_any_notice_is_refused_or_read_back_with_all_its_packs(notice: ShipNotice, notation: Notation) -> None:
    read = written(notice, notation)
    if read is None:
        return
    packs = read["CPS"][1:]
    assert [pack.sscc for pack in notice.packs] == [pack["PAC"][0]["PCI"][0]["GIN"][0]["02"] for pack in packs]
    assert [[format_quantity(line.shipped) for line in pack.lines] for pack in notice.packs] == [
        [line["QTY"]["12"]["01-2"] for line in pack["LIN"]] for pack in packs
    ]
    assert str(sum(len(pack.lines) for pack in notice.packs)) == read["CNT"]["2"]["01-2"]


@settings(max_examples=150)
@given(INVOICES, NOTATIONS)
def test_any_invoice_is_refused_or_adds_up_to_the_coin(invoice: PartnerInvoice, notation: Notation) -> None:
    read = written(invoice, notation)
    if read is None:
        return
    currency = invoice.order.currency
    totals = {code: parse_amount(said["01-2"]) for code, said in read["MOA"].items()}
    lines = [parse_amount(line["MOA"]["203"]["01-2"]) for line in read["LIN"]]
    assert in_coins(invoice.total, currency) == totals["77"]
    assert sum(lines) == totals["79"] == in_coins(invoice.goods_total, currency)
    assert totals["77"] == totals["79"] + totals.get("131", 0)
    assert not any(each % smallest_coin(currency) for each in (*lines, *totals.values()))


def test_most_plain_documents_are_written() -> None:
    """Else the tests above could be green without having read anything."""
    line = PartnerLine(LineId("1"), ItemId("A"), (), UNIT, "EA", 1)
    answer = OrderAnswer(ORDER, AnswerVerdict.ACCEPTED, NOW_US, (AnsweredOrderLine(line, ()),) * 2_000)
    read = written(answer, separated(":+?'"))
    assert read is not None
    assert "2000" == read["CNT"]["2"]["01-2"]


@pytest.mark.parametrize("hostile", ("+", ":", "'", "?", "??'", "\n", "\x00", "\ufeff", "\u2028", "😀", "UNZ+1+7'"))
@pytest.mark.parametrize("name", sorted(CHARACTER_SETS))
def test_a_hostile_name_does_not_break_its_message(hostile: str, name: str) -> None:
    address = Address(*(f"a{hostile}b",) * 5, "DE", hostile, f"c{hostile}", "")
    document = OrderAnswer(replace(ORDER, ship_to=address), AnswerVerdict.ACCEPTED, NOW_US, ())
    notation = replace(separated(":+?'"), character_set=name, version=4 if name == "UNOY" else 3)
    assert written(document, notation) is not None
