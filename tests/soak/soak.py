"""A soak: the same day again and again with short retentions, until it has been long enough; then a month of rest."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from connectors.topic_reader import open_reader
from dataflows.assembly import Rules, load_rules
from demo.data_clock.world import Pace, World
from demo.erp.behaviour import ErpBehaviour
from demo.warehouse.times import Delays
from domain.deduplication import Horizons
from tests.soak.feed import DAY_MS, SoakFeed, SoakRecord
from tests.soak.rows import Sizes, as_json, growing, sizes_of

HORIZON_DAYS: Final = 4
RETENTION_DAYS: Final = 1
WARM_UP_DAYS: Final = 7
"""An order is open for a day, closed a day later, purged a day after that; then its messages expire."""
_HOUR_MS: Final = 3_600_000

IsLongEnough = Callable[[int], bool]
"""Asked at the end of each day with the number of days."""


@dataclass(slots=True)
class Soak:
    """The rows at the end of each day, and in the end. `live` fills it."""

    data: Path
    feed: SoakFeed
    is_long_enough: IsLongEnough
    days: list[Sizes] = field(default_factory=list)
    at_rest: Sizes = field(default_factory=dict)
    erp: Mapping[str, Any] = field(default_factory=dict)

    def live(self) -> None:
        """To the end of the last day, and on until everything that waits has come to its end."""
        with World(self.data, "orderline", soak_rules(), self._records(), _pace(self.feed.seed)) as world:
            world.live()
            self.erp = world.erp_statistics()
        self.at_rest = self._sizes()

    def growing(self) -> list[str]:
        """What is not bounded by open work, a sentence each."""
        return growing(self.days, WARM_UP_DAYS)

    def as_json(self) -> dict[str, Any]:
        """The content of `soak.json`."""
        (at_rest,) = as_json([self.at_rest])
        return {
            "seed": self.feed.seed,
            "orders_a_day": self.feed.orders_a_day,
            "days": len(self.days),
            "growing": self.growing(),
            "at_rest": at_rest,
            "by_day": as_json(self.days),
        }

    def _records(self) -> Iterator[SoakRecord]:
        """Closes a day when the first record of the next is requested: by then its last one has been handed over."""
        for record in self.feed.records():
            if self.feed.day_of(record) > len(self.days):
                self.days.append(self._sizes())
                if self.is_long_enough(len(self.days)):
                    return
            yield record

    def _sizes(self) -> Sizes:
        with closing(open_reader(self.data, None)) as reader:
            return sizes_of(reader)


def soak_rules() -> Rules:
    """The release's rules, but for everything that leaves: it leaves within days."""
    rules = load_rules()
    retention_ms = RETENTION_DAYS * DAY_MS
    orders = replace(rules.orders, close_after_ms=retention_ms, purge_after_ms=retention_ms, remembered_ms=retention_ms)
    cases = replace(rules.cases, ended_kept_ms=retention_ms, open_kept_ms=retention_ms)
    return replace(rules, orders=orders, horizons=Horizons(default_days=HORIZON_DAYS), cases=cases)


def _pace(seed: int) -> Pace:
    """An ERP that fails now and then, and a warehouse that takes hours."""
    erp = ErpBehaviour(seed=seed, latency_from_ms=0, latency_to_ms=0, lose_answer_per_mille=10, lock_per_mille=10)
    delays = Delays(
        seed=seed, pick_ms=_HOUR_MS, ship_ms=2 * _HOUR_MS, report_ms=60_000, short_per_mille=10, put_back_per_mille=20
    )
    return Pace(erp, delays)
