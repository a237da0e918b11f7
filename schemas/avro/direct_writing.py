"""Messages to Avro bytes by a layout: the counterpart of `direct_reading`, straight from the message class."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from struct import Struct
from struct import error as StructError  # noqa: N812 - it is a class
from typing import Any, assert_never

from schemas.avro.function_text import FunctionText
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
def writing(layout: Layout) -> Write:
    """The writer of a layout."""
    text = FunctionText("def write(message, into):", {"SMALL": _SMALL, "varint": _varint})
    text.add("put = into.append")
    _write(text, layout, "message")
    return text.compiled()


def _write(text: FunctionText, layout: Layout, value: str) -> None:  # noqa: C901 - one a case
    """Adds the lines that write `value`, an expression."""
    match layout:
        case Texts():
            text.add(f"encoded = {value}.encode()", "size = len(encoded)")
            text.add(f"put({_varint_of('size')})", "put(encoded)")
        case ScaledNumbers():
            text.add(f"put({value}.to_bytes({_WIDTH}, 'big', signed=True))")
        case Whole():
            text.add(f"number = {value}", f"put({_varint_of('number')})")
        case Truth():
            text.add(f"put(b'\\1' if {value} else b'\\0')")
        case Choice(symbols):
            numbers = text.constant({symbol: _varint(index) for index, symbol in enumerate(symbols)})
            text.add(f"put({numbers}[{value}])")
        case Several(item):
            with _items(text, value, "") as (one,):
                _write(text, item, one)
        case Dictionary():
            with _items(text, value, ".items()") as both:
                for one in both:
                    _write(text, Texts(), one)
        case Fields(steps):
            for step in steps:
                _write_step(text, step, value)
        case _:
            assert_never(layout)


def _varint_of(number: str) -> str:
    return f"SMALL[{number}] if 0 <= {number} < {len(_SMALL)} else varint({number})"


@contextmanager
def _items(text: FunctionText, value: str, items: str) -> Iterator[tuple[str, ...]]:
    """A block of items with its end: the lines that are added write one of them, by the names that are given."""
    names = (text.variable(),) if not items else (text.variable(), text.variable())
    several = text.variable()
    text.add(f"{several} = {value}")
    with text.block(f"if {several}:"):
        text.add(f"size = len({several})", f"put({_varint_of('size')})")
        with text.block(f"for {', '.join(names)} in {several}{items}:"):
            yield names
    text.add("put(b'\\0')")


def _write_step(text: FunctionText, step: FieldRun, value: str) -> None:
    fields = [f"{value}.{name}" for name in step.names]
    if isinstance(step.layout, ScaledNumbers) and len(fields) > 1:
        text.add(f"{text.constant(_scaled_numbers(len(fields)))}(put, {', '.join(fields)})")
        return
    for field in fields:
        if isinstance(step.layout, Fields):
            record = text.variable()
            text.add(f"{record} = {field}")
            field = record  # noqa: PLW2901 - the same value by a name
        _write(text, step.layout, field)


def _scaled_numbers(count: int) -> Callable[..., None]:
    """Writes several at once, as far as each takes 64 bits and is not below zero."""
    small = Struct(">" + "8xq" * count)

    def write(put: Callable[[bytes], None], *values: int) -> None:
        if min(values) >= 0:
            try:
                packed = small.pack(*values)
            except StructError:
                pass
            else:
                put(packed)
                return
        for value in values:
            put(value.to_bytes(_WIDTH, "big", signed=True))

    return write
