"""The failure policy in force, and what is away: which row of the table applies to a workflow of a channel."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from domain.identifiers import ChannelId, ErpId, NodeId
from domain.messages.failure_policy import (
    Dependency,
    DependencyReported,
    FailureAction,
    FailurePolicySet,
    PolicyRow,
    Workflow,
)


class Applies(NamedTuple):
    """A dependency is away, and the policy says something about it; CONTINUE is left out."""

    report: DependencyReported
    row: PolicyRow
    policy_version: str

    @property
    def reason(self) -> str:
        """In words, with the version of the policy."""
        why = f" ({self.report.reason})" if self.report.reason else ""
        away = f"{name_of(self.report.dependency, self.report.node_id)} is away{why}"
        return f"{away}: {self.row.action} by failure policy {self.policy_version}"


def name_of(dependency: Dependency, node_id: NodeId) -> str:
    """The dependency in words."""
    return f"{dependency} of {node_id}" if node_id else f"{dependency}"


@dataclass(frozen=True, slots=True)
class LastReports:
    """The last report about each dependency, and about each ERP and warehouse."""

    reports: tuple[DependencyReported, ...] = ()

    def last(self, dependency: Dependency, of: str) -> DependencyReported | None:
        """`of`: which ERP or warehouse, if it is a single one. None: nothing was ever reported, so it is there."""
        named = (dependency, of)
        return next((each for each in self.reports if _named(each) == named), None)

    def with_report(self, report: DependencyReported) -> "LastReports":
        """With this one in place of the last."""
        others = (each for each in self.reports if _named(each) != _named(report))
        return LastReports((*others, report))


def _named(report: DependencyReported) -> tuple[Dependency, str]:
    """A report is about an ERP, or a warehouse, or neither."""
    return (report.dependency, report.erp_id or report.node_id)


@dataclass(frozen=True, slots=True)
class Conditions:
    """Under what an order decides. `outages` has those that are away; no policy: everything continues."""

    outages: tuple[DependencyReported, ...] = ()
    policy: FailurePolicySet | None = None

    @property
    def warehouses_away(self) -> frozenset[NodeId]:
        """Those that are away by name."""
        return frozenset(each.node_id for each in self.outages if each.node_id)

    def is_away(self, dependency: Dependency, node_id: NodeId) -> bool:
        """Whether the dependency of this warehouse is."""
        return any((each.dependency, each.node_id) == (dependency, node_id) for each in self.outages)

    def applying(
        self, workflow: Workflow, channel_id: ChannelId, erp_id: ErpId, nodes: Collection[NodeId] = ()
    ) -> Iterator[Applies]:
        """What the table says of an order of this channel and ERP, by dependency.

        A row of the channel counts before one of every channel. A single warehouse that is away concerns only what is
        about to happen at these nodes.
        """
        if self.policy is None:
            return
        for report in self.outages:
            if report.erp_id and report.erp_id != erp_id:
                continue
            if report.node_id and report.node_id not in nodes:
                continue
            row = self._row(report.dependency, workflow, channel_id)
            if row is not None and row.action is not FailureAction.CONTINUE:
                yield Applies(report, row, self.policy.policy_version)

    def _row(self, dependency: Dependency, workflow: Workflow, channel_id: ChannelId) -> PolicyRow | None:
        rows = self.policy.rows if self.policy else ()
        fitting = {row.channel_id: row for row in rows if row.dependency is dependency and row.workflow is workflow}
        return fitting.get(channel_id) or fitting.get(ChannelId(""))


ALL_IS_WELL = Conditions()
