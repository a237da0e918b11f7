"""The rows of an order's returns: what was asked for, what has come of it, and how far each return is.

One row a return, so an event reads and writes that of its own return, however many the order has.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple, Protocol

from domain.identifiers import LineId, ReturnId


class ReturnStage(StrEnum):
    """How far a return is.

    ```
    UNANNOUNCED ──asked for──▶ REQUESTED ──▶ AUTHORISED ──all came, or time is up──▶ CLOSED
                                   └───────────┴──▶ DECLINED
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
    CLOSED = "CLOSED"


OPEN = frozenset({ReturnStage.REQUESTED, ReturnStage.AUTHORISED})
"""In these stages units are still to come."""


class ReturnLine(NamedTuple):
    """What a return says of one line of its order, in millionths."""

    line_id: LineId
    asked: int = 0
    received: int = 0
    """Units that came back, or are credited as missing."""


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

    def line(self, line_id: LineId) -> ReturnLine:
        """What it says of a line."""
        return next((line for line in self.lines if line.line_id == line_id), ReturnLine(line_id))

    def with_line(self, changed: ReturnLine) -> "OrderReturn":
        """With a line as it is now."""
        if all(line.line_id != changed.line_id for line in self.lines):
            return replace(self, lines=(*self.lines, changed))
        lines = tuple(changed if line.line_id == changed.line_id else line for line in self.lines)
        return replace(self, lines=lines)

    def announced(self, line_id: LineId) -> int:
        """Units of a line that are still to come, authorised or not."""
        line = self.line(line_id)
        return max(0, line.asked - line.received) if self.stage in OPEN else 0

    @property
    def has_come(self) -> bool:
        """Whether all that was asked for has come."""
        return all(line.received >= line.asked for line in self.lines)


class KnownReturns(Protocol):
    """The returns of one order, as far as a decision reads them."""

    def named(self, return_id: ReturnId) -> OrderReturn | None:
        """The return of that id; None: nothing was heard of it."""
        ...


class NoReturns:
    """Those of an order that is not known yet."""

    def named(self, return_id: ReturnId) -> OrderReturn | None:  # noqa: ARG002  as `KnownReturns`
        """There is none."""
        return None
