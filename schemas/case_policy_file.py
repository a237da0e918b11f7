"""The file of the policy of cases (`schemas/case_policy.yaml`): owners, urgencies, and how long a case is kept."""

from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, StrictInt, model_validator

from domain.cases.policy import MOST_URGENT, CasePolicy, OwnerRow
from domain.durations import DAY_MS
from domain.messages.cases import CaseClass, CaseOrigin
from schemas.yaml_files import read_yaml

CASE_POLICY: Final = Path(__file__).parent / "case_policy.yaml"
"""The policy of the release."""

Team = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
Days = Annotated[StrictInt, Field(ge=1, le=3650)]


class _PolicyPart(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OwnerSection(_PolicyPart):
    """The owner of cases of a class, of an origin, or of both."""

    owner: Team
    case_class: CaseClass | None = None
    origin: CaseOrigin | None = None

    @model_validator(mode="after")
    def _says_whose(self) -> Self:
        if self.case_class is None and self.origin is None:
            raise ValueError("give case_class, origin, or both; the owner of everything else is other_owner")
        return self


class CasePolicyFile(_PolicyPart):
    """The whole file; `CasePolicy` documents each field."""

    owners: tuple[OwnerSection, ...]
    other_owner: Team
    urgencies: dict[CaseClass, Annotated[StrictInt, Field(ge=0, le=MOST_URGENT)]]
    """Of every class."""
    ended_kept_days: Days
    open_kept_days: Days

    @model_validator(mode="after")
    def _rates_every_class(self) -> Self:
        if missing := sorted(set(CaseClass) - self.urgencies.keys()):
            raise ValueError(f"urgencies: {', '.join(missing)} missing")
        return self

    def policy(self) -> CasePolicy:
        """As the rules read it."""
        return CasePolicy(
            owners=tuple(OwnerRow(row.owner, row.case_class, row.origin) for row in self.owners),
            other_owner=self.other_owner,
            urgencies=self.urgencies,
            ended_kept_ms=self.ended_kept_days * DAY_MS,
            open_kept_ms=self.open_kept_days * DAY_MS,
        )


def load_case_policy(path: Path = CASE_POLICY) -> CasePolicy:
    """Read the file; `YamlFileInvalid` names the file, the place and the field."""
    return read_yaml(path).as_model(CasePolicyFile).policy()
