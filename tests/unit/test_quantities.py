"""Quantities and amounts: exact, bounded, and written as a person writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money.amounts import format_amount, parse_amount
from domain.quantities import format_quantity, format_units, parse_quantity


@pytest.mark.parametrize(
    ("millionths", "text"),
    (
        (12_000_000, "12"),
        (500_000, "0.5"),
        (500_000, ".5"),
        (-1, "-0.000001"),
        (1_000_000_000, "1e3"),
        (0, "0.0000000000"),
    ),
)
def test_a_number_with_up_to_six_places_is_read_exactly(millionths: int, text: str) -> None:
    assert millionths == parse_quantity(text)


@pytest.mark.parametrize(
    ("complaint", "text"),
    (
        ("more than 6 decimal places", "0.0000001"),
        ("more than 6 decimal places", "1.0000000000000000000000000000001"),
        ("out of range", "1000000000001"),
        ("more than 6 decimal places", "1e-999999"),
        ("out of range", "1e999999"),
        ("out of range", "NaN"),
        ("out of range", "Infinity"),
        ("not a number", "twelve"),
        ("not a number", ""),
        ("not a number", "1,5"),
    ),
)
def test_what_is_no_such_number_is_refused_with_a_reason(complaint: str, text: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        parse_quantity(text)


@given(st.integers(-(10**15), 10**15))
def test_what_is_written_is_read_back(millionths: int) -> None:
    assert millionths == parse_quantity(format_quantity(millionths))


@given(st.integers(-(10**15), 10**15))
def test_money_is_read_back_too(ten_thousandths: int) -> None:
    assert ten_thousandths == parse_amount(format_amount(ten_thousandths))


@pytest.mark.parametrize(
    ("text", "millionths"),
    (
        ("123456789012345678901234567890.123456", 123456789012345678901234567890123456),
        ("-170141183460469231731687303715884.105728", -(2**127)),
        ("0", 0),
        ("-0.5", -500_000),
    ),
)
def test_a_sum_is_written_exactly_however_large_it_is(text: str, millionths: int) -> None:
    assert text == format_quantity(millionths)


@pytest.mark.parametrize(("quantity", "text"), ((1_000_000, "1 unit"), (2_000_000, "2 units"), (500_000, "0.5 units")))
def test_units_are_written_as_a_person_says_them(quantity: int, text: str) -> None:
    assert text == format_units(quantity)
