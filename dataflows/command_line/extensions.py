"""What other packages add to the command line: found by entry point, so that production knows none of them.

| group | an entry is |
|---|---|
| `orderline.commands` | a function that declares subcommands, `add_parser(commands)` |
| `orderline.feeds` | a `RecordFeed` of `orderline produce`, under the name of the entry |
"""

import argparse
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import entry_points
from typing import Protocol, TypeAlias

from dataflows.settings import LogSettings

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - the type has no other name
AddParser = Callable[[Commands], None]


class RecordFeed(Protocol):
    """Records that are made, where `orderline produce` otherwise reads them from a file."""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Declare what the feed is made of."""
        ...

    def run(self, where: LogSettings, arguments: argparse.Namespace) -> int:
        """Send the feed to a log; the exit code."""
        ...


def added_commands() -> Iterator[AddParser]:
    """Those that are installed, in the order of their names."""
    for entry in sorted(entry_points(group="orderline.commands"), key=lambda entry: entry.name):
        yield entry.load()


def added_feeds() -> Mapping[str, RecordFeed]:
    """Those that are installed, by name."""
    return {entry.name: entry.load() for entry in entry_points(group="orderline.feeds")}
