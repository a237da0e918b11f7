"""Answers that do not come in time: one case for each, however often the order asks again; the answer resolves it."""

from dataclasses import replace

from domain.identifiers import CommandId
from domain.messages.cases import CaseClass, CaseOrigin, CaseState
from domain.orders.cases import state_case
from domain.orders.decision import OrderDecision
from domain.orders.state import AnsweredCommand


def report_late(decision: OrderDecision, key: str, origin: CaseOrigin, reason: str, suggested_action: str) -> None:
    """Open the case of an answer, unless it is open already. `key` names the question within the order."""
    order = decision.order
    if key in order.late_answers:
        return
    decision.order = replace(order, late_answers=(*order.late_answers, key))
    state_case(decision, CaseClass.DEPENDENCY_TIMEOUT, origin, key, CaseState.OPEN, reason, suggested_action)


def settled(decision: OrderDecision, command_id: CommandId, *, accepted: bool) -> None:
    """A warehouse has answered a command, or what it reports answers it: later answers are compared with this one."""
    answer = AnsweredCommand(command_id, accepted)
    decision.order = replace(decision.order, answered_commands=(*decision.order.answered_commands, answer))
    answer_came(decision, command_id, CaseOrigin.WAREHOUSE, reason="the warehouse has answered")


def answer_came(decision: OrderDecision, key: str, origin: CaseOrigin, reason: str) -> None:
    """Resolve the case, if the answer was late."""
    order = decision.order
    if key not in order.late_answers:
        return
    decision.order = replace(order, late_answers=tuple(each for each in order.late_answers if each != key))
    state_case(decision, CaseClass.DEPENDENCY_TIMEOUT, origin, key, CaseState.RESOLVED, reason, suggested_action="")
