"""Events about a customer: records of `orders.inbox.v1`, keyed by the customer, so that all of them meet."""

from dataclasses import dataclass

from domain.identifiers import CustomerId, OrderId
from domain.provenance import Provenance


@dataclass(frozen=True, slots=True)
class CustomerDescribed:
    """Master data of a customer, whole; the latest by `occurred_at` is in force."""

    customer_id: CustomerId
    provenance: Provenance
    is_blocked: bool
    """Nothing is accepted of him in channels that check their customers."""
    reason: str
    """Why he is blocked, for people."""

    @property
    def home_key(self) -> str:
        """The record's key."""
        return _home_key(self.customer_id)


@dataclass(frozen=True, slots=True)
class CustomerAsked:
    """An order asks whether its customer may order; it is told when that changes, until all of it is released."""

    customer_id: CustomerId
    order_id: OrderId

    @property
    def home_key(self) -> str:
        """Likewise."""
        return _home_key(self.customer_id)


@dataclass(frozen=True, slots=True)
class CustomerNoLongerAwaited:
    """All of an order is released, or nothing of it is left: it is not told of its customer any more."""

    customer_id: CustomerId
    order_id: OrderId

    @property
    def home_key(self) -> str:
        """Likewise."""
        return _home_key(self.customer_id)


CustomerEvent = CustomerDescribed | CustomerAsked | CustomerNoLongerAwaited
"""From sources the first; the others from orders, so exactly once."""


def _home_key(customer_id: CustomerId) -> str:
    return f"customer/{customer_id}"
