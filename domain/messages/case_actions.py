"""What people decide about cases: an event for the flow that keeps the case, which does it or says why not."""

from dataclasses import dataclass

from domain.identifiers import CaseId, CorrelationId
from domain.messages.cases import CaseHome
from domain.provenance import Provenance


@dataclass(frozen=True, slots=True)
class CaseDismissed:
    """A person closes a case: nothing is to be done about it."""

    case_id: CaseId
    home: CaseHome
    home_key: str
    provenance: Provenance
    who: str
    why: str


@dataclass(frozen=True, slots=True)
class CaseResolved:
    """A person closes a case: what was to be done is done."""

    case_id: CaseId
    home: CaseHome
    home_key: str
    provenance: Provenance
    who: str
    why: str


@dataclass(frozen=True, slots=True)
class CaseRetried:
    """A person has mended the cause, and asks that what failed is done again."""

    case_id: CaseId
    home: CaseHome
    home_key: str
    provenance: Provenance
    who: str
    why: str


@dataclass(frozen=True, slots=True)
class CaseReversed:
    """A person takes back what was adjusted for a case, and opens it again."""

    case_id: CaseId
    home: CaseHome
    home_key: str
    provenance: Provenance
    who: str
    why: str


CaseAction = CaseDismissed | CaseResolved | CaseRetried | CaseReversed
"""What a person decides about a case."""


@dataclass(frozen=True, slots=True)
class CaseActionRefused:
    """What a person decided about a case is refused, and why."""

    case_id: CaseId
    action: str
    """The name of the event: CaseDismissed, CaseResolved, CaseRetried or CaseReversed."""
    who: str
    why: str
    reason: str
    correlation_id: CorrelationId
    refused_at_ms: int
