"""Waiting is reported after ten seconds and then at growing intervals."""

from connectors.log.waiting import Waiting


class Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def test_waiting_is_said_after_ten_seconds_and_again_at_doubled_intervals() -> None:
    clock = Clock()
    said: list[str] = []
    waiting = Waiting(said.append, clock)
    for _ in range(700):
        waiting.still("a", lambda: "the broker")
        clock.now_s += 0.1
    assert ["waiting for 10 s: the broker", "waiting for 20 s: the broker", "waiting for 40 s: the broker"] == said


def test_waiting_that_ended_begins_again_at_zero() -> None:
    clock = Clock()
    said: list[str] = []
    waiting = Waiting(said.append, clock)
    for _ in range(5):
        waiting.still("a", lambda: "the broker")
        clock.now_s += 9.0
        waiting.over("a")
    assert [] == said
