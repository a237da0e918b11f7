"""The rows of what is away: the last report about each dependency, the failure policy, and who waits, in order.

Every partition of the orders has all of it, so an order decides from its own inbox. When a dependency is back, the
orders that wait for it go on one by one, in the order in which they began to wait: a page of timers at a time, so no
record waits for all of them.
"""

from collections.abc import Mapping
from itertools import islice
from typing import Any, Final

from domain.identifiers import OrderId
from domain.messages.failure_policy import Dependency, DependencyReported, FailurePolicySet, OutageEvent
from domain.orders.outages.table import ALL_IS_WELL, Conditions, LastReports
from operators.engine.partition import Partition
from operators.engine.partition_state import PartitionState
from operators.engine.tables import Table
from operators.engine.timers import Timer


def _with_warehouses(reports: Any) -> Any:  # noqa: ANN401 - as version 1 wrote it
    """Version 2 may be about a single warehouse."""
    return {"reports": [{**each, "node_id": ""} for each in reports["reports"]]}


REPORTS: Table[LastReports] = Table("dependency reports", LastReports, version=2, upgrades={1: _with_warehouses})
FAILURE_POLICY: Table[FailurePolicySet] = Table("failure policy", FailurePolicySet)
WAITING_ORDERS: Table[OrderId] = Table("waits for dependency", OrderId, ordered=True)
WAITS_COUNTED: Table[int] = Table("waits counted", int)

IS_BACK: Final[Mapping[str, Dependency]] = {f"{dependency} is back": dependency for dependency in Dependency}
"""The timers that let a page of orders go on."""
GOES_ON: Final[Mapping[str, Dependency]] = {f"{dependency} is no reason": dependency for dependency in Dependency}
"""The timers of the orders of a page."""
PAGE: Final = 100

_ONLY: Final = ""
"""The key of the one row."""


def conditions(state: PartitionState) -> Conditions:
    """What is away now, and the policy for it."""
    known = state.get(REPORTS, _ONLY)
    away = tuple(each for each in known.reports if each.is_away) if known else ()
    return Conditions(away, state.get(FAILURE_POLICY, _ONLY)) if away else ALL_IS_WELL


def take(partition: Partition, event: OutageEvent) -> None:
    """A report or a policy; an older one than that in force changes nothing."""
    if isinstance(event, FailurePolicySet):
        _set_policy(partition, event)
    else:
        _reported(partition, event)


def _set_policy(partition: Partition, policy: FailurePolicySet) -> None:
    known = partition.state.get(FAILURE_POLICY, _ONLY)
    if known is not None and known.provenance.occurred_at_us > policy.provenance.occurred_at_us:
        partition.count("failure policy that is older than the one in force")
        return
    partition.state.put(FAILURE_POLICY, _ONLY, policy)


def _reported(partition: Partition, report: DependencyReported) -> None:
    known = partition.state.get(REPORTS, _ONLY) or LastReports()
    last = known.last(report.dependency, report.erp_id or report.node_id)
    if last is not None and last.provenance.occurred_at_us > report.provenance.occurred_at_us:
        partition.count("report about a dependency that is older than the last")
        return
    partition.state.put(REPORTS, _ONLY, known.with_report(report))
    if not report.is_away:
        let_go_on(partition, report.dependency, report.erp_id or report.node_id)


def wait(partition: Partition, dependency: Dependency, order_id: OrderId, of: str) -> None:
    """The order goes on when the dependency is back. `of`: which ERP or warehouse, if it is a single one."""
    number = (partition.state.get(WAITS_COUNTED, _ONLY) or 0) + 1
    partition.state.put(WAITS_COUNTED, _ONLY, number)
    partition.state.put(WAITING_ORDERS, f"{_queue(dependency, of)}{number:015d}", order_id)


def _queue(dependency: Dependency, of: str) -> str:
    """The beginning of the keys of the orders that wait for a dependency."""
    return f"{dependency}/{of}\0"


def let_go_on(partition: Partition, dependency: Dependency, of: str) -> None:
    """Set the timers of a page of waiting orders, in their order; not if the dependency is away again."""
    last = (partition.state.get(REPORTS, _ONLY) or LastReports()).last(dependency, of)
    if last is not None and last.is_away:
        return
    page = list(islice(partition.state.scan(WAITING_ORDERS, _queue(dependency, of)), PAGE))
    for place, (key, order_id) in enumerate(page, 1):
        partition.state.delete(WAITING_ORDERS, key)
        partition.timers.set(Timer(partition.now_ms + place, f"{dependency} is no reason", order_id))
    if len(page) == PAGE:
        partition.timers.set(Timer(partition.now_ms + PAGE + 1, f"{dependency} is back", of))
