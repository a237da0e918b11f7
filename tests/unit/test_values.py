"""Values that are built quickly are frozen values like all others."""

from dataclasses import FrozenInstanceError, dataclass, field
from typing import NamedTuple

import pytest

from domain.values import quickly_built, quickly_replaced, replace


@quickly_built
@dataclass(frozen=True, slots=True)
class _Pallet:
    item: str
    pieces: int = 12
    marks: tuple[str, ...] = ()


@quickly_built
@dataclass(frozen=True, slots=True)
class _Mark:
    text: str


@quickly_replaced
class _Crate(NamedTuple):
    item: str
    pieces: int = 12


def test_a_replaced_named_tuple_is_a_new_one_of_its_class() -> None:
    before = _Crate("bolt", 3)
    after = before._replace(pieces=4)
    assert (_Crate, _Crate("bolt", 4), _Crate("bolt", 3)) == (type(after), after, before)


def test_a_named_tuple_refuses_a_field_that_it_does_not_have() -> None:
    with pytest.raises(ValueError, match="colour"):
        _Crate("bolt")._replace(colour="red")  # type: ignore[call-arg]


def test_fields_are_taken_in_their_order_and_by_their_names() -> None:
    assert ("bolt", 3, ()) == (_Pallet("bolt", 3).item, _Pallet("bolt", 3).pieces, _Pallet("bolt", 3).marks)
    assert _Pallet("bolt", 3, ("x",)) == _Pallet(marks=("x",), pieces=3, item="bolt")


def test_a_field_that_is_not_given_has_its_default() -> None:
    assert _Pallet("bolt") == _Pallet("bolt", 12, ())


def test_a_field_without_a_default_must_be_given() -> None:
    with pytest.raises(TypeError, match="item"):
        _Pallet()  # type: ignore[call-arg]


def test_it_cannot_be_changed() -> None:
    pallet = _Pallet("bolt")
    with pytest.raises(FrozenInstanceError):
        pallet.pieces = 3  # type: ignore[misc]


def test_equal_values_are_equal_and_of_one_hash() -> None:
    assert (_Pallet("bolt"), hash(_Pallet("bolt"))) == (_Pallet("bolt"), hash(_Pallet("bolt", 12)))


def test_a_replaced_value_is_a_new_one_with_the_other_fields_kept() -> None:
    before = _Pallet("bolt", 3, ("x",))
    assert _Pallet("bolt", 4, ("x",)) == replace(before, pieces=4)
    assert _Pallet("bolt", 3, ("x",)) == before
    assert _Pallet("nut", 3, ("y",)) == replace(before, item="nut", marks=("y",))


def test_a_value_of_one_field_is_replaced_too() -> None:
    assert _Mark("y") == replace(_Mark("x"), text="y")


def test_a_field_that_a_value_does_not_have_cannot_be_replaced() -> None:
    with pytest.raises(TypeError, match="colour"):
        replace(_Pallet("bolt"), colour="red")  # type: ignore[call-arg]


def test_a_class_whose_fields_are_made_otherwise_is_refused() -> None:
    @dataclass(frozen=True, slots=True)
    class Listed:
        marks: list[str] = field(default_factory=list)

    with pytest.raises(TypeError, match="Listed"):
        quickly_built(Listed)
