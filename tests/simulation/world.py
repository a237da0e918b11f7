"""A simulated day: first a phase with faults, then quiet. Everything in it follows from the seed."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from random import Random

import msgspec

from connectors.embedded.store import EmbeddedStore
from connectors.log.port import Offsets, TopicPartition
from connectors.topic_reader import TopicReader, every_record, open_reader
from dataflows.assembly import FLOWS, Rules, load_rules, topics_for
from demo.channels.feed import DEMO_STARTS_AT_MS, PlannedRecord, demo_records
from demo.erp.behaviour import ErpBehaviour
from tests.oracle.rest import Rest
from tests.simulation.actors import Actor, ConnectorActor, FlowActor, Mortality, WarehouseActor
from tests.simulation.erp import ErpInMemory, Outage

ORDERS = 120
_FEED_MS = 6_000
_STEP_MS = 80
_QUIET_STEP_MS = 200
_REST_WITHIN_MS = 120_000
_DEATHS_PER_MILLE = 15
_ABSENT_PERCENT = 15
_FAULTS = ErpBehaviour(
    lose_answer_per_mille=120,
    book_late_per_mille=80,
    lock_per_mille=80,
    late_by_ms=1_500,
    latency_from_ms=5,
    latency_to_ms=120,
)


class World:
    """All actors on one embedded log whose clock is ours."""

    def __init__(self, data: Path, seed: int, orders: int) -> None:
        self.now_ms = DEMO_STARTS_AT_MS
        self.rules: Rules = load_rules()
        self.store = EmbeddedStore(data, "orderline", topics_for(4), lambda: self.now_ms)
        self.reader: TopicReader = open_reader(data, None)
        self._feed = demo_records(seed, orders, _FEED_MS)
        self._chance = Random(f"{seed}/turns")
        self.mortality = Mortality(Random(f"{seed}/deaths"), _DEATHS_PER_MILLE)
        self.erp = ErpInMemory(lambda: self.now_ms, replace(_FAULTS, seed=seed), self._outages(seed))
        flows = [FlowActor(name, self.store, self.rules, self.mortality, Random(f"{seed}/{name}")) for name in FLOWS]
        connector = ConnectorActor(self.store, self.erp, self.mortality)
        self._actors: list[Actor] = [*flows, connector, WarehouseActor(self.store, self.mortality)]
        self._rest = Rest(self.reader, self._committed, self.rules)

    def live(self) -> None:
        """The feed in its own time, with faults; then quiet, until everything is quiescent."""
        coming = next(self._feed, None)
        while coming is not None or self._is_troubled():
            coming = self._hand_over(coming)
            self._act(absent_percent=_ABSENT_PERCENT)
            self.now_ms += _STEP_MS
        self.mortality.per_mille = 0
        self.erp.behaviour = ErpBehaviour()
        self._become_quiescent()

    def hashes(self) -> dict[str, str]:
        """A digest of every byte, a topic."""
        self.reader.refresh()
        return {
            topic: blake2b(msgspec.msgpack.encode(list(every_record(self.reader, topic))), digest_size=16).hexdigest()
            for topic in sorted(self.reader.topics())
        }

    def close(self) -> None:
        """Let go of the log."""
        self.reader.close()
        self.store.close()

    def _hand_over(self, coming: PlannedRecord | None) -> PlannedRecord | None:
        due = []
        while coming is not None and DEMO_STARTS_AT_MS + coming.at_ms <= self.now_ms:
            due.append(coming.outgoing)
            coming = next(self._feed, None)
        if due:
            self.store.write(due, ())
        return coming

    def _act(self, absent_percent: int) -> None:
        """Everybody in any order; some are absent for a turn, so that others overtake them, and time passes them by."""
        for actor in self._chance.sample(self._actors, len(self._actors)):
            if self._chance.randrange(100) >= absent_percent:
                actor.act()

    def _is_troubled(self) -> bool:
        """Whether an outage is still to come or lasts."""
        return any(self.now_ms < outage.ends_at_ms for outage in self.erp.outages)

    def _become_quiescent(self) -> None:
        deadline_ms = self.now_ms + _REST_WITHIN_MS
        while under_way := self._rest.look():
            assert self.now_ms < deadline_ms, f"no rest within {_REST_WITHIN_MS} ms: {'; '.join(under_way[:5])}"
            self._act(absent_percent=0)
            self.now_ms += _QUIET_STEP_MS

    def _committed(self, program: str, topic: str) -> Offsets:
        sources = [TopicPartition(topic, number) for number in range(self.store.partitions_of(topic))]
        known = ((source, self.store.reader.committed(f"orderline.{program}", source)) for source in sources)
        return {source: offset for source, offset in known if offset is not None}

    @staticmethod
    def _outages(seed: int) -> tuple[Outage, ...]:
        begins_at_ms = DEMO_STARTS_AT_MS + 2_500 + Random(f"{seed}/outage").randrange(1_000)
        return (Outage(begins_at_ms, begins_at_ms + 3_000),)


@contextmanager
def simulated_day(data: Path, seed: int, orders: int = ORDERS) -> Iterator[World]:
    """A quiescent world; a failure in it tells the seed."""
    world = World(data, seed, orders)
    try:
        try:
            world.live()
        except Exception as failure:
            failure.add_note(f"seed {seed}")
            raise
        yield world
    finally:
        world.close()


def hashes_of(data: Path, seed: int) -> Mapping[str, str]:
    """Live once more, and digest what was written."""
    with simulated_day(data, seed) as world:
        return world.hashes()
