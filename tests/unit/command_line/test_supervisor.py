"""The children of a program: found whatever the folder, heard, restarted, and ended with it."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from connectors.log.port import LogFailed
from dataflows.processes.shutdown import ShutdownSignal
from dataflows.processes.supervisor import Child, Supervisor
from tests.e2e.commands import is_alive, until

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
Watch = Callable[[Child], Supervisor]


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Starts children; none outlives the test."""
    handlers = {number: signal.getsignal(number) for number in _SIGNALS}
    started: list[Supervisor] = []

    def start(child: Child) -> Supervisor:
        supervisor = Supervisor([child], ShutdownSignal())
        started.append(supervisor)
        supervisor.start()
        return supervisor

    yield start
    for supervisor in started:
        supervisor.__exit__(None, None, None)
    for number, handler in handlers.items():
        signal.signal(number, handler)


def look_until(supervisor: Supervisor, holds: Callable[[], bool], what: str) -> None:
    def look() -> bool:
        supervisor.look()
        return holds()

    until(look, what)


def simulator(folder: Path) -> Child:
    """A child that runs until it is asked to stop."""
    return Child("ERP simulator", ["erp-simulator", "--database", str(folder / "erp.sqlite"), "--port", "0"])


def test_the_reason_of_a_refused_child_is_reported_with_its_name(
    watch: Watch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "nowhere"
    supervisor = watch(Child("flows", ["run", "all", "--data", str(tmp_path / "d"), "--channels", str(missing)]))

    reason = rf"flows cannot run: {missing}: no channel file \(\*.yaml\) in this folder"
    with pytest.raises(LogFailed, match=reason):
        look_until(supervisor, lambda: False, "it is refused")
    assert ("", "") == capfd.readouterr()


def test_a_child_runs_our_package_whatever_the_folder_contains(
    watch: Watch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "__init__.py").write_text("raise SystemExit(9)")
    monkeypatch.chdir(tmp_path)
    child = Child("help", ["run", "--help"], ends=True)

    look_until(watch(child), lambda: child.ended, "it has ended well")


def test_a_child_that_was_killed_starts_again(watch: Watch, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    child = simulator(tmp_path)
    supervisor = watch(child)
    first = number_of(child)
    os.kill(first, signal.SIGKILL)

    look_until(supervisor, lambda: child.process is not None and number_of(child) != first, "it runs again")
    assert ["ERP simulator ended with exit code -9; restart in 0.25 s"] == caplog.messages


def test_a_child_is_ended_and_waited_for(watch: Watch, tmp_path: Path) -> None:
    child = simulator(tmp_path)
    watch(child)
    number = number_of(child)
    child.end()

    assert not is_alive(number)
    assert child.process is None


def number_of(child: Child) -> int:
    assert child.process is not None
    return child.process.pid
