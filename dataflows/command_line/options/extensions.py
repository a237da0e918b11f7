"""Commands and feeds of other packages, found by entry point, so that production imports none of them.

| group | an entry is |
|---|---|
| `orderline.commands` | a function that declares subcommands, `add_parser(commands)` |
| `orderline.feeds` | a `RecordFeed` of `orderline produce`, under the name of the entry |
"""

import argparse
from collections.abc import Callable, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Protocol, TypeAlias

from dataflows.settings import LogSettings

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - the type has no other name
AddParser = Callable[[Commands], None]


class RecordFeed(Protocol):
    """Generates the records that `orderline produce` otherwise reads from a file."""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Declare the options of the feed."""
        ...

    def run(self, where: LogSettings, arguments: argparse.Namespace) -> int:
        """Write the feed to a log; the exit code."""
        ...


def added_commands() -> Mapping[str, EntryPoint]:
    """The commands of the installed packages by name, in the order of the names; each loads as an `AddParser`."""
    entries = {entry.name: entry for entry in entry_points(group="orderline.commands")}
    return {name: entries[name] for name in sorted(entries)}


def added_feeds() -> Mapping[str, RecordFeed]:
    """The installed feeds by name."""
    return {entry.name: entry.load() for entry in entry_points(group="orderline.feeds")}
