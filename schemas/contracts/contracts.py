"""The contracts at run time: message class, record, schema version and id, and the records of each topic."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from schemas.avro.avro_files import SCHEMAS, BadSchema
from schemas.contracts.erp_topics import derived_erp_topic, erp_of_topic
from schemas.contracts.lock import current_schemas, unreleased
from schemas.contracts.registry import MESSAGES
from schemas.contracts.released import Release, read_releases
from schemas.contracts.topics import Topic, load_topics


@dataclass(frozen=True, slots=True)
class Contract:
    """One record: its class, and its released versions, the last of which we write, and resolve to when we read."""

    message: type
    record: str
    releases: tuple[Release, ...]

    @property
    def current(self) -> Release:
        """The version that we write."""
        return self.releases[-1]


@dataclass(frozen=True, slots=True, eq=False)
class Contracts:
    """All contracts and topics; two are equal only if they are the same object, which makes them hashable."""

    topics: Mapping[str, Topic]
    by_record: Mapping[str, Contract]
    by_message: Mapping[type, Contract]

    def topic(self, name: str) -> Topic | None:
        """The topic of a name: described, or that of the commands to some ERP; None for any other."""
        erp_id = None if name in self.topics else erp_of_topic(name)
        return self.topics.get(name) if erp_id is None else derived_erp_topic(erp_id)

    def of_topic(self, name: str) -> tuple[Contract, ...]:
        """The records that a topic may carry; none for raw bytes. `KeyError` for a topic that nobody knows."""
        topic = self.topic(name)
        if topic is None:
            raise KeyError(name)
        return tuple(self.by_record[record] for record in topic.records)

    def subjects(self, topics: Iterable[Topic]) -> Iterator[tuple[str, Topic, Contract]]:
        """Every subject of a registry, `<topic>-<record>`, with its topic and the record that it is of."""
        for topic in topics:
            for record in topic.records:
                yield f"{topic.name}-{record}", topic, self.by_record[record]


@cache
def load_contracts() -> Contracts:
    """The project's own contracts, read once."""
    return read_contracts(SCHEMAS)


def read_contracts(root: Path) -> Contracts:
    """The contracts in a folder; `BadSchema` when files, lock and classes do not agree."""
    topics = load_topics(root / "topics")
    releases = read_releases(root)
    current = current_schemas(root, topics)
    stale = ", ".join(release.record for release in unreleased(current, releases))
    if stale:
        raise BadSchema(f"no schema id yet for {stale}: run `python -m schemas.contracts.lock`")
    classes = {message.__name__: message for message in MESSAGES}
    contracts = [
        Contract(
            message=classes[record.rpartition(".")[2]],
            record=record,
            releases=tuple(release for release in releases if release.record == record),
        )
        for record in current
    ]
    return Contracts(topics, {each.record: each for each in contracts}, {each.message: each for each in contracts})
