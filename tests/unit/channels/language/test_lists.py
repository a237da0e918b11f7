"""Of which elements a rule makes lines and charges: lists in lists, several lists, single fields, picked elements."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.identifiers import LineId
from domain.money.charges import Charge
from schemas.channel_language.loader import parse_channel_file
from schemas.yaml_files import YamlFileInvalid
from tests.unit.channels.language.market import LINES, ORDER, market, placed, placing, verdicts

PARCELS = """\
lines:
  each: parcels.*.items
  line_id: {template: "{^.box}-{@position}"}
  item_id: sku
  quantity: {path: qty, default: "1"}
  unit: {constant: EA}
  unit_price: {first: [price, ^.price, ^^.price, $.base]}
  description: {path: "notes[name=gift].value", default: ""}
"""
IN_PARCELS: dict[str, Any] = {
    **ORDER,
    "base": "9",
    "parcels": [
        {"box": "A", "price": "3", "items": [{"sku": "LAMP-1"}, {"sku": "PUMP-9", "price": "4"}]},
        {"box": "B"},
        {"box": "C", "items": []},
        {
            "box": "D",
            "items": [{"sku": "LAMP-1", "notes": [{"name": "x", "value": "1"}, {"name": "gift", "value": 2}]}],
        },
    ],
}


def lines(rule: str, order: dict[str, Any]) -> list[tuple[str, str, int, int]]:
    found = placed(market(placing(lines=rule)), order).lines
    return [(line.line_id, line.item_id, line.quantity, line.unit_price) for line in found]


def charges(more: str, order: dict[str, Any]) -> tuple[Charge, ...]:
    return placed(market(placing(more=more)), order).charges


def test_lists_in_lists_are_one_list_whose_elements_know_what_is_around_them() -> None:
    assert [
        ("A-1", "LAMP-1", 1_000_000, 30_000),
        ("A-2", "PUMP-9", 1_000_000, 40_000),
        ("D-3", "LAMP-1", 1_000_000, 90_000),
    ] == lines(PARCELS, IN_PARCELS)


def test_a_value_is_picked_by_the_element_that_has_another_one() -> None:
    assert ["", "", "2"] == [line.description for line in placed(market(placing(lines=PARCELS)), IN_PARCELS).lines]


def test_the_document_is_around_a_parcel() -> None:
    assert 20_000 == lines(PARCELS, {**IN_PARCELS, "price": "2"})[2][3]


def test_several_lists_follow_one_another() -> None:
    rule = LINES.replace("each: goods", "each: [goods, extras, none]").replace("{path: id", '{path: "@position"')
    order = {**ORDER, "goods": [{"sku": "A"}, {"sku": "B"}], "extras": [{"sku": "C"}]}
    assert [("1", "A"), ("2", "B"), ("3", "C")] == [line[:2] for line in lines(rule, order)]


def test_several_rules_number_their_elements_on() -> None:
    goods = LINES.partition("\n")[2].replace("{path: id", '{path: "@position"')
    second = goods.replace("each: goods", "each: sets.*.parts").replace(
        "unit_price: {path: price", "unit_price: {path: p"
    )
    rule = f"lines:\n{_item(goods)}{_item(second)}"
    order = {**ORDER, "goods": [{"sku": "A"}, {"sku": "B"}], "sets": [{"parts": [{"sku": "C", "p": "7"}]}]}
    assert [("1", "A", 10_000), ("2", "B", 10_000), ("3", "C", 70_000)] == [
        (line_id, item, price) for line_id, item, _, price in lines(rule, order)
    ]


def test_elements_that_are_left_out_are_counted() -> None:
    rule = LINES.replace("each: goods", "each: goods\n  when: {not: {path: gift, exists: true}}")
    rule = rule.replace("{path: id", '{path: "@position"')
    order = {**ORDER, "goods": [{"sku": "A", "gift": True}, {"sku": "B"}, {"sku": "C"}]}
    assert [("2", "B"), ("3", "C")] == [line[:2] for line in lines(rule, order)]


def test_a_condition_of_an_element_may_ask_for_what_is_around_it() -> None:
    rule = PARCELS.replace("  line_id", "  when: {path: ^.box, not_equals: A}\n  line_id")
    assert ["D-3"] == [line[0] for line in lines(rule, IN_PARCELS)]


NOTHING = (
    "refused: lines: there is nothing in parcels.*.items: the source left it out, or the channel file names a wrong"
    " path (one that says may_be_empty: true takes it)"
)
FEES = """\
charges:
  - {each: fees, line_id: {template: "fee-{@position}"}, code: t, quantity: {constant: "1"}, unit_price: amt}
  - {line_id: {constant: shipping}, code: {constant: SHIP}, quantity: {constant: "1"}, unit_price: shipping}
  - {line_id: {constant: discount}, code: {constant: OFF}, quantity: {constant: "1"},
     unit_price: {minus: {sum: [{path: coupon, default: "0"}, {path: loyalty, default: "0"}]}}}
"""


def test_charges_come_from_lists_and_from_single_fields() -> None:
    order = {**ORDER, "fees": [{"t": "PACK", "amt": "2"}], "shipping": "9.90", "coupon": "5", "loyalty": "0.50"}
    assert (
        Charge(LineId("fee-1"), "PACK", "", 1_000_000, 20_000),
        Charge(LineId("shipping"), "SHIP", "", 1_000_000, 99_000),
        Charge(LineId("discount"), "OFF", "", 1_000_000, -55_000),
    ) == charges(FEES, order)


@pytest.mark.parametrize("order", ({}, {"shipping": "0.00"}, {"shipping": None, "fees": []}, {"shipping": " "}))
def test_a_single_charge_without_a_price_is_none(order: dict[str, Any]) -> None:
    assert () == charges(FEES, {**ORDER, **order})


@pytest.mark.parametrize(
    ("change", "expected"),
    (
        ({"parcels": {"items": []}}, "refused: lines: 'parcels.*.items' is not a list"),
        ({"parcels": [{"items": {}}]}, "refused: lines: 'parcels.*.items' is not a list"),
        ({"parcels": []}, NOTHING),
        ({"parcels": None}, NOTHING),
        ({"parcels": [{"box": "A", "items": [7]}]}, "refused: lines.1.item_id: is missing (sku)"),
        (
            {"parcels": [{"box": "A"}] * 10_001},
            "refused: lines: are too many: at most 10000 are allowed in one document",
        ),
    ),
)
def test_a_list_that_is_none_or_too_long_refuses_the_document(change: dict[str, Any], expected: str) -> None:
    file = market(placing(lines=PARCELS))
    assert [expected] == verdicts(file.model_copy(update={"max_record_bytes": 10**7}), {**IN_PARCELS, **change})


def test_all_lists_of_a_rule_are_bounded_together() -> None:
    rule = LINES.replace("each: goods", "each: [goods, extras]").replace("{path: id", '{path: "@position"')
    file = market(placing(lines=rule)).model_copy(update={"max_record_bytes": 10**7})
    order = {**ORDER, "goods": [{"sku": "A"}] * 6_000, "extras": [{"sku": "A"}] * 4_001}
    assert ["refused: lines: are too many: at most 10000 are allowed in one document"] == verdicts(file, order)


@pytest.mark.parametrize(
    ("find", "replace", "expected"),
    (
        ("item_id: sku", "item_id: parcels.*.sku", "names several values: only `each` steps into every element"),
        ("item_id: sku", "item_id: a[b.c", "'a[b.c' is not a path: write names joined by dots"),
        ("item_id: sku", "item_id: 'a[=c]'", "is not a path"),
        ("item_id: sku", "item_id: ^^^.sku", "'^^^.sku' goes 3 elements out, and there are only 2 around it"),
        ("each: parcels.*.items", "each: a.*.b.*.c.*.d.*.e", "steps into more than 4 lists"),
        ("each: parcels.*.items", "each: []", "must have at least 1 entry"),
        ("each: parcels.*.items", "each: [parcels.*.items, goods]", "'^^.price' goes 2 elements out"),
    ),
)
def test_a_path_that_cannot_be_followed_is_refused_with_the_file(find: str, replace: str, expected: str) -> None:
    with pytest.raises(YamlFileInvalid) as refused:
        market(placing(lines=PARCELS.replace(find, replace)))
    assert expected in str(refused.value)


def test_a_path_out_of_the_document_is_refused_with_the_file() -> None:
    with pytest.raises(YamlFileInvalid, match=r"'\^\.ref' goes 1 elements out, and there is none around it"):
        market(placing().replace("channel_order_id: ref", "channel_order_id: ^.ref"))


def test_fields_of_all_lists_are_no_extensions_and_what_is_not_read_is_kept() -> None:
    file = market(placing(lines=PARCELS, more=FEES))
    assert {"parcels", "base", "price", "fees", "shipping", "coupon", "loyalty"} <= file.named_fields
    assert not {"items", "sku", "box", "t", "amt", "notes"} & file.named_fields
    order = placed(file, {**{name: IN_PARCELS[name] for name in IN_PARCELS if name != "goods"}, "colour": "red"})
    assert {"colour": "red"} == order.extensions


def test_an_element_that_is_picked_is_among_the_first_ones_or_the_document_is_refused() -> None:
    rule = LINES.replace("price, default", "'$.prices[sku=LAMP-1].p', default")
    prices: list[dict[str, str]] = [{"sku": "X"}] * 99 + [{"sku": " LAMP-1", "p": "7"}]
    assert 70_000 == lines(rule, {**ORDER, "prices": prices})[0][3]
    expected = "refused: : sku=LAMP-1 is not among the first 100 elements of a list of 101"
    assert [expected] == verdicts(market(placing(lines=rule)), {**ORDER, "prices": [{"sku": "X"}, *prices]})
    assert 10_000 == lines(rule, {**ORDER, "prices": [{"sku": "X"}] * 100})[0][3]


def test_a_condition_on_an_element_too_far_back_refuses_the_document() -> None:
    file = market(placing("when: {path: 'tags[k=a].v', exists: true}\n"))
    expected = "refused: : k=a is not among the first 100 elements of a list of 101"
    assert [expected] == verdicts(file, {**ORDER, "tags": [{"k": "b"}] * 101})


KEYS = st.sampled_from(
    ["ref", "st", "ts", "parcels", "items", "rid", "qty", "price", "delivery", "person", "freight", "voucher"]
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=12)
    | st.sampled_from(["20", "90", "1.299,50", "1767599940000"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=20,
)
BAZAAR = (Path(__file__).parents[4] / "docs" / "how-to" / "add-a-channel.md").read_text(encoding="utf-8")


@given(st.dictionaries(KEYS, JSON, max_size=8), JSON)
def test_any_document_has_a_verdict_by_a_file_that_says_much(document: dict[str, Any], parcels: object) -> None:
    file = parse_channel_file(BAZAAR.partition("```yaml\n")[2].partition("```")[0], "bazaar.yaml")
    for content in (document, {**document, "st": 20, "ref": "R", "ts": 1767599940000, "parcels": [{"items": parcels}]}):
        for verdict in verdicts(file, content):
            assert verdict.startswith(("refused: ", "passed over: ", "placed ", "OrderCancelRequested"))


def _item(rule: str) -> str:
    first, *others = rule.splitlines()
    return "\n".join((f"  - {first.strip()}", *(f"  {other}" for other in others))) + "\n"
