"""What the flows of the job read and write, and where each message goes.

The four `promise.*` topics carry JSON, as the job demands. The hops carry msgpack: what the orders of one batch and one
partition ask for where items live, and the answer to it, back to where the orders live.
No message can be part of a reference cycle, so the garbage collector need not look at them (`gc=False`).
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from benchmarks.promise_job.topics import EXCEPTIONS, ORDERS, STATUS, STOCK, Hops
from connectors.log.port import Outgoing

RequestedLine = tuple[int, str, int]
"""Line number, item, units."""

AnsweredLine = tuple[int, int, int]
"""Line number, units granted, units backordered."""


class Receipt(msgspec.Struct, frozen=True, gc=False):
    """Units of an item came in."""

    id: str
    item_id: str
    quantity: int


class Order(msgspec.Struct, frozen=True, gc=False):
    """An order as it was sent; `id` is its correlation id."""

    id: str
    order_id: str
    lines: tuple[RequestedLine, ...]


class Requested(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The lines of an order whose items share a partition."""

    order_id: str
    lines: tuple[RequestedLine, ...]


class Requests(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What several orders of one partition want of the items of another; they are decided in this order."""

    orders_partition: int
    of_orders: tuple[Requested, ...]


class Answered(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The decision about each line of one request."""

    order_id: str
    lines: tuple[AnsweredLine, ...]


class Answers(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The answer to `Requests`, of as many orders."""

    orders_partition: int
    of_orders: tuple[Answered, ...]


class Status(msgspec.Struct, frozen=True, gc=False):
    """The order's outcome: all of its lines, by line number."""

    order_id: str
    status: str
    lines: tuple[AnsweredLine, ...]


class Conflict(msgspec.Struct, frozen=True, gc=False):
    """An order id came again with other content; the first message stays in force."""

    order_id: str
    id: str
    reason: str


def readers(hops: Hops) -> Mapping[str, Callable[[bytes], Any]]:
    """How to read each topic."""
    return {
        ORDERS: msgspec.json.Decoder(Order).decode,
        STOCK: msgspec.json.Decoder(Receipt).decode,
        hops.requests: msgspec.msgpack.Decoder(Requests).decode,
        hops.answers: msgspec.msgpack.Decoder(Answers).decode,
    }


def writers(hops: Hops) -> Mapping[type, Callable[[Any], Outgoing]]:
    """How to write each message but `Requests`, which is made of those of a batch."""
    text, packed = msgspec.json.Encoder().encode, msgspec.msgpack.Encoder().encode
    return {
        Answers: lambda said: Outgoing(hops.answers, None, packed(said), partition=said.orders_partition),
        Status: lambda said: Outgoing(STATUS, said.order_id, text(said)),
        Conflict: lambda said: Outgoing(EXCEPTIONS, said.order_id, text(said)),
    }
