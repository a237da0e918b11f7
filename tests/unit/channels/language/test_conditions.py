"""When a rule applies: tests of values of the document and its envelope, and conditions that are joined."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.formats.documents import DocumentPlace, SourceDocument
from connectors.formats.expressions.conditions import holds
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.expressions.conditions import Condition
from schemas.yaml_files import YamlFileInvalid
from tests.unit.channels.language.market import ORDER, market, market_text, passing_over, placing, verdicts

DOCUMENT: SourceDocument = {
    "state": "PAID",
    "gift": True,
    "blank": "  ",
    "nothing": None,
    "total": "10.10",
    "huge": "9" * 40,
    "word": "ten",
    "lines": ["a"],
    "no_lines": [],
    "buyer": {"id": "7"},
    "nobody": {},
    "parts": [{"kind": "a", "units": "2"}, {"kind": "b", "units": "1"}],
}
PLACE = DocumentPlace(DOCUMENT, DOCUMENT, 0, {"x-kind": "order", "x-blank": " "}, {})


A = "{path: a, exists: true}"


def is_true(text: str) -> bool:
    (rule,) = market(passing_over(text)).events
    return all(holds(one, PLACE) for one in rule.when)


@pytest.mark.parametrize(
    ("expected", "text"),
    (
        (True, "{path: state, equals: PAID}"),
        (False, "{path: state, equals: paid}"),
        (False, "{path: missing, equals: PAID}"),
        (True, '{path: gift, equals: "true"}'),
        (True, "{header: X-Kind, equals: order}"),
        (True, "{path: state, one_of: [DRAFT, PAID]}"),
        (False, "{path: state, not_equals: PAID}"),
        (True, "{path: state, not_equals: DRAFT}"),
        (True, "{path: missing, not_equals: DRAFT}"),
        (True, "{header: X-Other, not_equals: order}"),
        (False, "{path: state, not_one_of: [DRAFT, PAID]}"),
        (True, "{path: missing, not_one_of: [DRAFT, PAID]}"),
        (True, "{path: state, differs_from: total}"),
        (False, "{path: state, differs_from: state}"),
        (False, "{path: state, differs_from: missing}"),
        (False, "{path: missing, differs_from: state}"),
        (False, "{path: state, differs_from: buyer}"),
        (False, "{path: state, differs_from: lines}"),
        (True, "{list: parts, has: {path: kind, differs_from: $.parts.0.kind}}"),
        (False, "{list: parts, has: {path: kind, differs_from: $.parts.2.kind}}"),
        (True, "{list: parts, has: {path: units, differs_from: ^.total}}"),
        (True, "{path: state, exists: true}"),
        (False, "{path: state, exists: false}"),
        (True, "{path: missing, exists: false}"),
        (True, "{path: blank, exists: false}"),
        (True, "{path: nothing, exists: false}"),
        (True, "{path: lines, exists: true}"),
        (True, "{path: no_lines, exists: false}"),
        (True, "{path: buyer, exists: true}"),
        (True, "{path: nobody, exists: false}"),
        (True, "{path: buyer.id, exists: true}"),
        (True, "{header: x-kind, exists: true}"),
        (True, "{header: x-blank, exists: false}"),
        (True, "{path: total, above: 10.09}"),
        (False, "{path: total, above: 10.1}"),
        (True, "{path: total, at_least: 10.1}"),
        (True, "{path: total, below: 10.100000001}"),
        (False, "{path: total, below: 10.1}"),
        (True, "{path: total, at_most: 10.1}"),
        (True, "{path: total, above: -3}"),
        (False, "{path: word, above: 1}"),
        (False, "{path: word, at_most: 1}"),
        (False, "{path: huge, above: 1}"),
        (False, "{path: missing, below: 1}"),
        (False, "{path: lines, below: 1}"),
        (True, "{all: [{path: state, equals: PAID}, {path: total, above: 10}]}"),
        (False, "{all: [{path: state, equals: PAID}, {path: total, above: 11}]}"),
        (True, "{any: [{path: state, equals: DRAFT}, {path: total, above: 10}]}"),
        (False, "{any: [{path: state, equals: DRAFT}, {path: total, above: 11}]}"),
        (True, "{not: {path: state, equals: DRAFT}}"),
        (True, "{not: {path: word, above: 1}}"),
        (False, "{not: {any: [{path: state, equals: PAID}, {path: gift, exists: true}]}}"),
        (True, "[{path: state, exists: true}, {not: {all: [{path: gift, exists: true}, {path: word, equals: x}]}}]"),
        (False, "[{path: state, exists: true}, {path: missing, exists: true}]"),
        (True, "{path: state, begins_with: PA}"),
        (True, "{path: state, begins_with: PAID}"),
        (False, "{path: state, begins_with: pa}"),
        (False, "{path: state, begins_with: PAIDX}"),
        (False, "{path: missing, begins_with: P}"),
        (True, "{header: X-Kind, begins_with: or}"),
        (True, "{path: state, is: text}"),
        (True, "{path: total, is: text}"),
        (False, "{path: state, is: list}"),
        (True, "{path: gift, is: boolean}"),
        (False, "{path: gift, is: text}"),
        (True, "{path: lines, is: list}"),
        (True, "{path: no_lines, is: list}"),
        (True, "{path: buyer, is: object}"),
        (False, "{path: nothing, is: text}"),
        (False, "{path: missing, is: object}"),
        (True, "{list: parts, has: {path: kind, equals: b}}"),
        (False, "{list: parts, has: {path: kind, equals: c}}"),
        (False, "{list: parts, has: {all: [{path: kind, equals: b}, {path: units, above: 1}]}}"),
        (True, "{list: parts, has: {all: [{path: kind, equals: a}, {path: units, above: 1}]}}"),
        (True, "{list: parts, has: {path: $.state, equals: PAID}}"),
        (True, '{list: lines, has: {path: "@value", equals: a}}'),
        (False, "{list: no_lines, has: {path: kind, exists: false}}"),
        (False, "{list: buyer, has: {path: id, exists: true}}"),
        (False, "{list: missing, has: {path: kind, exists: false}}"),
        (True, "{not: {list: parts, has: {path: kind, equals: c}}}"),
    ),
)
def test_a_condition_is_true_or_false(expected: bool, text: str) -> None:
    assert expected is is_true(text)


@pytest.mark.parametrize(
    ("when", "expected"),
    (
        ("{path: state}", "give exactly one of equals, not_equals, one_of"),
        ("{path: state, equals: A, exists: true}", "give exactly one of equals, not_equals, one_of"),
        ("{path: state, above: 1, below: 2}", "give exactly one of equals, not_equals, one_of"),
        ("{equals: A}", "give exactly one of path, header"),
        ("{list: parts}", "list and has go together"),
        ("{has: {path: kind, exists: true}}", "list and has go together"),
        ("{path: state, is: number}", "must be 'text', 'boolean', 'list' or 'object'"),
        ("{path: state, begins_with: ''}", "must have at least 1 character"),
        ("{list: parts, has: {path: ^^.kind, exists: true}}", "goes 2 elements out"),
        ("{path: state, header: H, equals: A}", "give exactly one of path, header"),
        ("{path: state, all: [{path: b, exists: true}]}", "all, any, not, has join conditions"),
        ("{all: [{path: b, exists: true}], any: [{path: b, exists: true}]}", "give exactly one of all, any, not, has"),
        ("{path: state, above: ten}", "events.1.when.above: must be a decimal number like 12.5, not 'ten'"),
        ("{path: state, above: true}", "must be a decimal number like 12.5, not 'True'"),
        ("{path: state, above: 1e3}", "must be a decimal number like 12.5, not '1e3'"),
        ("{path: state, equal: A}", "events.1.when.equal: there is no such field: did you mean equals?"),
        ("{path: state, exists: perhaps}", "events.1.when.exists: must be true or false"),
        ("{not: {not: {not: {not: {not: {path: a, exists: true}}}}}}", "conditions are nested deeper than 5"),
        (f"{{any: [{', '.join([A] * 51)}]}}", "must have at most 50 entries"),
        (f"{{all: [{', '.join([f'{{any: [{A}, {A}, {A}]}}'] * 40)}]}}", "more than 100 tests in one condition"),
    ),
)
def test_a_condition_that_says_too_little_or_too_much_is_refused_with_its_place(when: str, expected: str) -> None:
    with pytest.raises(YamlFileInvalid, match=r"^market\.yaml:\d+:\d+: events\.1") as refused:
        market(passing_over(when))
    assert expected in str(refused.value)


def test_the_first_rule_that_fits_is_used() -> None:
    file = market(
        passing_over("{path: goods, exists: false}", "nothing ordered"),
        placing("when: {any: [{path: state, not_one_of: [DRAFT]}, {header: X-Force, exists: true}]}\n"),
    )
    assert ["passed over: nothing ordered"] == verdicts(file, {**ORDER, "goods": []})
    assert ["placed market:M-1: 1 lines, 1 units, 1 EUR"] == verdicts(file, ORDER)
    refused = "refused: : no rule of the channel file fits this document"
    assert [f"{refused} (goods is missing, state is 'DRAFT', X-Force is missing)"] == verdicts(
        file, {**ORDER, "state": "DRAFT"}
    )
    assert ["placed market:M-1: 1 lines, 1 units, 1 EUR"] == verdicts(
        file, {**ORDER, "state": "DRAFT"}, (("x-force", b"1"),)
    )


def test_fields_that_only_conditions_read_are_no_extensions() -> None:
    rule = placing("when: {not: {any: [{path: meta.test, exists: true}, {path: draft, exists: true}]}}\n")
    assert {"meta", "draft"} <= market(rule).named_fields


def test_a_wrong_condition_inside_others_is_named_where_it_is_written() -> None:
    text = market_text(passing_over("{all: [{path: a, exists: true},\n      {not: {path: b, ekwals: x}}]}"))
    line = next(number for number, each in enumerate(text.splitlines(), start=1) if "ekwals" in each)
    with pytest.raises(YamlFileInvalid, match=rf"^market\.yaml:{line}:\d+: events\.1\.when\.all\.2\.not\.ekwals"):
        market(passing_over("{all: [{path: a, exists: true},\n      {not: {path: b, ekwals: x}}]}"))


TEXTS = st.text(st.characters(codec="utf-8"), max_size=30)
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9)


@given(NUMBERS, NUMBERS)
def test_of_two_numbers_one_is_above_below_or_equal(left: object, right: object) -> None:
    document: SourceDocument = {"n": f"{left:f}"}
    place = DocumentPlace(document, document, 0, {}, {})
    true = [
        name
        for name in ("above", "below", "at_least", "at_most")
        if holds(Condition.model_validate({"path": "n", name: f"{right:f}"}), place)
    ]
    assert true in (["above", "at_least"], ["below", "at_most"], ["at_least", "at_most"])


@given(st.recursive(st.none() | st.booleans() | TEXTS, lambda inner: st.lists(inner, max_size=3)), TEXTS)
def test_a_test_and_its_opposite_are_never_both_true(value: object, text: str) -> None:
    file: ChannelFile = market(passing_over("{path: a, exists: true}"))
    document: SourceDocument = {"v": value}  # type: ignore[dict-item]  # texts, booleans and lists of them
    place = DocumentPlace(document, document, 0, {}, file.code_lists)
    for name, opposite, asked in (("equals", "not_equals", text), ("one_of", "not_one_of", [text])):
        first = Condition.model_validate({"path": "v", name: asked})
        second = Condition.model_validate({"path": "v", opposite: asked})
        assert holds(first, place) is not holds(second, place)
