"""The open cases of each order, so that none outlives it: what is still open when an order is purged ends with it."""

from domain.cases.keeping import KeptCase
from domain.identifiers import CaseId, OrderId
from operators.engine.partition_state import PartitionState
from operators.engine.tables import Table

OPEN_CASES: Table[str] = Table("open case of an order", str, ordered=True)
"""A row for each, by subject and case; of those that this release has opened or changed."""


def note(state: PartitionState, case: KeptCase) -> None:
    """The case is open, or has ended."""
    key = f"{case.case.subject}\0{case.case_id}"
    if not case.has_ended:
        state.put(OPEN_CASES, key, case.case_id)
    elif state.get(OPEN_CASES, key) is not None:
        state.delete(OPEN_CASES, key)


def of_order(state: PartitionState, order_id: OrderId) -> list[CaseId]:
    """Its open cases."""
    return [CaseId(case_id) for _, case_id in state.scan(OPEN_CASES, f"{order_id}\0")]
