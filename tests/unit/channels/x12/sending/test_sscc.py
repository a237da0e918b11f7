"""Serial shipping container codes, against numbers that GS1 gives as examples."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.packing.sscc import check_digit, read_sscc, sscc_of


@pytest.mark.parametrize(
    ("digits", "expected"),
    (("37610425002123456", "9"), ("629104150021", "3"), ("00614141123456789", "0"), ("0", "0")),
)
def test_check_digits_are_those_of_the_standard(digits: str, expected: str) -> None:
    assert expected == check_digit(digits)


def test_a_code_is_made_of_its_parts() -> None:
    assert "006141410000000012" == sscc_of(0, "0614141", 1)
    assert "306141419999999995" == sscc_of(3, "0614141", 999_999_999)
    with pytest.raises(ValueError, match="no SSCC 1000000000: 9 digits"):
        sscc_of(3, "0614141", 10**9)


@given(st.integers(0, 9), st.from_regex(r"\A[0-9]{7,10}\Z"), st.integers(0, 999_999))
def test_every_code_is_read_again_and_no_wrong_digit_is_taken(extension: int, prefix: str, serial: int) -> None:
    code = sscc_of(extension, prefix, serial)
    assert 18 == len(code)
    assert code == read_sscc(code) == read_sscc(f"00{code}")
    wrong = f"{code[:5]}{(int(code[5]) + 1) % 10}{code[6:]}"
    assert read_sscc(wrong) is None


@pytest.mark.parametrize(
    "text", ("", "SHIP-1", "00614141000000001", "\u0660\u06606141410000000012", "10006141410000000012")
)
def test_other_texts_are_none(text: str) -> None:
    assert read_sscc(text) is None
