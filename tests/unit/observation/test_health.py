"""Every state of a flow's health under every report, and when a silent one counts as dead."""

from collections.abc import Callable, Sequence

import pytest

from connectors.log.port import TopicPartition
from connectors.observation.health import Health
from tests.unit.observation.seconds import Seconds

CHANGELOG = TopicPartition("orders.changelog.v1", 3)

Step = Callable[[Health], None]


def restores(health: Health) -> None:
    health.restoring(CHANGELOG, 41, 100)


def joins(health: Health) -> None:
    health.set_membership(is_member=True)


def leaves(health: Health) -> None:
    health.set_membership(is_member=False)


def stops(health: Health) -> None:
    health.stopping()


RESTORING = "restoring orders.changelog.v1/3: 41 %"
VERDICTS: Sequence[tuple[Sequence[Step], str | None]] = (
    # reported steps | why it is not ready
    ((), "joining"),
    ((restores,), RESTORING),
    ((joins,), None),
    ((leaves,), "joining"),
    ((stops,), "stopping"),
    ((restores, restores), RESTORING),
    ((restores, joins), None),
    ((restores, leaves), "joining"),
    ((restores, stops), "stopping"),
    ((joins, restores), RESTORING),
    ((joins, joins), None),
    ((joins, leaves), "joining"),
    ((joins, leaves, joins), None),
    ((joins, stops), "stopping"),
    ((stops, restores), "stopping"),
    ((stops, joins), "stopping"),
    ((stops, leaves), "stopping"),
)


@pytest.mark.parametrize(("steps", "expected"), VERDICTS)
def test_it_is_ready_while_it_serves_and_says_why_when_it_is_not(steps: Sequence[Step], expected: str | None) -> None:
    health = Health(30, Seconds())
    for step in steps:
        step(health)
    assert expected == health.unready()
    assert (expected is None) is health.is_ready


def test_it_is_live_while_it_passes_its_gate_often_enough() -> None:
    clock = Seconds()
    health = Health(30, clock)
    clock.now += 30
    assert health.dead() is None
    health.passed_gate()
    clock.now += 30
    assert health.dead() is None
    clock.now += 4
    assert "no commit gate was passed for 34 s" == health.dead()
    health.passed_gate()
    assert health.dead() is None


def test_a_restore_that_gets_on_is_alive_and_one_that_hangs_is_not() -> None:
    clock = Seconds()
    health = Health(30, clock)
    for applied in (0, 10, 20):
        health.restoring(CHANGELOG, applied, 100)
        clock.now += 25
    assert health.dead() is None
    clock.now += 6
    assert "no commit gate was passed for 31 s" == health.dead()


def test_a_restore_of_nothing_is_reported_without_a_division() -> None:
    health = Health(30, Seconds())
    health.restoring(CHANGELOG, 0, 0)
    assert "restoring orders.changelog.v1/3: 0 %" == health.unready()


def test_a_flow_whose_commit_waits_is_not_ready_and_is_again_when_it_went_through() -> None:
    clock = Seconds()
    health = Health(30, clock)
    health.set_membership(is_member=True)
    health.passed_gate()
    clock.now += 5
    assert health.is_ready
    clock.now += 2
    assert "waiting: no commit gate was passed for 7 s" == health.unready()
    assert not health.is_ready
    health.passed_gate()
    assert health.is_ready
