"""Answers of a warehouse that had picked all that it was asked to stop: the pick was taken for its refusal.

It may put the goods back, and stop all the same. So its own acceptance counts, before the put-back and after it. Where
nothing is left that it was asked for, since it has shipped that, an acceptance contradicts what it has reported.
"""

from domain.messages.orders import WarehouseAccepted, WarehouseRefused
from domain.orders import counters
from domain.orders.decision import OrderDecision
from domain.orders.pending import awaiting
from domain.orders.pending.answers import AnsweredCommand, AssumedAnswer
from domain.orders.warehouses import releases
from domain.orders.warehouses.releasing import release_what_is_ready


def answered(decision: OrderDecision, event: WarehouseAccepted | WarehouseRefused) -> bool:
    """Whether the answer is to such a command, and takes effect."""
    commands = decision.order.settled_commands
    command = next((each for each in commands if each.assumed and each.command_id == event.command_id), None)
    if command is None or _has_shipped_all(decision, command):
        return False
    accepted = isinstance(event, WarehouseAccepted)
    awaiting.answer_assumed(decision, command, accepted=accepted)
    if accepted:
        for assumed in command.assumed:
            _stop(decision, assumed)
        release_what_is_ready(decision)
    return True


def _stop(decision: OrderDecision, assumed: AssumedAnswer) -> None:
    decision.change_named_lines(assumed.line_ids, lambda line: counters.stop(line, assumed.node_id))


def _has_shipped_all(decision: OrderDecision, command: AnsweredCommand) -> bool:
    """Whether nothing is left that the warehouse was asked for, and something of it was shipped."""
    asked = [
        (each.node_id, line)
        for each in command.assumed
        for line in decision.order.lines
        if line.line_id in each.line_ids
    ]
    is_left = any(releases.at_node(line.released_at, node_id) for node_id, line in asked)
    return not is_left and any(line.sent for _, line in asked)
