"""The stock machine: units available of each item, granted first come, first served."""

from collections.abc import Sequence
from typing import assert_never

from benchmarks.promise_job.messages import Answered, AnsweredLine, Answers, Receipt, RequestedLine, Requests
from domain.identifiers import EventId
from operators.engine.event import Event
from operators.engine.partition import Partition
from operators.engine.partition_state import PartitionState
from operators.engine.tables import Table
from operators.engine.timers import Timer

AVAILABLE: Table[int] = Table("available", int)


class StockMachine:
    """State keyed by item."""

    def apply(self, partition: Partition, event: Event, now_ms: int) -> Sequence[object]:  # noqa: ARG002 - no time here
        """An answer for all requests of a record; a receipt has none."""
        message: Receipt | Requests = event.message  # type: ignore[assignment]  # no other comes in
        match message:
            case Receipt():
                _received(partition.state, message)
                return ()
            case Requests():
                answered = tuple(
                    Answered(asked.order_id, _decided(partition.state, asked.lines)) for asked in message.of_orders
                )
                return (Answers(message.orders_partition, answered),)
            case _:
                assert_never(message)

    def fire(self, partition: Partition, timer: Timer, cause_event_id: EventId) -> Sequence[object]:
        """This job sets no timers."""
        raise NotImplementedError(timer, partition, cause_event_id)


def _received(state: PartitionState, receipt: Receipt) -> None:
    available = state.get(AVAILABLE, receipt.item_id) or 0
    state.put(AVAILABLE, receipt.item_id, available + receipt.quantity)


def _decided(state: PartitionState, lines: Sequence[RequestedLine]) -> tuple[AnsweredLine, ...]:
    """Grant available units and backorder the rest; an item may be on several lines."""
    decided: list[AnsweredLine] = []
    for line_no, item_id, quantity in lines:
        available = state.get(AVAILABLE, item_id) or 0
        granted = min(available, quantity)
        if granted:
            state.put(AVAILABLE, item_id, available - granted)
        decided.append((line_no, granted, quantity - granted))
    return tuple(decided)
