"""The home of a customer: it keeps his master data, and tells orders whether he may order.

All that is about one customer is in one partition, so an order needs no other to be validated.

| event | effect |
|---|---|
| CustomerDescribed | the latest by `occurred_at` is in force; if it says anything new, his orders are told |
| CustomerAsked | answered; from now on the order is one of his that are told |
| CustomerNoLongerAwaited | the order is not told any more |
"""

from dataclasses import dataclass

from domain.identifiers import CustomerId, OrderId
from domain.messages.customers import CustomerDescribed
from domain.messages.orders import CustomerAnswered


@dataclass(frozen=True, slots=True)
class Customer:
    """The row of a customer; it is kept as long as the database, since nothing says that he is gone for good."""

    described_at_us: int
    is_blocked: bool
    reason: str


def described(known: Customer | None, event: CustomerDescribed) -> Customer | None:
    """The row after master data; None when later data is known."""
    at_us = event.provenance.occurred_at_us
    if known is not None and at_us < known.described_at_us:
        return None
    return Customer(at_us, event.is_blocked, event.reason)


def is_news(known: Customer | None, row: Customer) -> bool:
    """Whether his orders have to be told: master data is often sent again unchanged."""
    return known is None or (known.is_blocked, known.reason) != (row.is_blocked, row.reason)


def answer(known: Customer | None, customer_id: CustomerId, order_id: OrderId) -> CustomerAnswered:
    """What the home knows."""
    if known is None:
        return CustomerAnswered(order_id, customer_id, False, False, "", 0)  # noqa: FBT003  the fields of the answer
    return CustomerAnswered(order_id, customer_id, True, known.is_blocked, known.reason, known.described_at_us)  # noqa: FBT003
