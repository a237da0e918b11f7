"""The wholesale customers of the demo, each with its own X12 delimiters and conventions."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Partner:
    """A wholesale customer, and how its software writes X12."""

    sender: str
    name: str
    element: str
    component: str
    terminator: str
    line_end: str


PARTNERS: Final = (
    Partner("XYZRETAIL", "XYZ RETAIL", "*", ">", "~", "\n"),
    Partner("NORTHSUPPLY", "NORTH SUPPLY INC.", "*", ":", "~", ""),
    Partner("BAYTOOLS", "BAY TOOLS", "|", "^", "\n", ""),
)
QUALIFIER: Final = "ZZ"
"""ISA05 of all of them: the sender's id is one that was agreed on."""


def partner_of(customer: int) -> Partner:
    """Whose software sends the orders of this customer."""
    return PARTNERS[customer % len(PARTNERS)]
