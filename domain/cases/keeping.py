"""The life of a case at its home: rules open and resolve it, people dismiss, resolve or retry it.

```
 OPEN ──retried──▶ RETRYING ──refused again──▶ OPEN
   │                  │
   └──────────────────┴──the rule, or a person──▶ RESOLVED, DISMISSED ──stated again, reversed──▶ OPEN
```
A case that has ended keeps the end that it had, whatever the rule says of its cause afterwards; only another opening
opens it again. It is kept for a while, so that what comes late is answered (docs/domain.md#exception-cases). A case
that is open when its order is purged ends with it.
"""

from dataclasses import dataclass, replace
from typing import Final, NamedTuple, assert_never

from domain.cases.policy import CasePolicy
from domain.durations import duration_text
from domain.identifiers import CaseId, EventId, case_id_of
from domain.messages.case_actions import CaseAction, CaseDismissed, CaseResolved, CaseRetried, CaseReversed
from domain.messages.cases import NOBODY, Act, Case, CaseChange, CaseHome, CaseState

ENDS: Final = frozenset({CaseState.RESOLVED, CaseState.DISMISSED})

UNKNOWN: Final = "there is no such case, or it ended long ago"
OTHER_CONTENT: Final = "another decision came before under the same id"


@dataclass(frozen=True, slots=True)
class KeptCase:
    """A case as its home keeps it."""

    case_id: CaseId
    case: Case
    """As it was opened last, with its state now."""
    home_key: str
    first_seen_ms: int
    changed_at_ms: int
    leaves_at_ms: int
    """When it is given up, or, if it has ended, forgotten."""
    is_reported: bool
    """Whether a flow raised it that keeps no cases: no rule of its home knows of it."""

    @property
    def has_ended(self) -> bool:
        """Whether nobody has to act."""
        return self.case.state in ENDS


class StatedCase(NamedTuple):
    """What a rule says of a case."""

    case_id: CaseId
    case: Case
    home_key: str
    is_reported: bool = False


def id_of(case: Case, cause: EventId) -> CaseId:
    """The id of a case that this cause led to."""
    return case_id_of(case.case_class, case.subject, case.key or cause)


def stated(known: KeptCase | None, said: StatedCase, now_ms: int, policy: CasePolicy) -> KeptCase | None:
    """A rule states the case; None when it has ended already and only its end is stated again."""
    case = said.case
    if known is None:
        first = KeptCase(said.case_id, case, said.home_key, now_ms, now_ms, 0, said.is_reported)
        return _changed(first, case, now_ms, policy)
    if case.state not in ENDS:
        return _changed(known, case, now_ms, policy)
    return None if known.has_ended else _changed(known, replace(known.case, state=case.state), now_ms, policy)


def acted(known: KeptCase, action: CaseAction, now_ms: int, policy: CasePolicy) -> KeptCase | str:
    """A person decides about a case; a text says why that is refused. Only a reversal is about one that has ended."""
    if known.has_ended and not isinstance(action, CaseReversed):
        return f"it is {known.case.state} already"
    match action:
        case CaseDismissed():
            state = CaseState.DISMISSED
        case CaseResolved():
            state = CaseState.RESOLVED
        case CaseRetried():
            if known.case.state is CaseState.RETRYING:
                return "it is being retried already"
            state = CaseState.RETRYING
        case CaseReversed():
            state = CaseState.OPEN
        case _:
            assert_never(action)
    return _changed(known, replace(known.case, state=state), now_ms, policy)


def given_up(known: KeptCase, now_ms: int, policy: CasePolicy) -> KeptCase:
    """Nobody has acted for very long: the case ends."""
    reason = f"nobody has acted for {duration_text(policy.open_kept_ms)}; before: {known.case.reason}"
    return _changed(known, replace(known.case, state=CaseState.DISMISSED, reason=reason), now_ms, policy)


def ended_with_order(known: KeptCase, now_ms: int, policy: CasePolicy) -> KeptCase:
    """Its order is purged: nothing can be done about it here any more."""
    reason = f"the order is purged; before: {known.case.reason}"
    return _changed(known, replace(known.case, state=CaseState.DISMISSED, reason=reason), now_ms, policy)


def change_of(  # noqa: PLR0913, PLR0917  what is known of a case, in one place
    before: KeptCase | None, now: KeptCase, said: Case, home: CaseHome, policy: CasePolicy, act: Act = NOBODY
) -> CaseChange:
    """What is written of a change; `said` is the statement, with its own words."""
    return CaseChange(
        case_id=now.case_id,
        case=replace(said, state=now.case.state, impact=now.case.impact),
        home=home,
        home_key=now.home_key,
        owner=policy.owner_of(now.case),
        score=policy.score_of(now.case),
        first_seen_ms=now.first_seen_ms,
        was_open=before is not None and not before.has_ended,
        act=act,
    )


def _changed(known: KeptCase, case: Case, now_ms: int, policy: CasePolicy) -> KeptCase:
    kept_ms = policy.ended_kept_ms if case.state in ENDS else policy.open_kept_ms
    return replace(known, case=case, changed_at_ms=now_ms, leaves_at_ms=now_ms + kept_ms)
