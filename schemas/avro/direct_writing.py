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
    lines = _WriterText()
    _write(lines, layout, "message")
    lines.append_pieces()
    return lines.text.compiled()


class _WriterText:
    """The lines of a writer. Pieces that follow each other are appended at once: one by one each costs a call."""

    def __init__(self) -> None:
        self.text = FunctionText("def write(message, into):", {"SMALL": _SMALL, "varint": _varint})
        self._pieces: list[str] = []

    def put(self, *pieces: str) -> None:
        """Expressions of bytes that come next."""
        self._pieces += pieces

    def named(self, value: str) -> str:
        """The value of an expression by a name that no other value gets before the pieces are appended."""
        name = self.text.variable()
        self.text.add(f"{name} = {value}")
        return name

    def append_pieces(self) -> None:
        """Append what is put so far: what is behind it is of a block, or may be."""
        if self._pieces:
            self.text.add(f"into += ({', '.join(self._pieces)},)")
            self._pieces = []


def _write(lines: _WriterText, layout: Layout, value: str) -> None:  # noqa: C901 - one a case
    """Adds the lines that write `value`, an expression."""
    match layout:
        case Texts():
            encoded = lines.named(f"{value}.encode()")
            lines.put(_count_of(lines, encoded), encoded)
        case ScaledNumbers():
            lines.put(f"{value}.to_bytes({_WIDTH}, 'big', signed=True)")
        case Whole():
            number = lines.named(value)
            lines.put(f"SMALL[{number}] if 0 <= {number} < {len(_SMALL)} else varint({number})")
        case Truth():
            lines.put(f"b'\\1' if {value} else b'\\0'")
        case Choice(symbols):
            numbers = lines.text.constant({symbol: _varint(index) for index, symbol in enumerate(symbols)})
            lines.put(f"{numbers}[{value}]")
        case Several(item):
            with _items(lines, value, "") as (one,):
                _write(lines, item, one)
        case Dictionary():
            with _items(lines, value, ".items()") as both:
                for one in both:
                    _write(lines, Texts(), one)
        case Fields(steps):
            for step in steps:
                _write_step(lines, step, value)
        case _:
            assert_never(layout)


def _count_of(lines: _WriterText, counted: str) -> str:
    size = lines.named(f"len({counted})")
    return f"SMALL[{size}] if {size} < {len(_SMALL)} else varint({size})"


@contextmanager
def _items(lines: _WriterText, value: str, items: str) -> Iterator[tuple[str, ...]]:
    """A block of items with its end: the lines that are added write one of them, by the names that are given."""
    text = lines.text
    names = (text.variable(),) if not items else (text.variable(), text.variable())
    several = lines.named(value)
    lines.append_pieces()
    with text.block(f"if {several}:"):
        lines.put(_count_of(lines, several))
        lines.append_pieces()
        with text.block(f"for {', '.join(names)} in {several}{items}:"):
            yield names
            lines.append_pieces()
    lines.put("b'\\0'")


def _write_step(lines: _WriterText, step: FieldRun, value: str) -> None:
    fields = [f"{value}.{name}" for name in step.names]
    if isinstance(step.layout, ScaledNumbers) and len(fields) > 1:
        lines.put(f"{lines.text.constant(_scaled_numbers(len(fields)))}({', '.join(fields)})")
        return
    for field in fields:
        _write(lines, step.layout, lines.named(field) if isinstance(step.layout, Fields) else field)


def _scaled_numbers(count: int) -> Callable[..., bytes]:
    """Writes several at once, as far as each takes 64 bits and is not below zero."""
    small = Struct(">" + "8xQ" * count)

    def write(*values: int) -> bytes:
        try:
            return small.pack(*values)
        except StructError:
            return b"".join([value.to_bytes(_WIDTH, "big", signed=True) for value in values])

    return write
