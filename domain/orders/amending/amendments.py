"""An amendment that an order has taken: what it changes, and how far it has come."""

from enum import StrEnum
from typing import Final, NamedTuple

from domain.addresses import Address
from domain.identifiers import NO_COMMAND, NO_SOURCE, CommandId, EventId, LineId, SourceId
from domain.messages.orders import DescribedLine, PartOfLine, PlacedLine
from domain.money.adjustments import Adjustments, Tax
from domain.money.charges import Charge
from domain.papers import Note, RequestedDay


class AmendmentStep(StrEnum):
    """What an amendment waits for."""

    TURN = "TURN"
    """For its order to be accepted, or for the amendment before it."""
    UNITS = "UNITS"
    """For the ledger to answer about the units that are added."""
    ERP = "ERP"
    WAREHOUSES = "WAREHOUSES"
    """For warehouses to stop what is changed."""


class AmendedMoney(NamedTuple):
    """What the customer pays beside the prices of the lines, all of it as it is to be."""

    charges: tuple[Charge, ...]
    adjustments: Adjustments | None


class Amendment(NamedTuple):
    """One revision of an order."""

    revision: int
    reason: str
    quantities: tuple[PartOfLine, ...]
    """What the customer now wants of these lines in all; 0: nothing."""
    added: tuple[PlacedLine, ...] = ()
    ship_to: tuple[Address, ...] = ()
    """The new address, if it changes."""
    step: AmendmentStep = AmendmentStep.TURN
    more: tuple[PartOfLine, ...] = ()
    """The units that its lines were raised by, when its turn came."""
    fewer: tuple[PartOfLine, ...] = ()
    """The units that they are to be lowered by, when warehouses have stopped."""
    command_id: CommandId = NO_COMMAND
    """By which the ERP was asked."""
    refused_by: str = ""
    """The warehouse that does not stop."""
    requested: tuple[RequestedDay, ...] = ()
    """The days that change."""
    asked_at_us: int = 0
    """When it was asked for, by the clock of its source: from then on waits what it adds."""
    told: tuple[PartOfLine, ...] = ()
    """What the ERP has been told is on the order of these lines, although less is wanted: that much had left."""
    unwanted: tuple[PartOfLine, ...] = ()
    """What was not wanted any more of its lines before it raised them."""
    overbooked: tuple[PartOfLine, ...] = ()
    """What the ERP will have on the order although it is cancelled, once it has accepted the amendment."""
    untold: tuple[PartOfLine, ...] = ()
    """What is cancelled of the units that it raises: the ERP is not told of it, as it does not have them."""
    money: tuple[AmendedMoney, ...] = ()
    """At most one; empty: it does not change."""
    cancelled_since: tuple[PartOfLine, ...] = ()
    """What is cancelled of the lines that it raises since the ERP was asked, which is told when it has answered."""
    asked_by: SourceId = NO_SOURCE
    """Where it comes from; unknown of those that are older than this field."""
    described_lines: tuple[DescribedLine, ...] = ()
    """What it says of lines beside their quantities; once it has had its turn, the prices that the lines are to get."""
    charges: tuple[Charge, ...] = ()
    """Charges that it states, and that the order should have already."""
    notes: tuple[Note, ...] = ()
    currency: str = ""
    """Of its prices; empty: that of the order."""
    prices_are_agreed: bool = False
    """Whether the lines get the prices that it states; otherwise these are a dispute."""
    disputed: tuple[LineId, ...] = ()
    """The lines that keep their prices although it states others."""
    taxes: tuple[Tax, ...] = ()
    """All taxes of the order, where it `states_taxes`: in place of those that the order has when its turn comes."""
    states_taxes: bool = False
    decided_by: EventId = EventId("")
    """The decision of a service that it carries out: then `revision` is that of the amendment before it."""
    killed: tuple[PartOfLine, ...] = ()
    """What fill or kill has cancelled of the units that it raises: they were never ordered, if the ERP refuses it."""

    @property
    def number(self) -> str:
        """What tells it from the other amendments of its order."""
        return f"{self.revision}/{self.decided_by}" if self.is_decided else str(self.revision)

    @property
    def is_decided(self) -> bool:
        """Whether a service has decided it, and no channel has asked for it."""
        return bool(self.decided_by)

    @property
    def size(self) -> int:
        """How many lines it names."""
        return (
            len(self.quantities)
            + len(self.added)
            + len(self.requested)
            + len(self.described_lines)
            + len(self.notes)
            + len(self.taxes)
        )


class RequestedCancellation(NamedTuple):
    """What a source has asked to cancel."""

    line_id: LineId
    """Empty: of all lines."""
    quantity: int
    """In millionths; 0: all that can be."""
    asked_at_us: int
    """By the clock of its source."""
    asked_by: SourceId


class AddedLine(NamedTuple):
    """A line that another source has added than the one that placed the order."""

    line_id: LineId
    source_id: SourceId


class RaisedLine(NamedTuple):
    """A line that amendments have raised or added, and when the last of them was asked for."""

    line_id: LineId
    raised_us: int


MOST_AMENDMENTS: Final = 20
"""Amendments of one order that are not carried out; a further one is refused."""
MOST_LINES: Final = 10_000
"""Lines that they name together, and lines that an order may have with those that are added."""
