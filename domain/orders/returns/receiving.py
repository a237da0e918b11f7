"""Goods that came back are counted on their return: it is over when all that it announces has come."""

from collections.abc import Sequence

from domain.identifiers import ReturnId
from domain.orders.decision import OrderDecision
from domain.orders.facts import misdirected
from domain.returns import ReturnedLine


def count(decision: OrderDecision, return_id: ReturnId, own: Sequence[ReturnedLine]) -> None:
    """Units of lines of the order came back, or are credited as missing."""
    known = decision.return_named(return_id)
    for line_id, units in misdirected.units_by_line(own).items():
        line = known.line(line_id)
        known = known.with_line(line._replace(received=line.received + units))
    decision.keep_return(known)
