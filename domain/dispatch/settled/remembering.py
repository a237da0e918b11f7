"""For how long a command that has left is remembered: an ERP may say something else about it later.

Thirty days where its outcome had been unknown, or it was refused: a call that was thought lost may be booked late, and
what was refused may be entered by hand. Seven days where it was booked at once: an ERP that takes a booking back by a
job of the night, or of the weekend, has said so by then. What only looks something up changes nothing in the ERP, and
of the stock that a channel may show only the newest number counts: neither is remembered, but the refusal of a number.
"""

from typing import Final

from domain.dispatch.decision import DispatchTimer, TimerKind
from domain.dispatch.rows import QueuedCommand, SettledCommand
from domain.dispatch.work import DispatchWork
from domain.messages.dispatch import CommandType, ErpResponse, Outcome

_DAY_MS: Final = 24 * 3_600_000
_IN_DOUBT_MS: Final = 30 * _DAY_MS
_BOOKED_MS: Final = 7 * _DAY_MS


def remember(work: DispatchWork, command: QueuedCommand, outcome: Outcome, response: ErpResponse) -> None:
    """Keep what became of a command that leaves by this answer."""
    request, is_refused = command.request, outcome is Outcome.REJECTED_BUSINESS
    is_stock = request.command_type is CommandType.REPORT_AVAILABILITY
    if request.only_look_up or (is_stock and not is_refused):
        return
    is_in_doubt = command.had_unknown or is_refused
    forgotten_at_ms = work.now_ms + (_IN_DOUBT_MS if is_in_doubt else _BOOKED_MS)
    settled = SettledCommand(
        request.document.order_id,
        request.command_type,
        request.business_key,
        command.attempt,
        outcome,
        response.document_number,
        forgotten_at_ms,
        executed_attempt=executed_attempt(command, response),
        refusal=response.reason if is_refused else "",
    )
    work.put_settled(command.command_id, settled)
    work.timers.append(DispatchTimer(TimerKind.FORGET, command.command_id, forgotten_at_ms))


def executed_attempt(command: QueuedCommand, response: ErpResponse) -> int:
    """The attempt of which this answer says what became; 0 where a look-up does not show which of several it was."""
    return command.doubted_attempt if response.command_type is CommandType.QUERY_DOCUMENT else response.attempt
