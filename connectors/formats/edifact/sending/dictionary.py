"""The segments that we write, component by component: directories D.96A to D.01B, as far as our documents need them.

Where lengths have grown between the two, the shorter one is written: every directory takes it. The number behind a
component is that of its data element.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from connectors.formats.x12.sending.elements import Code, Element, Number, WholeNumber, code, must, name, text

Composite = Sequence[Element]
"""The components of one element, in their order."""

_NOTHING: Final = Code(0, 0)
_QUALIFIER: Final = must(code(length=(1, 3)))
_CODE: Final = code(length=(1, 3))
_REFERENCE: Final = name(35)  # 1154
_LINE: Final = name(6)  # 1156
_POSITION: Final = must(name(6))  # 1082
_UNIT: Final = code(length=(1, 3))  # 6411
_AMOUNT: Final = must(Number(1, 18))  # 5004
_QUANTITY: Final = must(Number(1, 15))  # 6060
_LINE_OF_TEXT: Final = text(35)
_ARTICLE: Final = (must(name(35)), must(code(length=(1, 3))))  # 7140, 7143

SEGMENTS: Final[Mapping[str, Sequence[Composite]]] = {
    "ALC": ((must(code("A", "C")),), (_NOTHING,), (_NOTHING,), (_NOTHING,), (_CODE, _NOTHING, _NOTHING, text(35))),
    "BGM": ((must(code(length=(1, 3))),), (must(name(35)),), (_QUALIFIER,)),
    "CNT": ((_QUALIFIER, must(Number(1, 18))),),
    "CPS": ((must(WholeNumber(1, 12)),), (WholeNumber(1, 12),), (code("1", "3", "4"),)),
    "CUX": ((must(code("2")), must(code(length=(3, 3))), must(code("4", "9"))),),
    "DTM": ((_QUALIFIER, must(name(35)), must(code("102", "203"))),),
    "FTX": ((_QUALIFIER,), (_NOTHING,), (_NOTHING,), (must(text(70)), *(text(70),) * 4)),
    "GIN": ((must(code("BJ")),), (must(name(35)),)),
    "IMD": ((must(code("F")),), (_NOTHING,), (*(_NOTHING,) * 3, must(text(35)), text(35))),
    "LIN": ((_POSITION,), (code(length=(1, 3)),), (name(35), code(length=(1, 3)))),
    "MOA": ((_QUALIFIER, _AMOUNT),),
    "NAD": (
        (_QUALIFIER,),
        (name(17), _NOTHING, code(length=(1, 3))),  # 3039, 3055
        (_NOTHING,),
        (_LINE_OF_TEXT,) * 5,
        (_LINE_OF_TEXT,) * 3,
        (_LINE_OF_TEXT,),
        (text(9),),  # 3229
        (text(9),),  # 3251
        (code(length=(2, 3)),),
    ),
    "PAC": ((must(WholeNumber(1, 8)),), (_NOTHING,), (_CODE,)),
    "PCI": ((must(code("33E")),),),
    "PIA": ((must(code("1", "5")),), _ARTICLE, *(((name(35), code(length=(1, 3))),) * 4)),
    "PRI": ((must(code("AAA")), must(Number(1, 15, rounds=True)), *(_NOTHING,) * 2, WholeNumber(1, 9), _UNIT),),
    "QTY": ((_QUALIFIER, _QUANTITY, must(_UNIT)),),
    "RFF": ((_QUALIFIER, must(_REFERENCE), _LINE),),
    "TAX": ((must(code("7")),), (_CODE,), (_NOTHING,), (_NOTHING,), (*(_NOTHING,) * 3, Number(1, 17)), (_CODE,)),
    "TDT": ((must(code("20")),), (_NOTHING,), (_NOTHING,), (_NOTHING,), (name(17), _NOTHING, _CODE, text(35))),
    "UNS": ((must(code("S")),),),
}
