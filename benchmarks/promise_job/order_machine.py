"""The order machine: recognises copies, requests each line from the partition of its item, and gathers the answers."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import assert_never

import msgspec

from benchmarks.promise_job.messages import (
    Answered,
    AnsweredLine,
    Answers,
    Conflict,
    Order,
    Requested,
    RequestedLine,
    Status,
)
from connectors.log.partitioner import partition_of
from domain.identifiers import EventId
from operators.engine.event import Event
from operators.engine.partition import Partition
from operators.engine.tables import Table
from operators.engine.timers import Timer

_CONTENT_HASH_BYTES = 16


class KnownOrder(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What was first said under an order id, how many lines have no answer yet, and the answers of the others."""

    content_hash: bytes
    lines_awaited: int
    answers: tuple[AnsweredLine, ...]


ORDERS: Table[KnownOrder] = Table("order", KnownOrder)


class OrderMachine:
    """State keyed by order id."""

    def apply(self, partition: Partition, event: Event, now_ms: int) -> Sequence[object]:  # noqa: ARG002 - no time here
        """Requests for a new order, a status for each last answer, a conflict for other content."""
        message: Order | Answers = event.message  # type: ignore[assignment]  # no other comes in
        match message:
            case Order():
                return _arrived(partition, message, event.partitions)
            case Answers():
                statuses = (_answered(partition, answered) for answered in message.of_orders)
                return [status for status in statuses if status is not None]
            case _:
                assert_never(message)

    def fire(self, partition: Partition, timer: Timer, cause_event_id: EventId) -> Sequence[object]:
        """This job sets no timers."""
        raise NotImplementedError(timer, partition, cause_event_id)


def _arrived(partition: Partition, order: Order, partitions: int) -> Sequence[object]:
    content_hash = content_hash_of(order)
    known = partition.state.get(ORDERS, order.order_id)
    if known is None:
        partition.state.put(ORDERS, order.order_id, KnownOrder(content_hash, len(order.lines), ()))
        return by_home(order, partitions)
    if known.content_hash == content_hash:
        partition.count("DUPLICATE")
        return ()
    return (Conflict(order.order_id, order.id, "the same order with other content: the first one stands"),)


def _answered(partition: Partition, answer: Answered) -> Status | None:
    known = partition.state.get(ORDERS, answer.order_id)
    if known is None or known.lines_awaited < len(answer.lines):
        raise ValueError(f"order {answer.order_id} was answered without having been asked")
    awaited = known.lines_awaited - len(answer.lines)
    lines = known.answers + answer.lines
    if awaited:
        partition.state.put(ORDERS, answer.order_id, KnownOrder(known.content_hash, awaited, lines))
        return None
    partition.state.put(ORDERS, answer.order_id, KnownOrder(known.content_hash, 0, ()))
    return Status(answer.order_id, status_of(lines), tuple(sorted(lines)))


def content_hash_of(order: Order) -> bytes:
    """Of what the message says: spaces and the order of JSON's fields do not count."""
    return blake2b(msgspec.msgpack.encode(order), digest_size=_CONTENT_HASH_BYTES).digest()


def by_home(order: Order, partitions: int) -> list[Requested]:
    """The order's lines, one request for each partition in which items of it live."""
    homes: dict[int, list[RequestedLine]] = {}
    for line in order.lines:
        homes.setdefault(partition_of(line[1], partitions), []).append(line)
    return [Requested(order.order_id, tuple(lines)) for lines in homes.values()]


def status_of(lines: Sequence[AnsweredLine]) -> str:
    """The order's status, by its lines."""
    if not any(backordered for _, _, backordered in lines):
        return "ALLOCATED"
    return "PARTIALLY_ALLOCATED" if any(granted for _, granted, _ in lines) else "BACKORDERED"
