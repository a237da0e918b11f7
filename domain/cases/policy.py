"""The policy of cases: which team owns one, how much it presses, and how long it is kept.

The score adds up three things, so that a list sorted by it begins with what costs most:

    urgency of its class                     0 to 50, from the policy
    value at risk                            5 for each digit of its whole units of currency, at most 40
    orders and lines that have open units    10 for an order, 1 for each line, at most 20
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from domain.durations import DAY_MS
from domain.messages.cases import Case, CaseClass, CaseOrigin, Impact
from domain.money.amounts import ONE

MOST_URGENT: Final = 50
_FOR_A_DIGIT: Final = 5
_MOST_FOR_VALUE: Final = 40
_FOR_AN_ORDER: Final = 10
_MOST_FOR_BLOCKED: Final = 20


@dataclass(frozen=True, slots=True)
class OwnerRow:
    """The owner of cases of a class and origin; None stands for any."""

    owner: str
    case_class: CaseClass | None = None
    origin: CaseOrigin | None = None

    def owns(self, case_class: CaseClass, origin: CaseOrigin) -> bool:
        """Whether the row speaks of such cases."""
        return self.case_class in {None, case_class} and self.origin in {None, origin}


@dataclass(frozen=True, slots=True)
class CasePolicy:
    """As the file of the policy says (`schemas/case_policy.yaml`)."""

    owners: tuple[OwnerRow, ...] = ()
    """The first row that owns a case names its team."""
    other_owner: str = "operations"
    """The team for what no row owns."""
    urgencies: Mapping[CaseClass, int] = field(default_factory=dict)
    """By class, 0 to `MOST_URGENT`."""
    ended_kept_ms: int = 30 * DAY_MS
    """How long a case that has ended stays in the view."""
    open_kept_ms: int = 365 * DAY_MS
    """How long after its last change an open case is given up: its records in `exceptions.v1` are gone by then."""

    def owner_of(self, case: Case) -> str:
        """The team that has to act."""
        found = (row.owner for row in self.owners if row.owns(case.case_class, case.origin))
        return next(found, self.other_owner)

    def score_of(self, case: Case) -> int:
        """How much the case presses: 0 to 110."""
        return self.urgencies.get(case.case_class, 0) + _for_value(case.impact) + _for_blocked(case.impact)


def _for_value(impact: Impact) -> int:
    whole_units = impact.value // ONE
    return min(_MOST_FOR_VALUE, _FOR_A_DIGIT * len(str(whole_units))) if whole_units > 0 else 0


def _for_blocked(impact: Impact) -> int:
    return min(_MOST_FOR_BLOCKED, _FOR_AN_ORDER * (impact.orders > 0) + impact.lines)
