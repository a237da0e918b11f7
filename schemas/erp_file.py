"""The file of one ERP instance (`schemas/erps/<erp_id>.yaml`): its rates, its timeouts, and its posting table.

A shop or a marketplace that is told what has left and what it may show has such a file as well.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, create_model, field_validator, model_validator

from domain.dispatch.policy import DispatchPolicy
from domain.identifiers import ErpId
from domain.messages.dispatch import REPORTS, CommandType, PostedEvent, Posting
from schemas.yaml_files import YamlFile, read_yaml

_DAY_MS = 86_400_000
_SMALLEST_WAKE_UPS_PER_SECOND = 10

_REPORTS: Final = {
    PostedEvent.SHIPMENT_CONFIRMED: CommandType.REPORT_SHIPMENT,
    PostedEvent.AVAILABILITY_CHANGED: CommandType.REPORT_AVAILABILITY,
}
"""What a shop is told of which event."""

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
    settings: Annotated[Mapping[str, Any], Field(default_factory=dict)]
    """What its adapter alone has to know; secrets are in files of their own, which it names."""

    @model_validator(mode="after")
    def _reports_what_it_can(self) -> Self:
        for event, row in self.postings.items():
            reported = _REPORTS.get(event)
            if row.command is reported or (
                row.command not in REPORTS and event is not PostedEvent.AVAILABILITY_CHANGED
            ):
                continue
            pairs = ", ".join(f"{command} of {of}" for of, command in _REPORTS.items())
            raise ValueError(f"postings.{event}: {row.command} is no report of that; there are {pairs}")
        if len({row.command in REPORTS for row in self.postings.values()}) > 1:
            raise ValueError(
                "postings: a shop is told, and books nothing: write a file for the ERP and one for the shop"
            )
        return self

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

    @property
    def is_shop(self) -> bool:
        """Whether it is a shop or a marketplace, which is told and books nothing."""
        return any(row.command in REPORTS for row in self.postings.values())

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


@dataclass(frozen=True, slots=True)
class AdapterContract:
    """What an adapter of this release can do, and the settings that it needs."""

    command_types: Collection[CommandType]
    settings: type[BaseModel]


NO_CONTRACTS: Final[Mapping[str, AdapterContract]] = MappingProxyType({})


def load_erp_file(path: Path, contracts: Mapping[str, AdapterContract] = NO_CONTRACTS) -> ErpFile:
    """Read one ERP file; `YamlFileInvalid` names the file, the place and the field.

    `contracts` by the name of the adapter: what a known one cannot do, or does not know as a setting, is refused. A
    name that is not in there is somebody else's connector, whose settings are not ours to judge.
    """
    file = read_yaml(path)
    erp_file = file.as_model(ErpFile)
    if path.stem != erp_file.erp_id:
        raise file.invalid("erp_id", f"is {erp_file.erp_id!r}, but the file must then be {erp_file.erp_id}.yaml")
    contract = contracts.get(erp_file.adapter)
    if contract is not None:
        _require_commands(file, erp_file, contract)
        settings_of(file, contract.settings)
    return erp_file


def settings_of(file: YamlFile, model: type[BaseModel]) -> BaseModel:
    """The settings of the adapter, by its own model; `YamlFileInvalid` names the wrong one."""
    whole = create_model("ErpFileOfAdapter", __base__=ErpFile, settings=(model, ...))
    read: Any = file.as_model(whole, settings=file.content.get("settings", {}))
    settings: BaseModel = read.settings
    return settings


def _require_commands(file: YamlFile, erp_file: ErpFile, contract: AdapterContract) -> None:
    for event, row in erp_file.postings.items():
        if row.command not in contract.command_types:
            known = ", ".join(sorted(contract.command_types))
            raise file.invalid_at(
                ("postings", event, "command"),
                f"the adapter {erp_file.adapter!r} cannot do {row.command}; it can do {known}",
            )
