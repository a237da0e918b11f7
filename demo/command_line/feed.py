"""`orderline produce demo`: the seeded feed of the demo, at its own pace; a stopped feed resumes where it was."""

import argparse
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice

from connectors.embedded import incoming
from connectors.log.port import Log, Outgoing, Rewound
from connectors.topic_reader import TopicReader
from dataflows.command_line.usage import whole
from dataflows.command_line.where import open_external
from dataflows.processes.exit_codes import EXIT_INTERRUPTED
from dataflows.processes.shutdown import ShutdownSignal
from dataflows.settings import KafkaLogSettings, LogSettings
from demo.channels.feed import ORDERS_BEGIN_AT_MS, PlannedRecord, demo_records
from demo.performance.patient_reader import PatientReader
from schemas.headers import header

_LOGGER = logging.getLogger(__name__)

_AT_ONCE = 500
_PAUSE_S = 0.02
_FEED = "demo"
_SEQUENCE = "demo-sequence"
"""Header of every record of the demo's feed: its number in the feed, from which a stopped feed resumes."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """What the demo's feed is made of; a feed is spread over some time, of which the first second has no orders."""
    least_s = ORDERS_BEGIN_AT_MS // 1_000 + 1
    orders, seconds = whole(1, 1_000_000), whole(least_s, 86_400)
    parser.add_argument(
        "--orders", type=orders, default=3_000, metavar="N", help="number of demo orders (default 3000)"
    )
    parser.add_argument(
        "--seed",
        type=whole(0),
        default=1,
        metavar="N",
        help="seed of the demo; the same seed sends the same records (default 1)",
    )
    parser.add_argument(
        "--seconds",
        type=seconds,
        default=45,
        metavar="N",
        help="send the demo's records over this many seconds (default 45)",
    )


@dataclass(frozen=True, slots=True)
class _SeededFeed:
    """The feed and the log it is sent to."""

    where: LogSettings
    seed: int
    orders: int
    duration_ms: int
    is_ending: Callable[[], bool]

    def rest(self) -> Iterator[tuple[int, PlannedRecord]]:
        """The records that are not in the log yet, with their numbers."""
        feed = demo_records(self.seed, self.orders, self.duration_ms)
        return islice(enumerate(feed), sent_before(self.where, self.is_ending), None)


def run(where: LogSettings, arguments: argparse.Namespace) -> int:
    """Send the part of the feed that is not in the log yet."""
    ending = ShutdownSignal()
    feed = _SeededFeed(where, arguments.seed, arguments.orders, arguments.seconds * 1_000, ending.wanted)
    with closing(open_external(where, _FEED, (), is_child=arguments.end_with_parent)) as log:
        wait_for_own_files(where, _FEED, ending)
        while not (ending.wanted() or _send_rest(feed, log, ending)):
            pass
    return EXIT_INTERRUPTED if ending.wanted() else 0


def _send_rest(feed: _SeededFeed, log: Log, ending: ShutdownSignal) -> bool:
    """Send what is left; False when an epoch was aborted and the position has to be read from the log again."""
    try:
        for records in _paced(feed.rest(), ending):
            log.send(records)
            log.commit({}, {})
    except Rewound:
        return False
    return True


def wait_for_own_files(where: LogSettings, feed: str, ending: ShutdownSignal) -> None:
    """What a feed handed over last may not be in an embedded log yet; neither may what one did that was killed."""
    if isinstance(where, KafkaLogSettings):
        return
    folder = incoming.make_folder(where.data)
    writer = f"{where.application}.{feed}"
    while any(file.writer == writer for file in incoming.waiting_files(folder)) and not ending.wanted():
        time.sleep(_PAUSE_S)


def sent_before(where: LogSettings, is_ending: Callable[[], bool]) -> int:
    """How many records of the feed are in a log; waits while its brokers are away."""
    with closing(PatientReader(where.open_reader(), is_ending, _LOGGER.warning)) as reader:
        return already_sent(reader)


def already_sent(reader: TopicReader) -> int:
    """How many records of the feed are in the log."""
    last = -1
    for topic in (name for name in reader.topics() if name.startswith("source.")):
        for source, end in reader.ends(topic).items():
            offset = 0
            while offset < end and (records := reader.read(*source, offset, _AT_ONCE)):
                offset = records[-1].offset + 1
                last = max(last, *(int(header(record.headers, _SEQUENCE) or -1) for record in records))
    return last + 1


def _paced(feed: Iterator[tuple[int, PlannedRecord]], ending: ShutdownSignal) -> Iterator[list[Outgoing]]:
    """The feed at its own pace: records that are due go out together."""
    due: list[Outgoing] = []
    began_at: float | None = None
    for number, planned in feed:
        at_s = planned.at_ms / 1_000
        if began_at is None:
            began_at = time.monotonic() - at_s
        while time.monotonic() < began_at + at_s:
            if due:
                yield due
                due = []
            if ending.wanted():
                return
            time.sleep(_PAUSE_S)
        due.append(numbered(planned.outgoing, number))
        if len(due) >= _AT_ONCE:
            yield due
            due = []
    if due:
        yield due


def numbered(record: Outgoing, number: int) -> Outgoing:
    """The record with its number in the feed as a header."""
    return record._replace(headers=(*record.headers, (_SEQUENCE, str(number).encode())))
