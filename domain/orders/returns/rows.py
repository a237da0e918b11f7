"""The rows of an order's returns: what was asked for, what has come of it, and how far each return is.

One row a return, so an event reads and writes that of its own return, however many the order has.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from operator import attrgetter
from typing import Final, NamedTuple

from domain.identifiers import LineId, ReturnId
from domain.orders.returns.goods import InspectedGoods
from domain.returns import ReturnedLine


class ReturnStage(StrEnum):
    """How far a return is.

    ```
    UNANNOUNCED ──asked for──▶ REQUESTED ──▶ AUTHORISED ──all came──▶ RECEIVED ──all is inspected──▶ CLOSED
                                   └───────────┴──▶ DECLINED                 (or the time for the goods is up)
    ```
    Goods may come at every stage: that is a fact.
    """

    UNANNOUNCED = "UNANNOUNCED"
    """Nobody has asked for it: what a warehouse or a credit note reports."""
    REQUESTED = "REQUESTED"
    """A person has to decide."""
    AUTHORISED = "AUTHORISED"
    DECLINED = "DECLINED"
    """By a person, or because it asks for more than can come back."""
    RECEIVED = "RECEIVED"
    """All of it has come, and some of it is to be inspected."""
    CLOSED = "CLOSED"


OPEN = frozenset({ReturnStage.REQUESTED, ReturnStage.AUTHORISED})
"""In these stages units are still to come."""


class ReturnLine(NamedTuple):
    """What a return says of one line of its order, in millionths; of the first for all that are alike."""

    line_id: LineId
    asked: int = 0
    received: int = 0
    """Units that came back, or are credited as missing."""
    inspecting: int = 0
    """As far as they are to be inspected."""
    accepted: int = 0
    """Inspected units that are credited; they may have been inspected before they were reported to have come."""
    refused: int = 0
    missing: int = 0
    """Units that are credited and did not come; received as well."""

    @property
    def to_credit(self) -> int:
        """Units that came, and are credited by their inspection."""
        return min(self.inspecting, self.accepted)

    @property
    def uncredited(self) -> int:
        """Units that came to be inspected, and are not credited."""
        return self.inspecting - self.to_credit

    @property
    def uninspected(self) -> int:
        """Units that came, and of which nobody has said what they are."""
        return max(0, self.inspecting - self.accepted - self.refused)


class CameBack(NamedTuple):
    """Units of one line, of the first for all that are alike, that came back at one time."""

    line_id: LineId
    occurred_us: int
    """By the clock of whoever reports it."""
    quantity: int


MOST_TIMES: Final = 100
"""At which goods of one return came back; of further ones the first are taken together, as of the later time."""


@dataclass(frozen=True, slots=True)
class OrderReturn:
    """One return of an order."""

    return_id: ReturnId
    stage: ReturnStage = ReturnStage.UNANNOUNCED
    reason: str = ""
    """Why it was asked for."""
    authorisation_number: str = ""
    document_number: str = ""
    """The ERP's number of it, where the ERP has one."""
    lines: tuple[ReturnLine, ...] = ()
    uncredited: tuple[ReturnedLine, ...] = ()
    """What came to be inspected and is not credited: what a unit is worth, one entry a line and price."""
    goods: tuple[InspectedGoods, ...] = ()
    """What they are that came to be inspected; at most `regrading.MOST_GOODS`."""
    came: tuple[CameBack, ...] = ()
    """When what came, as far as it is known. Not what is credited as missing, which never came."""
    difference: int = 0
    """What its source has paid back beyond what was paid, or less, and no memo has yet; in ten-thousandths."""

    def line(self, line_id: LineId) -> ReturnLine:
        """What it says of a line."""
        return next((line for line in self.lines if line.line_id == line_id), ReturnLine(line_id))

    def with_line(self, changed: ReturnLine) -> "OrderReturn":
        """With a line as it is now."""
        if all(line.line_id != changed.line_id for line in self.lines):
            return replace(self, lines=(*self.lines, changed))
        lines = tuple(changed if line.line_id == changed.line_id else line for line in self.lines)
        return replace(self, lines=lines)

    @property
    def uncredited_by_line(self) -> Mapping[LineId, int]:
        """Units that came to be inspected and are not credited, by the line on which the order counts them."""
        units: Counter[LineId] = Counter()
        for line in self.uncredited:
            units[line.line_id] += line.quantity
        return units

    def announced(self, line_id: LineId) -> int:
        """Units of a line that are still to come, authorised or not."""
        line = self.line(line_id)
        return max(0, line.asked - line.received) if self.stage in OPEN else 0

    def holding(self, came: ReturnedLine) -> "OrderReturn":
        """With units that came to be inspected."""
        kept = list(self.uncredited)
        for place, each in enumerate(kept):
            if each.worth_name == came.worth_name:
                kept[place] = replace(each, quantity=each.quantity + came.quantity)
                return replace(self, uncredited=tuple(kept))
        return replace(self, uncredited=(*kept, came))

    def having_come(self, came: CameBack) -> "OrderReturn":
        """With units that came back."""
        units = Counter({each[:2]: each.quantity for each in self.came})
        units[came[:2]] += came.quantity
        known = sorted((CameBack(*when, quantity) for when, quantity in units.items()), key=attrgetter("occurred_us"))
        while len(known) > MOST_TIMES:
            first = known.pop(0)
            place = next((at for at, each in enumerate(known) if each.line_id == first.line_id), None)
            if place is not None:
                known[place] = known[place]._replace(quantity=known[place].quantity + first.quantity)
        return replace(self, came=tuple(known))

    @property
    def came_us(self) -> int:
        """When goods of it came last; 0: nobody has noted it."""
        return max((each.occurred_us for each in self.came), default=0)

    @property
    def is_uninspected(self) -> bool:
        """Whether something of it is to be inspected."""
        return any(line.uninspected for line in self.lines)

    @property
    def has_come(self) -> bool:
        """Whether all that was asked for has come."""
        return all(line.received >= line.asked for line in self.lines)
