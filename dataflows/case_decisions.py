"""What people decide about cases, as records of `source.operations.v1` (schemas/channels/operations.yaml)."""

import json
from enum import StrEnum
from typing import Final

from connectors.log.port import Outgoing
from domain.identifiers import SourceId
from domain.messages.cases import ExceptionRaised
from schemas.contracts.source_topics import source_topic

OPERATIONS: Final = source_topic(SourceId("operations"))


class Decision(StrEnum):
    """What a person may decide about a case."""

    DISMISS = "dismiss"
    RESOLVE = "resolve"
    RETRY = "retry"
    REVERSE = "reverse"


def decision_record(  # noqa: PLR0913, PLR0917  the fields of a decision
    case: ExceptionRaised, decision: Decision, who: str, why: str, decision_id: str, decided_at: str
) -> Outgoing:
    """The record, under the case's own key. `decided_at` in ISO 8601; the same `decision_id` twice is one decision."""
    content = {
        "decision_id": decision_id,
        "decision": decision.value,
        "decided_at": decided_at,
        "case_id": case.case_id,
        "home": case.home,
        "home_key": case.home_key,
        "who": who,
        "why": why,
    }
    return Outgoing(OPERATIONS, case.home_key, json.dumps(content, ensure_ascii=False).encode(), ())
