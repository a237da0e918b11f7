"""The command `orderline`: its subcommands, and how it reports an error (one line that says what to do)."""

import argparse
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pkgutil import resolve_name
from typing import Final

from connectors.log.port import Fenced, LogFailed
from connectors.log.storage import is_storage_error, storage_failed
from connectors.schema_registry import RegistryFailed
from dataflows.command_line.observing import add_logging, logging_before_parsing, logging_of
from dataflows.command_line.options.extensions import AddParser, added_commands
from dataflows.command_line.usage import OneLineParser
from dataflows.logs import start_logging, write_refusal
from dataflows.processes.exit_codes import EXIT_FENCED, EXIT_INTERRUPTED, EXIT_REFUSED
from schemas.avro.avro_files import BadSchema
from schemas.yaml_files import YamlFileInvalid

_COMMANDS: Final[Mapping[str, str]] = {
    "run": "dataflows.command_line.run:add_parser",
    "produce": "dataflows.command_line.produce:add_parser",
    "tail": "dataflows.command_line.tail:add_parser",
    "show": "dataflows.command_line.show:add_parser",
    "exceptions": "dataflows.command_line.exceptions.command:add_parser",
    "deadletters": "dataflows.command_line.deadletters:add_parser",
    "insights": "dataflows.command_line.insights:add_parser",
    "scenario": "dataflows.command_line.scenario:add_parser",
    "channel": "dataflows.command_line.channels.command:add_parser",
    "topics": "dataflows.command_line.contracts:add_topics",
    "schemas": "dataflows.command_line.contracts:add_schemas",
    "serve": "dataflows.command_line.serving.command:add_parser",
    "preflight": "dataflows.command_line.preflight:add_parser",
    "erp-connector": "dataflows.command_line.erp_connector:add_parser",
}
"""The function that declares each command, in the order of the help text.

Only the one that is called is imported: all together take longer to import than most commands to run.
"""
_REFUSALS = (LogFailed, RegistryFailed, YamlFileInvalid, BadSchema)
_DESCRIPTION = """\
The order and inventory brain of a distribution business.

A command that reads or writes a log names it: --data DIR (embedded, no other
process needed) or --bootstrap HOST:PORT (Kafka).

See the whole system run:
  orderline demo

Try your own payload:
  orderline produce source.portal.v1 --file FILE.jsonl --data DIR
  orderline run all --data DIR --until-idle
  orderline tail orders.events.v1 --data DIR --from-start
"""


class _CommandList(argparse.RawDescriptionHelpFormatter):
    """Leaves room for the longest command, which argparse measures without the indentation of subcommands."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=25)
        self._action_max_length = self._max_help_position


def parser(called: str = "") -> argparse.ArgumentParser:
    """The parser of the command of that name; if there is none, of all, those of installed extensions included."""
    orderline: argparse.ArgumentParser = OneLineParser(
        prog="orderline",
        description=_DESCRIPTION,
        formatter_class=_CommandList,
    )
    orderline.add_argument("--version", action="version", version=f"orderline {_version()}")
    commands = orderline.add_subparsers(required=True, metavar="COMMAND")
    for add_parser in _declarations(called):
        add_parser(commands)
    for command in commands_of(orderline):
        add_logging(command)
        command.set_defaults(command=command)
    return orderline


def _declarations(called: str) -> Iterator[AddParser]:
    if called in _COMMANDS:
        yield resolve_name(_COMMANDS[called])
        return
    added = added_commands()
    if called in added:
        yield added[called].load()
        return
    yield from map(resolve_name, _COMMANDS.values())
    for entry in added.values():
        yield entry.load()


def commands_of(root: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """The parsers of all commands that can be run, in the order of the help text."""
    below = [action for action in root._actions if isinstance(action, argparse._SubParsersAction)]  # noqa: SLF001 - argparse has no other way
    if not below:
        yield root
    for action in below:
        for command in action.choices.values():
            yield from commands_of(command)


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0, 1 (the answer is no), 2 (refused, with one line), 75 (fenced) or 130."""
    start_logging(logging_before_parsing(sys.argv[1:] if words is None else words))
    arguments = _arguments_of(words)
    start_logging(logging_of(arguments))
    try:
        code: int = arguments.run(arguments)
    except Fenced as error:
        return _refused(error, EXIT_FENCED)
    except _REFUSALS as error:
        return _refused(error, EXIT_REFUSED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except OSError as error:
        if not is_storage_error(error):
            raise
        return _refused(storage_failed(error.filename or "a file or standard output", error), EXIT_REFUSED)
    return code


def _arguments_of(words: Sequence[str] | None) -> argparse.Namespace:
    """The parsed arguments; an unknown one is refused by the subcommand that it was given to."""
    given = sys.argv[1:] if words is None else words
    arguments, unknown = parser(next(iter(given), "")).parse_known_args(given)
    if unknown:
        arguments.command.refuse_unknown(unknown)
    return arguments


def _version() -> str:
    try:
        return version("orderline")
    except PackageNotFoundError:
        return "(not installed: run `make install`)"


def _refused(error: Exception, code: int) -> int:
    write_refusal(" ".join(str(error).split()))
    return code


if __name__ == "__main__":
    sys.exit(main())
