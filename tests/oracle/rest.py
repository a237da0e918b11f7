"""When a log is quiescent: every flow has read everything, and every ERP command is answered.

Only timers may be left: an order that must ship complete keeps asking for stock, at growing intervals.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from connectors.log.port import Offsets, TopicPartition
from connectors.topic_reader import TopicReader, records_of
from dataflows import insights
from dataflows.assembly import FLOWS, Rules, inputs_of
from domain.messages.dispatch import ErpRequested
from domain.messages.orders import ErpOutcomeReceived
from operators.machines.insights.windows import DUE, TELLING
from schemas.contracts.contracts import load_contracts
from schemas.contracts.registry import DISPATCH_INBOX, ORDERS_INBOX
from schemas.headers import header

Committed = Callable[[str, str], Offsets]
"""The offsets that a program's group committed in a topic."""

_LOOK_EVERY_S = 0.1
_STILL_LOOKS = 3


def inputs_of_all(rules: Rules) -> Mapping[str, Sequence[str]]:
    """What every program reads, by the name of its group."""
    return {
        **{flow: inputs_of(flow, rules) for flow in FLOWS},
        "erp-connector-main": ("erp.commands.main.v1",),
        "warehouse-simulator": ("warehouse.commands.v1",),
    }


class Unread:
    """Which partitions hold a record behind a program's committed offset, and so are not read to their end.

    Offsets may have holes, so it is looked whether a record is left; what was seen to be none is not looked for again.
    """

    def __init__(self, reader: TopicReader, committed: Committed, rules: Rules) -> None:
        self._reader = reader
        self._committed = committed
        self._inputs = inputs_of_all(rules)
        self._empty: set[tuple[TopicPartition, int, int]] = set()

    def found(self) -> list[str]:
        """A sentence each."""
        return [
            f"{program} has not read {source.topic}/{source.partition} to its end"
            for program, topics in self._inputs.items()
            for topic in topics
            for source in self._unfinished(topic, self._committed(program, topic))
        ]

    def _unfinished(self, topic: str, committed: Offsets) -> Iterator[TopicPartition]:
        for source, end in self._reader.ends(topic).items():
            begin = committed.get(source, 0)
            if begin >= end or (source, begin, end) in self._empty:
                continue
            if self._reader.read(*source, begin, 1):
                yield source
            else:
                self._empty.add((source, begin, end))


class _Questions:
    """How many ERP commands were asked for, and how many outcomes came back; counts on where it was."""

    def __init__(self, reader: TopicReader) -> None:
        self._reader = reader
        self._read: dict[TopicPartition, int] = {}
        self.asked = 0
        self.answered = 0

    def count(self) -> None:
        """Take in what is new."""
        self.asked += self._new(DISPATCH_INBOX, ErpRequested)
        self.answered += self._new(ORDERS_INBOX, ErpOutcomeReceived)

    def _new(self, topic: str, message: type) -> int:
        name = load_contracts().by_message[message].record
        found = 0
        for source, end in self._reader.ends(topic).items():
            begin = self._read.get(source, 0)
            if begin < end:
                kinds = [header(record.headers, "ce_type") for record in records_of(self._reader, *source, begin)]
                found += kinds.count(name)
            self._read[source] = end
        return found


class Rest:
    """Decides, check by check, whether everything is quiescent."""

    def __init__(self, reader: TopicReader, committed: Committed, rules: Rules) -> None:
        self._reader = reader
        self._questions = _Questions(reader)
        self._unread = Unread(reader, committed, rules)
        self._still = 0

    def look(self) -> list[str]:
        """What is still under way; empty once several checks in a row have found nothing."""
        under_way = self.under_way()
        self._still = 0 if under_way else self._still + 1
        return under_way or ([] if self._still >= _STILL_LOOKS else ["it has only just become quiescent"])

    def under_way(self) -> list[str]:
        """What is not processed at this moment, a sentence each."""
        self._reader.refresh()
        self._questions.count()
        found = self._unread.found()
        if self._questions.asked != self._questions.answered:
            found.append(f"{self._questions.answered} of {self._questions.asked} ERP commands are answered")
        if not found and waits_to_tell(self._reader):
            found.append("insights has not published all that it counted")
        return found


def waits_to_tell(reader: TopicReader) -> bool:
    """Whether insights has sums that it has not published; it publishes them a second later."""
    keys = (TELLING.key_of(key) for _, key, _ in reader.state_rows(insights.FLOW, TELLING.prefix))
    return DUE in keys


def wait_until_nothing_is_left(left: Callable[[], Sequence[str]], look: Callable[[], object], seconds: float) -> None:
    """`left` names what is still waited for; `look` is called meanwhile, to restart what ended."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while waited_for := left():
        look()
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {'; '.join(waited_for[:5])}"
        pause.wait(_LOOK_EVERY_S)
