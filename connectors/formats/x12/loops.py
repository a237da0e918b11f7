"""The loops of X12 transaction sets: which segments belong to which, by kind of set.

A segment belongs to the innermost open loop that takes it: one that begins a loop there, or stays in it. If none but
the set itself takes it, it is a segment of the set. The tables say what stays where the standard's order leaves no
doubt, for versions 003010 to 006010.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop; the first segment begins it and is its node."""

    opens: Mapping[str, "Loop"] = field(default_factory=dict)
    """The loops inside, by the segment that begins them."""
    holds: frozenset[str] | None = None
    """The segments that stay in it; None for all but those that end it."""
    ends: frozenset[str] = frozenset()
    """The segments that end it, where it holds all others."""


@dataclass(frozen=True, slots=True)
class SetShape:
    """A kind of transaction set."""

    root: Loop
    lines: str = ""
    """The segment that begins a line; a set without one has an empty list of them."""
    single: frozenset[str] = frozenset()
    """The segments of the set itself that are allowed only once."""


def _held(*names: str, opens: Mapping[str, Loop] | None = None) -> Loop:
    return Loop(opens or {}, frozenset(names))


def _line(opens: Mapping[str, Loop], *ends: str) -> Loop:
    return Loop(opens, None, frozenset(ends))


_PARTY: Final = _held("N2", "N3", "N4", "NX2", "PER", "REF", "G61", "DMG")
_PARTY_OF_AN_ORDER: Final = _held("N2", "N3", "N4", "NX2", "PER", "REF", "SI", "FOB", "TD1", "TD3", "TD4", "TD5", "PKG")
_PARTY_OF_A_LINE: Final = _held(
    "N2", "N3", "N4", "NX2", "QTY", "PER", "REF", "SI", "DTM", "FOB", "SCH", "TD1", "TD3", "TD4", "TD5", "PKG"
)
_REFERENCE: Final = _held("DTM", "MSG", "MTX", "PWK", "EFI")
_CHARGE: Final = _held("CUR", "CTP", "TXI")
_AMOUNT: Final = _held("REF", "DTM", "PCT")
_SCHEDULE: Final = _held("TD1", "TD3", "TD4", "TD5", "REF")
_LEAD_TIME: Final = _held("QTY", "MSG", "MTX", "REF")
_PART: Final = _held(
    *("MSG", "SI", "PID", "PO3", "TC2", "ADV", "DTM", "CTP", "PAM", "PO4", "TAX", "TXI", "REF", "MEA"),
    opens={"N1": _PARTY_OF_A_LINE, "N9": _REFERENCE, "SAC": _CHARGE},
)
"""A part of a line (SLN)."""
_IN_A_LINE: Final = {
    "N1": _PARTY_OF_A_LINE,
    "N9": _REFERENCE,
    "SAC": _CHARGE,
    "SCH": _SCHEDULE,
    "LDT": _LEAD_TIME,
    "SLN": _PART,
}
_ANSWERED: Final = {**_IN_A_LINE, "ACK": _held("DTM")}


def _order(begins: str, line: str, inside: Mapping[str, Loop]) -> SetShape:
    """A purchase order, its change, and their answers: from 850 to 865."""
    opens = {
        "N1": _PARTY_OF_AN_ORDER,
        "N9": _REFERENCE,
        "SAC": _CHARGE,
        "AMT": _AMOUNT,
        line: _line(inside, line, "CTT"),
    }
    return SetShape(Loop(opens), line, frozenset({begins, "CTT", "CUR"}))


def _warehouse(begins: str, line: str, total: str, *, packed: bool) -> SetShape:
    """A document of a warehouse (94x), its lines in the set or in packages (LX)."""
    ends = ("LX", line, total) if packed else (line, total)
    lines = {line: _line({"N1": _PARTY}, *ends)}
    opens = {"LX": _line({"N1": _PARTY, **lines}, "LX", total)} if packed else lines
    return SetShape(Loop({"N1": _PARTY, **opens, **lines}), "LX" if packed else line, frozenset({begins, total}))


def _hierarchical(begins: str, inside: Mapping[str, Loop]) -> SetShape:
    """Levels (HL) in levels: the reader puts each below its parent."""
    return SetShape(Loop({"N1": _PARTY, "HL": _line(inside, "HL", "CTT")}), "", frozenset({begins, "CTT"}))


_INVOICE: Final = SetShape(
    Loop(
        {
            "N1": _PARTY,
            "N9": _REFERENCE,
            "SAC": _CHARGE,
            "IT1": _line({"N1": _PARTY, "SAC": _CHARGE, "SLN": _PART}, "IT1", "TDS", "CTT"),
        }
    ),
    "IT1",
    frozenset({"BIG", "CTT", "CUR", "TDS"}),
)
_INVENTORY: Final = SetShape(
    Loop(
        {
            "N1": _PARTY,
            "LIN": _line(
                {"N1": _PARTY_OF_A_LINE, "SAC": _CHARGE, "QTY": _held("UIT", "MEA", "LDT", "DTM", "SCH", "LM")},
                *("LIN", "CTT"),
            ),
        }
    ),
    "LIN",
    frozenset({"BIA", "CTT"}),
)
_SHIPMENT_STATUS: Final = SetShape(
    Loop({"N1": _PARTY, "LX": _line({"AT7": _held("MS1", "MS2", "M7"), "N1": _PARTY}, "LX")}),
    "LX",
    frozenset({"B10"}),
)
_ADJUSTMENT: Final = _held("NTE", "PER", "REF", "DTM")
_REMITTANCE: Final = _held("NTE", "REF", "DTM", opens={"ADX": _ADJUSTMENT})
_PAYMENT: Final = SetShape(
    Loop(
        {
            "N1": _PARTY,
            "ENT": _line({"RMR": _REMITTANCE, "ADX": _ADJUSTMENT, "N1": _PARTY}, "ENT"),
            "RMR": _REMITTANCE,
            "ADX": _ADJUSTMENT,
        }
    ),
    "",
    frozenset({"BPR", "TRN"}),
)
_OF_A_REPORTED_LINE: Final = ("CUR", "ISR", "PID", "SCH", "DTM", "REF", "QTY", "MEA", "MSG")
_RETURN: Final = SetShape(
    Loop({"N1": _PARTY, "BLI": _line({"N1": _PARTY, "N9": _REFERENCE}, "BLI", "CTT")}), "BLI", frozenset({"BGN"})
)
_ACKNOWLEDGEMENT: Final = SetShape(
    Loop({"AK2": _held("AK5", opens={"AK3": _held(opens={"AK4": _held()})})}), "AK2", frozenset({"AK1", "AK9"})
)

SHAPES: Final[Mapping[str, SetShape]] = {
    "180": _RETURN,
    "214": _SHIPMENT_STATUS,
    "810": _INVOICE,
    "820": _PAYMENT,
    "846": _INVENTORY,
    "850": _order("BEG", "PO1", _IN_A_LINE),
    "855": _order("BAK", "PO1", _ANSWERED),
    "856": _hierarchical("BSN", {"N1": _PARTY, "SAC": _CHARGE, "SLN": _PART}),
    "860": _order("BCH", "POC", _IN_A_LINE),
    "865": _order("BCA", "POC", _ANSWERED),
    "870": _hierarchical("BSR", {"N1": _PARTY, "PO1": _held(*_OF_A_REPORTED_LINE), "ISR": _held("PID", "DTM")}),
    "940": _warehouse("W05", "W01", "W76", packed=True),
    "943": _warehouse("W06", "W04", "W03", packed=False),
    "944": _warehouse("W17", "W07", "W14", packed=False),
    "945": _warehouse("W06", "W12", "W03", packed=True),
    "947": _warehouse("W15", "W19", "", packed=False),
    "997": _ACKNOWLEDGEMENT,
    "999": _ACKNOWLEDGEMENT,
}
"""By transaction set identifier (ST01)."""

OTHER: Final = SetShape(Loop({"N1": _PARTY}))
"""Any other kind of set: flat but for its parties."""
