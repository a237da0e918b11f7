"""A broken invariant of the domain: the only condition that stops a flow on purpose (docs/domain.md#invariants)."""

from enum import StrEnum
from typing import NamedTuple

from domain.identifiers import NodeId


class Law(StrEnum):
    """The invariants, by name."""

    SUM_IS_ZERO = "SUM_IS_ZERO"
    """The accounts of an item at all nodes sum to zero."""
    NOT_BELOW_ZERO = "NOT_BELOW_ZERO"
    """No count is negative, except available units and the accounts outside."""
    OVERSOLD = "OVERSOLD"
    """No promise takes more units than can be promised."""
    ACCOUNTS_MATCH_CLAIMS = "ACCOUNTS_MATCH_CLAIMS"
    """What the accounts of an item hold for orders is what its reservations hold."""
    NOBODY_WAITS_FOR_FREE_UNITS = "NOBODY_WAITS_FOR_FREE_UNITS"
    """No unit is free while a reservation waits for it."""
    CLAIMS_MATCH_LINE = "CLAIMS_MATCH_LINE"
    """The claims of a line hold what is picked, and no more than is open."""
    PROTOCOL = "PROTOCOL"
    """A flow gets from another one only what this one may send, and finds the rows that it wrote."""


class Violation(NamedTuple):
    """One law that does not hold. `found` and `expected` in millionths; both zero where the law compares no numbers."""

    law: Law
    subject: str
    """The item or order."""
    reason: str
    node_id: NodeId = NodeId("")
    """Empty where no single node is concerned."""
    found: int = 0
    expected: int = 0


class InvariantViolated(Exception):
    """Invariants are broken: a bug. The flow stops; the state on disk is that of the last commit."""

    def __init__(self, *violations: Violation) -> None:
        super().__init__("; ".join(violation.reason for violation in violations))
        self.violations = violations
