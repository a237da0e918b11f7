"""Records as large as their source may send them, and all of one thing: each kind that costs a reader most."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Final

from schemas.channel_language.records import RecordFormat

_DIGITS: Final = 400_000

Heavy = Callable[[Random, int], bytes]
"""A record of at most so many bytes."""


def heavy_record(chance: Random, record_format: RecordFormat, size: int) -> bytes:
    """One of the format's own, or one that is of another."""
    own = _OF_FORMAT[record_format]
    others = [each for kinds in _OF_FORMAT.values() for each in kinds]
    kind = chance.choice(own) if chance.random() < 0.85 else chance.choice((*others, *_STRANGE))
    return kind(chance, size)[:size]


def every_heavy_record(record_format: RecordFormat, size: int) -> Sequence[bytes]:
    """Each of the format's own once."""
    return [kind(Random(f"heavy {number}"), size)[:size] for number, kind in enumerate(_OF_FORMAT[record_format])]


def _filled(head: bytes, piece: bytes, tail: bytes) -> Heavy:
    """As many pieces as there is room for."""

    def record(_chance: Random, size: int) -> bytes:
        room = max(0, size - len(head) - len(tail))
        return head + piece * (room // len(piece)) + tail

    return record


def _numbered(head: bytes, piece: str, tail: bytes) -> Heavy:
    """Pieces that differ by their number, written for `{}`."""

    def record(_chance: Random, size: int) -> bytes:
        count = max(0, size - len(head) - len(tail)) // (len(piece) + 6)
        return head + "".join(piece.format(number) for number in range(count)).encode() + tail

    return record


def _nested(opening: bytes, closing: bytes) -> Heavy:
    def record(chance: Random, size: int) -> bytes:
        depth = chance.choice((31, 32, 33, 1_000, size // (len(opening) + len(closing) + 1)))
        return opening * depth + b"1" + closing * depth

    return record


def _number(text: str) -> Heavy:
    return lambda _chance, _size: f'{{"id": {text}, "total_price": {text}, "lines": [{{"quantity": {text}}}]}}'.encode()


def _placed(_chance: Random, size: int) -> bytes:
    """A mark of byte order where there is none, and bytes that end texts."""
    piece = b'"a\xef\xbb\xbfb\x00c\xc2\x85\xe2\x80\xa8",'
    return b'{"id":[' + piece * (size // (len(piece) + 1)) + b"1]}"


_LINES = b'{"event":"order_placed","message_id":"m","order_number":"1","lines":['
_JSON: tuple[Heavy, ...] = (
    _nested(b"[", b"]"),
    _nested(b'{"a":', b"}"),
    _filled(_LINES, b'{"quantity":1},', b"1]}"),
    _filled(b'{"line_items":[', b"[[]],", b"1]}"),
    _filled(b"{", b'"id":1,', b'"id":2}'),
    _numbered(b"{", '"{}":1,', b'"id":2}'),
    _numbered(b'{"id":1,"line_items":[', '{{"id":{}}},', b"{}]}"),
    _filled(b'{"id":"', b"\\ud800", b'"}'),
    _filled(b'{"id":"', b"\\u0000", b'"}'),
    _filled(b'{"id":"', b"9", b'"}'),
    _filled(b'{"note":"', b" ", b'"}'),
    _filled(b"[", b"{},", b"{}]"),
    _placed,
    _number("1" + "0" * _DIGITS),
    _number("0." + "0" * _DIGITS + "1"),
    _number("1e999"),
    _number("1e-999"),
    _number("1E" + "9" * 1_000),
    _number("-0"),
    _number("-0.0"),
    _number("NaN"),
    _number("Infinity"),
    _number('"NaN"'),
    _number('"' + "9" * _DIGITS + '"'),
    _number('"1e999"'),
    _number('"-0"'),
    _number('"\\u0663"'),
)
_JSON_LINES: tuple[Heavy, ...] = (
    *_JSON,
    _filled(b"", b"{}\n", b""),
    _filled(b"", b"\n", b"{}"),
    _filled(b"", b"[1]\n", b""),
    _numbered(b"", '{{"id":{}}}\n', b""),
    lambda chance, size: b"\n".join(_nested(b"[", b"]")(chance, 500) for _ in range(size // 600)),
)
_CSV: tuple[Heavy, ...] = (
    _filled(b"", b"a,", b"a\n"),
    _filled(b"", b"a;", b"a\n"),
    _numbered(b"", "{};", b"last\n1;2\n"),
    _numbered(b"", "{},", b"last\n1,2\n"),
    _filled(b"number;article\n", b"1;2\n", b""),
    _filled(b"number;article\n", b"\n", b""),
    _filled(b"number;article\n", b";\n", b""),
    _numbered(b"number;article\n", "T-{};2\n", b""),
    _filled(b'number;article\n"', b'""', b'"\n'),
    _filled(b'number;article\n"', b"x\n", b""),
    _filled(b"number;article\n", b"\xef\xbb\xbf\x00\r\xc2\x85;", b"\n"),
    _filled(b"number;article\n1;", b"9", b"\n"),
)
_ISA = b"ISA*00*          *00*          *ZZ*BUYER          *ZZ*US             *261121*0900*U*00401*000000001*0*P*>~"
_GROUP = _ISA + b"GS*PO*BUYER*US*20261121*0900*1*X*004010~"
_SET = _GROUP + b"ST*850*0001~BEG*00*SA*7**20261121~"
_END = b"GE*1*1~IEA*1*000000001~"
_X12: tuple[Heavy, ...] = (
    _filled(_SET + b"PO1*", b"*", b"~" + _END),
    _filled(_SET + b"PO1*1*2*EA*3**", b"VN*X*", b"~SE*4*0001~" + _END),
    _filled(_SET + b"PO1*1*2*EA*", b">", b"~SE*4*0001~" + _END),
    _filled(_SET, b"PO1*1*2*EA*3**VN*X~", b"SE*9*0001~" + _END),
    _filled(_SET, b"REF*DP*1~", b"SE*9*0001~" + _END),
    _filled(_SET, b"N1*ST*X*92*1~N3*M~", b"SE*9*0001~" + _END),
    _filled(_SET, b"SAC*C*D240***100~", b"SE*9*0001~" + _END),
    _filled(_SET, b"HL*1*1*S~HL*2*1*O~", b"SE*9*0001~" + _END),
    _filled(_SET, b"SDQ*EA*92*1*2*3*4~", b"SE*9*0001~" + _END),
    _filled(_SET, b"~", b"SE*9*0001~" + _END),
    _filled(_SET, b"\r\n", b"SE*9*0001~" + _END),
    _filled(_GROUP, b"ST*850*0001~SE*2*0001~", _END),
    _filled(_ISA, b"GS*~GE*0*1~", b"IEA*9*000000001~"),
    _filled(_ISA, b"TA1*1~", b"IEA*0*000000001~"),
    _filled(b"", _ISA, b""),
    _filled(b"", b"ISA", b""),
    _filled(b"", b"\nISA*", b""),
    _filled(_SET + b"PO1*1*", b"9", b"*EA*1**VN*X~SE*4*0001~" + _END),
    lambda chance, size: _SET[:105] + bytes(chance.choices(range(256), k=size - 105)),
    lambda chance, _size: _SET.replace(b"*", bytes([chance.randrange(256)])) + _END,
    lambda chance, _size: _SET.replace(b"~", bytes([chance.randrange(256)])) + _END,
)
_UNB = b"UNB+UNOC:3+4012345000009:14+5412345000013:14+260105:0730+1'UNH+1+ORDERS:D:96A:UN'BGM+220+1+9'"
_UNZ = b"UNT+9+1'UNZ+1+1'"
_EDIFACT: tuple[Heavy, ...] = (
    _filled(_UNB + b"LIN", b"+", b"'" + _UNZ),
    _filled(_UNB + b"LIN+1++X", b":", b"'" + _UNZ),
    _filled(_UNB, b"LIN+1++X:SA'QTY+21:1'", _UNZ),
    _filled(_UNB, b"DTM+137:20260105:102'", _UNZ),
    _filled(_UNB, b"NAD+BY+1::9'", _UNZ),
    _filled(_UNB, b"ALC+C'MOA+8:1'", _UNZ),
    _filled(_UNB, b"'", _UNZ),
    _filled(_UNB + b"FTX+AAA+++", b"?", b"'" + _UNZ),
    _filled(_UNB + b"FTX+AAA+++", b"??'", b"'" + _UNZ),
    _filled(_UNB, b"UNT+2+1'UNH+1+ORDERS:D:96A:UN'", _UNZ),
    _filled(b"", _UNB, b""),
    _filled(b"", b"UNA:+.? '", b""),
    _filled(b"", b"UNB", b""),
    _filled(_UNB + b"QTY+21:", b"9", b"'" + _UNZ),
    lambda chance, _size: b"UNA" + bytes(chance.choices(range(256), k=6)) + _UNB + _UNZ,
    lambda chance, size: _UNB + bytes(chance.choices(range(256), k=max(0, size - len(_UNB)))),
    lambda chance, _size: _UNB.replace(b"UNOC", b"UNO" + bytes([chance.randrange(256)])) + b"\xe9" + _UNZ,
)
_ENTITIES = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb">' + b"".join(
    b'<!ENTITY b%d "%s">' % (number, b"&b%d;" % (number - 1) * 10) for number in range(1, 20)
)
_STRANGE: tuple[Heavy, ...] = (
    lambda _chance, _size: _ENTITIES + b"]><a>&b19;</a>",
    lambda _chance, _size: b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    lambda chance, size: b"\x1f\x8b\x08\x00" + chance.randbytes(size // 2),
    lambda chance, size: b"PK\x03\x04" + chance.randbytes(size // 2),
    lambda chance, size: chance.randbytes(size),
    lambda _chance, size: b"\0" * size,
    lambda _chance, size: b"\xff\xfe" + "{}".encode("utf-16-le") * (size // 4),
)
_OF_FORMAT: Final = {
    RecordFormat.JSON: _JSON,
    RecordFormat.JSON_LINES: _JSON_LINES,
    RecordFormat.CSV: _CSV,
    RecordFormat.X12: _X12,
    RecordFormat.EDIFACT: _EDIFACT,
}
