"""What an answer of the connector means for a command: the verdict table of (state x outcome).

| outcome            | sent with its effect | asking (QUERY_DOCUMENT)        |
|--------------------|----------------------|--------------------------------|
| APPLIED, DUPLICATE | done, in every state and from every attempt           ||
| REJECTED_BUSINESS  | refused              | settle, then ask again         |
| REJECTED_TRANSIENT | retry later          | retry later (ask again)        |
| UNKNOWN            | settle, then ask     | settle, then ask again         |
| NOT_FOUND          | settle, then ask     | resend: it is surely not there |

All but the first row need a command in flight and an answer to its current attempt; else the answer is ignored.
A query that is refused, or a NOT_FOUND to what was no query, proves nothing: we ask, we never guess.
"""

from enum import StrEnum

from domain.dispatch.rows import CommandState, QueuedCommand
from domain.messages.dispatch import ErpResponse, Outcome


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


def reaction_to(command: QueuedCommand, response: ErpResponse) -> Reaction:
    """The table above."""
    reaction = (_WHEN_ASKING if command.asking else _WHEN_SENT)[response.outcome]
    awaited = command.state is CommandState.IN_FLIGHT and response.attempt == command.attempt
    return reaction if awaited or reaction is Reaction.DONE else Reaction.IGNORE


def is_failure(outcome: Outcome) -> bool:
    """Whether the breaker counts it as the ERP's failure; a refusal or a NOT_FOUND shows an ERP that works."""
    return outcome in (Outcome.REJECTED_TRANSIENT, Outcome.UNKNOWN)
