"""What to do with a record of our own topics that only a newer release can read: stop, unless an operator released it.

Skipping it would lose it, so the reader stops, and a newer release continues at the same record. Where there is no
newer release, because another program wrote the record, the operator names it with `--put-aside`: it becomes a dead
letter.
"""

from collections.abc import Collection
from typing import NamedTuple

from connectors.log.port import LogFailed, Record
from schemas.codec import NewerSchema


class RecordPlace(NamedTuple):
    """The position of one record; as text `TOPIC/PARTITION/OFFSET`."""

    topic: str
    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.topic}/{self.partition}/{self.offset}"


class NewerContract(LogFailed):
    """One of our own topics has a record that only a newer release can read."""

    def __init__(self, place: RecordPlace, reader: str, reason: str) -> None:
        super().__init__(
            f"{place} cannot be read: {reason}. A newer release may have written it: start {reader} with that release, "
            "and upgrade readers before writers from now on. If there is none, another program wrote it: stop that "
            f"program, and start {reader} once with `--put-aside {place}`, which writes the record to deadletters.v1"
        )


def reason_to_put_aside(record: Record, reader: str, newer: NewerSchema, put_aside: Collection[RecordPlace]) -> str:
    """The reason for the dead letter of a record that is in `put_aside`; `NewerContract` for any other record."""
    place = RecordPlace(record.topic, record.partition, record.offset)
    if place not in put_aside:
        raise NewerContract(place, reader, newer.reason) from newer
    return f"{newer.reason}, put aside by --put-aside"
