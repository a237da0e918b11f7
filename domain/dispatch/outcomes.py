"""What an answer of the connector means for a command: the verdict table of (state x outcome).

| outcome            | sent with its effect | asking (QUERY_DOCUMENT)        |
|--------------------|----------------------|--------------------------------|
| APPLIED, DUPLICATE | done, in every state and from every attempt that was asked ||
| REJECTED_BUSINESS  | refused              | settle, then ask again         |
| REJECTED_TRANSIENT | retry later          | retry later (ask again)        |
| UNKNOWN            | settle, then ask     | settle, then ask again         |
| NOT_FOUND          | settle, then ask     | resend: it is surely not there |

An answer to a question that was never asked is not believed (`was_asked`): anybody may write `erp.responses.v1`. All
but the first row need a command in flight and an answer to its current attempt; else the answer is ignored, but that
of a refusal it is kept which attempt was refused (`domain.dispatch.settled.contradictions`).
A query that is refused, or a NOT_FOUND to what was no query, proves nothing: we ask, we never guess.
A request that is only a look-up is always asking, and NOT_FOUND is its end.
"""

from collections.abc import Mapping
from enum import StrEnum

from domain.dispatch.rows import CommandState, QueuedCommand
from domain.messages.dispatch import CommandType, ErpResponse, Outcome


class Reaction(StrEnum):
    """What is to be done with the command."""

    DONE = "DONE"
    REFUSED = "REFUSED"
    RETRY = "RETRY"
    SETTLE = "SETTLE"
    RESEND = "RESEND"
    IGNORE = "IGNORE"


_WHEN_SENT = {
    Outcome.APPLIED: Reaction.DONE,
    Outcome.DUPLICATE: Reaction.DONE,
    Outcome.REJECTED_BUSINESS: Reaction.REFUSED,
    Outcome.REJECTED_TRANSIENT: Reaction.RETRY,
    Outcome.UNKNOWN: Reaction.SETTLE,
    Outcome.NOT_FOUND: Reaction.SETTLE,
}

_WHEN_ASKING = {
    **_WHEN_SENT,
    Outcome.REJECTED_BUSINESS: Reaction.SETTLE,
    Outcome.NOT_FOUND: Reaction.RESEND,
}

_WHEN_LOOKING_UP = {**_WHEN_ASKING, Outcome.NOT_FOUND: Reaction.DONE}


def reaction_to(command: QueuedCommand, response: ErpResponse) -> Reaction:
    """The table above."""
    reaction = _reactions(command)[response.outcome]
    awaited = command.state is CommandState.IN_FLIGHT and response.attempt == command.attempt
    return reaction if awaited or reaction is Reaction.DONE else Reaction.IGNORE


def _reactions(command: QueuedCommand) -> Mapping[Outcome, Reaction]:
    if command.request.only_look_up:
        return _WHEN_LOOKING_UP
    return _WHEN_ASKING if command.asking else _WHEN_SENT


def was_asked(command: QueuedCommand, response: ErpResponse) -> bool:
    """Whether dispatch may have asked the ERP what this answers.

    A query is asked only after an unknown outcome, so never as the first attempt; a look-up is nothing but queries. The
    attempt after the current one has not been sent. A command that is asked for again after it left starts at attempt
    1: a late answer to its earlier life is not believed either, and costs one call, which the ERP answers with
    DUPLICATE.
    """
    if not 1 <= response.attempt <= command.attempt:
        return False
    is_query = response.command_type is CommandType.QUERY_DOCUMENT
    if command.request.only_look_up:
        return is_query
    is_current = response.attempt == command.attempt and command.state is CommandState.IN_FLIGHT
    if is_query:
        was_sent = response.attempt < command.attempt
        return command.had_unknown and response.attempt > 1 and (command.asking if is_current else was_sent)
    return response.command_type is command.request.command_type and not (is_current and command.asking)


def is_failure(outcome: Outcome) -> bool:
    """Whether the breaker counts it as the ERP's failure; a refusal or a NOT_FOUND shows an ERP that works."""
    return outcome in (Outcome.REJECTED_TRANSIENT, Outcome.UNKNOWN)
