"""`orderline produce year`: the invoices of a file, as fast as they are worked off.

The records of a week may run some way ahead of the flows; what a Monday delivers waits until the week before is
worked off, and the next week until it is taken in. So stock and orders meet as they did in their own time.
"""

import argparse
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from connectors.backlog import Backlog, open_backlog
from connectors.log import Log, LogFailed, Outgoing, Rewound
from connectors.simulators.online_retail.records import RecordKind, YearRecord, year_records
from connectors.simulators.online_retail.survey import Survey, survey
from dataflows.assembly import inputs_of, load_rules
from dataflows.command_line.ending import EXIT_INTERRUPTED, Ending
from dataflows.command_line.feed import numbered, sent_before, wait_for_own_files
from dataflows.command_line.usage import whole
from dataflows.command_line.where import open_beside

_FEED: Final = "year"
_FLOWS: Final = ("intake", "orders", "inventory")
_AT_ONCE: Final = 100
_AHEAD: Final = 400
"""So many records may wait for the flows when more are sent."""
_CALM: Final = 50
"""So few are left of a week that is worked off; on Kafka, marks of transactions are among them."""
_CALM_WITHIN_S: Final = 30.0
_LOOK_EVERY_S: Final = 0.02
_ANSWER_S: Final = 30.0


class _Part(NamedTuple):
    """Records that go out together, and whether what went before must be worked off first."""

    records: list[Outgoing]
    waits_for_calm: bool


def add_year(parser: argparse.ArgumentParser) -> None:
    """The file, and how much of it."""
    parser.add_argument(
        "--csv", type=Path, metavar="FILE", help="a real year, with the columns of UCI Online Retail (plain or .gz)"
    )
    parser.add_argument("--invoices", type=whole(1), metavar="N", help="only its first N invoices (default: all)")


def produce_year(arguments: argparse.Namespace) -> int:
    """Send what of the year is not in the log yet."""
    if arguments.csv is None:
        raise LogFailed("name the file of the year with --csv FILE")
    control = survey(arguments.csv, arguments.invoices)
    ending = Ending()
    log = open_beside(arguments, _FEED, ())
    rules = load_rules()
    inputs = {flow: inputs_of(flow, rules) for flow in _FLOWS}
    backlog = open_backlog(arguments.data, arguments.bootstrap, arguments.application, inputs, _ANSWER_S)
    try:
        wait_for_own_files(arguments, _FEED, ending)
        while not (ending.wanted() or _send_rest(arguments, control, log, backlog, ending)):
            pass
    finally:
        backlog.close()
        log.close()
    return EXIT_INTERRUPTED if ending.wanted() else 0


def _send_rest(arguments: argparse.Namespace, control: Survey, log: Log, backlog: Backlog, ending: Ending) -> bool:
    """False when an epoch was lost: then the log says again where to go on."""
    records = enumerate(year_records(arguments.csv, control, arguments.invoices))
    try:
        for part in _parts(islice(records, sent_before(arguments), None)):
            _wait(backlog, _CALM if part.waits_for_calm else _AHEAD, ending)
            if ending.wanted():
                return True
            if part.records:
                log.send(part.records)
                log.commit({}, {})
            wait_for_own_files(arguments, _FEED, ending)
    except Rewound:
        return False
    return True


def _parts(records: Iterator[tuple[int, YearRecord]]) -> Iterator[_Part]:
    """In the order of the feed; receipts are parted from what is around them."""
    part: list[Outgoing] = []
    is_delivery = was_delivery = False
    for number, record in records:
        is_delivery = record.kind is RecordKind.RECEIPT
        if part and (len(part) >= _AT_ONCE or is_delivery is not was_delivery):
            yield _Part(part, waits_for_calm=False)
            part = []
        if is_delivery is not was_delivery:
            yield _Part([], waits_for_calm=True)
        was_delivery = is_delivery
        part.append(numbered(record.outgoing, number))
    yield _Part(part, waits_for_calm=False)


def _wait(backlog: Backlog, at_most: int, ending: Ending) -> None:
    """Until the flows have come near enough; a flow that is away for long does not stop the feed for ever."""
    deadline = time.monotonic() + _CALM_WITHIN_S
    while backlog.behind() > at_most and not ending.wanted() and time.monotonic() < deadline:
        time.sleep(_LOOK_EVERY_S)
