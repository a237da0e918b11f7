"""The topics: one descriptor `schemas/contracts/topics/<topic>.yaml` each, read and checked."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict, Field

from schemas.contracts.registry import records_of
from schemas.yaml_files import read_yaml

TOPICS = Path(__file__).parent / "topics"

FLOWS = ("intake", "orders", "inventory", "dispatch", "edi", "insights")
"""The consumers that are flows of ours: each reads partition N of all its topics together."""


class Cleanup(StrEnum):
    """How the broker cleans up old records: delete them by age, or keep the last of each key."""

    DELETE = "delete"
    COMPACT = "compact"


class Compatibility(StrEnum):
    """Which versions of a record must be able to read which; NONE is for topics of raw bytes."""

    NONE = "NONE"
    BACKWARD_TRANSITIVE = "BACKWARD_TRANSITIVE"
    FULL_TRANSITIVE = "FULL_TRANSITIVE"


class TimestampType(StrEnum):
    """Whose clock stamps a record: the broker's at the append, or the producer's."""

    LOG_APPEND_TIME = "LogAppendTime"
    CREATE_TIME = "CreateTime"


class Topic(BaseModel):
    """A topic's records, consumers and retention."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.v[1-9][0-9]*$")
    description: str = Field(min_length=1)
    owner: str = Field(min_length=1)
    producers: tuple[str, ...] = Field(min_length=1)
    consumers: tuple[str, ...] = Field(min_length=1)
    key: str = Field(min_length=1)
    records: tuple[str, ...]
    """Full names of the records that it may carry; none: raw bytes."""
    partitions: int = Field(default=12, ge=1)
    cleanup: Cleanup
    retention_ms: int = Field(ge=-1)
    """-1: for ever."""
    max_message_bytes: int = Field(ge=1024)
    compatibility: Compatibility
    timestamp_type: TimestampType
    slo: str = Field(min_length=1)
    personal_data: str = Field(min_length=1)


def load_topics(folder: Path = TOPICS) -> Mapping[str, Topic]:
    """Every topic by name, in the order of the names; `YamlFileInvalid` for the first descriptor that is wrong."""
    return MappingProxyType({path.stem: _load(path) for path in sorted(folder.glob("*.yaml"))})


def co_partitioned(topics: Mapping[str, Topic]) -> Mapping[str, tuple[str, ...]]:
    """The topics that each flow reads: these must have the same number of partitions."""
    return {flow: tuple(name for name in topics if flow in topics[name].consumers) for flow in FLOWS}


def _load(path: Path) -> Topic:
    file = read_yaml(path)
    if "name" in file.content:
        raise file.invalid("name", "is the file's name, leave it out")
    if "records" in file.content:
        raise file.invalid("records", "are in schemas/contracts/registry.py, leave them out")
    return file.as_model(Topic, name=path.stem, records=records_of(path.stem))
