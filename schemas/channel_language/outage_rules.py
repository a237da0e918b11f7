"""The rules of records about what is away, and about the failure policy (docs/domain.md#failure-policy)."""

from typing import Literal

from schemas.channel_language.expressions.lists import EachRule
from schemas.channel_language.rule import BLANK, Rule
from schemas.channel_language.sources import ValueSource


class DependencyReportedRule(Rule):
    """A record that says that a dependency is away, or is back. The latest by `occurred_at` is in force."""

    event: Literal["DependencyReported"]
    dependency: ValueSource
    """As `Dependency` names it: ERP, TAX, PAYMENT, CREDIT, ADDRESS, FRAUD, WMS, CARRIER."""
    erp_id: ValueSource = BLANK
    """Which ERP; only with the dependency ERP, which needs it."""
    node_id: ValueSource = BLANK
    """Which warehouse; only with the dependency WMS. Without it, all of them."""
    state: ValueSource
    """AWAY or BACK."""
    since: ValueSource | None = None
    """Since when; by default the time of the report."""
    reason: ValueSource = BLANK


class PolicyRowsRule(EachRule):
    """The rows of a failure policy; the paths of its fields start at the row."""

    dependency: ValueSource
    workflow: ValueSource
    """ORDER_ACCEPTANCE, BOOKING, RELEASE, SHIPMENT, INVENTORY or RETURNS."""
    channel_id: ValueSource = BLANK
    """Blank: every channel that has no row of its own."""
    action: ValueSource
    """CONTINUE, DEGRADE, HOLD, PAUSE or REJECT."""
    within_minutes: ValueSource | None = None
    """How long the dependency may be away for DEGRADE."""


class FailurePolicySetRule(Rule):
    """A record with the whole failure policy. The latest by `occurred_at` is in force."""

    event: Literal["FailurePolicySet"]
    policy_version: ValueSource
    rows: PolicyRowsRule


OutageRule = DependencyReportedRule | FailurePolicySetRule
