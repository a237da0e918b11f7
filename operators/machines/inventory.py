"""The ledger's rows: items, reservations, and the queue of those that wait."""

from collections.abc import Iterator, Sequence

from connectors.log.partitioner import partition_of
from domain.deduplication import Arrival, Horizons
from domain.identifiers import EventId, ItemId
from domain.invariants import InvariantViolated
from domain.inventory import journal, transitions
from domain.inventory.accounts import Item, new_item
from domain.inventory.backorders import filled_by_order
from domain.inventory.decisions import Fill, LedgerDecision
from domain.inventory.documents import movement_of
from domain.inventory.effects import LedgerEffect
from domain.inventory.reservations import Reservation
from domain.inventory.single_lines import is_single_line, line_of, repeated
from domain.inventory.transitions import Step
from domain.messages.cases import Case
from domain.messages.inventory import (
    LedgerEvent,
    OrderMessage,
    ReservationsRequested,
    StockDocument,
    StockMovement,
    Transfer,
)
from domain.messages.orders import AnsweredLine, ReservationsAnswered
from operators.engine.epoch.commit_gate import CommitGateViolated
from operators.engine.event import Event
from operators.engine.partition import Partition
from operators.engine.tables import Table
from operators.engine.timers import Timer
from operators.machines.single_lines import SingleLines
from operators.machines.stock_documents import DOCUMENT_PASSED, StockDocuments
from operators.steps.deduplication import PASSED

ITEMS: Table[Item] = Table("item", Item)
RESERVATIONS: Table[Reservation] = Table("reservation", Reservation)
WAITING: Table[str] = Table("waiting", str, ordered=True)


class InventoryMachine:
    """A stock document is recognised and split; all else is decided line by line, and each item journalled once."""

    def __init__(self, horizons: Horizons) -> None:
        self._documents = StockDocuments(horizons)
        self._single_lines = SingleLines(horizons)

    def apply(self, partition: Partition, event: Event, now_ms: int) -> Sequence[LedgerEffect]:
        """The effect of one event of `inventory.inbox.v1`."""
        message = event.message
        if isinstance(message, StockDocument):
            if not is_single_line(message):
                return self._documents.apply(partition, message, event.event_id, now_ms)
            arrival = self._single_lines.arrival(partition, message, event.event_id, now_ms)
            if arrival is not Arrival.FIRST:
                return repeated(message, arrival)
            message = movement_of(message, (line_of(message),), event.event_id)
        elif isinstance(message, StockMovement):
            message = self._single_lines.without_known(partition, message)
        elif not isinstance(message, OrderMessage):
            raise TypeError(f"{type(message).__name__} is on the inbox's allow-list, but the ledger has no row")
        entry = _Entry(partition, event, now_ms)
        for step in transitions.steps_of(message):
            entry.take(step)
        return entry.messages(message)

    def fire(self, partition: Partition, timer: Timer, cause_event_id: EventId) -> Sequence[LedgerEffect]:
        """The horizon of stock documents; only the order ends its reservations, so they have no timer."""
        if timer.kind == DOCUMENT_PASSED:
            self._documents.forget(partition)
        elif timer.kind == PASSED:
            self._single_lines.forget(partition)
        else:
            raise TypeError(f"the ledger set no timer {timer}, but it fired in {partition} as {cause_event_id}")
        return ()


class _Entry:
    """Applies one record to the ledger; used within one call."""

    def __init__(self, partition: Partition, event: Event, now_ms: int) -> None:
        self._partition = partition
        self._state = partition.state
        self._event = event
        self._now_ms = now_ms
        self._before: dict[str, Item] = {}
        self._after: dict[str, Item] = {}
        self._transfers: dict[str, list[Transfer]] = {}
        self._answers: list[AnsweredLine] = []
        self._fills: list[Fill] = []
        self._cases: list[Case] = []

    def take(self, step: Step) -> None:
        """Gather the rows of one line, let the rules decide, and store what they decided for the next line."""
        self._require_home(step)
        item = self._after.get(step.item_id) or self._state.get(ITEMS, step.item_id) or new_item(step.item_id)
        self._before.setdefault(step.item_id, item)
        reservation = self._state.get(RESERVATIONS, step.reservation_id) if step.reservation_id else None
        self._keep(transitions.decide(step, item, reservation, self._waiting(step.item_id)))

    def _require_home(self, step: Step) -> None:
        record = self._event.record
        home = partition_of(step.item_id, self._event.partitions)
        if home != record.partition:
            raise CommitGateViolated(f"{record.topic}: item {step.item_id} lives in partition {home}, not here")

    def _waiting(self, item_id: ItemId) -> Iterator[Reservation]:
        """The item's queue, the most urgent and oldest first."""
        for _, reservation_id in self._state.scan(WAITING, f"{item_id}\0"):
            reservation = self._state.get(RESERVATIONS, reservation_id)
            if reservation is None:
                raise InvariantViolated(f"item {item_id}: {reservation_id} waits, but is not there")
            yield reservation

    def _keep(self, decision: LedgerDecision) -> None:
        if not decision.verdict.is_ordinary:
            self._partition.count(decision.verdict)
        self._after[decision.item.item_id] = decision.item
        for reservation in decision.served:
            self._state.delete(WAITING, _place_of(reservation))
        for reservation in decision.reservations:
            self._store(reservation)
        self._transfers.setdefault(decision.item.item_id, []).extend(decision.transfers)
        self._answers.extend(decision.answers)
        self._fills.extend(decision.fills)
        self._cases.extend(decision.cases)

    def _store(self, reservation: Reservation) -> None:
        if reservation.waits:
            self._state.put(WAITING, _place_of(reservation), reservation.reservation_id)
        if reservation.ended:
            self._state.delete(RESERVATIONS, reservation.reservation_id)
        else:
            self._state.put(RESERVATIONS, reservation.reservation_id, reservation)

    def messages(self, message: LedgerEvent) -> Sequence[LedgerEffect]:
        """The messages that the record causes: the answer to the order, fills, the journal, positions, cases."""
        messages: list[LedgerEffect] = [*filled_by_order(self._fills)]
        if isinstance(message, ReservationsRequested):
            messages.insert(0, ReservationsAnswered(message.order_id, tuple(self._answers)))
        cause = message.document_event_id if isinstance(message, StockMovement) else self._event.event_id
        for item_id, item in self._after.items():
            before = self._before[item_id]
            settled = journal.settled(before, item)
            if settled == before:
                continue
            self._state.put(ITEMS, item_id, settled)
            messages.append(journal.journal(settled, cause, tuple(self._transfers[item_id])))
            messages.append(journal.position(settled, self._now_ms))
        return (*messages, *self._cases)


def _place_of(reservation: Reservation) -> str:
    """Where it stands among all that wait."""
    return "\0".join((reservation.item_id, *(f"{number:012d}" for number in reservation.queue_position)))
