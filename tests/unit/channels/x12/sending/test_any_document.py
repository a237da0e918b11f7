"""Whatever a document says, it is refused, or written so that both readers find the same in it again."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.formats.x12.segments import Delimiters
from connectors.formats.x12.sending.unwritable import Unwritable
from domain.addresses import Address
from domain.identifiers import ItemId, LineId, NodeId, ShipmentId
from domain.messages.edi.documents import (
    AnsweredOrderLine,
    AnsweredUnits,
    AnswerVerdict,
    LineAnswer,
    OrderAnswer,
    Pack,
    PackedLine,
    PartnerLine,
    PartnerOrder,
    ProductNumber,
    ShipNotice,
)
from domain.quantities import UNIT, format_quantity
from tests.unit.channels.x12.sending.given import NOW_US, ORDER, PLACED_US, SYNTAX, interchange, read_back

DELIMITERS = st.lists(st.sampled_from("*|>:^~'!\x1d\x1c\x1f\n"), min_size=3, max_size=3, unique=True).filter(
    lambda drawn: drawn[0] != "\n" and drawn[1] != "\n"
)
TEXTS = st.text(max_size=90) | st.text(st.sampled_from("*|>:^~'!\n\r\x1d Ä?AB1"), max_size=12)
NAMES = st.text(st.sampled_from("ABCdef0123456789-_/.*~Ü "), min_size=1, max_size=24)
QUANTITIES = st.integers(1, 10**15)
ADDRESSES = st.builds(
    Address, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS, st.sampled_from(("US", "DE", "")), TEXTS, TEXTS, NAMES
)
LINES = st.builds(
    PartnerLine,
    NAMES.map(LineId),
    NAMES.map(ItemId),
    st.lists(st.builds(ProductNumber, st.sampled_from(("BP", "UP", "VP", "EN")), NAMES), max_size=12).map(tuple),
    QUANTITIES,
    st.sampled_from(("EA", "XCT", "TNE")),
    st.integers(0, 10**13),
    st.sampled_from((1, 100, 1_000)),
    TEXTS,
)
ORDERS = st.builds(
    PartnerOrder, st.just(ORDER.order_id), NAMES, NAMES | st.just(""), st.just(PLACED_US), st.just("USD"), ADDRESSES,
    NAMES | st.just(""),
)  # fmt: skip
ANSWERED = st.builds(
    AnsweredOrderLine,
    LINES,
    st.lists(st.builds(AnsweredUnits, st.sampled_from(LineAnswer), QUANTITIES), max_size=3).map(tuple),
)
ANSWERS = st.builds(
    OrderAnswer, ORDERS, st.sampled_from(AnswerVerdict), st.just(NOW_US), st.lists(ANSWERED, max_size=4).map(tuple)
)
PACKS = st.builds(
    Pack,
    st.from_regex(r"\A[0-9]{18}\Z"),
    st.lists(st.builds(PackedLine, LINES, QUANTITIES), min_size=1, max_size=3).map(tuple),
)
NOTICES = st.builds(
    ShipNotice, ORDERS, NAMES.map(ShipmentId), NAMES.map(NodeId), st.just(NOW_US), TEXTS, NAMES,
    st.lists(PACKS, min_size=1, max_size=3).map(tuple),
)  # fmt: skip


def written(document: Any, delimiters: list[str], encoding: str, version: str) -> tuple[str, Any] | None:
    element, component, terminator = delimiters
    repetition = next(one for one in "^%$#" if one not in delimiters) if version == "005010" else ""
    syntax = replace(SYNTAX, delimiters=Delimiters(element, component, repetition, terminator), encoding=encoding)
    try:
        text = interchange(document, syntax, version)
    except Unwritable:
        return None
    text.encode(encoding)
    return text, read_back(text)


FORMS = st.tuples(DELIMITERS, st.sampled_from(("ascii", "latin-1", "utf-8")), st.sampled_from(("004010", "005010")))


@settings(max_examples=300)
@given(ANSWERS, FORMS)
def test_any_answer_is_refused_or_read_back_as_it_was_said(answer: OrderAnswer, form: Any) -> None:
    found = written(answer, *form)
    if found is None:
        return
    _, read = found
    assert answer.order.number.strip() == read["BAK"]["03"]
    assert [each.line.line_id.strip() for each in answer.lines] == [line.get("01", "") for line in read["PO1"]]
    for each, line in zip(answer.lines, read["PO1"], strict=True):
        assert format_quantity(each.line.ordered) == line["02"]
        assert [format_quantity(one.quantity) for one in each.units] == [ack["02"] for ack in line.get("ACK", [])]
        assert any(pair["id"] == each.line.item_id.strip() for pair in line["id_list"]) or any(
            one.qualifier == "VP" for one in each.line.products
        )


@settings(max_examples=300)
@given(NOTICES, FORMS)
def test_any_notice_is_refused_or_read_back_with_all_its_packs(notice: ShipNotice, form: Any) -> None:
    found = written(notice, *form)
    if found is None:
        return
    _, read = found
    (shipment,) = read["HL"]["S"]
    (order,) = shipment["HL"]["O"]
    assert [f"00{pack.sscc}" for pack in notice.packs] == [pack["MAN"][0]["02"] for pack in order["HL"]["P"]]
    assert [[format_quantity(line.shipped) for line in pack.lines] for pack in notice.packs] == [
        [item["SN1"]["02"] for item in pack["HL"]["I"]] for pack in order["HL"]["P"]
    ]


def test_most_plain_documents_are_written() -> None:
    """Else the two tests above could be green without having read anything."""
    line = PartnerLine(LineId("1"), ItemId("A"), (), UNIT, "EA", 1)
    answer = OrderAnswer(ORDER, AnswerVerdict.ACCEPTED, NOW_US, (AnsweredOrderLine(line, ()),) * 2_000)
    found = written(answer, ["|", ">", "~"], "ascii", "005010")
    assert found is not None
    assert "2000" == found[1]["CTT"]["01"]


@pytest.mark.parametrize("hostile", ("*", "~", ">", "\n", "\x00", "\ufeff", "\u2028", "😀"))
def test_a_hostile_name_does_not_break_its_set(hostile: str) -> None:
    address = Address(*(f"a{hostile}b",) * 5, "US", f"{hostile}", f"c{hostile}", "")
    document = OrderAnswer(replace(ORDER, ship_to=address), AnswerVerdict.ACCEPTED, NOW_US, ())
    found = written(document, ["*", ">", "~"], "ascii", "004010")
    assert found is not None
