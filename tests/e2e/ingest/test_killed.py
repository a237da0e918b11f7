"""What was answered 2xx is in the topic, however the receiver ends."""

import json
import signal
from pathlib import Path

from tests.e2e.commands import orderline, until
from tests.e2e.ingest.receivers import Callers, receiving, waiting_values

KILLS = 3
BEFORE = 150
"""So many answers before each end, so that it falls into the middle of the load."""


def test_a_receiver_that_is_killed_under_load_loses_nothing_that_it_answered(tmp_path: Path) -> None:
    data = tmp_path / "data"
    accepted: set[bytes] = set()
    for _ in range(KILLS):
        with receiving(tmp_path, "--data", str(data)) as receiver:
            callers = Callers(receiver.url, 8)
            until(lambda: len(callers.accepted) >= BEFORE, "calls are answered")  # noqa: B023 - waited for here
            receiver.process.signal(signal.SIGKILL)
            callers.join()
            accepted |= callers.accepted
    assert set() == accepted - set(waiting_values(data))


def test_a_receiver_that_is_stopped_answers_what_is_in_flight_and_ends_with_success(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with receiving(tmp_path, "--data", str(data)) as receiver:
        callers = Callers(receiver.url, 8)
        until(lambda: len(callers.accepted) >= BEFORE, "calls are answered")
        receiver.process.signal(signal.SIGTERM)
        callers.join()
        said = receiver.process.said()
        assert (0, "") == (said.code, said.err)
    values = waiting_values(data)
    assert set() == callers.accepted - set(values)
    assert len(set(values)) == len(values), "nothing is there twice"
    assert {202} == set(callers.statuses)


def test_what_was_received_becomes_an_order(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with receiving(tmp_path, "--data", str(data)) as receiver:
        callers = Callers(receiver.url, 1)
        until(lambda: len(callers.accepted) >= 3, "calls are answered")
        callers.stop()
    said = orderline("run", "all", "--data", str(data), "--until-idle")
    assert 0 == said.code, said.err
    tail = orderline("tail", "orders.state.v1", "--data", str(data), "--from-start", "--json")
    wanted = {f"portal:{json.loads(body)['order_number']}" for body in callers.accepted}
    assert wanted == {json.loads(line)["key"] for line in tail.out.splitlines()}
