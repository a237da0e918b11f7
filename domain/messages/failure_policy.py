"""What is away, and what then happens to which workflow: both go to every partition of the orders."""

from dataclasses import dataclass
from enum import StrEnum

from domain.identifiers import ChannelId, ErpId, NodeId
from domain.provenance import Provenance


class Dependency(StrEnum):
    """A system on which orders depend."""

    ERP = "ERP"
    TAX = "TAX"
    PAYMENT = "PAYMENT"
    CREDIT = "CREDIT"
    ADDRESS = "ADDRESS"
    FRAUD = "FRAUD"
    WMS = "WMS"
    """A warehouse's own system, also that of a 3PL."""
    CARRIER = "CARRIER"
    PIM = "PIM"
    """The master data of items and customers."""


class Workflow(StrEnum):
    """What may go on without a dependency, or not."""

    ORDER_ACCEPTANCE = "ORDER_ACCEPTANCE"
    BOOKING = "BOOKING"
    RELEASE = "RELEASE"
    SHIPMENT = "SHIPMENT"
    INVENTORY = "INVENTORY"
    RETURNS = "RETURNS"
    INVOICING = "INVOICING"


class FailureAction(StrEnum):
    """What happens while a dependency is away (docs/domain.md#failure-policy)."""

    CONTINUE = "CONTINUE"
    """As if it were there."""
    DEGRADE = "DEGRADE"
    """Go on with what is known of it, flagged, up to an age; then as HOLD."""
    HOLD = "HOLD"
    """Accept the order, with a hold."""
    PAUSE = "PAUSE"
    """Wait in the queue, in order."""
    REJECT = "REJECT"


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """What happens to one workflow of one channel while one dependency is away."""

    dependency: Dependency
    workflow: Workflow
    channel_id: ChannelId
    """Empty: every channel that has no row of its own."""
    action: FailureAction
    within_ms: int = 0
    """How long a dependency may be away for DEGRADE; 0 for other actions."""


@dataclass(frozen=True, slots=True)
class FailurePolicySet:
    """The failure policy, whole: a later one replaces it. Where it has no row, the action is CONTINUE."""

    policy_version: str
    """As its owner counts; named in whatever the policy decides."""
    provenance: Provenance
    rows: tuple[PolicyRow, ...]
    """At most one for a dependency, workflow and channel."""


@dataclass(frozen=True, slots=True)
class DependencyReported:
    """A dependency is away, or is back."""

    dependency: Dependency
    is_away: bool
    since_us: int
    """Since when, by the clock of whoever reports it."""
    reason: str
    provenance: Provenance
    erp_id: ErpId = ErpId("")
    """Which ERP; empty for other dependencies."""
    node_id: NodeId = NodeId("")
    """The warehouse whose WMS it is; empty: all of them, or another dependency."""


OutageEvent = FailurePolicySet | DependencyReported
"""For every partition of `orders.inbox.v1`: from sources, and about ERPs from dispatch too.

The latest by `occurred_at` is in force.
"""
