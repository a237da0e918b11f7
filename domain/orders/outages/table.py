"""The failure policy in force, and what is away: which row of the table applies to a workflow of a channel."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from domain.identifiers import ChannelId, ErpId
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
        return f"{self.report.dependency} is away{why}: {self.row.action} by failure policy {self.policy_version}"


@dataclass(frozen=True, slots=True)
class LastReports:
    """The last report about each dependency, and about each ERP."""

    reports: tuple[DependencyReported, ...] = ()

    def last(self, dependency: Dependency, erp_id: ErpId) -> DependencyReported | None:
        """None: nothing was ever reported, so it is there."""
        named = (dependency, erp_id)
        return next((each for each in self.reports if (each.dependency, each.erp_id) == named), None)

    def with_report(self, report: DependencyReported) -> "LastReports":
        """With this one in place of the last."""
        named = (report.dependency, report.erp_id)
        others = (each for each in self.reports if (each.dependency, each.erp_id) != named)
        return LastReports((*others, report))


@dataclass(frozen=True, slots=True)
class Conditions:
    """Under what an order decides. `outages` has those that are away; no policy: everything continues."""

    outages: tuple[DependencyReported, ...] = ()
    policy: FailurePolicySet | None = None

    def applying(self, workflow: Workflow, channel_id: ChannelId, erp_id: ErpId) -> Iterator[Applies]:
        """What the table says of an order of this channel and ERP, by dependency.

        A row of the channel counts before one of every channel.
        """
        if self.policy is None:
            return
        for report in self.outages:
            if report.erp_id and report.erp_id != erp_id:
                continue
            row = self._row(report.dependency, workflow, channel_id)
            if row is not None and row.action is not FailureAction.CONTINUE:
                yield Applies(report, row, self.policy.policy_version)

    def _row(self, dependency: Dependency, workflow: Workflow, channel_id: ChannelId) -> PolicyRow | None:
        rows = self.policy.rows if self.policy else ()
        fitting = {row.channel_id: row for row in rows if row.dependency is dependency and row.workflow is workflow}
        return fitting.get(channel_id) or fitting.get(ChannelId(""))


ALL_IS_WELL = Conditions()
