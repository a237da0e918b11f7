"""Where each effect goes: its topic and its key, derived from the event registry."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from connectors.formats.outcomes import CanonicalMessage
from domain.dispatch.decision import DispatchEffect
from domain.inventory.effects import LedgerEffect
from domain.messages.case_actions import CaseActionRefused
from domain.messages.cases import CaseChange, ExceptionForgotten, ExceptionSnapshot
from domain.messages.dispatch import ConnectorReport
from domain.messages.edi.events import EdiDocumentSent, EdiEvent
from domain.orders.decision import OrderEffect
from schemas.contracts.registry import ERP_COMMANDS, HOMES, ROWS, EventRow, erp_command_topic

CaseEffect = CaseChange | ExceptionSnapshot | ExceptionForgotten | CaseActionRefused
"""What the home of a case says of it."""
Effect = (
    CanonicalMessage
    | ConnectorReport
    | OrderEffect
    | LedgerEffect
    | DispatchEffect
    | EdiEvent
    | EdiDocumentSent
    | CaseEffect
)
"""What flows may emit. A `Case`, or its `CaseChange`, is written as the `ExceptionRaised` that it becomes."""


@dataclass(frozen=True, slots=True)
class Route:
    """The way of one class of message.

    A `bundle` is split so that the items of a record share a partition of the topic; its first line's is its key.
    """

    topic: Callable[[Any], str]
    key: Callable[[Any], str]
    bundle: bool
    everywhere: bool
    """Each partition of the topic gets it, without a key."""
    view: bool
    """Of an epoch, only the last record of a key is written, at its end."""
    tombstone_of: type | None
    """The class whose view the record deletes; it is written without value."""


def _route(row: EventRow) -> Route:
    key = attrgetter(row.key) if row.key else _no_key
    return Route(_topic_of(row), key, row.bundle, row.everywhere, row.view, row.tombstone_of)


def _no_key(message: object) -> str:
    raise TypeError(f"{type(message).__name__} has no key: it goes to every partition")


def _topic_of(row: EventRow) -> Callable[[Any], str]:
    if row.topic == ERP_COMMANDS:
        return lambda message: erp_command_topic(message.erp_id)
    if row.home:
        home = attrgetter(row.home)
        return lambda message: HOMES[home(message)]
    return lambda _: row.topic


ROUTES: Mapping[type, Route] = {
    event: _route(row) for row in ROWS if row.key or row.everywhere for event in row.classes
}
"""Every message that has a key, or goes to every partition.

An effect without a route does not type-check (`Effect`), and stops the flow.
"""
