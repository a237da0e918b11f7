"""`orderline scenario`: plays histories that are written as files, and compares what came of them."""

import argparse
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from connectors.embedded.data_folder import has_log, make_data_folder
from connectors.log.port import LogFailed
from dataflows.processes.shutdown import ShutdownSignal
from dataflows.scenarios.player import ScenarioFailed, ScenarioPlayer
from dataflows.scenarios.scenario_file import ScenarioFile, load_scenario
from schemas.yaml_files import YamlFileInvalid, as_yaml


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    parser = commands.add_parser("scenario", help="play a history that is written as a file")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    run_parser = actions.add_parser(
        "run",
        help="play scenario files through the real flows",
        description="Plays each file through the real flows on an embedded log of its own, in the time of the log, and "
        "compares the outcome with what the file expects. The exit code is 1 when it differs. Without "
        "expectations it prints the outcome.",
    )
    run_parser.add_argument("files", metavar="FILE", nargs="+", type=Path, help="e.g. docs/scenarios/last-unit.yaml")
    run_parser.add_argument("--outcome", action="store_true", help="print the outcome also when it is as expected")
    run_parser.add_argument("--data", type=Path, metavar="DIR", help="keep the log in this new folder (one FILE only)")
    run_parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Play the files one after the other; the exit code."""
    if arguments.data is not None and len(arguments.files) > 1:
        raise LogFailed("--data keeps the log of one scenario: name one FILE")
    scenarios = [(path, load_scenario(path)) for path in arguments.files]
    with _signals_handled() as ending:
        return max(_run_one(path, scenario, arguments.data, ending, arguments.outcome) for path, scenario in scenarios)


@contextmanager
def _signals_handled() -> Iterator[ShutdownSignal]:
    """The flows end in order on Ctrl-C; afterwards signals have their former effect."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield ShutdownSignal()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _run_one(path: Path, scenario: ScenarioFile, folder: Path | None, ending: ShutdownSignal, outcome: bool) -> int:  # noqa: FBT001 - an option, passed on
    sys.stdout.write(f"{path}: {scenario.title}\n")
    sys.stdout.flush()
    try:
        return _play(path, scenario, folder, ending, print_outcome=outcome)
    except (ScenarioFailed, YamlFileInvalid) as reason:
        raise LogFailed(f"{path}: {reason}") from None


def _play(
    path: Path, scenario: ScenarioFile, folder: Path | None, ending: ShutdownSignal, *, print_outcome: bool
) -> int:
    with _folder(folder) as data, closing(ScenarioPlayer(scenario, path.parent, data, ending.wanted)) as player:
        found = player.play()
        if print_outcome or found or not scenario.has_expectations:
            sys.stdout.write(_indented(as_yaml(_without_zeros(player.outcome()))))
        sys.stdout.writelines(f"  differs at {each}\n" for each in found)
        if scenario.has_expectations and not found:
            sys.stdout.write("  as expected\n")
        sys.stdout.flush()
    return 1 if found else 0


@contextmanager
def _folder(data: Path | None) -> Iterator[Path]:
    if data is None:
        with TemporaryDirectory(prefix="orderline-scenario-") as temporary:
            yield Path(temporary)
        return
    if has_log(data):
        raise LogFailed(f"{data} holds a log already: a scenario begins with an empty one, so name a new folder")
    make_data_folder(data)
    yield data


def _without_zeros(value: Any) -> Any:  # noqa: ANN401 - any outcome
    """The outcome for readers: counters of zero, and what is empty, left out."""
    if isinstance(value, Mapping):
        shown = {name: _without_zeros(each) for name, each in value.items()}
        return {name: each for name, each in shown.items() if each not in ("0", "", [], {}, None)}
    return [_without_zeros(each) for each in value] if isinstance(value, list) else value


def _indented(text: str) -> str:
    return "".join(f"  {line}\n" for line in text.splitlines())
