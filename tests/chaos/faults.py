"""The kinds of faults. Each strikes at a moment and a victim that the seed picks, lasts as long as it takes, and ends.

A fault says whether it struck: one that found nothing to strike at (a folder that is not there yet) is tried again.
"""

import resource
import signal
from collections.abc import Callable, Mapping
from random import Random

from confluent_kafka.admin import AdminClient

from tests.chaos.damage import DAMAGES, Damage
from tests.chaos.replicas import Replica
from tests.chaos.world import World

Fault = Callable[[World, Random], bool]

_STATEFUL = ("orders", "inventory", "dispatch", "edi", "insights")
_BEYOND_THE_SESSION_S = 8.0
_WITHIN_THE_SESSION_S = 2.0
_CUT_S = 2.0
_ANSWERS_LOST_S = 1.5
_BROKER_DOWN_S = 2.0
_DISK_FULL_S = 3.0
_UNDER_LOAD_S = 3.0
_MOST_REPLICAS = 3


def _victim(world: World, chance: Random, flows: tuple[str, ...] = ()) -> Replica:
    return chance.choice([each for each in world.replicas.values() if not flows or each.flow in flows])


def _killed(world: World, chance: Random) -> bool:
    _victim(world, chance).signal(signal.SIGKILL)
    return True


def _terminated(world: World, chance: Random) -> bool:
    _victim(world, chance).signal(signal.SIGTERM)
    return True


def _paused(seconds: float) -> Fault:
    def fault(world: World, chance: Random) -> bool:
        victim = _victim(world, chance)
        victim.signal(signal.SIGSTOP)
        world.wait(seconds)
        victim.signal(signal.SIGCONT)
        return True

    return fault


def _all_killed(world: World, _chance: Random) -> bool:
    for replica in world.replicas.values():
        replica.signal(signal.SIGKILL)
    return True


def _rescaled(world: World, chance: Random) -> bool:
    """One flow from one replica to three, then to two, then to one: the first to come leaves first."""
    flow = chance.choice(("intake", *_STATEFUL))
    numbers = range(1, _MOST_REPLICAS)
    for number in numbers:
        world.replicas[flow, number] = added = world.replica(flow, number)
        added.start()
        world.wait(_UNDER_LOAD_S)
    for number in numbers:
        world.replicas.pop((flow, number)).take_down(signal.SIGTERM)
        world.wait(_UNDER_LOAD_S)
    return True


def _rolled(world: World, _chance: Random) -> bool:
    """A rolling restart of everything: one after the other ends in good order and comes back."""
    for replica in tuple(world.replicas.values()):
        replica.take_down(signal.SIGTERM)
        replica.start()
        world.wait(_UNDER_LOAD_S / 2)
    return True


def _damaged(damage: Damage) -> Fault:
    def fault(world: World, chance: Random) -> bool:
        victim = _victim(world, chance, _STATEFUL)
        victim.take_down(signal.SIGKILL)
        is_damaged = damage(victim.state, chance)
        victim.start()
        return is_damaged

    return fault


def _disk_full(world: World, chance: Random) -> bool:
    """No file of the victim grows any more: RocksDB gets an error from the system, as on a full disk."""
    victim = _victim(world, chance, _STATEFUL)
    victim.limit(resource.RLIMIT_FSIZE, 1)
    world.wait(_DISK_FULL_S)
    victim.limit(resource.RLIMIT_FSIZE, resource.RLIM_INFINITY)
    return True


def _cut(world: World, chance: Random) -> bool:
    wire = chance.choice(sorted(world.cluster.wires.items()))[1]
    wire.cut()
    world.wait(_CUT_S)
    wire.mend()
    return True


def _answers_lost(world: World, chance: Random) -> bool:
    """Commits reach the broker; their answers are lost."""
    wire = chance.choice(sorted(world.cluster.wires.items()))[1]
    wire.lose_answers()
    world.wait(_ANSWERS_LOST_S)
    wire.mend()
    return True


def _broker_restarted(world: World, chance: Random) -> bool:
    node = chance.choice(sorted(world.cluster.wires))
    world.cluster.stop_node(node)
    world.wait(_BROKER_DOWN_S)
    world.cluster.start_node(node)
    return True


def _broker_killed(world: World, chance: Random) -> bool:
    return _kill_node(world, chance.choice(sorted(world.cluster.wires)))


def _controller_lost(world: World, _chance: Random) -> bool:
    admin = AdminClient({"bootstrap.servers": world.cluster.bootstrap, "log_level": 0})
    controller = admin.describe_cluster(request_timeout=60).result().controller
    return _kill_node(world, controller.id)


def _kill_node(world: World, node: int) -> bool:
    world.cluster.kill(node)
    world.wait(_BROKER_DOWN_S)
    world.cluster.start_node(node)
    return True


def _program_killed(name: str) -> Fault:
    def fault(world: World, _chance: Random) -> bool:
        getattr(world.external, name).kill()
        return True

    return fault


FAULTS: Mapping[str, Fault] = {
    "flow killed": _killed,
    "flow terminated": _terminated,
    "all flows killed": _all_killed,
    "flow paused within its session": _paused(_WITHIN_THE_SESSION_S),
    "flow paused beyond its session": _paused(_BEYOND_THE_SESSION_S),
    "flow rescaled 1-3-2-1": _rescaled,
    "rolling restart": _rolled,
    **{f"state: {name}": _damaged(damage) for name, damage in DAMAGES.items()},
    "disk full": _disk_full,
    "network cut": _cut,
    "answers lost": _answers_lost,
    "broker restarted": _broker_restarted,
    "broker killed": _broker_killed,
    "controller lost": _controller_lost,
    "ERP connector killed": _program_killed("connector"),
    "warehouse killed": _program_killed("warehouse"),
    "ERP killed": _program_killed("erp"),
}
