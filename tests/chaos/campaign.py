"""One campaign: work comes in, faults of all kinds strike in a drawn order, then rest, then the verdict."""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from random import Random

from connectors.kafka.groups import Groups
from connectors.topic_reader import TopicReader, open_reader
from dataflows.assembly import Rules, load_rules
from demo.brokers.jars import KAFKA_VERSION
from tests.chaos.faults import FAULTS, Fault
from tests.chaos.verdict import Verdict, judged
from tests.chaos.world import World, running_world
from tests.oracle.feed import feed_in_pieces
from tests.oracle.rest import Rest, wait_until_nothing_is_left

_BETWEEN_S = (0.5, 3.0)
_ORDERS_A_PIECE = 4
_REST_WITHIN_S = 180.0
_LAST_TIMERS = 3


def campaign(  # noqa: PLR0913 - all that one campaign is
    folder: Path,
    seed: int,
    seconds: float,
    *,
    nodes: int,
    version: str = KAFKA_VERSION,
    say: Callable[[str], None],
    faults: Mapping[str, Fault] = FAULTS,
) -> Verdict:
    """Inject faults for this long, every kind at least once; raises when a process ends for any other reason."""
    began_at = time.monotonic()
    pieces = feed_in_pieces(seed, _ORDERS_A_PIECE * round(seconds), round(seconds))
    rules = load_rules()
    with running_world(nodes, version, folder, seed, pieces) as world:
        with closing(open_reader(None, world.cluster.bootstrap)) as reader:
            occurred = _strike_until(world, faults, Random(seed), seconds, say)
            world.send_the_rest(_REST_WITHIN_S)
            _become_quiescent(world, reader, rules)
            say("all is quiescent; judging")
        with closing(open_reader(None, world.cluster.bootstrap)) as reader:
            statistics = world.external.erp_statistics()
            return judged(reader, rules, statistics, pieces, seed, time.monotonic() - began_at, occurred)


def _become_quiescent(world: World, reader: TopicReader, rules: Rules) -> None:
    """A timer may fire between the last check and the last stop: then that is processed, and all stop again."""
    with closing(Groups(world.cluster.bootstrap, "orderline")) as groups:
        for _ in range(_LAST_TIMERS):
            wait_until_nothing_is_left(Rest(reader, groups.committed, rules).look, world.look, _REST_WITHIN_S)
            world.stop()
            if not (left := Rest(reader, groups.committed, rules).under_way()):
                return
            world.start()
    raise AssertionError(f"never quiescent: {left}")


def _strike_until(
    world: World, faults: Mapping[str, Fault], chance: Random, seconds: float, say: Callable[[str], None]
) -> Mapping[str, int]:
    """In rounds: each is all kinds, in another order."""
    occurred: Counter[str] = Counter()
    began_at = time.monotonic()
    while True:
        for kind in _shuffled(list(faults), chance):
            if time.monotonic() - began_at > seconds and len(occurred) == len(faults):
                return dict(sorted(occurred.items()))
            world.wait(chance.uniform(*_BETWEEN_S))
            if kind in occurred and time.monotonic() - began_at > seconds:
                continue
            if faults[kind](world, chance):
                occurred[kind] += 1
                say(f"{time.monotonic() - began_at:6.1f} s  {kind}")


def _shuffled(kinds: Sequence[str], chance: Random) -> Sequence[str]:
    return chance.sample(kinds, len(kinds))
