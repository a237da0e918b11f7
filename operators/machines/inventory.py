"""The ledger's rows: items, reservations, the queue of those that wait, and the receipts seen."""

from collections.abc import Callable, Iterator, Sequence
from typing import assert_never

from connectors.log.partitioner import partition_of
from domain.deduplication import Arrival, Horizons
from domain.invariants import InvariantViolated
from domain.inventory import grants, journal, laws, ledger, movements
from domain.inventory.accounts import Item, new_item
from domain.inventory.backorders import filled_by_order
from domain.inventory.decisions import Fill, LedgerDecision
from domain.inventory.reservations import Reservation, claim_id_of
from domain.messages.cases import Case, CaseClass, CaseOrigin
from domain.messages.inventory import (
    GoodsReceived,
    RequestedLine,
    ReservationLine,
    ReservationsConfirmed,
    ReservationsReleased,
    ReservationsRequested,
    ReturnedUnits,
    StockAdjusted,
    Transfer,
    UnitsPicked,
    UnitsReturned,
    UnitsShipped,
)
from domain.messages.orders import AnsweredLine, ReservationsAnswered
from operators.engine.event import Event
from operators.engine.partition import Partition
from operators.engine.partition_state import PartitionState
from operators.engine.tables import Table
from operators.engine.task import CommitGateViolated
from operators.engine.timers import Timer
from operators.steps.deduplication import PASSED, Deduplication

ITEMS: Table[Item] = Table("item", Item)
RESERVATIONS: Table[Reservation] = Table("reservation", Reservation)
WAITING: Table[str] = Table("waiting", str, ordered=True)

_Movement = ReservationsConfirmed | ReservationsReleased | UnitsPicked | UnitsShipped
_StockFact = GoodsReceived | StockAdjusted
_KINDS = (
    ReservationsRequested,
    ReservationsConfirmed,
    ReservationsReleased,
    UnitsPicked,
    UnitsShipped,
    UnitsReturned,
    GoodsReceived,
    StockAdjusted,
)


class InventoryMachine:
    """One record, all its lines: decide line by line, then journal each item once."""

    def __init__(self, horizons: Horizons) -> None:
        self._deduplication = Deduplication(horizons, _is_in_work)

    def apply(self, partition: Partition, event: Event, now_ms: int) -> Sequence[object]:
        """The effect of one event of `inventory.inbox.v1`."""
        message = event.message
        if not isinstance(message, _KINDS):
            raise TypeError(f"{type(message).__name__} is on the inbox's allow-list, but the ledger has no row")
        entry = _Entry(partition, event, now_ms, self._deduplication)
        match message:
            case GoodsReceived() | StockAdjusted():
                return entry.take(message)
            case ReservationsRequested():
                _require_one_home(message.lines, event)
                return entry.request(message)
            case ReservationsConfirmed() | ReservationsReleased() | UnitsPicked() | UnitsShipped():
                _require_one_home(message.lines, event)
                return entry.move(message)
            case UnitsReturned():
                _require_one_home(message.lines, event)
                return entry.take_back(message)
            case _:
                assert_never(message)

    def fire(self, partition: Partition, timer: Timer, cause_event_id: str) -> Sequence[object]:
        """The horizon of receipts and adjustments; only the order ends its reservations, so they have no timer."""
        if timer.kind != PASSED:
            raise TypeError(f"the ledger set no timer {timer}, but it fired in {partition} as {cause_event_id}")
        self._deduplication.forget(partition)
        return ()


def _is_in_work(state: PartitionState, item_id: str) -> bool:  # noqa: ARG001
    """An item is never done, so its receipts are forgotten however it stands."""
    return False


def _require_one_home(lines: Sequence[RequestedLine | ReservationLine | ReturnedUnits], event: Event) -> None:
    for line in lines:
        home = partition_of(line.item_id, event.partitions)
        if home != event.record.partition:
            raise CommitGateViolated(f"{event.record.topic}: item {line.item_id} lives in partition {home}, not here")


class _Entry:
    """One record's way through the ledger; lives inside one call."""

    def __init__(self, partition: Partition, event: Event, now_ms: int, deduplication: Deduplication) -> None:
        self._partition = partition
        self._deduplication = deduplication
        self._state = partition.state
        self._event_id = event.event_id
        self._now_ms = now_ms
        self._before: dict[str, Item] = {}
        self._after: dict[str, Item] = {}
        self._transfers: dict[str, list[Transfer]] = {}
        self._answers: list[AnsweredLine] = []
        self._fills: list[Fill] = []
        self._cases: list[Case] = []

    def take(self, fact: _StockFact) -> Sequence[object]:
        """Goods came, or were found or written off; the same receipt or adjustment twice is one."""
        arrival = self._deduplication.arrival(self._partition, fact.item_id, fact, self._event_id, self._now_ms)
        if arrival is Arrival.DUPLICATE:
            self._partition.count("duplicate")
            return ()
        if arrival is Arrival.CONFLICT:
            self._partition.count("conflicting duplicate")
            return (_conflict(fact),)
        self._decide(fact.item_id, self._stock_rule(fact))
        return self._messages(())

    def _stock_rule(self, fact: _StockFact) -> Callable[[Item], LedgerDecision]:
        match fact:
            case GoodsReceived():
                return lambda item: ledger.receive(item, fact, self._waiting(item.item_id))
            case StockAdjusted():
                return lambda item: ledger.adjust(item, fact, self._waiting(item.item_id))
            case _:
                assert_never(fact)

    def request(self, wish: ReservationsRequested) -> Sequence[object]:
        """An order wants units; one answer for all its lines here."""
        for line in wish.lines:
            self._decide(line.item_id, self._grant(wish, line))
        return self._messages((ReservationsAnswered(wish.order_id, tuple(self._answers)),))

    def _grant(self, wish: ReservationsRequested, line: RequestedLine) -> Callable[[Item], LedgerDecision]:
        existing = self._state.get(RESERVATIONS, line.reservation_id)
        return lambda item: grants.request(item, wish, line, existing)

    def take_back(self, fact: UnitsReturned) -> Sequence[object]:
        """Units came back from a customer."""
        for line in fact.lines:
            self._decide(line.item_id, self._put_back(fact, line))
        return self._messages(())

    def _put_back(self, fact: UnitsReturned, line: ReturnedUnits) -> Callable[[Item], LedgerDecision]:
        return lambda item: ledger.take_back(item, fact, line, self._waiting(item.item_id))

    def move(self, message: _Movement) -> Sequence[object]:
        """What an order decided, or what a warehouse did for it."""
        for line in message.lines:
            self._decide(line.item_id, self._rule(message, line))
        return self._messages(())

    def _rule(self, message: _Movement, line: ReservationLine) -> Callable[[Item], LedgerDecision]:
        held = self._state.get(RESERVATIONS, claim_id_of(message.order_id, line))
        match message:
            case ReservationsConfirmed():
                return lambda item: ledger.confirm(item, held)
            case ReservationsReleased():
                return lambda item: ledger.release(item, held, line.quantity, self._waiting(item.item_id))
            case UnitsPicked():
                return lambda item: movements.pick(item, message, line, held, self._waiting(item.item_id))
            case UnitsShipped():
                return lambda item: movements.ship(item, message, line, held, self._waiting(item.item_id))
            case _:
                assert_never(message)

    def _waiting(self, item_id: str) -> Iterator[Reservation]:
        """The item's queue, the most urgent and oldest first."""
        for _, reservation_id in self._state.scan(WAITING, f"{item_id}\0"):
            reservation = self._state.get(RESERVATIONS, reservation_id)
            if reservation is None:
                raise InvariantViolated(f"item {item_id}: {reservation_id} waits, but is not there")
            yield reservation

    def _decide(self, item_id: str, rule: Callable[[Item], LedgerDecision]) -> None:
        item = self._after.get(item_id) or self._state.get(ITEMS, item_id) or new_item(item_id)
        self._before.setdefault(item_id, item)
        decision = rule(item)
        if broken := laws.violations(decision.item):
            raise InvariantViolated(f"item {item_id}: {'; '.join(broken)}")
        self._after[item_id] = decision.item
        for reservation in decision.served:
            self._state.delete(WAITING, _place_of(reservation))
        for reservation in decision.reservations:
            self._store(reservation)
        self._transfers.setdefault(item_id, []).extend(decision.transfers)
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

    def _messages(self, answers: Sequence[object]) -> Sequence[object]:
        messages: list[object] = [*answers, *filled_by_order(self._fills)]
        for item_id, item in self._after.items():
            before = self._before[item_id]
            settled = journal.settled(before, item)
            if settled == before:
                continue
            self._state.put(ITEMS, item_id, settled)
            messages.append(journal.journal(settled, self._event_id, tuple(self._transfers[item_id])))
            messages.append(journal.position(settled, self._now_ms))
        return (*messages, *self._cases)


def _place_of(reservation: Reservation) -> str:
    """Where it stands among all that wait."""
    return "\0".join((reservation.item_id, *(f"{number:012d}" for number in reservation.queue_position)))


def _conflict(fact: _StockFact) -> Case:
    provenance = fact.provenance
    return Case(
        CaseClass.CONFLICTING_DUPLICATE,
        CaseOrigin.WAREHOUSE,
        subject=fact.item_id,
        source_id=provenance.source_id,
        reason=f"{provenance.source_id} sent {_named(fact)} {provenance.correlation_id!r} again with other content; "
        "the first one stays in force",
        suggested_action="ask the warehouse which of the two is right",
    )


def _named(fact: _StockFact) -> str:
    return "receipt" if isinstance(fact, GoodsReceived) else "adjustment"
