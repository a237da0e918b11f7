"""A takeover from a new leader that reports too low an end: nothing is sent blindly, and the loop never waits."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

import pytest

from connectors.erp.calls import Calls
from connectors.erp.connector import Connector
from connectors.erp.options import ConnectorOptions
from connectors.log.port import Offsets, Outgoing
from domain.identifiers import ErpId
from domain.messages.dispatch import ErpCommand
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from tests.memory_log import MemoryLog, MemoryTopics
from tests.unit.erp.commands import create
from tests.unit.erp.connector.scripted_adapter import ScriptedAdapter
from tests.unit.erp.running import wait_until

COMMANDS, RESPONSES = "erp.commands.main.v1", "erp.responses.v1"
GROUP = "orderline.erp-connector"
CODEC = Codec(load_contracts())
SETTLES_S = 5.0


class NewLeader(MemoryLog):
    """It reports `reported` as the end of each partition until the test sets it to None; then the truth."""

    reported: int | None = 0
    questions = 0

    def end_offsets(self, topic: str) -> Offsets:
        self.questions += 1
        ends = super().end_offsets(topic)
        return ends if self.reported is None else dict.fromkeys(ends, self.reported)

    def ends_settle_s(self, topic: str) -> float:
        assert COMMANDS == topic
        return SETTLES_S


class World:
    """One partition with a command that a previous owner may have sent."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.adapter = ScriptedAdapter()
        self.topics = MemoryTopics({COMMANDS: 2, RESPONSES: 1})
        self.log = NewLeader(self.topics, GROUP, [COMMANDS])
        self.command(create("portal:P-1"))

    def command(self, command: ErpCommand, partition: int = 0) -> None:
        value = CODEC.encode(COMMANDS, command)
        self.topics.append(Outgoing(COMMANDS, command.document_key, value, (), partition))

    @contextmanager
    def connector(self, workers: int = 4) -> Iterator[Connector]:
        options = ConnectorOptions(idle_ms=0, busy_ms=5)
        with Calls(self.adapter, workers) as calls:
            yield Connector(
                self.log, calls, CODEC, ErpId("main"), workers=workers, options=options, clock=lambda: self.now_s
            )

    def step_until_asked(self, connector: Connector, *calls: tuple[str, str]) -> None:
        def asked() -> bool:
            connector.step()
            return len(self.asked()) >= len(calls)

        wait_until(asked, "the calls")
        assert list(calls) == self.asked()

    def asked(self) -> list[tuple[str, str]]:
        return [(call, key) for call, key, _ in self.adapter.asked]


@pytest.fixture
def world() -> World:
    return World()


def test_a_command_beyond_the_reported_end_is_looked_up_at_once(world: World) -> None:
    with world.connector() as connector:
        world.step_until_asked(connector, ("find", "portal:P-1"))


def test_what_comes_before_the_end_is_reliable_is_looked_up_and_sent_when_it_comes_later(world: World) -> None:
    with world.connector() as connector:
        world.step_until_asked(connector, ("find", "portal:P-1"))
        world.log.reported = None
        world.command(create("portal:P-2"))
        world.step_until_asked(connector, ("find", "portal:P-1"), ("find", "portal:P-2"))
        world.now_s += SETTLES_S
        connector.step()
        world.command(create("portal:P-3"))
        world.step_until_asked(connector, ("find", "portal:P-1"), ("find", "portal:P-2"), ("execute", "portal:P-3"))


@pytest.mark.parametrize("later", (0, None))
def test_an_end_that_was_once_reported_counts_though_a_lower_one_follows(world: World, later: int | None) -> None:
    world.log.reported = 1
    world.log.most_a_poll = 0
    with world.connector() as connector:
        connector.step()
        world.log.reported = later
        world.now_s += SETTLES_S
        connector.step()
        world.log.most_a_poll = None
        world.step_until_asked(connector, ("find", "portal:P-1"))


def test_a_connector_that_was_stopped_until_the_end_is_reliable_asks_once_more_and_no_more(world: World) -> None:
    world.log.most_a_poll = 0
    with world.connector() as connector:
        connector.step()
        world.now_s += 10 * SETTLES_S
        world.log.reported = None
        connector.step()
        world.log.most_a_poll = None
        world.step_until_asked(connector, ("find", "portal:P-1"))
        known = world.log.questions
        world.now_s += SETTLES_S
        connector.step()
    assert known == world.log.questions


def test_what_was_read_before_the_end_is_reliable_stays_doubtful(world: World) -> None:
    world.adapter.answering.clear()
    with world.connector(workers=1) as connector:
        world.log.reported = 0
        world.command(create("portal:P-2"))
        connector.step()
        world.now_s += SETTLES_S
        world.step_until_asked(connector, ("find", "portal:P-1"), ("find", "portal:P-2"))


def test_before_the_end_is_reliable_a_rebalance_is_answered_and_a_shutdown_ends_at_once(world: World) -> None:
    began_s = monotonic()
    with world.connector() as connector:
        connector.step()
        world.log.reassign(frozenset({0}), frozenset())
        connector.step()
        assert not world.log.rebalancing()
        connector.finish()
    assert monotonic() - began_s < SETTLES_S / 2


def test_a_partition_that_was_revoked_is_not_asked_about(world: World) -> None:
    with world.connector() as connector:
        connector.step()
        world.log.reassign(frozenset({0, 1}), frozenset())
        connector.step()
        before = world.log.questions
        world.now_s += SETTLES_S
        connector.step()
    assert before == world.log.questions
