"""Maps documents about what is away, and about what then happens."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, TypeVar, assert_never

from connectors.formats.content import with_content_hash
from connectors.formats.documents import DocumentPlace
from connectors.formats.expressions.lists import is_given, lines_at
from connectors.formats.forms import checked_id, checked_text, microseconds, whole_number
from connectors.formats.origins import Origin
from connectors.formats.outcomes import BrokenForm
from connectors.formats.values import optional_text, required_text
from domain.identifiers import ChannelId, ErpId, NodeId
from domain.messages.failure_policy import (
    Dependency,
    DependencyReported,
    FailureAction,
    FailurePolicySet,
    OutageEvent,
    PolicyRow,
    Workflow,
)
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.outage_rules import (
    DependencyReportedRule,
    FailurePolicySetRule,
    OutageRule,
    PolicyRowsRule,
)

MOST_ROWS: Final = 500
"""Rows of a policy: each partition keeps it whole."""
_MOST_MINUTES: Final = 525_600

_ANY_BUT_REJECT: Final = frozenset(FailureAction) - {FailureAction.REJECT}
_WAITS: Final = frozenset({FailureAction.CONTINUE, FailureAction.PAUSE})
_CONTINUES: Final = frozenset({FailureAction.CONTINUE})
_ACTIONS: Final[Mapping[Workflow, frozenset[FailureAction]]] = {
    Workflow.ORDER_ACCEPTANCE: frozenset(FailureAction),
    Workflow.BOOKING: _ANY_BUT_REJECT,
    Workflow.RELEASE: _ANY_BUT_REJECT,
    Workflow.SHIPMENT: _WAITS,
    Workflow.INVOICING: _CONTINUES,
    Workflow.INVENTORY: _CONTINUES,
    Workflow.RETURNS: _WAITS,
}
"""What can be done to each workflow."""
_WHY_NOT: Final[Mapping[Workflow, str]] = {
    Workflow.BOOKING: "the order is accepted already",
    Workflow.RELEASE: "the order is accepted already",
    Workflow.SHIPMENT: "what has left the house is a fact; only its posting can wait",
    Workflow.INVOICING: "finance invoices what is posted as shipped; pause SHIPMENT to have that done later",
    Workflow.INVENTORY: "stock facts ask no dependency",
    Workflow.RETURNS: "what has come back is a fact; only its credit memo can wait",
}
"""Why the other actions are none, for whoever wrote the policy."""
_NOTHING_KNOWN: Final = frozenset({(Dependency.ERP, Workflow.BOOKING)}) | {
    (away, Workflow.RELEASE) for away in (Dependency.WMS, Dependency.CARRIER)
}
"""Here DEGRADE means nothing: no earlier answer can stand for a booking, a warehouse or a carrier."""

Name = TypeVar("Name", bound=StrEnum)


def outage_event(channel: ChannelFile, rule: OutageRule, place: DocumentPlace, origin: Origin) -> OutageEvent:
    """The message of a document; `BrokenForm` when it violates the contract."""
    match rule:
        case DependencyReportedRule():
            return with_content_hash(_report(channel, rule, place, origin))
        case FailurePolicySetRule():
            return with_content_hash(_policy(rule, place, origin))
        case _:
            assert_never(rule)


def _report(
    channel: ChannelFile, rule: DependencyReportedRule, place: DocumentPlace, origin: Origin
) -> DependencyReported:
    since = optional_text(rule.since, "since", place) if rule.since else None
    state = required_text(rule.state, "state", place)
    if state not in {"AWAY", "BACK"}:
        raise BrokenForm("state", f"{state[:40]!r} is none of AWAY, BACK")
    dependency = _named(Dependency, required_text(rule.dependency, "dependency", place), "dependency")
    erp_id = required_text(rule.erp_id, "erp_id", place)
    if bool(erp_id) is not (dependency is Dependency.ERP):
        raise BrokenForm("erp_id", "belongs to ERP, and ERP needs it")
    node_id = required_text(rule.node_id, "node_id", place)
    if node_id and dependency is not Dependency.WMS:
        raise BrokenForm("node_id", "belongs to WMS")
    return DependencyReported(
        dependency=dependency,
        is_away=state == "AWAY",
        since_us=microseconds(since, "since", channel.timezone) if since else origin.provenance.occurred_at_us,
        reason=checked_text(required_text(rule.reason, "reason", place), "reason"),
        provenance=origin.provenance,
        erp_id=ErpId(checked_id(erp_id, "erp_id") if erp_id else ""),
        node_id=NodeId(checked_id(node_id, "node_id") if node_id else ""),
    )


def _policy(rule: FailurePolicySetRule, place: DocumentPlace, origin: Origin) -> FailurePolicySet:
    """The list must be there: one that is missing could be meant as empty, or forgotten."""
    if not is_given(rule.rows, place):
        raise BrokenForm("rows", f"is missing ({rule.rows.named}); an empty list is none")
    places = lines_at(rule.rows, "rows", place)
    if len(places) > MOST_ROWS:
        raise BrokenForm("rows", f"are {len(places)}; at most {MOST_ROWS} are allowed")
    rows = tuple(_row(rule.rows, at) for at in places)
    if len({(row.dependency, row.workflow, row.channel_id) for row in rows}) < len(rows):
        raise BrokenForm("rows", "a dependency, workflow and channel is listed twice")
    version = checked_id(required_text(rule.policy_version, "policy_version", place), "policy_version")
    return FailurePolicySet(version, origin.provenance, rows)


def _row(rule: PolicyRowsRule, at: DocumentPlace) -> PolicyRow:
    field = f"rows.{at.position}"
    workflow = _named(Workflow, required_text(rule.workflow, f"{field}.workflow", at), f"{field}.workflow")
    action = _named(FailureAction, required_text(rule.action, f"{field}.action", at), f"{field}.action")
    dependency = _named(Dependency, required_text(rule.dependency, f"{field}.dependency", at), f"{field}.dependency")
    if why := _why_not(dependency, workflow, action):
        raise BrokenForm(f"{field}.action", why)
    channel_id = required_text(rule.channel_id, f"{field}.channel_id", at)
    return PolicyRow(
        dependency=dependency,
        workflow=workflow,
        channel_id=ChannelId(checked_id(channel_id, f"{field}.channel_id") if channel_id else ""),
        action=action,
        within_ms=_within_ms(rule, at, f"{field}.within_minutes", action),
    )


def _why_not(dependency: Dependency, workflow: Workflow, action: FailureAction) -> str:
    """Why a row cannot be meant; empty if it can."""
    if action not in _ACTIONS[workflow]:
        names = ", ".join(each for each in FailureAction if each in _ACTIONS[workflow])
        return f"{action} is not possible for {workflow}, only {names}: {_WHY_NOT[workflow]}"
    if action is FailureAction.DEGRADE and (dependency, workflow) in _NOTHING_KNOWN:
        return f"DEGRADE is not possible for {workflow} without {dependency}: no earlier answer can stand for it"
    return ""


def _within_ms(rule: PolicyRowsRule, at: DocumentPlace, field: str, action: FailureAction) -> int:
    text = optional_text(rule.within_minutes, field, at) if rule.within_minutes else None
    if (text is not None) is not (action is FailureAction.DEGRADE):
        raise BrokenForm(field, "belongs to DEGRADE, and DEGRADE needs it")
    minutes = whole_number(text, field) if text is not None else 0
    if text is not None and not 0 < minutes <= _MOST_MINUTES:
        raise BrokenForm(field, f"{minutes} is not between 1 and {_MOST_MINUTES}")
    return minutes * 60_000


def _named(names: type[Name], text: str, field: str) -> Name:
    try:
        return names(text)
    except ValueError:
        raise BrokenForm(field, f"{text[:40]!r} is none of {', '.join(names)}") from None
