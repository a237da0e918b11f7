"""One campaign: hostile records into the whole product on one embedded log, then the verdict."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Final

from connectors.embedded.store import EmbeddedStore
from connectors.log.dead_letters import DEAD_LETTERS
from connectors.log.in_flight_journal import InFlightJournal
from connectors.log.port import Record
from connectors.topic_reader import TopicReader, every_record, open_reader
from dataflows.assembly import EmbeddedFlows, Rules, load_rules, topics_for
from operators.engine.poison.poison_guard import PoisonGuard
from schemas.channel_language.channel_file import FailureLimit
from schemas.contracts.registry import EXCEPTIONS
from schemas.headers import header, origin_of
from tests.fuzz.feed import Feed

_BATCH: Final = 500
_CASE: Final = "orderline.cases.v1.ExceptionRaised"
_START_MS: Final = 1_795_251_600_000
_MINUTE_MS, _DAY_MS = 60_000, 86_400_000
_PAUSES_MS: Final = (0, 0, 50, 2_000, _MINUTE_MS, 60 * _MINUTE_MS, _DAY_MS)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of the records. `unnamed`: records of sources that nothing in the log has as its origin."""

    seed: int
    records: int
    unnamed: tuple[str, ...]
    put_aside: Counter[str] = field(default_factory=Counter)
    """Dead letters by stage, and exception cases."""

    def as_json(self) -> dict[str, object]:
        """As it is printed."""
        return {
            "seed": self.seed,
            "records": self.records,
            "unnamed": list(self.unnamed[:20]),
            "put_aside": dict(sorted(self.put_aside.items())),
        }


def campaign(data: Path, seed: int, records: int) -> Verdict:
    """Feed the flows; whatever ends one of them comes out as it is, with the seed."""
    world = _World(data, seed)
    try:
        for _ in range(-(-records // _BATCH)):
            world.step()
        return world.verdict(seed)
    except BaseException as failure:
        failure.add_note(f"fuzz seed {seed}, after {world.sent} records")
        raise
    finally:
        world.close()


class _World:
    def __init__(self, data: Path, seed: int) -> None:
        self._data = data
        self._feed = Feed(seed)
        self._chance = Random(f"fuzz pauses {seed}")
        self._now_ms = _START_MS
        self._rules = _without_failure_limits(load_rules())
        self._store = EmbeddedStore(data, "orderline", topics_for(3), lambda: self._now_ms, synced=False)
        self._reader: TopicReader = open_reader(data, None)
        self.sent = 0

    def step(self) -> None:
        """Some records, all that follows from them, and a pause in which timers fall due."""
        self._store.write(list(self._feed.records(_BATCH)), ())
        self.sent += _BATCH
        with PoisonGuard(InFlightJournal(self._data / "in-flight")) as guard:
            EmbeddedFlows(self._store, "orderline", self._rules, lambda: False, poison_guard=guard).run(until_idle=True)
        self._now_ms += self._chance.choice(_PAUSES_MS)
        self._feed.learn(list(self._command_ids()))

    def _command_ids(self) -> Iterator[str]:
        self._reader.refresh()
        for (topic, partition), end in self._reader.ends("erp.commands.main.v1").items():
            for record in self._reader.read(topic, partition, max(0, end - 100), 100):
                yield header(record.headers, "idempotencykey") or ""

    def verdict(self, seed: int) -> Verdict:
        """Read the whole log once."""
        self._reader.refresh()
        named: set[str] = set()
        aside: Counter[str] = Counter()
        for topic in self._reader.topics():
            if topic.startswith("source."):
                continue
            for record in every_record(self._reader, topic):
                named.add(_origin_of(record))
                if topic == DEAD_LETTERS:
                    aside[f"dead letter: {header(record.headers, 'stage')}"] += 1
                elif topic == EXCEPTIONS and header(record.headers, "ce_type") == _CASE:
                    aside["exception cases"] += 1
        sources = [topic for topic in self._reader.topics() if topic.startswith("source.")]
        unnamed = tuple(
            origin
            for topic in sources
            for record in every_record(self._reader, topic)
            if (origin := origin_of(record.topic, record.partition, record.offset)) not in named
        )
        return Verdict(seed, self.sent, unnamed, aside)

    def close(self) -> None:
        self._reader.close()
        self._store.close()


def _without_failure_limits(rules: Rules) -> Rules:
    """Most records fail here, so every source would be stopped: its limit has tests of its own."""
    limit = FailureLimit(window=1_000, failures=1_000, percent=100)
    channels = {topic: file.model_copy(update={"failure_limit": limit}) for topic, file in rules.channels.items()}
    return replace(rules, channels=channels)


def _origin_of(record: Record) -> str:
    if record.topic != DEAD_LETTERS:
        return header(record.headers, "origin") or ""
    names = ("original_topic", "original_partition", "original_offset")
    return "/".join(header(record.headers, name) or "" for name in names)
