"""The file of one ERP instance (`schemas/erps/<erp_id>.yaml`): its rates, its timeouts, and its posting table."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from domain.dispatch.policy import DispatchPolicy
from domain.identifiers import ErpId
from domain.messages.dispatch import CommandType, PostedEvent, Posting
from schemas.yaml_files import read_yaml

_DAY_MS = 86_400_000
_SMALLEST_WAKE_UPS_PER_SECOND = 10

PositiveMs = Annotated[int, Field(gt=0, le=7 * _DAY_MS)]
ErpName = Annotated[ErpId, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class BreakerSection(_Section):
    """When to stop calling: `threshold` failures among the last `window` outcomes.

    The gate then stays open for `open_ms`, twice as long after every failed probe, at most `open_cap_ms`.
    """

    window: Annotated[int, Field(ge=1, le=1000)]
    threshold: Annotated[int, Field(ge=1)]
    open_ms: PositiveMs
    open_cap_ms: PositiveMs

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.threshold > self.window:
            raise ValueError(f"threshold {self.threshold} can never be reached in a window of {self.window}")
        if self.open_cap_ms < self.open_ms:
            raise ValueError(f"open_cap_ms {self.open_cap_ms} is less than open_ms {self.open_ms}")
        return self


class PostingRow(_Section):
    """The command that an event asks for, and how urgent it is (0 first)."""

    command: Annotated[CommandType, Field(strict=False)]
    priority_class: Annotated[int, Field(ge=0, le=9)]

    @field_validator("command")
    @classmethod
    def _has_an_effect(cls, command: CommandType) -> CommandType:
        if command is CommandType.QUERY_DOCUMENT:
            raise ValueError("QUERY_DOCUMENT posts nothing; dispatch sends it by itself")
        return command


class ErpFile(_Section):
    """All settings of one ERP; `DispatchPolicy` documents each number."""

    erp_id: ErpName
    adapter: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
    """By which its connector speaks to it (`connectors/erp/conversations/known_erps.py`)."""
    rate_per_second: Annotated[int, Field(ge=1, le=100_000)]
    burst: Annotated[int, Field(ge=1, le=100_000)]
    max_in_flight: Annotated[int, Field(ge=1, le=10_000)]
    breaker: BreakerSection
    transient_retry_ms: PositiveMs
    transient_retry_cap_ms: PositiveMs
    answer_within_ms: PositiveMs
    lease_ms: PositiveMs
    """How long its connector may begin calls after it last verified that it owns the commands."""
    call_timeout_ms: PositiveMs
    """How long its connector waits for an answer; the ERP must have finished a call by then."""
    settle_after_ms: PositiveMs
    ageing_ms: Annotated[int, Field(gt=0, le=366 * _DAY_MS)]
    postings: dict[Annotated[PostedEvent, Field(strict=False)], PostingRow]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.burst * _SMALLEST_WAKE_UPS_PER_SECOND < self.rate_per_second:
            raise ValueError(
                f"burst {self.burst} is too small for rate_per_second {self.rate_per_second}: one tenth at least"
            )
        longest_ms = self.lease_ms + 2 * self.call_timeout_ms
        if self.settle_after_ms < longest_ms:
            raise ValueError(
                f"settle_after_ms {self.settle_after_ms} is too short: {longest_ms} at least. A call may begin at"
                f" the end of lease_ms {self.lease_ms}, take call_timeout_ms {self.call_timeout_ms} to be delivered"
                " and as long again to be executed; what is sent again before that may be booked twice"
            )
        if self.transient_retry_cap_ms < self.transient_retry_ms:
            raise ValueError(
                f"transient_retry_cap_ms {self.transient_retry_cap_ms} is less than"
                f" transient_retry_ms {self.transient_retry_ms}"
            )
        return self

    def policy(self) -> DispatchPolicy:
        """The settings as the domain's policy."""
        return DispatchPolicy(
            erp_id=self.erp_id,
            rate_per_second=self.rate_per_second,
            burst=self.burst,
            max_in_flight=self.max_in_flight,
            breaker_window=self.breaker.window,
            breaker_threshold=self.breaker.threshold,
            open_ms=self.breaker.open_ms,
            open_cap_ms=self.breaker.open_cap_ms,
            transient_retry_ms=self.transient_retry_ms,
            transient_retry_cap_ms=self.transient_retry_cap_ms,
            answer_within_ms=self.answer_within_ms,
            settle_after_ms=self.settle_after_ms,
            ageing_ms=self.ageing_ms,
        )

    def posting_table(self) -> dict[PostedEvent, Posting]:
        """The posting of each step of an order."""
        return {event: Posting(row.command, row.priority_class) for event, row in self.postings.items()}


def load_erp_file(path: Path) -> ErpFile:
    """Read one ERP file; `YamlFileInvalid` names the file, the place and the field."""
    file = read_yaml(path)
    erp_file = file.as_model(ErpFile)
    if path.stem != erp_file.erp_id:
        raise file.invalid("erp_id", f"is {erp_file.erp_id!r}, but the file must then be {erp_file.erp_id}.yaml")
    return erp_file
