"""No sum can grow so large that its row cannot be stored."""

from dataclasses import dataclass

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from operators.engine.tables import Table, UnreadableState

LARGEST = 2**127 - 1


@dataclass(frozen=True, slots=True)
class Sum:
    name: str
    amount: int
    parts: tuple[int, ...] = ()


SUMS: Table[Sum] = Table("sum", Sum)


@given(st.integers(-LARGEST, LARGEST), st.lists(st.integers(-LARGEST, LARGEST)))
def test_a_row_with_any_number_that_a_contract_can_hold_is_stored(amount: int, parts: list[int]) -> None:
    row = Sum("x", amount, tuple(parts))
    assert row == SUMS.decode(SUMS.encode(row))
    assert [(b"sum\0k", SUMS.encode(row))] == list(SUMS.stored({"k": row}))


def test_a_row_within_64_bits_is_plain_msgpack() -> None:
    row = Sum("x", 2**64 - 1, (-(2**63),))
    assert b"\1" + msgspec.msgpack.encode(row) == SUMS.encode(row)


def test_a_wide_number_is_stored_as_the_module_says() -> None:
    assert b"\1\x83\xa4name\xa1x\xa6amount\xc7\x09\x01\x01\0\0\0\0\0\0\0\0\xa5parts\x90" == SUMS.encode(Sum("x", 2**64))


def test_a_number_in_a_table_of_numbers_may_be_wide_too() -> None:
    numbers: Table[int] = Table("number", int)
    assert -(2**90) == numbers.decode(numbers.encode(-(2**90)))


def test_a_row_of_an_earlier_version_may_hold_wide_numbers() -> None:
    later: Table[Sum] = Table("sum", Sum, version=2, upgrades={1: lambda content: content | {"name": "y"}})
    assert Sum("y", 2**70) == later.decode(SUMS.encode(Sum("x", 2**70)))


@pytest.mark.parametrize(
    "stored", (b"\1\x82\xa4name\x01\xa6amount\x01", b"\1\x82\xa4name\xa1x\xa6amount\xc7\x01\x02\0", b"\1\xc1")
)
def test_a_row_that_is_none_is_still_refused(stored: bytes) -> None:
    with pytest.raises(UnreadableState):
        SUMS.decode(stored)
