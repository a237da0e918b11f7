"""Messages to Avro bytes by a layout: the counterpart of `direct_reading`, straight from the message class."""

from collections.abc import Callable, Sequence
from functools import cache
from operator import attrgetter
from struct import Struct
from struct import error as StructError  # noqa: N812 - it is a class
from typing import Any, assert_never

from schemas.avro.layout import (
    Choice,
    Dictionary,
    FieldRun,
    Fields,
    Layout,
    ScaledNumbers,
    Several,
    Texts,
    Truth,
    Whole,
)

Write = Callable[[Any, list[bytes]], None]
"""Appends the bytes of a value. A value of the wrong type is a bug of the caller and raises."""

_WIDTH = 16


def _varint(number: int) -> bytes:
    if not -(1 << 63) <= number < 1 << 63:
        raise ValueError(f"{number} takes more than 64 bits")
    rest = (number << 1) ^ (number >> 63)
    written = bytearray()
    while rest > 0x7F:  # noqa: PLR2004 - seven bits a byte
        written.append(rest & 0x7F | 0x80)
        rest >>= 7
    written.append(rest)
    return bytes(written)


_SMALL = tuple(_varint(number) for number in range(1024))


@cache
def writing(layout: Layout) -> Write:  # noqa: PLR0911 - one a case
    """The writer of a layout; texts and scaled numbers are passed as a sequence."""
    match layout:
        case Texts():
            return _texts
        case ScaledNumbers(count):
            return _scaled_numbers(count)
        case Whole():
            return _whole
        case Truth():
            return _truth
        case Choice(symbols):
            return _choice(symbols)
        case Several(item):
            return _several(item)
        case Dictionary():
            return _dictionary
        case Fields(steps):
            return _fields(steps)
    assert_never(layout)


def _fields(steps: tuple[FieldRun, ...]) -> Write:
    parts = tuple((attrgetter(*step.names), _of_step(step)) for step in steps)

    def write(message: Any, into: list[bytes]) -> None:  # noqa: ANN401 - any message class with these fields
        for fields_of, part in parts:
            part(fields_of(message), into)

    return write


def _of_step(step: FieldRun) -> Write:
    """`attrgetter` returns a value for one name and a tuple for several."""
    return _alone(step.layout) if len(step.names) == 1 else writing(step.layout)


def _alone(layout: Layout) -> Write:
    match layout:
        case Texts():
            return _text
        case ScaledNumbers():
            return _scaled_number
        case _:
            return writing(layout)


def _text(value: str, into: list[bytes]) -> None:
    text = value.encode()
    length = len(text)
    into.append(_SMALL[length] if length < len(_SMALL) else _varint(length))
    into.append(text)


def _texts(values: Sequence[str], into: list[bytes]) -> None:
    for value in values:
        _text(value, into)


def _scaled_number(value: int, into: list[bytes]) -> None:
    into.append(value.to_bytes(_WIDTH, "big", signed=True))


def _scaled_numbers(count: int) -> Write:
    small = Struct(">" + "8xq" * count)

    def write(values: Sequence[int], into: list[bytes]) -> None:
        if min(values) >= 0:
            try:
                into.append(small.pack(*values))
            except StructError:
                pass
            else:
                return
        for value in values:
            _scaled_number(value, into)

    return write


def _choice(symbols: tuple[str, ...]) -> Write:
    numbers = {symbol: _varint(index) for index, symbol in enumerate(symbols)}

    def write(value: str, into: list[bytes]) -> None:
        into.append(numbers[value])

    return write


def _several(item: Layout) -> Write:
    one = _alone(item)

    def write(values: Sequence[Any], into: list[bytes]) -> None:
        if values:
            into.append(_varint(len(values)))
            for value in values:
                one(value, into)
        into.append(b"\0")

    return write


def _dictionary(value: dict[str, str], into: list[bytes]) -> None:
    if value:
        into.append(_varint(len(value)))
        for pair in value.items():
            _texts(pair, into)
    into.append(b"\0")


def _whole(value: int, into: list[bytes]) -> None:
    into.append(_SMALL[value] if 0 <= value < len(_SMALL) else _varint(value))


def _truth(value: bool, into: list[bytes]) -> None:  # noqa: FBT001 - the value to write
    into.append(b"\1" if value else b"\0")
