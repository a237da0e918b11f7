"""The segments that we write, element by element: X12 versions 004010 and 005010, as far as our documents need them.

The number behind an element is that of its data element in the standard's dictionary.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from connectors.formats.x12.sending.elements import (
    Cents,
    Code,
    Day,
    Element,
    Minute,
    Number,
    WholeNumber,
    code,
    must,
    name,
    text,
)

_UNIT: Final = code(length=(2, 2))  # 355
_REFERENCE: Final = name(30, wider=50)  # 127
_PURCHASE_ORDER: Final = name(22)  # 324
_RELEASE: Final = name(30)  # 328
_DAY: Final = Day(8, 8)  # 373
_MINUTE: Final = Minute(4, 8)  # 337
_QUANTITY: Final = Number(1, 15)  # 380
_PRICE: Final = Number(1, 17, rounds=True)  # 212
_PLACE: Final = name(80, shortest=2)  # 67
_PLACE_QUALIFIER: Final = code(length=(1, 2))  # 66
_NUMBER_OF_LINE: Final = name(20)  # 350
_PURPOSE: Final = code("00", "01", "05")  # 353: original, cancellation, replacement
_ANSWER: Final = code("AC", "AD", "RD")  # 587: with change, without one, rejected; each with its lines
_DAY_OF: Final = code("002", "010", "011", "017", "067", "068")  # 374
_LINE_STATUS: Final = code("IA", "IB", "ID", "IE", "IQ", "IR")  # 668
_CHANGE: Final = code("AI", "DI", "NC", "PC", "PQ", "QD", "QI")  # 670
_NOTHING: Final = Code(0, 0)
_PRODUCT: Final = (code(length=(2, 2)), name(48))  # 235, 234
MOST_PRODUCTS: Final = 10
_PRODUCTS: Final = _PRODUCT * MOST_PRODUCTS

SEGMENTS: Final[Mapping[str, Sequence[Element]]] = {
    "ACK": (must(_LINE_STATUS), _QUANTITY, _UNIT, _DAY_OF, _DAY),
    "BAK": (must(_PURPOSE), must(_ANSWER), must(_PURCHASE_ORDER), must(_DAY), _RELEASE, *(_NOTHING,) * 3, _DAY),
    "BCA": (must(_PURPOSE), _ANSWER, must(_PURCHASE_ORDER), _RELEASE, name(8), must(_DAY), *(_NOTHING,) * 3, _DAY),
    "BIA": (must(_PURPOSE), must(code("SI")), must(_REFERENCE), must(_DAY), _MINUTE),
    "BIG": (must(_DAY), must(name(22)), _DAY, _PURCHASE_ORDER, _RELEASE, _NOTHING, code("CR", "DI")),
    "BSN": (must(_PURPOSE), must(name(30, shortest=2)), must(_DAY), must(_MINUTE), code("0001")),
    "BSR": (must(code("3")), must(code("PA")), must(_REFERENCE), must(_DAY)),
    "CTT": (must(WholeNumber(1, 6)), Number(1, 10)),
    "CUR": (must(code("SE")), must(code(length=(3, 3)))),
    "DTM": (must(_DAY_OF), _DAY, _MINUTE),
    "HL": (must(WholeNumber(1, 12)), WholeNumber(1, 12), must(code("S", "O", "P", "I")), code("0", "1")),
    "ISR": (must(code("AP", "BO", "CU", "IN", "PR", "SH")), _DAY),
    "IT1": (_NUMBER_OF_LINE, Number(1, 10), _UNIT, _PRICE, _NOTHING, *_PRODUCTS),
    "LIN": (_NUMBER_OF_LINE, *_PRODUCTS),
    "LX": (must(WholeNumber(1, 6)),),
    "MAN": (must(code("AA", "CP", "GM")), must(name(48))),
    "MSG": (must(text(264)),),
    "N1": (must(code("ST", "SF", "BY", "WH")), text(60), _PLACE_QUALIFIER, _PLACE),
    "N2": (must(text(60)),),
    "N3": (must(text(55)), text(55)),
    "N4": (text(30, shortest=2), text(2, shortest=2), text(15, shortest=3), code(length=(2, 3))),
    "N9": (must(code("LI", "ZZ")), must(_REFERENCE)),
    "PID": (must(code("F")), *(_NOTHING,) * 3, text(80)),
    "PO1": (_NUMBER_OF_LINE, _QUANTITY, _UNIT, _PRICE, _NOTHING, *_PRODUCTS),
    "POC": (_NUMBER_OF_LINE, must(_CHANGE), Number(1, 15), Number(1, 9), _UNIT, _PRICE, _NOTHING, *_PRODUCTS),
    "PRF": (must(_PURCHASE_ORDER), _RELEASE, _NOTHING, _DAY),
    "QTY": (must(code("33", "39")), _QUANTITY, _UNIT),
    "REF": (must(code("CN", "DP")), _REFERENCE),
    "SAC": (must(code("A", "C")), must(code("ZZZZ")), *(_NOTHING,) * 2, Cents(1, 15), *(_NOTHING,) * 9, text(80)),
    "SN1": (name(20), must(Number(1, 10)), must(_UNIT), _NOTHING, Number(1, 15), _UNIT),
    "TD1": (code("CTN"), WholeNumber(1, 7)),
    "TD5": (_NOTHING, code("2"), name(80, shortest=2), _NOTHING, text(35)),
    "TDS": (must(Cents(1, 15)),),
    "W01": (must(Number(1, 15)), must(_UNIT), _NOTHING, *_PRODUCT),
    "W05": (must(code("F", "N")), must(name(22)), _PURCHASE_ORDER),
    "W66": (must(code("CC", "PC", "PP")),),
    "W76": (must(Number(1, 10)),),
}
