"""The rows of customers in their home partitions, and of their orders that are told what changes about them."""

from collections.abc import Sequence
from itertools import islice
from typing import Final, assert_never

from domain.identifiers import CustomerId, OrderId
from domain.messages.customers import CustomerAsked, CustomerDescribed, CustomerEvent, CustomerNoLongerAwaited
from domain.messages.orders import CustomerAnswered
from domain.orders.validation.customer_home import Customer, answer, described, is_news
from operators.engine.partition import Partition
from operators.engine.tables import Table
from operators.engine.timers import Timer

CUSTOMERS: Table[Customer] = Table("customer", Customer)
AWAITED: Table[bool] = Table("awaited customer", bool, ordered=True)
"""CUSTOMER, NUL, ORDER of each order that is told of a customer; the order says when it needs not be any more."""

CUSTOMER_CHANGED: Final = "customer changed"
"""The timer that tells the next page of orders of a customer; its subject is the place of the last one."""
PAGE: Final = 500
"""How many orders are told at a time: all of them may be more than a transaction takes."""


class Customers:
    """The customers of the orders flow."""

    def apply(self, partition: Partition, event: CustomerEvent) -> Sequence[CustomerAnswered]:
        """The answer to an order, or what the orders of a customer are told."""
        match event:
            case CustomerDescribed():
                return _described(partition, event)
            case CustomerAsked(customer_id, order_id):
                known = partition.state.get(CUSTOMERS, customer_id)
                partition.state.put(AWAITED, _place(customer_id, order_id), row=True)
                return (answer(known, customer_id, order_id),)
            case CustomerNoLongerAwaited(customer_id, order_id):
                partition.state.delete(AWAITED, _place(customer_id, order_id))
                return ()
            case _:
                assert_never(event)

    def tell_more(self, partition: Partition, timer: Timer) -> Sequence[CustomerAnswered]:
        """The timer: the next page."""
        customer_id = CustomerId(timer.subject.partition("\0")[0])
        return _told(partition, customer_id, timer.subject)


def _described(partition: Partition, event: CustomerDescribed) -> Sequence[CustomerAnswered]:
    known = partition.state.get(CUSTOMERS, event.customer_id)
    row = described(known, event)
    if row is None:
        partition.count("described by older master data")
        return ()
    partition.state.put(CUSTOMERS, event.customer_id, row)
    return _told(partition, event.customer_id, None) if is_news(known, row) else ()


def _told(partition: Partition, customer_id: CustomerId, after: str | None) -> Sequence[CustomerAnswered]:
    """A page of his orders, behind a place; the rest by a timer."""
    known = partition.state.get(CUSTOMERS, customer_id)
    waiting = partition.state.scan(AWAITED, _place(customer_id, ""), after)
    places = [place for place, _ in islice(waiting, PAGE)]
    if len(places) == PAGE:
        partition.timers.set(Timer(partition.now_ms + 1, CUSTOMER_CHANGED, places[-1]))
    return tuple(answer(known, customer_id, OrderId(place.partition("\0")[2])) for place in places)


def _place(customer_id: CustomerId, order_id: str) -> str:
    return f"{customer_id}\0{order_id}"
