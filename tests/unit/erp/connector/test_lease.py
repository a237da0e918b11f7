"""The lease: nothing is sent unless it was ours after it was read, and not too long ago."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any

import pytest

from connectors.erp.adapter import response_to
from connectors.erp.calls import Calls, Returned, Unsent
from connectors.erp.connector import Connector
from connectors.erp.lanes import Work
from connectors.erp.lease import Lease, LeaseExpired, Permit, since_boot_s
from connectors.erp.options import ConnectorOptions
from connectors.log.port import Outgoing
from domain.identifiers import ErpId
from domain.messages.dispatch import ErpCommand, ErpResponse, Outcome
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from tests.memory_log import MemoryLog, MemoryTopics
from tests.unit.erp.commands import create, query
from tests.unit.erp.running import wait_until

COMMANDS, RESPONSES = "erp.commands.main.v1", "erp.responses.v1"
CODEC = Codec(load_contracts())
LEASE_S = 1.0
_NOTHING: Any = None
_BOTH = 2


class Clock:
    """Seconds that the test moves."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


class Erp:
    """Books what it may; `stops_s`: the next call is stopped for so long right before it writes."""

    def __init__(self, clock: Clock) -> None:
        self.booked: list[str] = []
        self.stops_s = 0.0
        self._clock = clock

    def execute(self, command: ErpCommand, permit: Permit) -> ErpResponse:
        self._clock.now_s += self.stops_s
        self.stops_s = 0.0
        if not permit.is_valid():
            raise LeaseExpired
        self.booked.append(command.business_key)
        return response_to(command, Outcome.APPLIED, document_number="SO-1")

    def find(self, command: ErpCommand) -> ErpResponse:
        return response_to(command, Outcome.NOT_FOUND)

    def reachable(self) -> bool:
        return True


class SlowToConfirm(MemoryLog):
    """Its clock advances while it answers."""

    takes_s = 0.0
    clock: Clock

    def confirm_membership(self) -> None:
        super().confirm_membership()
        self.clock.now_s += self.takes_s


class World:
    """A connector, and what stops it."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.erp = Erp(self.clock)
        self.topics = MemoryTopics({COMMANDS: 1, RESPONSES: 1})
        self.log = SlowToConfirm(self.topics, "orderline.erp-connector", [COMMANDS])
        self.log.clock = self.clock

    @contextmanager
    def connector(self, workers: int = 1) -> Iterator[Connector]:
        options = ConnectorOptions(idle_ms=0, busy_ms=5, lease_ms=int(LEASE_S * 1000))
        with Calls(self.erp, workers) as calls:
            yield Connector(self.log, calls, CODEC, ErpId("main"), workers=workers, options=options, clock=self.clock)

    def command(self, command: ErpCommand) -> None:
        self.topics.append(Outgoing(COMMANDS, command.document_key, CODEC.encode(COMMANDS, command)))

    def step_until_booked(self, connector: Connector, number: int) -> None:
        def booked() -> bool:
            connector.step()
            return len(self.erp.booked) >= number

        wait_until(booked, "a booking")


@pytest.fixture
def world() -> World:
    return World()


def test_a_command_waits_for_a_proof_that_is_newer_than_its_reading(world: World) -> None:
    with world.connector() as connector:
        connector.step()
        assert 0 == world.log.confirmed
        world.command(create("portal:P-1"))
        world.step_until_booked(connector, 1)
        assert 1 == world.log.confirmed
        world.clock.now_s += LEASE_S / 10
        world.command(create("portal:P-2"))
        world.step_until_booked(connector, 2)
        assert 2 == world.log.confirmed


def test_a_member_that_was_replaced_sends_nothing_of_what_it_had_read(world: World) -> None:
    with world.connector() as connector:
        connector.step()
        world.command(create("portal:P-1"))
        world.log.deny_next_confirmation = True
        connector.step()
        connector.step()
        connector.finish()
    assert [] == world.erp.booked


def test_a_proof_that_was_asked_for_too_long_ago_is_none(world: World) -> None:
    with world.connector() as connector:
        connector.step()
        world.log.takes_s = LEASE_S
        world.command(create())
        for _ in range(3):
            connector.step()
        assert [] == world.erp.booked
        world.log.takes_s = LEASE_S * 0.9
        world.step_until_booked(connector, 1)


def test_a_call_that_wakes_behind_its_permit_sends_nothing_and_waits_for_another(world: World) -> None:
    with world.connector() as connector:
        connector.step()
        world.erp.stops_s = LEASE_S
        world.command(create("portal:P-1"))
        world.step_until_booked(connector, 1)
    assert ["portal:P-1"] == world.erp.booked
    assert 2 == world.log.confirmed


def test_a_call_that_was_not_sent_is_its_next_owners_when_the_partition_went(world: World) -> None:
    with world.connector() as connector:
        connector.step()
        world.erp.stops_s = LEASE_S
        world.command(create("portal:P-1"))
        connector.step()
        world.log.reassign(frozenset({0}), frozenset())
        connector.step()
        connector.finish()
    assert [] == world.erp.booked
    assert 0 == len(world.topics.offsets)


class Blocking(Erp):
    """Its look-ups wait for the test."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.begun, self.goes_on = Event(), Event()

    def find(self, command: ErpCommand) -> ErpResponse:
        self.begun.set()
        assert self.goes_on.wait(10)
        return super().find(command)


def test_a_call_that_waited_for_a_thread_asks_its_permit_when_it_begins() -> None:
    clock = Clock()
    erp = Blocking(clock)
    permit = Permit(clock.now_s + LEASE_S, clock)
    late = Work(create("portal:P-2"), _NOTHING, _NOTHING)
    with Calls(erp, 1) as calls:
        calls.start(Work(query(create()), _NOTHING, _NOTHING), permit, doubtful=False)
        calls.start(late, permit, doubtful=False)
        assert erp.begun.wait(10)
        clock.now_s += LEASE_S
        erp.goes_on.set()
        returned: list[Returned] = []

        def both() -> bool:
            returned.extend(calls.take(0.1))
            return len(returned) == _BOTH

        wait_until(both, "both calls")
    assert Unsent(late) == returned[1]
    assert [] == erp.booked


def test_a_permit_needs_a_proof_behind_the_reading_and_ends_with_the_lease() -> None:
    clock = Clock()
    lease = Lease(1_000, 2_000, clock)
    assert lease.permit(clock.now_s) is None
    lease.renew(clock.now_s)
    assert lease.permit(clock.now_s) is not None
    assert lease.permit(clock.now_s + 0.001) is None
    clock.now_s += 1
    assert lease.permit(100.0) is None
    assert 5.0 == lease.settled_after_s
    lease.renew(clock.now_s)
    lease.end()
    assert lease.permit(0.0) is None


def test_the_clock_of_the_lease_runs_while_a_process_is_stopped() -> None:
    program = (
        "import os, signal\nfrom connectors.erp.lease import since_boot_s\n"
        "before = since_boot_s()\nos.kill(os.getpid(), signal.SIGSTOP)\nprint(since_boot_s() - before)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as stopped:
        os.waitpid(stopped.pid, os.WUNTRACED)
        began_s = time.monotonic()
        wait_until(lambda: time.monotonic() > began_s + 0.3, "some time")
        stopped.send_signal(signal.SIGCONT)
        assert stopped.stdout is not None
        assert 0.3 <= float(stopped.stdout.read())


def test_it_is_the_clock_that_also_runs_while_the_machine_sleeps() -> None:
    assert abs(time.clock_gettime(time.CLOCK_BOOTTIME) - since_boot_s()) < 1
