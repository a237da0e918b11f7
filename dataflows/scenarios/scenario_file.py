"""A scenario file: a history of payloads, answers, time and crashes, and what must come of it.

Each entry of `steps` does one thing; docs/reference/scenarios.md shows them all. Times are the log's: nothing in a
scenario waits, and the same file always ends in the same state.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from dataflows.case_decisions import Decision
from dataflows.scenarios.scripted_erp import ErpFate
from domain.messages.cases import CaseClass
from domain.messages.dispatch import CommandType
from schemas.yaml_files import read_yaml

_UNITS_MS: Final[Mapping[str, int]] = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_DURATION: Final = re.compile(r"(?:[0-9]{1,18}(?:ms|s|m|h|d))+")
_LONGEST_MS: Final = 10 * 366 * _UNITS_MS["d"]
SECTIONS: Final = (
    "orders",
    "archive",
    "positions",
    "availability",
    "warehouse_commands",
    "erp_commands",
    "edi_documents",
    "exceptions",
    "refused_decisions",
    "dead_letters",
)
"""The parts of an outcome, by the names that an expectation may use."""
_ACTIONS: Final = ("send", "advance", "crash", "erp", "erp_has", "answer", "erp_available", "decide", "expect")


def duration_ms(text: object) -> int:
    """Milliseconds of a duration such as `3d`, `2h30m` or `250ms`."""
    if not isinstance(text, str) or not _DURATION.fullmatch(text):
        raise ValueError(f"{text!r} is no duration: write for instance 3d, 2h30m or 250ms")
    length_ms = sum(int(number) * _UNITS_MS[unit] for number, unit in re.findall(r"([0-9]+)(ms|s|m|h|d)", text))
    if not 0 < length_ms <= _LONGEST_MS:
        raise ValueError(f"{text!r} is not between 1 ms and ten years")
    return length_ms


def _moment_ms(text: object) -> int:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        raise ValueError(f"{text!r} is no time: write for instance 2026-11-02T08:00:00Z") from None
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone: add Z, or an offset such as +01:00")
    return round(moment.timestamp() * 1_000)


DurationMs = Annotated[int, BeforeValidator(duration_ms)]
MomentMs = Annotated[int, BeforeValidator(_moment_ms)]


def _with_known_sections(expected: dict[str, Any]) -> dict[str, Any]:
    unknown = sorted(expected.keys() - set(SECTIONS))
    if unknown:
        raise ValueError(f"{unknown[0]!r} is no part of the outcome: choose from {', '.join(SECTIONS)}")
    return expected


Expectation = Annotated[dict[str, Any], AfterValidator(_with_known_sections)]


class _ScenarioPart(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class CrashStep(_ScenarioPart):
    """The flows crash at the `after`-th pass of a point in the next steps, and start again from what was committed."""

    at: Literal["after_produce", "after_commit"]
    after: Annotated[int, Field(ge=1, le=10_000)] = 1


class ErpScript(_ScenarioPart):
    """How the ERP answers the next attempts of one command, its queries included; afterwards it behaves well."""

    command: Annotated[CommandType, Field(strict=False)]
    business_key: str
    fates: Annotated[list[Annotated[ErpFate, Field(strict=False)]], Field(min_length=1)]
    reason: str = ""


class ErpDocument(_ScenarioPart):
    """A document that somebody else booked in the ERP."""

    command: Annotated[CommandType, Field(strict=False)]
    business_key: str
    document_number: str


class LateAnswer(_ScenarioPart):
    """A response to the last attempt of a command that arrives although nothing was asked, or once more."""

    command: Annotated[CommandType, Field(strict=False)]
    business_key: str
    fate: Annotated[ErpFate, Field(strict=False)] = ErpFate.APPLIED
    document_number: str = ""
    reason: str = ""


class DecideStep(_ScenarioPart):
    """A person decides about the case of this class and subject that was raised last."""

    decision: Annotated[Decision, Field(strict=False)]
    case_class: Annotated[CaseClass, Field(strict=False)]
    subject: str
    who: str = "Ann"
    why: str = "as agreed"
    decision_id: str = ""
    """Empty: one of its own; a decision that comes twice has the same."""


class ScenarioStep(_ScenarioPart):
    """One entry of `steps`: exactly one of these actions; the rest belongs to `send`."""

    send: str | None = None
    """The source id of a channel file: the payload goes to its topic."""
    payload: dict[str, Any] | list[Any] | str | None = None
    """JSON, or text as it is."""
    key: str | None = None
    headers: dict[str, str] = {}
    advance: DurationMs | None = None
    crash: CrashStep | None = None
    erp: ErpScript | None = None
    erp_has: ErpDocument | None = None
    answer: LateAnswer | None = None
    erp_available: bool | None = None
    decide: DecideStep | None = None
    expect: Expectation | None = None

    @model_validator(mode="after")
    def _does_one_thing(self) -> Self:
        actions = [name for name in _ACTIONS if getattr(self, name) is not None]
        if len(actions) != 1:
            given = " and ".join(actions) or "nothing"
            raise ValueError(f"a step does exactly one of {', '.join(_ACTIONS)}: this one does {given}")
        if (self.send is None) != (self.payload is None):
            raise ValueError("send and payload belong together")
        if self.send is None and (self.key is not None or self.headers):
            raise ValueError("only a payload that is sent has a key and headers")
        return self


class ScenarioFile(_ScenarioPart):
    """The whole file."""

    title: Annotated[str, Field(min_length=1, max_length=200)]
    story: str = ""
    """What happens and why it must end that way, for readers."""
    start: MomentMs = round(datetime(2026, 11, 2, 8, tzinfo=UTC).timestamp() * 1_000)
    """The log's time when the first step is played."""
    partitions: Annotated[int, Field(ge=1, le=64)] = 4
    channels: str = ""
    """A folder of channel files, relative to the file; empty: those of the release."""
    erps: str = ""
    """A folder of ERP files, relative to the file; empty: those of the release."""
    partners: str = ""
    """A folder of EDI partner files, relative to the file; empty: those of the release, or none with `channels`."""
    steps: Annotated[list[ScenarioStep], Field(min_length=1)]
    expect: Expectation = {}
    """What must be in the outcome in the end; what is not named is not compared."""

    @property
    def has_expectations(self) -> bool:
        """Whether the outcome is compared with anything."""
        return bool(self.expect) or any(step.expect for step in self.steps)


def load_scenario(path: Path) -> ScenarioFile:
    """Read a scenario; `YamlFileInvalid` names the file, the place and the field."""
    return read_yaml(path).as_model(ScenarioFile)
