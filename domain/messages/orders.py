"""What happens to an order: the records of `orders.inbox.v1`, keyed by order_id."""

from dataclasses import dataclass
from enum import StrEnum

from domain.charges import Charge
from domain.messages.dispatch import CommandType, Outcome
from domain.provenance import Provenance
from domain.returns import ReturnedLine


class PromisePolicy(StrEnum):
    """What the channel wants when not all units are there (design: domain, section 4)."""

    SHIP_COMPLETE = "SHIP_COMPLETE"
    SHIP_AVAILABLE = "SHIP_AVAILABLE"
    FILL_OR_KILL = "FILL_OR_KILL"


class ReleaseGate(StrEnum):
    """When the warehouse may be told: after the ERP booked, or as soon as the order is accepted."""

    BOOKED = "BOOKED"
    ACCEPTED = "ACCEPTED"


@dataclass(frozen=True, slots=True)
class OrderPolicy:
    """The channel file's rules for this order, joined by intake so that the order decides from its inbox alone."""

    promise: PromisePolicy
    release_gate: ReleaseGate
    erp_id: str
    priority_class: int
    """0 is the most urgent."""
    nodes: tuple[str, ...]
    """Where the order may be sourced from, the preferred node first."""
    answer_duplicates: bool
    channel_file_version: int


@dataclass(frozen=True, slots=True)
class Address:
    """Where the goods go; ISO 3166 alpha-2 country. All of it is personal data."""

    name: str
    street: str
    city: str
    postal_code: str
    state: str
    country: str


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """One line as the channel placed it; quantity in millionths, price per unit in ten-thousandths."""

    line_id: str
    item_id: str
    quantity: int
    unit: str
    unit_price: int
    description: str


@dataclass(frozen=True, slots=True)
class OrderPlaced:
    """A channel placed an order."""

    order_id: str
    channel_id: str
    channel_order_id: str
    region: str
    provenance: Provenance
    customer_id: str
    currency: str
    ship_to: Address
    lines: tuple[PlacedLine, ...]
    policy: OrderPolicy
    extensions: dict[str, str]
    charges: tuple[Charge, ...] = ()
    """May be all there is: an order without goods is promised and booked like any other."""


@dataclass(frozen=True, slots=True)
class OrderCancelRequested:
    """Somebody asks to cancel an order, or some lines of it (`line_ids` empty: all)."""

    order_id: str
    provenance: Provenance
    reason: str
    line_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FulfilmentLine:
    """Units of one order line that a warehouse moved; quantity in millionths."""

    line_id: str
    item_id: str
    quantity: int


@dataclass(frozen=True, slots=True)
class OrderPicked:
    """A warehouse picked units for an order: a fact."""

    order_id: str
    provenance: Provenance
    node_id: str
    lines: tuple[FulfilmentLine, ...]


@dataclass(frozen=True, slots=True)
class OrderShipped:
    """A warehouse handed units to a carrier: a fact."""

    order_id: str
    provenance: Provenance
    node_id: str
    shipment_id: str
    carrier: str
    tracking_number: str
    lines: tuple[FulfilmentLine, ...]


@dataclass(frozen=True, slots=True)
class OrderReturned:
    """Goods came back from the customer, or are credited although they did not: a fact.

    Charges that are credited are negative; they may be all there is. Parts of a return have return ids of their own:
    order and return name one credit memo.
    """

    order_id: str
    provenance: Provenance
    node_id: str
    return_id: str
    reason: str
    lines: tuple[ReturnedLine, ...]
    charges: tuple[Charge, ...]


@dataclass(frozen=True, slots=True)
class WarehouseAccepted:
    """The warehouse did what a command asked (here: a cancellation after release)."""

    order_id: str
    provenance: Provenance
    command_id: str


@dataclass(frozen=True, slots=True)
class WarehouseRefused:
    """The warehouse could not do what a command asked, usually because it is already picked."""

    order_id: str
    provenance: Provenance
    command_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class AnsweredLine:
    """The ledger's decision on one reservation: granted + backordered + denied = requested."""

    reservation_id: str
    line_id: str
    node_id: str
    granted: int
    backordered: int
    denied: int


@dataclass(frozen=True, slots=True)
class ReservationsAnswered:
    """The ledger decided on the reservations of an order that live in one inventory partition."""

    order_id: str
    lines: tuple[AnsweredLine, ...]


@dataclass(frozen=True, slots=True)
class FilledLine:
    """Backordered units of one reservation that are now allocated.

    `reached` is how far the ledger had served the claim by then, counted from its request and never going back: it
    tells the order how much of the fill it has already accounted for by shipping from the backorder meanwhile.
    """

    reservation_id: str
    line_id: str
    node_id: str
    quantity: int
    reached: int


@dataclass(frozen=True, slots=True)
class BackorderFilled:
    """Stock came, and the ledger gave it to a waiting order."""

    order_id: str
    lines: tuple[FilledLine, ...]


@dataclass(frozen=True, slots=True)
class ErpOutcomeReceived:
    """The final word of the ERP on one command of this order; never UNKNOWN or transient."""

    order_id: str
    erp_id: str
    command_id: str
    command_type: CommandType
    outcome: Outcome
    document_number: str
    reason: str


Parkable = OrderCancelRequested | OrderPicked | OrderShipped | OrderReturned
"""What may arrive before its order."""
FromSource = OrderPlaced | Parkable | WarehouseAccepted | WarehouseRefused
"""What sources send, perhaps more than once."""
FromFlow = ReservationsAnswered | BackorderFilled | ErpOutcomeReceived
"""What our own flows send, exactly once."""
OrderEvent = FromSource | FromFlow
"""The events of `orders.inbox.v1`."""
