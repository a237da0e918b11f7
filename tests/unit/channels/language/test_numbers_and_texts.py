"""Numbers in the source's notation, added up exactly; times as counts; texts in one spelling."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.formats.forms import microseconds
from connectors.formats.mapping import map_record
from connectors.formats.outcomes import Refused
from schemas.yaml_files import YamlFileInvalid
from tests.unit.channels.given import record
from tests.unit.channels.language.market import HEAD, LINES, ORDER, market, placed, placing, verdicts

GERMAN = HEAD + 'numbers: {decimal: ",", grouping: "."}\n'


def with_price(source: str, **fields: Any) -> tuple[str, dict[str, Any]]:
    return LINES.replace('{path: price, default: "1"}', source), {**ORDER, "goods": [{"sku": "LAMP-1", **fields}]}


def price_of(source: str, head: str = HEAD, **fields: Any) -> int:
    rule, order = with_price(source, **fields)
    return placed(market(placing(lines=rule), head=head), order).lines[0].unit_price


def refusal_of(source: str, head: str = HEAD, **fields: Any) -> str:
    rule, order = with_price(source, **fields)
    (found,) = verdicts(market(placing(lines=rule), head=head), order)
    return found


@pytest.mark.parametrize(
    ("written", "expected"),
    (
        ("1.299,50", 12_995_000),
        ("1299,50", 12_995_000),
        ("1.299", 12_990_000),
        ("0,0001", 1),
        ("12.34.567,5", 12_345_675_000),
        ("7,", 70_000),
        (12.5, 125_000),
        (1299, 12_990_000),
    ),
)
def test_a_number_is_read_in_the_notation_of_the_file(written: object, expected: int) -> None:
    assert expected == price_of("price", GERMAN, price=written)


@pytest.mark.parametrize("written", ("12.5", "1,299.50", "1.29", "1..299", "1 299", "1.299.50", "x", "1,2,3"))
def test_a_number_in_another_notation_is_refused_and_never_guessed(written: str) -> None:
    expected = f"refused: lines.1.unit_price: {written!r} is not a number as the channel file writes it"
    assert refusal_of("price", GERMAN, price=written).startswith(expected)


def test_a_source_may_have_a_notation_of_its_own() -> None:
    assert 12_995_000 == price_of("{path: price, numbers: {decimal: '.', grouping: ','}}", GERMAN, price="1,299.50")
    assert 12_995_000 == price_of("{path: price, numbers: {decimal: ',', grouping: ' '}}", price="1\u202f299,50")
    assert 12_995_000 == price_of("{path: price, numbers: {decimal: '.', grouping: \"'\"}}", price="1\u2019299.50")


def test_constants_and_defaults_are_in_our_notation() -> None:
    assert 15_000 == price_of("{path: price, default: '1.5'}", GERMAN)
    assert 15_000 == price_of("{first: [price, {constant: '1.5'}]}", GERMAN)


def test_texts_and_ids_are_left_as_they_are() -> None:
    rule, order = with_price("{path: price, default: '1'}")
    order["goods"][0]["sku"] = "1.299"
    assert "1.299" == placed(market(placing(lines=rule), head=GERMAN), order).lines[0].item_id


def test_conditions_compare_in_the_notation_of_the_file() -> None:
    file = market(placing("when: {path: total, above: 1299.4}\n"), head=GERMAN)
    for total, fits in (("1.299,50", True), ("1.299,30", False), (1299.5, True), ("1299.5", False)):
        (found,) = verdicts(file, {**ORDER, "total": total})
        assert fits is found.startswith("placed"), total


@pytest.mark.parametrize(
    ("source", "expected"),
    (
        ("{sum: [a, b]}", 3_000),
        ("{difference: [b, a]}", 1_000),
        ("{largest: [b, c, a]}", 10_000_000),
        ("{largest: [{minus: a}, b]}", 2_000),
        ("{sum: [a, {minus: a}, c]}", 10_000_000),
        ("{minus: {minus: a}}", 1_000),
        ("{sum: [a, {path: none, default: '0'}]}", 1_000),
        ("{first: [{sum: [none, nothing]}, {constant: '9'}]}", 90_000),
        ("{sum: [none, nothing], default: '4'}", 40_000),
    ),
)
def test_numbers_are_added_up_exactly(source: str, expected: int) -> None:
    assert expected == price_of(source, a="0.1", b="0.2", c="1000")


@pytest.mark.parametrize(
    ("source", "expected"),
    (
        ("{sum: [a, none]}", "refused: lines.1.unit_price: is missing a part (none)"),
        ("{largest: [none, a]}", "refused: lines.1.unit_price: is missing a part (none)"),
        ("{difference: [none, a]}", "refused: lines.1.unit_price: is missing a part (none)"),
        ("{largest: [a, none]}", "refused: lines.1.unit_price: is missing a part (none)"),
        ("{largest: [word, a]}", "refused: lines.1.unit_price: 'ten' is not a decimal number (word)"),
        ("{sum: [a, word]}", "refused: lines.1.unit_price: 'ten' is not a decimal number (word)"),
        ("{minus: none}", "refused: lines.1.unit_price: is missing (none)"),
        ("{minus: a}", "refused: lines.1.unit_price: -0.1 is below zero"),
    ),
)
def test_a_sum_of_which_a_part_is_missing_is_refused(source: str, expected: str) -> None:
    assert expected == refusal_of(source, a="0.1", word="ten")


MONEY = st.decimals(min_value=0, max_value=9_999, places=4, allow_nan=False)


@given(MONEY, MONEY, MONEY)
def test_a_sum_less_its_parts_is_nothing(a: Decimal, b: Decimal, c: Decimal) -> None:
    source = "{difference: [{sum: [a, b, c, {constant: '1'}]}, {sum: [c, {sum: [b, a]}]}]}"
    assert 10_000 == price_of(source, a=str(a), b=str(b), c=str(c))


@given(st.text(max_size=60))
def test_any_text_is_a_price_or_refused(text: str) -> None:
    for head in (HEAD, GERMAN):
        rule, order = with_price("{sum: [price, {constant: '1'}]}", price=text)
        (found,) = verdicts(market(placing(lines=rule), head=head), order)
        assert found.startswith(("placed", "refused: lines.1.unit_price"))


@pytest.mark.parametrize(
    ("unit", "written", "expected"),
    (
        ("seconds", 1767599940, 1_767_599_940_000_000),
        ("seconds", "1767599940.25", 1_767_599_940_250_000),
        ("millis", 1767599940123, 1_767_599_940_123_000),
        ("millis", 1.767599940123e12, 1_767_599_940_123_000),
    ),
)
def test_a_time_may_be_a_count_since_1970(unit: str, written: object, expected: int) -> None:
    rule = placing().replace("occurred_at: ts", f"occurred_at: {{path: ts, epoch: {unit}}}")
    assert expected == placed(market(rule), {**ORDER, "ts": written}).provenance.occurred_at_us


@pytest.mark.parametrize("written", ("-1", "0", "946684799", "4102444800", "2026-01-05", "1e99", "x", "9" * 29))
def test_a_count_that_is_no_time_is_refused(written: str) -> None:
    rule = placing().replace("occurred_at: ts", "occurred_at: {path: ts, epoch: seconds}")
    (found,) = verdicts(market(rule), {**ORDER, "ts": written})
    assert found.startswith("refused: occurred_at: ")
    assert "is no time in seconds since 1970, from 2000 to 2099" in found


@pytest.mark.parametrize(
    ("unit", "written", "other"), (("millis", 1767599940, "seconds"), ("seconds", 1767599940123, "millis"))
)
def test_a_count_in_the_other_unit_is_refused_and_perhaps_the_files_fault(unit: str, written: int, other: str) -> None:
    rule = placing().replace("occurred_at: ts", f"occurred_at: {{path: ts, epoch: {unit}}}")
    (found,) = map_record(market(rule), record({**ORDER, "ts": written}))
    assert isinstance(found, Refused)
    assert found.reason.endswith(f"since 1970, from 2000 to 2099: it is one in {other}")
    assert found.is_perhaps_the_files


def test_a_text_is_brought_into_one_spelling_before_its_code_list_sees_it() -> None:
    item = "{path: sku, case: upper, spaces: collapsed}"
    file = market(placing(lines=LINES.replace("item_id: sku", f"item_id: {item}")))
    assert "LAMP 1" == placed(file, {**ORDER, "goods": [{"sku": "  lamp \t  1 "}]}).lines[0].item_id
    unit = LINES.replace("{path: uom, codes: unit", "{path: uom, case: lower, codes: unit")
    assert "MTR" == placed(market(placing(lines=unit)), {**ORDER, "goods": [{"sku": "A", "uom": "MB"}]}).lines[0].unit


@pytest.mark.parametrize(
    ("source", "expected"),
    (
        ("{path: price, numbers: {decimal: ','  , grouping: ','}}", "decimal and grouping must differ"),
        ("{path: price, numbers: {decimal: ';'}}", "numbers.decimal: must be '.' or ','"),
        ("{constant: '1', numbers: {decimal: ','}}", "`numbers` goes with `path` or `header`"),
        ("{difference: [a]}", "`difference` needs two sources"),
        ("{difference: [a, b, c]}", "must have at most 2 entries"),
        ("{sum: [a, b], path: c}", "give exactly one of path, header, constant, first"),
        ("{path: a, epoch: days}", "epoch: must be 'seconds' or 'millis'"),
        ("{path: a, case: title}", "case: must be 'upper' or 'lower'"),
    ),
)
def test_a_source_that_cannot_be_read_is_refused_with_the_file(source: str, expected: str) -> None:
    with pytest.raises(YamlFileInvalid, match=r"^market\.yaml:\d+:\d+: events\.1\.lines\.unit_price") as refused:
        price_of(source)
    assert expected in str(refused.value)


def test_all_item_ids_of_a_file_may_be_in_one_spelling() -> None:
    head = HEAD + "item_ids: {case: upper, spaces: collapsed}\n"
    order = {**ORDER, "goods": [{"id": "a", "sku": "lamp  1"}, {"id": "b", "sku": "LAMP 1 "}]}
    lines = placed(market(placing(), head=head), order).lines
    assert [("a", "LAMP 1"), ("b", "LAMP 1")] == [(line.line_id, line.item_id) for line in lines]
    own = LINES.replace("item_id: sku", "item_id: {path: sku, case: lower}")
    assert "lamp 1" == placed(market(placing(lines=own), head=head), order).lines[0].item_id


@pytest.mark.parametrize(
    ("amount", "quantity", "price", "basis"),
    (
        ("12.50", "5", 25_000, 1),
        ("10", "3", 3_333_333_333, 100_000),
        ("0.10", "8", 125, 1),
        ("0.01", "8", 125, 10),
        ("0", "8", 0, 1),
        ("8.264463", "1", 82_645, 1),
    ),
)
def test_the_amount_of_a_line_is_divided_by_its_units(amount: str, quantity: str, price: int, basis: int) -> None:
    rule, order = with_price("{path: price, default: '1'}", price=amount, qty=quantity)
    (line,) = placed(market(placing(lines=rule.replace("unit_price:", "amount:"))), order).lines
    assert (price, basis) == (line.unit_price, line.price_basis)


def test_a_line_has_a_price_or_an_amount() -> None:
    for fields in ("  amount: total\n", ""):
        lines = LINES if fields else LINES.replace('  unit_price: {path: price, default: "1"}\n', "")
        with pytest.raises(YamlFileInvalid, match="give exactly one of unit_price, amount"):
            market(placing(lines=lines + fields))
    with pytest.raises(YamlFileInvalid, match="price_basis goes with unit_price"):
        market(placing(lines=LINES.replace("unit_price:", "price_basis: {constant: '10'}\n  amount:")))


def test_an_amount_below_zero_is_refused() -> None:
    rule, order = with_price("price", price="-1")
    (found,) = verdicts(market(placing(lines=rule.replace("unit_price:", "amount:"))), order)
    assert "refused: lines.1.amount: is below zero" == found


@pytest.mark.parametrize(
    ("cases", "size", "expected"),
    (("3", "0.1", 3_000), ("12", "1000", 120_000_000), (2, 1.5, 30_000), ("-2", "-3", 60_000)),
)
def test_numbers_are_multiplied_exactly(cases: object, size: object, expected: int) -> None:
    assert expected == price_of("{product: [cases, size]}", cases=cases, size=size)


def test_a_product_with_a_factor_missing_is_refused_and_one_with_none_is_missing() -> None:
    missing = "refused: lines.1.unit_price: is missing a part (size)"
    assert missing == refusal_of("{product: [cases, size]}", cases=2)
    assert 70_000 == price_of("{product: [cases, size], default: '7'}")
    number = "refused: lines.1.unit_price: 'x' is not a decimal number (size)"
    assert number == refusal_of("{product: [cases, size]}", cases=2, size="x")


@pytest.mark.parametrize(
    ("form", "written", "expected"),
    (
        ("DD.MM.YYYY", "05.01.2025", "2025-01-05T00:00:00Z"),
        ("DD.MM.YYYY[ HH:mm[:ss]]", "5.1.2025 7:03", "2025-01-05T07:03:00Z"),
        ("DD.MM.YYYY[ HH:mm[:ss]]", "05.01.2025  17:03:09", "2025-01-05T17:03:09Z"),
        ("DD.MM.YYYY[ HH:mm[:ss]]", "05.01.2025", "2025-01-05T00:00:00Z"),
        ("MM/DD/YY hh:mm A", "1/5/25 12:30 am", "2025-01-05T00:30:00Z"),
        ("MM/DD/YY hh:mm A", "01/05/25 12:30 PM", "2025-01-05T12:30:00Z"),
        ("MM/DD/YY hh:mm A", "01/05/25 11:59 PM", "2025-01-05T23:59:00Z"),
        ("YYYYMMDDHHmm", "202501051703", "2025-01-05T17:03:00Z"),
    ),
)
def test_a_time_is_read_in_its_form(form: str, written: str, expected: str) -> None:
    file = market(placing().replace("occurred_at: ts", f"occurred_at: {{path: ts, time: '{form}'}}"))
    order = placed(file, {**ORDER, "ts": written})
    assert microseconds(expected, "", "UTC") == order.provenance.occurred_at_us


@pytest.mark.parametrize(
    "written", ("2026-01-05", "31.02.2026", "05.13.2026", "05.01.26", "5.1.2026 25:00", "x", "\u0665.01.2026")
)
def test_a_time_in_another_form_is_refused_and_never_guessed(written: str) -> None:
    file = market(placing().replace("occurred_at: ts", "occurred_at: {path: ts, time: 'DD.MM.YYYY[ HH:mm]'}"))
    (found,) = verdicts(file, {**ORDER, "ts": written})
    assert found.startswith("refused: occurred_at: ")


@pytest.mark.parametrize(
    ("form", "expected"),
    (
        ("DD.MM", "it has YYYY or YY, MM and DD, each once"),
        ("DD.MM.YYYY DD", "it has YYYY or YY, MM and DD, each once"),
        ("DD.MM.YYYY hh:mm", "hours are HH, or hh with A"),
        ("DD.MM.YYYY hh:mm HH A", "hours are HH, or hh with A"),
        ("DD.MMM.YYYY", "'M' is no word of a form"),
        ("DD.MM.YYYY[ HH:mm", "brackets are closed"),
        ("DD.MM.YYYY] HH:mm[", "brackets are closed"),
        ("DD.MM.YYYY[ HH[:mm[:ss]]]", "brackets are closed, and at most two deep"),
    ),
)
def test_a_form_of_times_is_checked_when_the_file_is_read(form: str, expected: str) -> None:
    with pytest.raises(YamlFileInvalid) as broken:
        market(placing().replace("occurred_at: ts", f"occurred_at: {{path: ts, time: '{form}'}}"))
    assert expected in str(broken.value)


def test_a_time_is_a_count_or_has_a_form() -> None:
    with pytest.raises(YamlFileInvalid, match="give at most one of epoch, time"):
        market(placing().replace("occurred_at: ts", "occurred_at: {path: ts, time: DD.MM.YYYY, epoch: millis}"))
