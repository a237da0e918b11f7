"""`orderline channel`: begins a channel file, checks files, and shows what one makes of a payload."""

import argparse
import sys
from collections.abc import Collection, Sequence
from pathlib import Path

from connectors.erp.conversations.known_erps import load_erp_files
from connectors.log.clock import wall_clock_ms
from connectors.log.port import LogFailed
from dataflows.assembly import ERP_FILES
from dataflows.command_line.channels.template import template_of
from dataflows.command_line.channels.trial import tried
from dataflows.command_line.produce import payloads_of
from dataflows.processes.exit_codes import EXIT_REFUSED
from domain.identifiers import ErpId
from schemas.channel_language.loader import load_channel_file
from schemas.yaml_files import YamlFileInvalid


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `orderline channel` and its three actions."""
    parser = commands.add_parser(
        "channel",
        help="begin a channel file, check files, and try one on a payload",
        description="A channel file describes one source. None of these actions needs a log.",
    )
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    _add_new(actions)
    _add_check(actions)
    _add_test(actions)


def _add_new(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = actions.add_parser("new", help="write a channel file to begin with, DIR/NAME.yaml")
    parser.add_argument("name", metavar="NAME", help="the source_id: lower-case letters, digits and _")
    parser.add_argument("--channels", type=Path, required=True, metavar="DIR", help="the folder of your channel files")
    parser.set_defaults(run=run_new)


def _add_check(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = actions.add_parser("check", help="check channel files; one line for each mistake, and exit code 2")
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="a channel file")
    _add_erps(parser)
    parser.set_defaults(run=run_check)


def _add_test(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = actions.add_parser(
        "test", help="show what a channel file makes of payloads; exit code 1 when one of them is refused"
    )
    parser.add_argument("channel", type=Path, metavar="FILE", help="a channel file")
    parser.add_argument("--file", type=Path, required=True, metavar="PAYLOAD", help="as for `orderline produce`")
    _add_erps(parser)
    parser.set_defaults(run=run_test)


def _add_erps(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--erps",
        type=Path,
        default=ERP_FILES,
        metavar="DIR",
        help="folder of ERP files (default: those in the release)",
    )


def run_new(arguments: argparse.Namespace) -> int:
    """Write a file to begin with."""
    text = template_of(arguments.name)
    file: Path = arguments.channels / f"{arguments.name}.yaml"
    if file.exists():
        raise LogFailed(f"{file} is there already: choose another name")
    arguments.channels.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{file} is written; next: change it, then `orderline channel check {file}`\n")
    return 0


def run_check(arguments: argparse.Namespace) -> int:
    """Every file is read, so that all mistakes are seen at once: one of each file."""
    erp_ids = _erp_ids(arguments.erps)
    mistakes = [mistake for file in arguments.files for mistake in _mistakes(file, erp_ids)]
    for mistake in mistakes:
        sys.stderr.write(f"{mistake}\n")
    return EXIT_REFUSED if mistakes else 0


def _mistakes(file: Path, erp_ids: Collection[ErpId]) -> Sequence[str]:
    try:
        channel = load_channel_file(file, erp_ids)
    except YamlFileInvalid as invalid:
        return (str(invalid),)
    events = ", ".join(dict.fromkeys(rule.event for rule in channel.events))
    sys.stdout.write(f"{file}: right: source {channel.source_id}, version {channel.version}, {events}\n")
    return ()


def run_test(arguments: argparse.Namespace) -> int:
    """Say what becomes of each document; 1 where one is refused."""
    channel = load_channel_file(arguments.channel, _erp_ids(arguments.erps))
    records = payloads_of(channel.source_id, arguments.file)
    results = [result for record in records for result in tried(channel, record, wall_clock_ms())]
    sys.stdout.writelines(f"{result.text}\n" for result in results)
    return 0 if all(result.is_taken for result in results) else 1


def _erp_ids(folder: Path) -> Collection[ErpId]:
    return load_erp_files(folder).keys()
