"""Prices with a basis are exact, and are written with as few places as they need."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money.adjustments import share_of
from domain.money.amounts import smallest_coin
from domain.money.prices import BASES, WORTH, Price, amount_of, coins_of, parse_price, price_of
from domain.quantities import UNIT

NUMBERS = st.decimals(0, 999_999, allow_nan=False, allow_infinity=False, places=6)


@pytest.mark.parametrize(
    ("text", "basis", "expected"),
    (
        ("8.40", 100, Price(84_000, 100)),
        ("0.01235", 1, Price(1_235, 10)),
        ("0.000001", 1, Price(1, 100)),
        ("0.000001", 1_000, Price(1, 100_000)),
        ("24.99", 1, Price(249_900)),
        ("3.3333333333333", 1, Price(3_333_333_333, 100_000)),
        ("-1.5", 1, Price(-15_000)),
    ),
)
def test_a_price_keeps_its_basis_where_that_says_it_exactly(text: str, basis: int, expected: Price) -> None:
    assert expected == parse_price(text, basis)


@given(NUMBERS, st.sampled_from([1, 10, 100, 1_000]), st.integers(1, 10**9))
def test_quantity_times_a_price_of_six_places_is_exact(number: object, basis: int, quantity: int) -> None:
    price = parse_price(str(number), basis)
    assert Fraction(str(number)) * quantity / basis * 10_000 / UNIT == Fraction(quantity * price.scaled, WORTH)


@given(st.integers(-(10**15), 10**15))
def test_worth_is_rounded_once_half_up(worth: int) -> None:
    assert amount_of(worth) == (Fraction(worth, WORTH) + Fraction(1, 2)).__floor__()


@given(st.integers(-(10**17), 10**17), st.sampled_from(("JPY", "EUR", "KWD", "CLF", "XYZ")))
def test_a_worth_in_coins_is_rounded_once_half_up(worth: int, currency: str) -> None:
    coin = smallest_coin(currency)
    assert coins_of(worth, currency) == (Fraction(worth, WORTH * coin) + Fraction(1, 2)).__floor__() * coin


@given(st.integers(0, 10**9), st.integers(1, 10**6))
def test_a_price_of_a_worth_gives_the_worth_again(amount: int, units: int) -> None:
    price = price_of(amount * WORTH, units * UNIT)
    assert price.price_basis in BASES
    assert abs(price.scaled * units * UNIT - amount * WORTH) <= max(5 * WORTH, units * UNIT)


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**12), st.data())
def test_shares_of_all_units_are_the_amount_and_no_units_have_none(
    amount: int, quantity: int, data: st.DataObject
) -> None:
    units = data.draw(st.integers(0, quantity))
    rest = share_of(amount, quantity - units, quantity)
    assert amount == share_of(amount, quantity, quantity)
    assert 0 == share_of(amount, 0, quantity)
    assert abs(amount - rest - share_of(amount, units, quantity)) <= 1
