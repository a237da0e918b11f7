"""Plays the events of a story through the order machine and the ledger, until nothing is in flight or due any more."""

from collections.abc import Iterable
from dataclasses import replace

from domain.identifiers import CorrelationId
from domain.messages.dispatch import CommandType, ErpRequested, Outcome
from domain.messages.orders import OrderPicked, OrderShipped
from domain.messages.warehouse import WarehouseCancelCommanded
from domain.orders.state import Stage
from tests.convergence.arrivals import Arrival
from tests.convergence.story import Answers, Booked, Said, Story, told_us
from tests.orders_and_ledger import audit
from tests.orders_and_ledger.histories import (
    Adjust,
    Deliver,
    Inspect,
    MasterData,
    Place,
    Return,
    Reverse,
    Ship,
    happen,
    order_id_of,
    said,
)
from tests.orders_and_ledger.world import World

_SETTLES_WITHIN_MS = 12_000
"""Longer than every limit of the harness but those for closing and purging."""
_TRIES = 60
_AFTER_ALL_SHORT_PICKS_US = 10**15
"""Which of them a write-off from before would explain; the second model only adds up."""
_UNDECIDED = frozenset({Stage.RESERVING, Stage.RETRYING})


class Player:
    """One world; `play` it once."""

    def __init__(self, story: Story) -> None:
        self.world = World()
        self._story = story
        self._occurred: dict[str, int] = {}
        """When what was told happened: what is told again has not happened later."""
        self._outcomes: dict[str, Booked] = {}
        self._accepts: dict[tuple[str, str], bool] = {}

    def play(self, arrivals: Iterable[Arrival]) -> World:
        """All of it, then what is in flight, then every deadline."""
        for said_first in self._story.opening:
            self._arrive(said_first)
        for arrival in arrivals:
            self._arrive(arrival)
            self._answer()
            audit.every_law_holds(self.world)
        self._end()
        return self.world

    def _arrive(self, arrival: Arrival) -> None:
        match arrival:
            case Said(_, Booked() as booked):
                self._outcomes[order_id_of(booked.order)] = booked
            case Said(_, Answers(order, node, accepts)):
                self._accepts[order_id_of(order), node] = accepts
            case Said():
                self._tell(arrival)
            case _:
                happen(self.world, self._story.history, arrival, "")

    def _tell(self, arrival: Said) -> None:
        name, event, again = arrival
        if isinstance(event, Booked | Answers):
            return
        provenance = self.world.provenance(f"message {name}", event)
        if isinstance(event, Place):
            provenance = replace(provenance, occurred_at_us=1 + event.order)
        if isinstance(event, Adjust):
            provenance = replace(provenance, occurred_at_us=_AFTER_ALL_SHORT_PICKS_US)
        if isinstance(event, MasterData):
            provenance = replace(provenance, occurred_at_us=1 + int(name.rpartition(".")[2]))
        if isinstance(event, Inspect | Ship | Deliver | Return):
            provenance = replace(provenance, occurred_at_us=told_us(name))
        if isinstance(event, Reverse):
            provenance = replace(provenance, occurred_at_us=self._reversed_us(name, event))
        provenance = replace(provenance, occurred_at_us=self._occurred.setdefault(name, provenance.occurred_at_us))
        if again == "document":
            provenance = replace(provenance, correlation_id=CorrelationId(f"another message {name}"))
        flow, message = said(self._story.history, event, name, provenance)
        if isinstance(message, OrderPicked):
            message = replace(message, document_id=f"p{name}")
        if isinstance(message, OrderShipped):
            message = replace(message, provenance=provenance)
        self.world.say(flow, message)

    def _reversed_us(self, name: str, event: Reverse) -> int:
        """Nobody takes back what has not left: it is told after its shipment, or occurred after all of the number."""
        own_us, left = told_us(name), 0
        last_us = own_us
        for said_of in (each for source in self._story.said for each in source):
            other, at_us = said_of.event, told_us(said_of.name)
            if not isinstance(other, Ship | Reverse) or (other.order, other.shipment) != (event.order, event.shipment):
                continue
            if isinstance(other, Ship):
                last_us = max(last_us, at_us + 1)
            if at_us < own_us and (other.line, other.node, other.other) == (event.line, event.node, event.other):
                left += other.quantity if isinstance(other, Ship) else -other.quantity
        return own_us if left >= event.quantity else last_us

    def _answer(self) -> None:
        """Who answers already does so as soon as it is asked."""
        for asked in [each for each in self.world.bookings if each.document.order_id in self._outcomes]:
            self._book(asked)
        for order_id, booked in self._outcomes.items():
            while self.world.answer_amendment(order_id, booked.amended):
                pass
        for command in [each for each in self.world.cancels if (each.order_id, each.node_id) in self._accepts]:
            self._answer_stop(command)

    def _book(self, asked: ErpRequested) -> None:
        self.world.bookings.remove(asked)
        self.world.bookings.appendleft(asked)
        booked = self._outcomes.get(asked.document.order_id)
        self.world.answer_erp(booked.outcome if booked else Outcome.APPLIED)

    def _answer_stop(self, command: WarehouseCancelCommanded) -> None:
        self.world.cancels.remove(command)
        self.world.cancels.appendleft(command)
        self.world.answer_cancel(accepts=self._accepts[command.order_id, command.node_id])

    def _end(self) -> None:
        """The ERP answers every booking in the end; a warehouse of which nothing is told does not answer."""
        self._settle()
        due_ms = self.world.now_ms + _SETTLES_WITHIN_MS
        while self.world.now_ms < due_ms and self.world.fire_timer():
            self._settle()
        self.world.settle_promises()
        for _ in range(_TRIES):
            if not any(order.stage in _UNDECIDED for order in audit.orders_of(self.world).values()):
                break
            self.world.fire_timer()
            self._settle()
        audit.every_law_holds(self.world)

    def _settle(self) -> None:
        self.world.drain()
        while self.world.bookings or self._is_asked() or self._amending():
            while self.world.bookings:
                self._book(self.world.bookings[0])
            for order_id in self._amending():
                self.world.answer_amendment(order_id, self._outcomes.get(order_id, Booked(0)).amended)
            self._answer()
            self.world.drain()

    def _amending(self) -> list[str]:
        return [each.document_key for each in self.world.postings if each.command_type is CommandType.AMEND_SALES_ORDER]

    def _is_asked(self) -> bool:
        return any((each.order_id, each.node_id) in self._accepts for each in self.world.cancels)


def played(story: Story, arrivals: Iterable[Arrival]) -> World:
    """The world after a story."""
    return Player(story).play(arrivals)
