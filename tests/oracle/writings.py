"""Who wrote what: the records of all output topics, by the flow and the input partition that led to them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from connectors.log.dead_letters import DEAD_LETTERS
from connectors.log.port import Record
from connectors.topic_reader import TopicReader, every_record
from dataflows.assembly import FLOWS
from domain.messages.ticks import Tick
from schemas.contracts.contracts import load_contracts
from schemas.contracts.registry import ERP_RESPONSES
from schemas.headers import Headers, header

_BESIDE = ("erp-connector", "warehouse-simulator")
"""Programs outside the flows, which write dead letters too."""


class Writer(NamedTuple):
    """A flow at work on one partition of one of its inputs."""

    flow: str
    topic: str
    partition: int


class Lane(NamedTuple):
    """One partition of an output topic."""

    topic: str
    partition: int


@dataclass(slots=True)
class Writings:
    """The records of each writer in log order, and those whose writer is unknown."""

    by_writer: dict[Writer, dict[Lane, list[Record]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    unknown_lines: list[Record] = field(default_factory=list)


def read_writings(reader: TopicReader) -> Writings:
    """Every output topic of the log. Ticks are left out: they are inputs, which a clock brought about."""
    found = Writings()
    tick = load_contracts().by_message[Tick].record
    for topic in output_topics(reader):
        for record in every_record(reader, topic):
            if header(record.headers, "ce_type") == tick:
                continue
            writer = _writer_of(record)
            if isinstance(writer, Writer):
                found.by_writer[writer][Lane(topic, record.partition)].append(record)
            elif writer is None:
                found.unknown_lines.append(record)
    return found


def output_topics(reader: TopicReader) -> Sequence[str]:
    """What flows write to."""
    return [
        name
        for name in sorted(reader.topics())
        if name in load_contracts().topics
        and not name.startswith("source.")
        and not name.endswith(".changelog.v1")
        and name != ERP_RESPONSES
    ]


def _writer_of(record: Record) -> Writer | str | None:
    """The flow; the name of a program outside the flows; None when it is unknown."""
    if record.topic == DEAD_LETTERS:
        program = _last(record.headers, "stage").partition("/")[0]
        origin = tuple(_last(record.headers, name) for name in ("original_topic", "original_partition"))
    else:
        program = (header(record.headers, "ce_source") or "").removeprefix("orderline/")
        origin = tuple((header(record.headers, "origin") or "").split("/")[:2])
    if program in _BESIDE:
        return program
    if program in FLOWS and len(origin) == 2 and origin[1].isdigit():
        return Writer(program, origin[0], int(origin[1]))
    return None


def _last(headers: Headers, name: str) -> str:
    """Foreign headers stay in front of a dead letter's own."""
    return next((value.decode(errors="replace") for each, value in reversed(headers) if each == name), "")
