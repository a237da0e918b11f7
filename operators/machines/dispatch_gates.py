"""How the gates to the ERPs stand, read from dispatch's rows."""

from collections.abc import Iterable, Mapping

from connectors.observation.observer import ErpGateStatus
from domain.dispatch import tokens
from domain.dispatch.policy import DispatchPolicy
from domain.dispatch.rows import DispatchRows
from domain.identifiers import ErpId
from operators.engine.partition import Partition
from operators.machines.dispatch import rows_of


def gates_of(
    partitions: Iterable[Partition], policies: Mapping[ErpId, DispatchPolicy], now_ms: int
) -> tuple[ErpGateStatus, ...]:
    """The gates in the partitions held; an ERP has one, in its home partition, from its first command on."""
    gates = (
        _gate_of(rows_of(partition.state, erp_id), erp_id, policy, now_ms)
        for partition in partitions
        for erp_id, policy in policies.items()
    )
    return tuple(gate for gate in gates if gate is not None)


def _gate_of(rows: DispatchRows, erp_id: ErpId, policy: DispatchPolicy, now_ms: int) -> ErpGateStatus | None:
    gate = rows.gate()
    if gate is None:
        return None
    first = rows.first_queued(None) if gate.queued else None
    return ErpGateStatus(
        erp_id,
        gate.breaker.state,
        tokens.refilled(gate.tokens, policy, now_ms).thousandths,
        gate.queued,
        gate.in_flight,
        0 if first is None else max(0, now_ms - first.enqueued_at_ms),
    )
