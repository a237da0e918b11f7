"""`orderline produce year`: the invoices of a file, as fast as the flows process them.

The records of a week may run some way ahead of the flows. What a Monday delivers waits until the week before is
processed, and the next week until that delivery is. So orders find the stock that they found in the real year.
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
"""The flows that an order and its stock pass, in this order."""
_AT_ONCE: Final = 100
_AHEAD: Final = 400
"""More records are sent only while at most this many wait for the flows."""
_CATCH_UP_WITHIN_S: Final = 60.0
"""The feed continues after this time, even if a flow is down."""
_LOOK_EVERY_S: Final = 0.02
_ANSWER_S: Final = 30.0


class _Part(NamedTuple):
    """Records that are sent together; with `after_all`, only once the flows have processed everything before them."""

    records: list[Outgoing]
    after_all: bool


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the options that name the file and how much of it to send."""
    parser.add_argument(
        "--csv",
        type=Path,
        metavar="FILE",
        help="replay this file, with the columns of UCI Online Retail (plain or .gz)",
    )
    parser.add_argument(
        "--invoices", type=whole(1), metavar="N", help="replay only the first N invoices (default: all)"
    )


@dataclass(frozen=True, slots=True)
class _YearFeed:
    """The feed and the log it is sent to."""

    where: LogSettings
    file: Path
    most: int | None
    control: Survey
    is_ending: Callable[[], bool]

    def rest(self) -> Iterator[tuple[int, YearRecord]]:
        """The records that are not in the log yet, with their numbers."""
        records = enumerate(year_records(self.file, self.control, self.most))
        return islice(records, sent_before(self.where, self.is_ending), None)


def run(where: LogSettings, arguments: argparse.Namespace) -> int:
    """Send the part of the year that is not in the log yet."""
    if arguments.csv is None:
        raise LogFailed("name the file of the year with --csv FILE")
    ending = ShutdownSignal()
    control = survey(arguments.csv, arguments.invoices)
    feed = _YearFeed(where, arguments.csv, arguments.invoices, control, ending.wanted)
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
    """Send what is left; False when an epoch was aborted and the position has to be read from the log again."""
    try:
        for part in _parts(feed.rest()):
            _let_catch_up(meter, ending, all_of_it=part.after_all)
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
    """Batches in the order of the feed; receipts get batches of their own."""
    part: list[Outgoing] = []
    is_delivery = was_delivery = False
    for number, record in records:
        is_delivery = record.kind is YearRecordKind.RECEIPT
        if part and (len(part) >= _AT_ONCE or is_delivery is not was_delivery):
            yield _Part(part, after_all=False)
            part = []
        if is_delivery is not was_delivery:
            yield _Part([], after_all=True)
        was_delivery = is_delivery
        part.append(numbered(record.outgoing, number))
    yield _Part(part, after_all=False)


def _let_catch_up(meter: LagMeter, ending: ShutdownSignal, *, all_of_it: bool) -> None:
    """Wait until few records are waiting; with `all_of_it`, until each flow in turn has processed its whole input."""
    if not all_of_it:
        _wait_until(lambda: meter.measure().records <= _AHEAD, ending)
        return
    for flow in _FLOWS:
        _wait_until(partial(meter.has_passed, flow, _ends_of(meter, flow, ending)), ending)


def _ends_of(meter: LagMeter, flow: str, ending: ShutdownSignal) -> Offsets:
    """The end offsets of the flow's inputs; empty when the log did not answer in time, or on shutdown."""
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
    """Whether it holds; False when the lag is unknown, so that it is asked again."""
    try:
        return holds()
    except LagUnknown:
        return False
