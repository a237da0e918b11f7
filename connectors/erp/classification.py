"""What an answer, or a call without one, proves about the command: the rules that hold for every ERP.

The danger is on one side only: if a command that was done counts as not done, a second document follows. Anything
in between can send a status: a proxy, a load balancer, a firewall. So each adapter has a table of the answers that only
its ERP can give, keyed by status and the ERP's own error code. Anything else is UNKNOWN.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from connectors.erp.adapter import UNREACHABLE
from domain.messages.dispatch import Outcome


@dataclass(frozen=True, slots=True)
class Meaning:
    """An outcome with its reason; an empty reason is replaced by the answer's own text."""

    outcome: Outcome
    reason: str = ""


UNKNOWN = Meaning(Outcome.UNKNOWN)
TRANSIENT = Meaning(Outcome.REJECTED_TRANSIENT)
REFUSED = Meaning(Outcome.REJECTED_BUSINESS)
NOT_FOUND = Meaning(Outcome.NOT_FOUND)
DOWN = Meaning(Outcome.REJECTED_TRANSIENT, UNREACHABLE)

CertainAnswers = Mapping[tuple[int, str], Meaning]
"""(status, the ERP's error code) → what it proves."""

_NEVER_SENT = (NewConnectionError, ConnectTimeoutError)


def meaning_of_failure(failure: HTTPError) -> Meaning:
    """The outcome of a call without an answer: certain only when no byte of it left."""
    if isinstance(failure, _NEVER_SENT):
        return DOWN
    return Meaning(Outcome.UNKNOWN, f"no answer: {type(failure).__name__}")
