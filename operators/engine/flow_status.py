"""The status of a flow between two polls, for its observer: reads in memory, and a scan for due timers."""

import time
from collections.abc import Callable, Collection
from typing import Protocol

from connectors.log.port import Log, MemberStatus
from connectors.observation.observer import MOST_DUE_TIMERS, BelowZero, ErpGateStatus, FlowStatus, Observer
from operators.engine.partition_state import PartitionState
from operators.engine.timers import Timers

ErpGates = Callable[[int], tuple[ErpGateStatus, ...]]
"""The ERP gates that a flow keeps, at a time in milliseconds."""

StockBelowZero = Callable[[], BelowZero | None]
"""What is below zero of the stock that a flow keeps."""


class Held(Protocol):
    """As much of a partition as the status needs."""

    state: PartitionState
    timers: Timers


def no_erp_gates(_now_ms: int) -> tuple[ErpGateStatus, ...]:
    """Every flow but dispatch has none."""
    return ()


def no_stock() -> None:
    """Every flow but inventory keeps none."""


def flow_status_of(
    member: MemberStatus,
    partitions: Collection[Held],
    erp_gates: ErpGates,
    now_ms: int,
    below_zero: StockBelowZero = no_stock,
) -> FlowStatus:
    """What the member, the partitions, the ERP gates and the stock say."""
    dues = (partition.timers.earliest_due_ms() for partition in partitions)
    overdue_ms = max((now_ms - due_ms for due_ms in dues if due_ms is not None), default=0)
    return FlowStatus(
        member,
        due_timers=sum(partition.timers.count_due(now_ms, MOST_DUE_TIMERS) for partition in partitions),
        overdue_ms=max(0, overdue_ms),
        rows_cached=sum(partition.state.cached_rows for partition in partitions),
        gates=erp_gates(now_ms),
        below_zero=below_zero(),
    )


class StatusReports:
    """Reports the status to the observer of one flow, as often as the observer wants to know."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self._next_at_s = 0.0

    def report_soon(self) -> None:
        """The next call of `report` reports, whenever the last one was."""
        self._next_at_s = 0.0

    def report(self, log: Log, partitions: Collection[Held], erp_gates: ErpGates, below_zero: StockBelowZero) -> None:
        """Report, when it is time."""
        now_s = time.monotonic()
        if now_s < self._next_at_s:
            return
        self._next_at_s = now_s + self._observer.reports_every_s
        status = flow_status_of(log.member_status(), partitions, erp_gates, log.now_ms(), below_zero)
        self._observer.report_status(status)
