"""A finding: one line of a preflight."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """The severity: no problem, a risk, or the flows must not start."""

    OK = "ok"
    WARN = "warn"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of a check; where it is not OK, `message` ends with the remedy."""

    level: Level
    check: str
    message: str


def verdict(check: str, problems: list[Finding], otherwise: str) -> list[Finding]:
    """The problems of a check, or one OK line."""
    return problems or [Finding(Level.OK, check, otherwise)]


def not_checked(check: str) -> Finding:
    """The finding of a check of topics on a cluster where none of them exists, or may be seen."""
    return Finding(Level.WARN, check, "not checked without topics: see the topics, then ask again")
