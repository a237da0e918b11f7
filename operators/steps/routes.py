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
from domain.orders.decision import OrderEffect
from schemas.contracts.registry import ERP_COMMANDS, HOMES, ROWS, EventRow, erp_command_topic

CaseEffect = CaseChange | ExceptionSnapshot | ExceptionForgotten | CaseActionRefused
"""What the home of a case says of it."""
Effect = CanonicalMessage | ConnectorReport | OrderEffect | LedgerEffect | DispatchEffect | CaseEffect
"""What flows may emit. A `Case`, or its `CaseChange`, is written as the `ExceptionRaised` that it becomes."""


@dataclass(frozen=True, slots=True)
class Route:
    """The way of one class of message.

    A `bundle` is split so that the items of a record share a partition of the topic; its first line's is its key.
    """

    topic: Callable[[Any], str]
    key: Callable[[Any], str]
    bundle: bool
    view: bool
    """Of an epoch, only the last record of a key is written, at its end."""
    tombstone_of: type | None
    """The class whose view the record deletes; it is written without value."""


def _route(row: EventRow) -> Route:
    return Route(_topic_of(row), attrgetter(row.key), row.bundle, row.view, row.tombstone_of)


def _topic_of(row: EventRow) -> Callable[[Any], str]:
    if row.topic == ERP_COMMANDS:
        return lambda message: erp_command_topic(message.erp_id)
    if row.home:
        home = attrgetter(row.home)
        return lambda message: HOMES[home(message)]
    return lambda _: row.topic


ROUTES: Mapping[type, Route] = {event: _route(row) for row in ROWS if row.key for event in row.classes}
"""Every message that has a key; an effect without a route does not type-check (`Effect`), and stops the flow."""
