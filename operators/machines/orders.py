"""The order machine's rows: the order, or what is parked for it, and the messages seen about it."""

from collections.abc import Sequence

from domain.deduplication import Arrival, Seen, arrival_of, deduplication_key
from domain.orders import transitions
from domain.orders.decision import Cause, OrderRules
from domain.orders.events import (
    BackorderFilled,
    ErpOutcomeReceived,
    OrderCancelRequested,
    OrderPicked,
    OrderPlaced,
    OrderReturned,
    OrderShipped,
    ReservationsAnswered,
    WarehouseAccepted,
    WarehouseRefused,
)
from domain.orders.state import Order, ParkedOrder
from domain.orders.transitions import Known, OrderEvent, Verdict
from operators.decode import Event
from operators.tables import Table
from operators.task import Partition
from operators.timers import Timer

ORDERS: Table[Order] = Table("order", Order)
PARKED: Table[ParkedOrder] = Table("parked", ParkedOrder)
SEEN: Table[Seen] = Table("seen", Seen)

_TIMER = "order"
_FROM_SOURCES = (
    OrderPlaced,
    OrderCancelRequested,
    OrderPicked,
    OrderShipped,
    OrderReturned,
    WarehouseAccepted,
    WarehouseRefused,
)
_FROM_FLOWS = (ReservationsAnswered, BackorderFilled, ErpOutcomeReceived)


class OrderMachine:
    """Deduplicates by correlation id, then lets `domain.orders.transitions` decide."""

    def __init__(self, rules: OrderRules) -> None:
        self._rules = rules

    def apply(self, partition: Partition, event: Event, now_ms: int) -> Sequence[object]:
        """The effect of one event of `orders.inbox.v1`."""
        message = event.message
        if not isinstance(message, (*_FROM_SOURCES, *_FROM_FLOWS)):
            raise TypeError(f"{type(message).__name__} is on the inbox's allow-list, but the order machine has no row")
        cause = Cause(event.event_id, now_ms)
        known = _known(partition, message.order_id)
        arrival = _arrival(partition, message, cause)
        if arrival is Arrival.FIRST:
            verdict = transitions.apply(known, message, cause, self._rules)
        else:
            verdict = transitions.repeated(known, message, cause, self._rules, arrival)
        return _carry_out(partition, message.order_id, known, verdict)

    def fire(self, partition: Partition, timer: Timer, cause_event_id: str) -> Sequence[object]:
        """An order's timer."""
        known = _known(partition, timer.subject)
        cause = Cause(cause_event_id, timer.due_at_ms)
        verdict = transitions.woken(known, timer.subject, timer.due_at_ms, cause, self._rules)
        return _carry_out(partition, timer.subject, known, verdict)


def _known(partition: Partition, order_id: str) -> Known:
    return partition.state.get(ORDERS, order_id) or partition.state.get(PARKED, order_id)


def _arrival(partition: Partition, message: OrderEvent, cause: Cause) -> Arrival:
    """Whether a source sent this before; what our own flows send comes exactly once by itself."""
    if isinstance(message, _FROM_FLOWS):
        return Arrival.FIRST
    provenance = message.provenance
    key = deduplication_key(message.order_id, type(message).__name__, provenance)
    arrival = arrival_of(partition.state.get(SEEN, key), provenance.content_hash)
    if arrival is Arrival.FIRST:
        partition.state.put(SEEN, key, Seen(provenance.content_hash, cause.event_id, cause.now_ms))
    return arrival


def _carry_out(partition: Partition, order_id: str, known: Known, verdict: Verdict) -> Sequence[object]:
    if verdict.state is not known:
        _store(partition, order_id, known, verdict.state)
    for timer in verdict.timers:
        partition.timers.set(Timer(timer.due_at_ms, _TIMER, timer.order_id))
    if verdict.dropped:
        partition.count(verdict.dropped)
    return verdict.messages


def _store(partition: Partition, order_id: str, known: Known, state: Known) -> None:
    if isinstance(state, Order):
        partition.state.put(ORDERS, order_id, state)
        if isinstance(known, ParkedOrder):
            partition.state.delete(PARKED, order_id)
    elif state is not None:
        partition.state.put(PARKED, order_id, state)
