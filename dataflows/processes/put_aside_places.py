"""Checks the positions given with `--put-aside`: one that does not exist, or that is never read, is a mistyped one.

Accepted silently, it would leave the operator with a flow that stops again at the record that was meant.
"""

from collections.abc import Collection
from contextlib import closing

from connectors.log.newer_contract import RecordPlace
from connectors.log.port import LogFailed, TopicPartition
from connectors.topic_reader import TopicReader
from dataflows.assembly import FLOWS, Rules, inputs_of
from dataflows.settings import LogSettings


def topics_of_flows(rules: Rules) -> Collection[str]:
    """The topics whose records a flow decodes by a contract: its inputs without the sources, whose bytes have none."""
    inputs = {topic: None for flow in FLOWS for topic in inputs_of(flow, rules)}
    return [topic for topic in inputs if topic not in rules.channels]


def require_places(log: LogSettings, places: Collection[RecordPlace], topics: Collection[str]) -> None:
    """Raise `LogFailed` for a position outside `topics` or outside the log; it says what exists."""
    if not places:
        return
    with closing(log.open_reader()) as reader:
        for place in places:
            if reason := _why_not(reader, place, topics):
                raise LogFailed(f"--put-aside {place}: {reason}")


def _why_not(reader: TopicReader, place: RecordPlace, topics: Collection[str]) -> str | None:
    if place.topic not in topics:
        return f"no record of {place.topic!r} can be put aside: choose from {', '.join(topics)}"
    count = reader.topics().get(place.topic, 0)
    if place.partition >= count:
        return f"{place.topic} has {count} partition{'s' * (count != 1)}, numbered from 0"
    end = reader.ends(place.topic)[TopicPartition(place.topic, place.partition)]
    if place.offset >= end:
        return f"{place.topic}/{place.partition} {f'ends at offset {end - 1}' if end else 'has no records yet'}"
    return None
