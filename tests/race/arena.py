"""The real flows in one process on an embedded log: they take turns in any order, die at failpoints, come back."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from random import Random
from typing import Final

from connectors.embedded.store import EmbeddedStore
from connectors.topic_reader import TopicReader, open_reader
from dataflows import dispatch, intake, inventory, orders
from dataflows.assembly import load_rules, topics_for
from demo.channels.feed import DEMO_STARTS_AT_MS
from tests.race.contest import Contest
from tests.simulation.actors import FlowActor, Mortality

PARTITIONS: Final = 4
_FLOWS: Final = (intake.FLOW, orders.FLOW, inventory.FLOW, dispatch.FLOW)
"""Without insights, which decides nothing."""
_STEP_MS: Final = 40
_QUIET_STEP_MS: Final = 500
_SETTLED_AFTER_MS: Final = 5_000
"""Longer than any order waits for units that another may give back."""
_ABSENT_PERCENT: Final = 20
_FEWEST: Final = 20
_SHARE: Final = 40
"""At each turn up to one of so many of all records arrives, or up to the fewest."""


class Arena:
    """One race: `live` runs it to its end. `crashes`: how often a flow died."""

    def __init__(self, data: Path, contest: Contest, deaths_per_mille: int) -> None:
        self.now_ms = DEMO_STARTS_AT_MS
        chance = f"race/{contest.seed}"
        self._store = EmbeddedStore(data, "orderline", topics_for(PARTITIONS), lambda: self.now_ms, synced=False)
        self._chance = Random(f"{chance}/turns")
        self._mortality = Mortality(Random(f"{chance}/deaths"), deaths_per_mille)
        rules = load_rules()
        self._actors = [
            FlowActor(name, self._store, rules, self._mortality, Random(f"{chance}/{name}")) for name in _FLOWS
        ]
        self._coming = iter(contest.deliveries())
        self._at_most = max(_FEWEST, contest.contenders // _SHARE)

    @property
    def crashes(self) -> int:
        """At all failpoints together."""
        return self._mortality.deaths.total()

    def live(self) -> None:
        """All deliveries under crashes, then quiet until nobody waits for an answer."""
        while self._hand_over():
            self._act(_ABSENT_PERCENT)
            self.now_ms += _STEP_MS
        self._mortality.per_mille = 0
        quiet_until_ms = self.now_ms + _SETTLED_AFTER_MS
        while self.now_ms < quiet_until_ms:
            self._act(0)
            self.now_ms += _QUIET_STEP_MS

    def close(self) -> None:
        """Let go of the log."""
        self._store.close()

    def _hand_over(self) -> bool:
        due = [each.record for each in islice(self._coming, self._chance.randint(1, self._at_most))]
        if due:
            self._store.write(due, ())
        return bool(due)

    def _act(self, absent_percent: int) -> None:
        for actor in self._chance.sample(self._actors, len(self._actors)):
            if self._chance.randrange(100) >= absent_percent:
                actor.act()


@contextmanager
def raced(data: Path, contest: Contest, deaths_per_mille: int = 30) -> Iterator[tuple[TopicReader, int]]:
    """A reader of the log after the race, and the number of crashes in it; a failure tells the seed."""
    arena = Arena(data, contest, deaths_per_mille)
    try:
        arena.live()
    except Exception as failure:
        failure.add_note(f"seed {contest.seed}")
        raise
    finally:
        arena.close()
    with closing(open_reader(data, None)) as reader:
        yield reader, arena.crashes
