"""A story: the events of some orders and their items, as several sources send them, each in its own order."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from domain.messages.dispatch import Outcome
from tests.orders_and_ledger.histories import History, Receive, Told
from tests.orders_and_ledger.world import Wanted


@dataclass(frozen=True, slots=True)
class Booked:
    """The ERP answers the booking of an order; before the booking is asked for, as soon as it is.

    Likewise its amendments, in their own way.
    """

    order: int
    outcome: Outcome = Outcome.APPLIED
    amended: Outcome = Outcome.APPLIED


@dataclass(frozen=True, slots=True)
class Answers:
    """From now on a warehouse answers what asks it to stop an order; what it was asked before, at once."""

    order: int
    node: str
    accepts: bool


Event = Told | Booked | Answers
_MOST_OF_A_SOURCE = 1_000
"""Of what one source tells."""


class Said(NamedTuple):
    """One event of a story; `name` marks it in whatever order it is played. `again`: the same once more."""

    name: str
    event: Event
    again: str = ""
    """`message`: in the same message; `document`: the same document, in another message."""


@dataclass(frozen=True, slots=True)
class Story:
    """`stock` is there before anything else; each source keeps its own order."""

    title: str
    orders: tuple[Wanted, ...]
    sources: tuple[tuple[Event, ...], ...]
    stock: tuple[Receive, ...] = ()
    nodes: tuple[str, ...] = ("E",)
    left_out: frozenset[str] = frozenset()
    """The names of events that are not part of it after all."""

    @property
    def said(self) -> tuple[tuple[Said, ...], ...]:
        """The events of each source with their names."""
        return tuple(
            tuple(each for each in _named(str(place), events) if each.name not in self.left_out)
            for place, events in enumerate(self.sources)
        )

    @property
    def opening(self) -> tuple[Said, ...]:
        """The stock."""
        return tuple(_named("stock", self.stock))

    @property
    def stock_told(self) -> Iterator[Receive]:
        """The receipts of it."""
        return (each.event for each in self.opening if isinstance(each.event, Receive))

    @property
    def all_said(self) -> tuple[Said, ...]:
        """Everything, source by source."""
        return (*self.opening, *(each for source in self.said for each in source))

    @property
    def told(self) -> Iterator[Told]:
        """What sources tell of the world, the stock included."""
        return (each.event for each in self.all_said if isinstance(each.event, Told))

    @property
    def history(self) -> History:
        """As the harness of both machines reads it; when what happens is not part of it."""
        return History(self.orders, tuple(self.told), self.nodes)


def told_us(name: str) -> int:
    """When it happened, by the clocks of the sources: in the order in which a story tells it."""
    source, _, number = name.partition(".")
    return 1 + 2 * (int(source) * _MOST_OF_A_SOURCE + int(number))


def _named(source: str, events: Iterable[Event]) -> Iterator[Said]:
    return (Said(f"{source}.{number}", event) for number, event in enumerate(events))
