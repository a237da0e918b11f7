"""X12 interchanges of wholesale orders, with the segments that large customers send."""

from collections.abc import Iterator
from dataclasses import dataclass

_ISA = "ISA*00*          *00*          *ZZ*HARBORTOOLS    *ZZ*ORDERLINE      *260105*0600*U*00401*{control:09}*0*P*>~"
_GS = "GS*PO*HARBORTOOLS*ORDERLINE*20260105*0600*{control}*X*004010~"
_ORDERS = 10
_LINES = 20


@dataclass(frozen=True, slots=True)
class SentInterchange:
    """A text, and how many segments it has."""

    text: str
    segments: int


def interchanges(orders: int) -> Iterator[SentInterchange]:
    """So many orders of twenty lines, ten in an interchange; the same number gives the same texts."""
    for first in range(1, orders + 1, _ORDERS):
        sets = [_purchase_order(number) for number in range(first, min(first + _ORDERS, orders + 1))]
        head = _ISA.format(control=first) + _GS.format(control=first)
        text = f"{head}{''.join(sets)}GE*{len(sets)}*{first}~IEA*1*{first:09}~"
        yield SentInterchange(text, text.count("~"))


def _purchase_order(number: int) -> str:
    body = [
        f"BEG*00*SA*HT-{number:07}**20260105",
        *("REF*DP*038", "ITD*14*3*2**45**46", "DTM*002*20260114", "TD5*A*92*P3**SEE ROUTING GUIDE"),
        *("N1*BY*HARBOR TOOLS*92*1001", "N1*ST*HARBOR TOOLS STORE 7*92*0007", "N3*12 DOCK ROAD*GATE 4"),
        "N4*DAYTON*OH*45402*US",
        *(segment for line in range(1, _LINES + 1) for segment in _line(line)),
        f"CTT*{_LINES}",
    ]
    return "".join(f"{one}~" for one in (f"ST*850*{number:09}", *body, f"SE*{len(body) + 2}*{number:09}"))


def _line(number: int) -> tuple[str, ...]:
    ids = f"VN*ORL-{number:05}*BP*HT-{number:05}*UP*012345678905"
    return (
        f"PO1*{number}*{number % 9 + 1}*EA*{number % 7 + 1}.25*PE*{ids}",
        f"PID*F****WIDGET {number}",
        "PO4*4*4*EA*PLT94",
    )
