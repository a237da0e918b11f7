"""`orderline tail`: prints the records of a topic, decoded, from either log, also while the flows run."""

import argparse
import heapq
import json
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import closing
from difflib import get_close_matches
from operator import attrgetter

from connectors.log.port import LogFailed, Offsets, Record, TopicPartition
from connectors.topic_reader import TopicReader, records_of
from dataflows.command_line.where import add_where, log_of
from dataflows.views.readable import RecordView, one_line_json, printable, time_of

_LAST = 10
_LOOK_EVERY_S = 0.2

_time_order = attrgetter("timestamp_ms", "partition", "offset")


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `orderline tail`."""
    parser = commands.add_parser(
        "tail",
        help="print the records of a topic",
        description="Print the last records of a topic, decoded, with key, headers and coordinates.",
    )
    parser.add_argument("topic", metavar="TOPIC", help="e.g. orders.events.v1")
    add_where(parser)
    parser.add_argument("--from-start", action="store_true", help="print all records, not only the last ones")
    parser.add_argument("--follow", action="store_true", help="keep printing records as they are written")
    parser.add_argument("--json", action="store_true", help="one JSON object per line")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the records that exist, then new ones with `--follow`."""
    with closing(log_of(arguments).open_reader()) as reader:
        require_topic(reader, arguments.topic)
        ends = reader.ends(arguments.topic)
        starts = dict.fromkeys(ends, 0)
        found = in_order_of_time(reader, starts) if arguments.from_start else _last_records(reader, ends)
        lines = RecordLines(as_json=arguments.json)
        _print(lines, found)
        while arguments.follow:
            time.sleep(_LOOK_EVERY_S)
            reader.refresh()
            _print(lines, in_order_of_time(reader, ends))
            ends = reader.ends(arguments.topic)
    return 0


def require_topic(reader: TopicReader, topic: str) -> None:
    """Raise `LogFailed` for a topic that does not exist, with the names closest to it."""
    topics = reader.topics()
    if topic not in topics:
        close = get_close_matches(topic, topics, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(close)}?" if close else f"it has {', '.join(topics) or 'none'}"
        raise LogFailed(f"no topic {topic!r} in this log: {hint}")


def in_order_of_time(reader: TopicReader, starts: Offsets) -> Iterator[Record]:
    """The records of all partitions between two positions, by append time."""
    return heapq.merge(*(records_of(reader, *source, start) for source, start in starts.items()), key=_time_order)


def _last_records(reader: TopicReader, ends: Offsets) -> list[Record]:
    found = [record for source, end in ends.items() for record in _last_of(reader, source, end)]
    return sorted(found, key=_time_order)[-_LAST:]


def _last_of(reader: TopicReader, source: TopicPartition, end: int) -> Iterable[Record]:
    """The last records of a partition; reads further back where transaction markers occupy offsets."""
    reach = 2 * _LAST
    while True:
        start = max(0, end - reach)
        found = deque(records_of(reader, *source, start), maxlen=_LAST)
        if len(found) == _LAST or start == 0:
            return found
        reach *= 4


class RecordLines:
    """Write one record to standard output."""

    def __init__(self, *, as_json: bool) -> None:
        self._view = RecordView()
        self._as_json = as_json

    def of(self, record: Record) -> str:
        """One JSON object; or a line with coordinates, time, type and key, then the value, then the headers."""
        if self._as_json:
            return json.dumps(self._view.as_json(record))
        shown = self._view.read(record)
        place = f"{record.topic}/{record.partition}/{record.offset}"
        what = "deleted" if record.value is None else shown.type or "bytes"
        head = f"{place}  {time_of(record.timestamp_ms * 1_000)}  {what}  {printable(record.key or '(no key)')}"
        headers = " ".join(
            printable(f"{name}={value.decode(errors='backslashreplace')}") for name, value in record.headers
        )
        text = shown.value if isinstance(shown.value, str) else one_line_json(shown.value)
        body = [] if record.value is None else [f"  {printable(text)}"]
        problem = [] if shown.problem is None else [f"  unreadable: {printable(shown.problem)}"]
        return "\n".join([head, *([f"  {headers}"] if headers else []), *problem, *body])


def _print(lines: RecordLines, records: Iterable[Record]) -> None:
    """Flush at the end, so that a closed pipe (`| head`) is noticed here and not at exit."""
    for record in records:
        sys.stdout.write(f"{lines.of(record)}\n")
    sys.stdout.flush()
