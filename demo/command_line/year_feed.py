"""`orderline produce year`: the invoices of a file, as fast as they are worked off.

The records of a week may run some way ahead of the flows; what a Monday delivers waits until the week before is
worked off, and the next week until it is taken in. So stock and orders meet as they did in their own time.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from connectors.embedded.group_positions import EmbeddedGroupPositions
from connectors.kafka.group_positions import KafkaGroupPositions
from connectors.log.lag import LagMeter, LagUnknown
from connectors.log.port import Log, LogFailed, Offsets, Outgoing, Rewound
from dataflows.assembly import inputs_of, load_rules
from dataflows.command_line.usage import whole
from dataflows.command_line.where import open_external
from dataflows.processes.exit_codes import EXIT_INTERRUPTED
from dataflows.processes.shutdown import ShutdownSignal
from dataflows.settings import EmbeddedLogSettings, KafkaLogSettings, LogSettings
from demo.command_line.feed import numbered, sent_before, wait_for_own_files
from demo.online_retail.records import YearRecord, YearRecordKind, year_records
from demo.online_retail.survey import Survey, survey

_FEED: Final = "year"
_FLOWS: Final = ("intake", "orders", "inventory")
"""In the order in which an order meets its stock."""
_AT_ONCE: Final = 100
_AHEAD: Final = 400
"""So many records may wait for the flows when more are sent."""
_CATCH_UP_WITHIN_S: Final = 60.0
"""A flow that is away for longer does not stop the feed for ever."""
_LOOK_EVERY_S: Final = 0.02
_ANSWER_S: Final = 30.0


class _Part(NamedTuple):
    """Records that go out together; one that `comes_behind` waits until all before it has met its stock."""

    records: list[Outgoing]
    comes_behind: bool


def add_options(parser: argparse.ArgumentParser) -> None:
    """The file, and how much of it."""
    parser.add_argument(
        "--csv", type=Path, metavar="FILE", help="a real year, with the columns of UCI Online Retail (plain or .gz)"
    )
    parser.add_argument("--invoices", type=whole(1), metavar="N", help="only its first N invoices (default: all)")


@dataclass(frozen=True, slots=True)
class _YearFeed:
    """What is sent, and to which log."""

    where: LogSettings
    file: Path
    most: int | None
    control: Survey

    def rest(self) -> Iterator[tuple[int, YearRecord]]:
        """The records that are not in the log yet, with their numbers."""
        records = enumerate(year_records(self.file, self.control, self.most))
        return islice(records, sent_before(self.where), None)


def run(where: LogSettings, arguments: argparse.Namespace) -> int:
    """Send what of the year is not in the log yet."""
    if arguments.csv is None:
        raise LogFailed("name the file of the year with --csv FILE")
    feed = _YearFeed(where, arguments.csv, arguments.invoices, survey(arguments.csv, arguments.invoices))
    ending = ShutdownSignal()
    with (
        closing(open_external(where, _FEED, (), is_child=arguments.end_with_parent)) as log,
        closing(_meter(where)) as meter,
    ):
        wait_for_own_files(where, _FEED, ending)
        while not (ending.wanted() or _send_rest(feed, log, meter, ending)):
            pass
    return EXIT_INTERRUPTED if ending.wanted() else 0


def _meter(where: LogSettings) -> LagMeter:
    rules = load_rules()
    inputs = {flow: inputs_of(flow, rules) for flow in _FLOWS}
    match where:
        case EmbeddedLogSettings(data, application):
            return LagMeter(EmbeddedGroupPositions.outside(data, application, _ANSWER_S), inputs)
        case KafkaLogSettings(bootstrap, application, options):
            return LagMeter(KafkaGroupPositions(bootstrap, application, options=options), inputs)


def _send_rest(feed: _YearFeed, log: Log, meter: LagMeter, ending: ShutdownSignal) -> bool:
    """False when an epoch was aborted: then the log says again where to continue."""
    try:
        for part in _parts(feed.rest()):
            _let_catch_up(meter, ending, all_of_it=part.comes_behind)
            if ending.wanted():
                return True
            if part.records:
                log.send(part.records)
                log.commit({}, {})
            wait_for_own_files(feed.where, _FEED, ending)
    except Rewound:
        return False
    return True


def _parts(records: Iterator[tuple[int, YearRecord]]) -> Iterator[_Part]:
    """In the order of the feed; receipts are parted from what is around them."""
    part: list[Outgoing] = []
    is_delivery = was_delivery = False
    for number, record in records:
        is_delivery = record.kind is YearRecordKind.RECEIPT
        if part and (len(part) >= _AT_ONCE or is_delivery is not was_delivery):
            yield _Part(part, comes_behind=False)
            part = []
        if is_delivery is not was_delivery:
            yield _Part([], comes_behind=True)
        was_delivery = is_delivery
        part.append(numbered(record.outgoing, number))
    yield _Part(part, comes_behind=False)


def _let_catch_up(meter: LagMeter, ending: ShutdownSignal, *, all_of_it: bool) -> None:
    """Until little is waiting; or until each flow in turn has passed all that was there when the one before had."""
    if not all_of_it:
        _wait_until(lambda: meter.measure().records <= _AHEAD, ending)
        return
    for flow in _FLOWS:
        _wait_until(partial(meter.has_passed, flow, _ends_of(meter, flow, ending)), ending)


def _ends_of(meter: LagMeter, flow: str, ending: ShutdownSignal) -> Offsets:
    """Where the flow's inputs end; nothing when nobody could say for a minute, or when we are to end."""
    found: list[Offsets] = []

    def is_known() -> bool:
        found.append(meter.ends(flow))
        return True

    _wait_until(is_known, ending)
    return found[0] if found else {}


def _wait_until(holds: Callable[[], bool], ending: ShutdownSignal) -> None:
    deadline = time.monotonic() + _CATCH_UP_WITHIN_S
    while not _is_so(holds) and not ending.wanted() and time.monotonic() < deadline:
        time.sleep(_LOOK_EVERY_S)


def _is_so(holds: Callable[[], bool]) -> bool:
    """No answer is no; it is asked again."""
    try:
        return holds()
    except LagUnknown:
        return False
