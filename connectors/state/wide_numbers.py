"""Whole numbers of any size in stored rows: msgpack has only 64 bits, and sums can exceed them.

A number outside of -2^63 to 2^64 - 1 is stored as extension type 1: its two's complement, the highest byte first. Rows
without such a number, nearly all, are written and read as plain msgpack at no extra cost.
"""

from typing import Any, Final

import msgspec
from msgspec.msgpack import Ext

_WIDE: Final = 1
_LOWEST, _HIGHEST = -(2**63), 2**64 - 1

_encode = msgspec.msgpack.Encoder().encode


def encode_row(row: object) -> bytes:
    """A row as msgpack."""
    try:
        return _encode(row)
    except OverflowError:
        return _encode(_widened(msgspec.to_builtins(row)))


def decode_row(decoder: "msgspec.msgpack.Decoder[Any]", stored: bytes | memoryview) -> Any:  # noqa: ANN401 - any row
    """A row from msgpack, by the decoder of its class."""
    try:
        return decoder.decode(stored)
    except msgspec.ValidationError:
        content = decode_content(stored)
        if not _holds_wide(content):
            raise
    return msgspec.convert(content, decoder.type)


def decode_content(stored: bytes | memoryview) -> Any:  # noqa: ANN401 - whatever the row holds
    """Convert a row to maps, lists, texts and whole numbers."""
    return msgspec.msgpack.decode(stored, ext_hook=_number)


def _number(code: int, data: memoryview) -> int:
    if code != _WIDE:
        raise msgspec.ValidationError(f"a stored row holds an unknown extension type {code}")
    return int.from_bytes(data, "big", signed=True)


def _widened(node: Any) -> Any:  # noqa: ANN401 - whatever the row holds
    if isinstance(node, dict):
        return {_widened(key): _widened(value) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [_widened(each) for each in node]
    if isinstance(node, int) and not _LOWEST <= node <= _HIGHEST:
        return Ext(_WIDE, node.to_bytes(node.bit_length() // 8 + 1, "big", signed=True))
    return node


def _holds_wide(node: Any) -> bool:  # noqa: ANN401 - whatever the row holds
    if isinstance(node, dict):
        return any(_holds_wide(value) for value in node.values())
    if isinstance(node, list):
        return any(map(_holds_wide, node))
    return isinstance(node, int) and not _LOWEST <= node <= _HIGHEST
