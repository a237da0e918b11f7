"""Avro bytes to plain values by a layout: several times faster than a generic reader.

The result equals that of fastavro with the same schema (a test compares them). Truncated bytes, wrong counts and the
like raise `IndexError`, `ValueError` or `struct.error`, or leave the position after the end: the caller must check
that it is exactly the end.
"""

from collections.abc import Callable
from functools import cache
from struct import Struct
from typing import Any, assert_never

from schemas.avro.layout import Choice, Dictionary, Fields, Layout, ScaledNumbers, Several, Texts, Truth, Whole

Read = Callable[[bytes, int, list[Any]], int]
"""Reads at a position, appends the values, and returns the position after them."""

_LONGEST_VARINT = 10
_CONTINUED_OR_NEGATIVE = 0x81
"""In the first byte of a length: more bytes follow, or the (zigzag) number is negative."""


@cache
def reading(layout: Layout) -> Read:  # noqa: PLR0911 - one a case
    """The reader of a layout."""
    match layout:
        case Texts(count):
            return _texts(count)
        case ScaledNumbers(count):
            return _scaled_numbers(count)
        case Whole():
            return _whole
        case Truth():
            return _truth
        case Choice(symbols):
            return _choice(symbols)
        case Several(item):
            return _several(reading(item))
        case Dictionary():
            return _dictionary
        case Fields():
            return _fields(layout)
    assert_never(layout)


def _fields(layout: Fields) -> Read:
    names = tuple(name for step in layout.steps for name in step.names)
    steps = tuple(reading(step.layout) for step in layout.steps)

    def read(data: bytes, position: int, into: list[Any]) -> int:
        values: list[Any] = []
        for step in steps:
            position = step(data, position, values)
        into.append(dict(zip(names, values, strict=True)))
        return position

    return read


def _texts(count: int) -> Read:
    def read(data: bytes, position: int, into: list[Any]) -> int:
        for _ in range(count):
            size = data[position]
            if size & _CONTINUED_OR_NEGATIVE:
                length, position = _long(data, position)
                if length < 0:
                    raise ValueError("a text of negative length")
            else:
                length = size >> 1
                position += 1
            into.append(data[position : position + length].decode())
            position += length
        return position

    return read


def _scaled_numbers(count: int) -> Read:
    numbers = Struct(">" + "qQ" * count)

    def read(data: bytes, position: int, into: list[Any]) -> int:
        halves = numbers.unpack_from(data, position)
        high = halves[::2]
        if any(high):
            into.extend((upper << 64) + lower for upper, lower in zip(high, halves[1::2], strict=True))
        else:
            into.extend(halves[1::2])
        return position + numbers.size

    return read


def _choice(symbols: tuple[str, ...]) -> Read:
    def read(data: bytes, position: int, into: list[Any]) -> int:
        index, position = _long(data, position)
        if index < 0:
            raise ValueError("a symbol of negative index")
        into.append(symbols[index])
        return position

    return read


def _several(item: Read) -> Read:
    def read(data: bytes, position: int, into: list[Any]) -> int:
        items: list[Any] = []
        count, position = _count(data, position)
        while count:
            for _ in range(count):
                position = item(data, position, items)
            count, position = _count(data, position)
        into.append(items)
        return position

    return read


_pairs = _several(_texts(2))


def _dictionary(data: bytes, position: int, into: list[Any]) -> int:
    flat: list[Any] = []
    position = _pairs(data, position, flat)
    texts = flat[0]
    into.append(dict(zip(texts[::2], texts[1::2], strict=True)))
    return position


def _whole(data: bytes, position: int, into: list[Any]) -> int:
    number, position = _long(data, position)
    into.append(number)
    return position


def _truth(data: bytes, position: int, into: list[Any]) -> int:
    into.append((False, True)[data[position]])
    return position + 1


def _count(data: bytes, position: int) -> tuple[int, int]:
    """The number of items of a block; a negative one is followed by the block's size, which is skipped."""
    count, position = _long(data, position)
    if count < 0:
        _, position = _long(data, position)
    return abs(count), position


def _long(data: bytes, position: int) -> tuple[int, int]:
    byte = data[position]
    number = byte & 0x7F
    start = position
    while byte & 0x80:
        position += 1
        if position - start == _LONGEST_VARINT:
            raise ValueError("a number of more than 64 bits")
        byte = data[position]
        number |= (byte & 0x7F) << (7 * (position - start))
    if number >> 64:
        raise ValueError("a number of more than 64 bits")
    return (number >> 1) ^ -(number & 1), position + 1
