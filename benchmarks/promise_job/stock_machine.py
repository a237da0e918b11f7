"""The stock machine: units available of each item, granted first come, first served."""

from collections.abc import Sequence
from typing import assert_never

from benchmarks.promise_job.messages import Answered, AnsweredLine, Receipt, Requested, RequestedLine
from operators.decode import Event
from operators.partition_state import PartitionState
from operators.tables import Table
from operators.task import Partition
from operators.timers import Timer

AVAILABLE: Table[int] = Table("available", int)


class StockMachine:
    """State keyed by item."""

    def apply(self, partition: Partition, event: Event, now_ms: int) -> Sequence[object]:  # noqa: ARG002 - no time here
        """An answer for each request; a receipt has none."""
        message: Receipt | Requested = event.message  # type: ignore[assignment]  # no other comes in
        match message:
            case Receipt():
                _received(partition.state, message)
                return ()
            case Requested():
                decided = tuple(_decided(partition.state, line) for line in message.lines)
                return (Answered(message.order_id, decided),)
            case _:
                assert_never(message)

    def fire(self, partition: Partition, timer: Timer, cause_event_id: str) -> Sequence[object]:
        """This job sets no timers."""
        raise NotImplementedError(timer, partition, cause_event_id)


def _received(state: PartitionState, receipt: Receipt) -> None:
    state.put(AVAILABLE, receipt.item_id, _available(state, receipt.item_id) + receipt.quantity)


def _decided(state: PartitionState, line: RequestedLine) -> AnsweredLine:
    line_no, item_id, quantity = line
    available = _available(state, item_id)
    granted = min(available, quantity)
    if granted:
        state.put(AVAILABLE, item_id, available - granted)
    return line_no, granted, quantity - granted


def _available(state: PartitionState, item_id: str) -> int:
    return state.get(AVAILABLE, item_id) or 0
