"""The options for observing a program from outside: its HTTP pages and its log."""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Final

from connectors.log.port import LogFailed
from connectors.observation.observation import Observation
from connectors.observation.observer import UNOBSERVED, Observer
from connectors.observation.receiver_metrics import ReceiverMetrics
from connectors.observation.server import HttpAddress, parsed_address, serving
from connectors.observation.watcher_metrics import WatcherMetrics
from dataflows.command_line.usage import whole
from dataflows.settings import LogFormat, LoggingSettings, LogLevel, ObservationSettings

_LIVE_WITHIN_S: Final = 30


def add_http(parser: argparse.ArgumentParser) -> None:
    """Declare the address of the HTTP pages, and how long a flow may stall before it counts as hung."""
    parser.add_argument(
        "--http",
        type=parsed_http,
        metavar="HOST:PORT",
        help="serve /livez, /readyz and /metrics at this address; port 0 picks a free one. With a process per flow, "
        "the flows use PORT, PORT + 1 and so on",
    )
    parser.add_argument(
        "--live-within",
        type=whole(1, 86_400),
        metavar="SECONDS",
        help="with --http: /livez fails when a flow's loop has made no progress for this long "
        f"(default {_LIVE_WITHIN_S})",
    )


def observation_of(arguments: argparse.Namespace) -> ObservationSettings:
    """The settings of the HTTP pages from the parsed arguments; `LogFailed` for a part of them without an address."""
    if arguments.http is None and arguments.live_within is not None:
        raise LogFailed("--live-within has an effect with --http only: add --http HOST:PORT, or leave it out")
    return ObservationSettings(arguments.http, arguments.live_within or _LIVE_WITHIN_S)


def add_logging(parser: argparse.ArgumentParser) -> None:
    """Declare the level and the format of the log."""
    levels, forms = (tuple(each.value for each in kind) for kind in (LogLevel, LogFormat))
    group = parser.add_argument_group("log output, on standard error")
    group.add_argument(
        "--log-level",
        choices=levels,
        default=LogLevel.WARNING.value,
        metavar="LEVEL",
        help=f"{', '.join(levels)} (default %(default)s)",
    )
    group.add_argument(
        "--log-format",
        choices=forms,
        default=LogFormat.TEXT.value,
        metavar="FORMAT",
        help="text, or json: one object per line, for a log collector (default %(default)s)",
    )


def logging_of(arguments: argparse.Namespace) -> LoggingSettings:
    """The settings of the log from the parsed arguments."""
    return LoggingSettings(LogLevel(arguments.log_level), LogFormat(arguments.log_format))


def logging_before_parsing(words: Sequence[str]) -> LoggingSettings:
    """The format that the arguments ask for, so that a program can also read why they are refused."""
    is_json = "--log-format=json" in words or ("--log-format", "json") in pairwise(words)
    return LoggingSettings(LogLevel.WARNING, LogFormat.JSON if is_json else LogFormat.TEXT)


@contextmanager
def observed(settings: ObservationSettings, what: str) -> Iterator[Callable[[str], Observer]]:
    """Give the observer of each flow by its name; serve what they record while the block runs, and print where."""
    if settings.http is None:
        yield lambda _flow: UNOBSERVED
        return
    observation = Observation(settings.live_within_s)
    with serving(observation, settings.http) as address:
        sys.stdout.write(served_at(what, address))
        sys.stdout.flush()
        yield observation.observer


@contextmanager
def observed_receiver(settings: ObservationSettings, what: str) -> Iterator[ReceiverMetrics]:
    """The metrics of a receiver, served while the block runs where there is an address for them."""
    observation = Observation(settings.live_within_s)
    metrics = observation.receiver(what)
    with _served(observation, settings, what):
        yield metrics


@contextmanager
def observed_watcher(settings: ObservationSettings, what: str) -> Iterator[WatcherMetrics]:
    """The same of a file watcher."""
    observation = Observation(settings.live_within_s)
    metrics = observation.watcher(what)
    with _served(observation, settings, what):
        yield metrics


@contextmanager
def _served(observation: Observation, settings: ObservationSettings, what: str) -> Iterator[None]:
    if settings.http is None:
        yield
        return
    with serving(observation, settings.http) as address:
        sys.stdout.write(served_at(what, address))
        sys.stdout.flush()
        yield


def served_at(what: str, address: HttpAddress) -> str:
    """The line that prints the addresses of the pages of a program."""
    return f"{what}: http://{address}/metrics, /livez, /readyz\n"


def addresses_of(settings: ObservationSettings, names: Sequence[str]) -> Sequence[tuple[str, HttpAddress]]:
    """The HTTP address of each process, in the order of `names`; empty without `--http`."""
    if settings.http is None:
        return ()
    if settings.http.port == 0:
        raise LogFailed(f"--http {settings.http}: {len(names)} processes need a known port: choose one other than 0")
    return [(name, settings.http.shifted(number)) for number, name in enumerate(names)]


def parsed_http(text: str) -> HttpAddress:
    """An argparse type: HOST:PORT."""
    try:
        return parsed_address(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
