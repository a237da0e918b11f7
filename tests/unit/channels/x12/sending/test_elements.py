"""Numbers within the digits that an element has."""

import pytest

from connectors.formats.x12.sending.alphabet import Alphabet
from connectors.formats.x12.sending.elements import Cents, Form, Number, Scaled, WholeNumber
from connectors.formats.x12.sending.unwritable import Unwritable
from tests.unit.channels.x12.sending.given import STANDARD

FORM = Form(Alphabet(STANDARD, "ascii"), "004010")


@pytest.mark.parametrize(
    ("value", "expected"),
    (
        (Scaled(1_234_567, 10_000), "123.46"),
        (Scaled(1_234_549, 10_000), "123.45"),
        (Scaled(999_999_9, 10_000), "1000"),
        (Scaled(-1_234_567, 10_000), "-123.46"),
        (Scaled(123_450_000, 10_000), "12345"),
        (Scaled(5, 10_000), "0.0005"),
    ),
)
def test_a_price_has_as_many_places_as_fit(value: Scaled, expected: str) -> None:
    assert expected == Number(1, 5, rounds=True).written(value, FORM, "X01")


def test_a_quantity_is_written_whole_or_not_at_all() -> None:
    assert "123.45" == Number(1, 5).written(Scaled(123_450_000, 1_000_000), FORM, "X01")
    for element in (Number(1, 5), Number(1, 5, rounds=True), WholeNumber(1, 5), Cents(1, 5)):
        value = 123_456 if isinstance(element, WholeNumber) else Scaled(123_456, 1)
        with pytest.raises(Unwritable):
            element.written(value, FORM, "X01")
    with pytest.raises(Unwritable):
        Number(1, 5).written(Scaled(123_456, 1_000), FORM, "X01")


@pytest.mark.parametrize(("value", "expected"), ((150_000, "1500"), (49, "0"), (50, "1"), (-17_200, "-172")))
def test_an_amount_is_in_cents(value: int, expected: str) -> None:
    assert expected == Cents(1, 15).written(Scaled(value, 10_000), FORM, "X01")
