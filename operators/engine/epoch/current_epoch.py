"""The epoch of a flow that is open, and what keeps it from its commit.

An epoch ends badly in three ways. It is lost: the log aborted it, and its records are processed again. It failed: an
operator raised, or it led to more than an epoch may write; it is aborted, and its records are processed again in small
steps, until what fails is alone in flight and the poison guard puts it aside. Or it must not be passed over: a broken
invariant, a violated commit gate and a `LogFailed` end the flow, uncommitted. Of these, the first is published before
(`operators/engine/epoch/violations.py`).
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from connectors.log.port import Changes, LogFailed, Outgoing, Rewound
from domain.invariants import InvariantViolated
from operators.engine.epoch.commit_gate import CommitGateViolated
from operators.engine.epoch.open_epoch import EpochLimits, EpochTooLarge, OpenEpoch
from operators.engine.epoch.violations import LawBroken
from operators.engine.flow_partitions import FlowPartitions
from operators.engine.poison.flow_guard import FlowGuard

Given = TypeVar("Given")
Made = TypeVar("Made")


class EpochFailed(Exception):
    """The open epoch cannot be committed because of what its records lead to; `failure` is what was raised."""

    def __init__(self, failure: Exception) -> None:
        self.failure = failure


class CurrentEpoch:
    """`open` is replaced after each commit and each abort."""

    def __init__(self, limits: EpochLimits, guard: FlowGuard) -> None:
        self.open = OpenEpoch(limits)
        self.lost: Rewound | None = None
        self.failure: Exception | None = None
        self.refusal: LogFailed | LawBroken | None = None
        """Outlives the epoch: the flow ends at the next commit gate."""
        self._limits = limits
        self._guard = guard

    def renew(self) -> None:
        """The open epoch was committed or aborted: nothing of it is left."""
        self.open = OpenEpoch(self._limits)
        self.lost = self.failure = None

    @property
    def is_dropping(self) -> bool:
        """Whether an operator or the sink raised: what is still in the graph is dropped."""
        return self.failure is not None or self.refusal is not None

    def step(self, function: Callable[[list[Given]], list[Made]]) -> Callable[[list[Given]], list[Made]]:
        """Wrap an operator: what it raises fails the epoch, and the rest of the epoch is dropped."""

        def run(batch: list[Given]) -> list[Made]:
            if self.is_dropping:
                return []
            try:
                return function(batch)
            except (LogFailed, LawBroken) as refusal:
                self.refuse(refusal)
            except (InvariantViolated, CommitGateViolated):
                raise
            except Exception as failure:  # noqa: BLE001 - whatever it is, the poison guard finds the record at fault
                self.fail(failure)
            return []

        return run

    def send(self, append: Callable[[Sequence[Outgoing]], None], records: Sequence[Outgoing]) -> None:
        """Append records to the log, unless they are of an epoch that is lost or failed already."""
        if self.lost is not None or self.is_dropping:
            return
        try:
            append(records)
        except Rewound as reason:
            self.lost = reason
        except LogFailed:
            raise
        except Exception as failure:  # noqa: BLE001 - see `step`
            self.fail(failure)

    def fail(self, failure: Exception) -> None:
        """Abort the epoch at the next commit gate; without a poison guard the failure ends the flow, here."""
        if not self._is_retried(failure):
            raise failure
        self.failure = failure

    def refuse(self, refusal: LogFailed | LawBroken) -> None:
        """Of several refusals the first is the one that ends the flow."""
        self.refusal = self.refusal or refusal

    def require(self) -> None:
        """Raise what keeps the epoch from its commit: `Rewound` or `EpochFailed`."""
        if self.lost is not None:
            raise self.lost
        if self.failure is not None:
            raise EpochFailed(self.failure)

    def require_retry(self, failure: Exception) -> None:
        """Raise the failure, unless there are records to process again in smaller steps."""
        if not self.open.records_read or not self._is_retried(failure):
            raise failure

    def _is_retried(self, failure: Exception) -> bool:
        return self._guard.quarantines or isinstance(failure, EpochTooLarge)

    def prepared(self, partitions: FlowPartitions) -> tuple[Sequence[Outgoing], Changes]:
        """What the commit writes; encoding it may raise, or be too much, as any step of the epoch may."""
        try:
            final_records = self.open.final_records()
            changes = partitions.changes()
            for rows in changes.values():
                self.open.collect_state(rows)
        except LogFailed:
            raise
        except Exception as failure:
            raise EpochFailed(failure) from failure
        return final_records, changes
