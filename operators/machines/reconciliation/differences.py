"""The rows of differences: snapshots are compared with items, and later movements with the differences they left."""

from collections.abc import Callable, Sequence
from itertools import islice
from typing import Final, NamedTuple

from domain.identifiers import ItemId, NodeId
from domain.inventory.accounts import Item, new_item
from domain.inventory.effects import LedgerEffect
from domain.inventory.reconciliation import differences
from domain.inventory.reconciliation.cases import not_comparable
from domain.inventory.reconciliation.causes import MOST_CLAIMS, Evidence, by_units
from domain.inventory.reconciliation.comparing import (
    difference_of,
    in_unit_of,
    last_count_of,
    reason_to_pass_over,
)
from domain.inventory.reconciliation.differences import DifferenceStep
from domain.inventory.reconciliation.policy import PEOPLE_DECIDE, ReconciliationPolicy
from domain.inventory.reconciliation.rows import NamedMovement, StockDifference
from domain.inventory.reservations import ItemClaims
from domain.inventory.stock_facts.item_lines import ItemLines, lines_by_item
from domain.messages.cases import Case
from domain.messages.snapshots.stock import StockReported
from domain.quantities import format_quantity
from operators.engine.partition import Partition
from operators.engine.tables import Table
from operators.engine.timers import Timer
from operators.machines import movement_history

DIFFERENCES: Table[StockDifference] = Table("difference", StockDifference, ordered=True)
"""By item, node and source."""

DIFFERENCE_DUE: Final = "difference"
"""The timer at which a difference is judged, or forgotten; its subject is the row's key."""


class LateMovement(NamedTuple):
    """A movement from before a snapshot that differed; `counted_at_us` where it is a count."""

    item_id: ItemId
    node_id: NodeId
    movement: NamedMovement
    is_own: bool = False
    counted_at_us: int | None = None


class LedgerAccess(NamedTuple):
    """What a reconciliation reads of the ledger, and how it moves units there."""

    item: Callable[[ItemId], Item]
    claims: Callable[[ItemId], ItemClaims]
    adjust: Callable[[StockDifference, int], None]
    """Adjust the ledger by units, as of the snapshot; what follows comes back as a `LateMovement`."""


class Reconciliation:
    """The differences of one partition, while one record or timer is applied."""

    def __init__(self, partition: Partition, book: LedgerAccess, policy: ReconciliationPolicy = PEOPLE_DECIDE) -> None:
        self._partition = partition
        self._state = partition.state
        self._book = book
        self._policy = policy
        self.said: list[LedgerEffect] = []

    def compare(self, report: StockReported) -> None:
        """Compare each item of a record with the ledger."""
        for of_item in lines_by_item(report.lines):
            self._compare(report, of_item)

    def judge(self, timer: Timer) -> None:
        """The timer: movements in flight have had their time, or nobody needs the row any more."""
        row = self._state.get(DIFFERENCES, timer.subject)
        if row is None:
            return
        if row.judge_at_ms and row.judge_at_ms <= timer.due_at_ms:
            near, known = self._evidence(row)
            self._carry_out(differences.judged(row, near, known, self._policy, self._partition.now_ms))
        elif row.leaves_at_ms <= timer.due_at_ms:
            self._delete(row)
        else:
            self._wake(row)

    def follow(self, late: LateMovement) -> None:
        """Bring the differences of an item and node up to date with what is heard of only now."""
        rows = self._rows(late.item_id, late.node_id)
        now_ms = self._partition.now_ms
        for row in rows:
            if late.counted_at_us is not None:
                self._carry_out(differences.counted(row, late.counted_at_us, late.movement, now_ms))
            elif late.movement.occurred_at_us <= row.taken_at_us:
                self._carry_out(differences.moved(row, late.movement, now_ms, is_own=late.is_own))

    def difference_of(self, case: Case) -> StockDifference | None:
        """The difference that a case is about."""
        rows = (row for _, row in self._state.scan(DIFFERENCES, f"{case.subject}\0"))
        return next((row for row in rows if row.case_key == case.key), None)

    def adjust(self, row: StockDifference) -> None:
        """A person takes over what the snapshot says."""
        self._carry_out(differences.adjust(row, self._partition.now_ms))

    def reverse(self, row: StockDifference) -> None:
        """A person takes that back."""
        self._carry_out(differences.reverse(row, self._partition.now_ms))

    def _compare(self, report: StockReported, of_item: ItemLines) -> None:
        item = self._book.item(of_item.item_id) or new_item(of_item.item_id)
        known = self._state.get(DIFFERENCES, _key_of(report, of_item.item_id))
        history = movement_history.history_at(self._partition, item.item_id, report.node_id)
        passed_over = reason_to_pass_over(report, known, last_count_of(item, report), history)
        if passed_over is not None:
            self._partition.count(passed_over)
            return
        reported = in_unit_of(item, of_item.lines)
        if reported is None:
            lines = " and ".join(f"{format_quantity(line.quantity)} {line.unit}" for line in of_item.lines)
            self.said.append(not_comparable(report, lines, item.item_id, item.unit))
            return
        found = difference_of(report, item, reported, history, self._partition.now_ms)
        if found.units or known is not None:
            self._carry_out(differences.compared(known, found, self._partition.now_ms))

    def _carry_out(self, step: DifferenceStep) -> None:
        """Store the row before the ledger moves: what it moves changes the row again."""
        self.said.extend(step.said)
        if step.is_over:
            self._delete(step.row)
        else:
            self._state.put(DIFFERENCES, step.row.key, step.row)
            self._watch(step.row.item_id, step.row.node_id)
            self._wake(step.row)
        if step.adjust:
            self._book.adjust(step.row, step.adjust)

    def _wake(self, row: StockDifference) -> None:
        self._partition.timers.set(Timer(row.judge_at_ms or row.leaves_at_ms, DIFFERENCE_DUE, row.key))

    def _delete(self, row: StockDifference) -> None:
        self._state.delete(DIFFERENCES, row.key)
        self._watch(row.item_id, row.node_id)

    def _watch(self, item_id: ItemId, node_id: NodeId) -> None:
        """So that a movement that no difference waits for costs nothing."""
        until_us = max((row.taken_at_us for row in self._rows(item_id, node_id)), default=0)
        if until_us != movement_history.reported_until_us(self._partition, item_id, node_id):
            movement_history.watch_until(self._partition, item_id, node_id, until_us)

    def _rows(self, item_id: ItemId, node_id: NodeId) -> Sequence[StockDifference]:
        return [row for _, row in self._state.scan(DIFFERENCES, f"{item_id}\0{node_id}\0")]

    def _evidence(self, row: StockDifference) -> tuple[tuple[NamedMovement, ...], Evidence]:
        moves = movement_history.named_movements(self._partition, row.item_id, row.node_id)
        item = self._book.item(row.item_id)
        node = next((node for node in item.nodes if node.node_id == row.node_id), None)
        known = Evidence(
            movements=by_units(move for move in moves if move.occurred_at_us <= row.taken_at_us),
            factors=item.factors,
            picked=0 if node is None else node.picked,
            in_transit=0 if node is None else node.in_transit,
            claims=list(islice(self._book.claims(row.item_id).holding_at(row.node_id), MOST_CLAIMS)),
            others=[other for other in self._rows(row.item_id, row.node_id) if other.source_id != row.source_id],
        )
        return tuple(moves), known


def _key_of(report: StockReported, item_id: ItemId) -> str:
    return f"{item_id}\0{report.node_id}\0{report.provenance.source_id}"
