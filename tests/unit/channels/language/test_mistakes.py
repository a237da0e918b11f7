"""Mistakes of a channel file that are found when it is read, with the line and the field."""

from pathlib import Path

import pytest

from dataflows.assembly import load_rules
from domain.identifiers import ErpId
from schemas.channel_language.loader import load_channel_file
from schemas.yaml_files import YamlFileInvalid
from tests.unit.channels.language.market import (
    HEAD,
    LINES,
    ORDER,
    SHIP_TO,
    market,
    market_text,
    passing_over,
    placing,
    verdicts,
)


def after(first: str, second: str) -> str:
    return f"{passing_over(first)}{placing(f'when: {second}' + chr(10))}"


NEVER = (
    ("{path: a, exists: true}", "{path: a, exists: true}"),
    ("{path: a, exists: true}", '{path: a, equals: "1"}'),
    ("{path: a, exists: true}", "{path: a, above: 3}"),
    ("{path: a, one_of: [X, Y]}", "{path: a, equals: X}"),
    ("{path: a, one_of: [X, Y]}", "{path: a, one_of: [Y, X]}"),
    ("{path: a, not_equals: Z}", "{path: a, one_of: [Y, X]}"),
    ("{path: a, not_one_of: [Z, Q]}", "{path: a, equals: X}"),
    ("{header: X-Kind, equals: a}", "[{header: x-kind, equals: a}, {path: b, exists: true}]"),
    ("{path: a, equals: X}", "{all: [{path: b, exists: true}, {all: [{path: a, equals: X}]}]}"),
    ("{any: [{path: a, equals: X}, {path: b, exists: true}]}", "{path: a, equals: X}"),
    ("{all: [{path: a, exists: true}, {path: b, exists: true}]}", '[{path: a, equals: "1"}, {path: b, equals: "2"}]'),
    ("{not: {path: a, equals: X}}", "{not: {path: a, equals: X}}"),
)
SOMETIMES = (
    ("{path: a, equals: X}", "{path: b, equals: X}"),
    ("{path: a, equals: X}", "{path: a, one_of: [X, Y]}"),
    ("{path: a, equals: X}", "{path: a, exists: true}"),
    ("{path: a, not_equals: X}", "{path: a, one_of: [Y, X]}"),
    ("{path: a, exists: true}", "{path: a, exists: false}"),
    ("{path: a, exists: true}", "{path: a, not_equals: X}"),
    ("[{path: a, equals: X}, {path: b, exists: true}]", "{path: a, equals: X}"),
    ("{any: [{path: a, equals: X}, {path: b, exists: true}]}", "{path: c, equals: X}"),
    ("{header: a, equals: X}", "{path: a, equals: X}"),
    ("{not: {path: a, equals: X}}", "{path: a, equals: X}"),
)


@pytest.mark.parametrize(("first", "second"), NEVER)
def test_a_rule_behind_one_that_fits_all_its_documents_is_refused(first: str, second: str) -> None:
    with pytest.raises(YamlFileInvalid) as refused:
        market(after(first, second))
    line = 1 + market_text(after(first, second)).splitlines().index("  - event: OrderPlaced")
    assert str(refused.value).startswith(f"market.yaml:{line}:")
    assert "events.2: can never fit: rule 1 (PassedOver) comes first" in str(refused.value)


@pytest.mark.parametrize(("first", "second"), SOMETIMES)
def test_a_rule_that_may_fit_is_taken(first: str, second: str) -> None:
    assert 2 == len(market(after(first, second)).events)


def test_nothing_fits_behind_a_rule_without_a_condition() -> None:
    with pytest.raises(YamlFileInvalid, match=r"events\.2: can never fit: rule 1 \(OrderPlaced\) comes first"):
        market(placing(), passing_over("{path: a, exists: true}"))


@pytest.mark.parametrize(
    "when",
    (
        "[{path: a, equals: X}, {path: a, equals: Y}]",
        "[{path: a, one_of: [X, Z]}, {path: a, equals: Y}]",
        "[{path: a, exists: false}, {path: a, equals: Y}]",
        "{all: [{path: a, exists: false}, {path: a, above: 1}]}",
        "[{header: H, exists: false}, {header: h, exists: true}]",
    ),
)
def test_conditions_that_exclude_each_other_are_refused(when: str) -> None:
    with pytest.raises(YamlFileInvalid, match=r"events\.1\.when: can never be true: "):
        market(passing_over(when))


@pytest.mark.parametrize(
    ("rule", "expected"),
    (
        (
            placing(lines=LINES.replace("default: EA", "default: PIECE")),
            "events.1.lines.unit: 'PIECE' is not a unit of UN/ECE Recommendation 20: every document that gets it is",
        ),
        (placing(ship_to=SHIP_TO.replace("constant: DE", "constant: Germany")), "events.1.ship_to.country: 'Germany'"),
        (placing(more="currency: {path: cur, default: EURO}\n"), "events.1.currency: 'EURO' is not a currency"),
    ),
)
def test_a_constant_that_every_document_would_be_refused_for_is_refused_with_the_file(rule: str, expected: str) -> None:
    with pytest.raises(YamlFileInvalid) as refused:
        market(rule)
    assert expected in str(refused.value)


def test_a_constant_node_is_one_of_the_file() -> None:
    head = HEAD.replace("kind: orders", "kind: warehouse")
    rule = (
        "  - {event: OrderPicked, occurred_at: ts, channel_order_id: ref, node_id: {path: node, default: centrl},\n"
        "     lines: {each: goods, line_id: id, item_id: sku, quantity: qty}}\n"
    )
    with pytest.raises(YamlFileInvalid, match=r"events\.1\.node_id: 'centrl' is not one of the file's nodes"):
        market(rule, head=head)


def test_an_erp_without_a_file_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "market.yaml"
    file.write_text(market_text(placing(), head=HEAD.replace("erp_id: main", "erp_id: sap")))
    line = 1 + HEAD.splitlines().index("erp_id: main")
    expected = rf"market\.yaml:{line}:1: erp_id: there is no ERP file for 'sap': choose from legacy, main, or add one"
    with pytest.raises(YamlFileInvalid, match=expected):
        load_channel_file(file, {ErpId("main"), ErpId("legacy")})
    with pytest.raises(YamlFileInvalid, match=r"there is no ERP file for 'sap': choose from main"):
        load_rules(tmp_path)


@pytest.mark.parametrize("goods", (None, [], "missing"))
def test_an_order_in_whose_lists_there_is_nothing_is_refused_unless_the_file_takes_it(goods: object) -> None:
    charges = "charges: {code: {constant: SHIP}, quantity: {constant: '1'}, unit_price: shipping}\n"
    order = {**ORDER, "goods": goods, "shipping": "9.90"}
    if goods == "missing":
        del order["goods"]
    (found,) = verdicts(market(placing(more=charges)), order)
    assert found.startswith("refused: lines: there is nothing in goods: the source left it out, or the channel file")
    lenient = placing(lines=LINES.replace("each: goods", "each: goods\n  may_be_empty: true"), more=charges)
    assert ["placed market:M-1: 0 lines, 0 units, 9.9 EUR"] == verdicts(market(lenient), order)


def test_each_of_several_lists_must_have_something_even_if_conditions_leave_it_out() -> None:
    body = LINES.partition("\n")[2]
    first, *others = body.splitlines()
    entry = "\n".join((f"  - {first.strip()}", *(f"  {each}" for each in others)))
    goods = (
        f"lines:\n{entry}\n{entry.replace('each: goods', 'each: services').replace(chr(34) + '1' + chr(34), 'S', 1)}\n"
    )
    file = market(placing(lines=goods))
    (found,) = verdicts(file, ORDER)
    assert found.startswith("refused: lines: there is nothing in services")
    left_out = LINES.replace("each: goods", "each: goods\n  when: {path: sku, not_equals: LAMP-1}")
    (found,) = verdicts(market(placing(lines=left_out)), ORDER)
    assert "refused: lines: the order has no line (goods)" == found
