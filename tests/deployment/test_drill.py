"""What Kubernetes does to a flow, done to the chart's own pods under load: nothing is lost, doubled or out of order.

Scaled from one replica to three and to two, updated one pod after the other, one pod lost with its volume and one
without: then all that is left behind is judged as after the crash run of `tests/kafka/faults/test_crashes.py`.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from confluent_kafka import ConsumerGroupState
from confluent_kafka.admin import AdminClient

from connectors.kafka.groups import Groups
from connectors.kafka.member.log import KafkaLog
from connectors.kafka.topics import create_topics
from connectors.log.port import Outgoing
from connectors.topic_reader import open_reader
from dataflows.assembly import FLOWS, load_rules
from tests.brokers import fresh_kafka
from tests.deployment.helm import unpack_helm
from tests.deployment.stateful_set import StatefulSet
from tests.deployment.workloads import of_kind
from tests.oracle.aftermath import Aftermath, aftermath_of
from tests.oracle.crash_run import CrashRun
from tests.oracle.external_programs import external_programs
from tests.oracle.feed import feed_findings, feed_in_pieces
from tests.oracle.insights import insights_findings
from tests.oracle.programs import Mortal, Program
from tests.oracle.replay import replay_findings
from tests.oracle.witnesses import witness_findings

pytestmark = pytest.mark.long

SEED = 12
ORDERS = 60
PARTITIONS = 4
SCALED = ("orders", "inventory")
STEPS = 8
PIECES_A_STEP = 10
LOOK_EVERY_S = 0.1
SETTLED_WITHIN_S = 60.0


@dataclass(frozen=True, slots=True)
class Drill:
    """The stateful sets by flow, and the load that continues whatever happens to them."""

    sets: dict[str, StatefulSet]
    external: Sequence[Program]
    admin: AdminClient
    send: Callable[[Sequence[Outgoing]], None]
    pieces: list[Sequence[Outgoing]]

    def scale_up(self, replicas: int, flows: Sequence[str]) -> None:
        """All at once."""
        with self._step():
            for flow in flows:
                self.sets[flow].add_until(replicas)

    def update(self) -> None:
        """Every flow at the same time, each pod after the next higher one has its partitions."""
        for number in reversed(range(max(len(each.pods) for each in self.sets.values()))):
            with self._step():
                for each in self.sets.values():
                    if number in each.numbers:
                        each.replace(number)

    def lose(self, flow: str, number: int, *, volume: bool) -> None:
        """One pod of many, without a word."""
        with self._step():
            self.sets[flow].lose(number, volume=volume)

    def scale_down(self, flows: Sequence[str]) -> None:
        """By one."""
        with self._step():
            for flow in flows:
                self.sets[flow].remove_last()

    @contextmanager
    def _step(self) -> Iterator[None]:
        """Half of a step's share of the feed goes in just before, so that it strikes amid work, and half after it.

        It ends when every group consists of the pods that there are to be, and of no others.
        """
        self._send_half()
        yield
        self._send_half()
        deadline = time.monotonic() + SETTLED_WITHIN_S
        pause = threading.Event()
        while unsettled := [each.flow for each in self.sets.values() if not self._is_settled(each)]:
            assert time.monotonic() < deadline, f"not settled within {SETTLED_WITHIN_S} s: {', '.join(unsettled)}"
            for program in (*self.programs(), *self.external):
                program.require_alive()
            pause.wait(LOOK_EVERY_S)

    def _send_half(self) -> None:
        for _ in range(PIECES_A_STEP // 2):
            self.send(self.pieces.pop(0))

    def programs(self) -> list[Program]:
        """All pods."""
        return [pod for each in self.sets.values() for pod in each.pods]

    def _is_settled(self, each: StatefulSet) -> bool:
        group = f"orderline.{each.flow}"
        found = self.admin.describe_consumer_groups([group])[group].result(10)
        members = sorted(member.client_id for member in found.members)
        return found.state is ConsumerGroupState.STABLE and members == [f"{group}.{number}" for number in each.numbers]


@pytest.fixture(scope="module")
def bootstrap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A broker of its own, for the topics have fixed names."""
    with fresh_kafka(tmp_path_factory.mktemp("kafka")) as kafka:
        create_topics(kafka.bootstrap, PARTITIONS)
        yield kafka.bootstrap


@pytest.fixture(scope="module")
def aftermath(bootstrap: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    with ExitStack() as stack:
        yield _run_until_quiescent(bootstrap, tmp_path_factory.mktemp("drill"), stack)


def _run_until_quiescent(bootstrap: str, folder: Path, stack: ExitStack) -> Aftermath:
    others = external_programs(folder, ("--bootstrap", bootstrap), SEED)
    feed = stack.enter_context(closing(KafkaLog(bootstrap, "orderline", "feed", 0, (), None, None)))

    def send(records: Sequence[Outgoing]) -> None:
        feed.send(records)
        feed.commit({}, {})

    admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
    drill = Drill(
        _sets(bootstrap, folder), others.all(), admin, send, feed_in_pieces(SEED, ORDERS, STEPS * PIECES_A_STEP)
    )
    stack.callback(_kill, drill)
    for program in others.all():
        program.start()
    _carry_out(drill)
    assert not drill.pieces, "a step was left out"
    groups = stack.enter_context(closing(Groups(bootstrap, "orderline")))

    reader = stack.enter_context(closing(open_reader(None, bootstrap)))
    pods = [Mortal(pod, ()) for pod in drill.programs()]
    rest = CrashRun(reader, pods, others.all(), [], [], send, patience_s=4.0)
    return aftermath_of(rest, groups.committed, load_rules(), others, seconds=110.0)


def _carry_out(drill: Drill) -> None:
    drill.scale_up(1, FLOWS)
    drill.scale_up(3, SCALED)
    drill.update()
    drill.lose("orders", 1, volume=True)
    drill.lose("inventory", 0, volume=False)
    drill.scale_down(SCALED)


def _sets(bootstrap: str, folder: Path) -> dict[str, StatefulSet]:
    unpacked = folder / "helm"
    unpacked.mkdir()
    manifests = unpack_helm("helm_4", unpacked).manifests(f"kafka.bootstrap={bootstrap}")
    sets = [StatefulSet(manifest, folder / "pods") for manifest in of_kind(manifests, "StatefulSet").values()]
    return {each.flow: each for each in sets}


def _kill(drill: Drill) -> None:
    for program in (*drill.programs(), *drill.external):
        program.kill()


def test_all_that_came_in_is_processed(aftermath: Aftermath) -> None:
    assert [] == list(aftermath.unread)
    assert ORDERS == aftermath.report().orders_received


def test_all_that_was_sent_lies_in_its_topic_once(aftermath: Aftermath) -> None:
    assert [] == feed_findings(aftermath.log, feed_in_pieces(SEED, ORDERS, 1))


def test_outputs_and_state_are_those_of_a_replay(aftermath: Aftermath) -> None:
    assert [] == replay_findings(aftermath.log, aftermath.rules)


def test_windows_are_those_of_a_batch_over_the_same_records(aftermath: Aftermath) -> None:
    assert [] == insights_findings(aftermath.log)


def test_units_documents_ids_and_versions_agree(aftermath: Aftermath) -> None:
    assert [] == witness_findings(aftermath.log, aftermath.report())
