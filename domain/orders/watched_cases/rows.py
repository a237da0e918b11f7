"""A row of an order's watched cases: which case it is, and when it ends."""

from enum import StrEnum
from typing import Final, NamedTuple

from domain.addresses import Address
from domain.identifiers import LineId, NodeId
from domain.messages.cases import CaseClass, CaseOrigin


class EndsWhen(StrEnum):
    """What ends a case. It follows from the order as it is, so it does not matter which event brings it about."""

    NOTHING_OPEN = "NOTHING_OPEN"
    """Nothing of its lines is to be shipped any more: other units were, or the rest is cancelled.

    It is not opened where they lack nothing.
    """
    NOTHING_UNWANTED = "NOTHING_UNWANTED"
    """No more of its lines is picked, shipped and not returned than is wanted."""
    ADDRESS_CHANGED = "ADDRESS_CHANGED"
    """The order goes to another address, an amendment after `revision` asks for another one, or it is cancelled."""
    AMENDED = "AMENDED"
    """An amendment after `revision` is carried out, or the order is cancelled."""
    REVISION_TAKEN = "REVISION_TAKEN"
    """The channel has sent the revisions before `revision`, and it again."""
    NO_SERVICE_LEFT = "NO_SERVICE_LEFT"
    """No service of the order falls due without its goods: it is credited, or goods are wanted or leave again."""
    NOTHING_TO_PICK = "NOTHING_TO_PICK"
    """Nothing is left that `node_id` was asked to pick."""
    CREDITS_PAID = "CREDITS_PAID"
    """No more is credited than the customer has paid, of any charge and in all."""


class WatchedCase(NamedTuple):
    """One row; a case that has several ends when the last of them does."""

    case_class: CaseClass
    origin: CaseOrigin
    key: str
    ends_when: EndsWhen
    line_ids: tuple[LineId, ...] = ()
    revision: int = 0
    node_id: NodeId = NodeId("")
    ship_to: tuple[Address, ...] = ()
    """The address that it was to go to, of one that ends when the address is changed; at most one."""


MOST_WATCHED: Final = 100
"""Rows of one order: a warehouse that reports losses without end is broken.

Further cases end when a person closes them, or with the order.
"""
