"""One line of a preflight."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is: nothing, worth a thought, or the flows must not start so."""

    OK = "ok"
    WARN = "warn"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found by a check; where it is not ok, `told` ends with what to do."""

    level: Level
    check: str
    told: str


def verdict(check: str, problems: list[Finding], otherwise: str) -> list[Finding]:
    """The problems of a check, or one line that says that there are none."""
    return problems or [Finding(Level.OK, check, otherwise)]
