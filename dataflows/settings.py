"""The settings of a command, made once from its arguments; only the command line sees the arguments.

This is the only module that may read the environment, and it does not: all settings are options.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

from connectors.log.failpoints import Failpoints
from connectors.log.newer_contract import RecordPlace
from connectors.observation.server import HttpAddress
from connectors.topic_reader import TopicReader, open_reader
from schemas.case_policy_file import CASE_POLICY
from schemas.reconciliation_file import RECONCILIATION_POLICY


@dataclass(frozen=True, slots=True)
class EmbeddedLogSettings:
    """An embedded log, by its data folder."""

    data: Path
    application: str

    def name(self) -> str:
        """The options that name the log."""
        return f"--data {self.data}"

    def words(self) -> list[str]:
        """The options for another command on the same log."""
        return ["--data", str(self.data), "--application", self.application]

    def open_reader(self) -> TopicReader:
        """Read the log from outside."""
        return open_reader(self.data, None)


@dataclass(frozen=True, slots=True)
class KafkaLogSettings:
    """A Kafka, by the address of a broker; `options` may hold passwords and are never shown."""

    bootstrap: str
    application: str
    options: Mapping[str, str] = field(default_factory=dict, repr=False)
    options_file: Path | None = None

    def name(self) -> str:
        """The options that name the log."""
        return " ".join(self._place())

    def words(self) -> list[str]:
        """The options for another command on the same log."""
        return [*self._place(), "--application", self.application]

    def _place(self) -> list[str]:
        file = [] if self.options_file is None else ["--kafka-options", str(self.options_file)]
        return ["--bootstrap", self.bootstrap, *file]

    def open_reader(self) -> TopicReader:
        """Read the log from outside."""
        return open_reader(None, self.bootstrap, options=self.options)


LogSettings: TypeAlias = EmbeddedLogSettings | KafkaLogSettings


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """How the flows treat their records: the files with the rules, and what the operator decided."""

    erps: Path
    channels: Path | None = None
    """None: the channel files of the release."""
    case_policy: Path = CASE_POLICY
    reconciliation: Path = RECONCILIATION_POLICY
    partners: Path | None = None
    """None: the partner files of the release, or none with other channel files."""
    orphan_after_s: int = 900
    """How long a shipment or a return waits for its order."""
    put_aside: tuple[RecordPlace, ...] = ()
    """Records that become dead letters where only a newer release could read them."""

    def words(self) -> list[str]:
        """These settings as command-line options."""
        channels = [] if self.channels is None else ["--channels", str(self.channels)]
        aside = [word for place in self.put_aside for word in ("--put-aside", str(place))]
        own = ["--orphan-after", str(self.orphan_after_s), "--case-policy", str(self.case_policy)]
        own += ["--reconciliation", str(self.reconciliation)]
        own += [] if self.partners is None else ["--partners", str(self.partners)]
        return [*own, "--erps", str(self.erps), *channels, *aside]


@dataclass(frozen=True, slots=True)
class ReplicaSettings:
    """Which member of its flows a process is on Kafka, and what it keeps."""

    number: int
    state: Path
    standby: bool
    accepts_loss: bool
    """Skip records that were deleted or damaged before they were read."""

    def words(self) -> list[str]:
        """These settings as command-line options."""
        flags = {"--standby": self.standby, "--accept-loss": self.accepts_loss}
        chosen = [flag for flag, given in flags.items() if given]
        return ["--replica", str(self.number), "--state", str(self.state), *chosen]


@dataclass(frozen=True, slots=True)
class ObservationSettings:
    """The HTTP pages of a process; without an address it serves none."""

    http: HttpAddress | None
    live_within_s: int

    def words(self) -> list[str]:
        """These settings as command-line options."""
        return [] if self.http is None else ["--http", str(self.http), "--live-within", str(self.live_within_s)]


@dataclass(frozen=True, slots=True)
class EmbeddedRunSettings:
    """All flows in one process on an embedded log."""

    log: EmbeddedLogSettings
    rules: RuleSettings
    observation: ObservationSettings
    partitions: int
    until_idle: bool
    failpoints: Failpoints


@dataclass(frozen=True, slots=True)
class KafkaRunSettings:
    """Flows on Kafka, in the order in which they are stopped."""

    flows: tuple[str, ...]
    log: KafkaLogSettings
    rules: RuleSettings
    replica: ReplicaSettings
    observation: ObservationSettings
    failpoints: Failpoints


class LogLevel(StrEnum):
    """The least level of an event that is logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogFormat(StrEnum):
    """How an event is written."""

    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class LoggingSettings:
    """What a process logs to standard error."""

    level: LogLevel
    form: LogFormat

    def words(self) -> list[str]:
        """These settings as command-line options."""
        return ["--log-level", self.level.value, "--log-format", self.form.value]
