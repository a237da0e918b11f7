"""Warehouses that do not answer what they are asked to stop: each has one case, however much it is asked for.

The case is that of the first answer which is late. When others are late as well it names these too; when the first one
comes, what is still late is a case of its own.
"""

from collections.abc import Sequence

from domain.durations import duration_text
from domain.orders.pending.answers import TO_STOP, Awaited, PendingAnswer
from domain.orders.state import Order

_WORDS = {
    Awaited.CANCELLATION: "the cancellation of line {}",
    Awaited.AMENDMENT: "the amendment of line {}",
    Awaited.STOP: "that it stops line {}, which another warehouse has picked or shipped",
}


def late_at(order: Order, pending: PendingAnswer) -> Sequence[PendingAnswer]:
    """What the warehouse has not answered in time, the first of it first."""
    rows = (row for row in order.pending_answers if row.awaited in TO_STOP and row.node_id == pending.node_id)
    return sorted((row for row in rows if row.is_late), key=lambda row: (row.since_ms, row.key, row.awaited))


def named(rows: Sequence[PendingAnswer], within_ms: int) -> str:
    """The reason of the case; all rows are of one warehouse."""
    words = dict.fromkeys(_WORDS[row.awaited].format(", ".join(row.line_ids)) for row in rows)
    return f"{rows[0].node_id} has not answered {', nor '.join(words)} within {duration_text(within_ms)}"
