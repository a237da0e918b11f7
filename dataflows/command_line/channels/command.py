"""`orderline channel`: begins a channel file, checks files, tries one on payloads, and publishes a version."""

import argparse
import sys
from collections.abc import Collection, Iterable
from pathlib import Path

from connectors.erp.conversations.known_erps import load_erp_files
from connectors.log.clock import wall_clock_ms
from connectors.log.port import LogFailed, Outgoing
from dataflows.assembly import load_rules
from dataflows.command_line.channels.checking import check_files
from dataflows.command_line.channels.examples import (
    differences_from,
    example_folder,
    examples_in,
    rules_for,
    shown,
)
from dataflows.command_line.channels.page import page_of
from dataflows.command_line.channels.publish import publish
from dataflows.command_line.channels.template import template_of
from dataflows.command_line.channels.trial import TriedDocument, tried
from dataflows.command_line.options.channel_folder import add_channels
from dataflows.command_line.options.erp_folder import add_erps
from dataflows.command_line.produce import UnreadableLine, payloads_of
from dataflows.command_line.where import add_application, add_where, log_of
from dataflows.processes.exit_codes import EXIT_REFUSED
from domain.identifiers import ErpId
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.loader import load_channel_file


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `orderline channel` and its actions."""
    parser = commands.add_parser(
        "channel",
        help="begin a channel file, check files, try one on payloads, print a page about it, publish a version",
        description="A channel file describes one source. Only publish needs a log.",
    )
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    _add_new(actions)
    _add_check(actions)
    _add_test(actions)
    _add_docs(actions)
    _add_publish(actions)


def _add_new(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = actions.add_parser("new", help="write a channel file to begin with, DIR/NAME.yaml")
    parser.add_argument("name", metavar="NAME", help="the source_id: lower-case letters, digits and _")
    parser.add_argument("--channels", type=Path, required=True, metavar="DIR", help="the folder of your channel files")
    parser.set_defaults(run=run_new)


def _add_check(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = actions.add_parser(
        "check",
        help="check channel files; one line for each mistake, and exit code 2",
        description="Print one line for each file, or for its first mistake; exit code 2 when there is one. "
        "A node that no warehouse of the files beside it has is a warning, and so is one message id for all documents.",
    )
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="a channel file, or a folder of them")
    add_erps(parser)
    parser.set_defaults(run=run_check)


def _add_test(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = actions.add_parser(
        "test",
        help="compare what a channel file makes of its examples with what is kept, or show it of payloads",
        description="Without --file, play each example (examples/SOURCE/NAME.json beside FILE) through the real flows, "
        "and compare what it becomes with NAME.expected.txt; exit code 1 when they differ. With --file, show what each "
        "document of a payload becomes; exit code 1 when one of them is refused.",
    )
    parser.add_argument("channel", type=Path, metavar="FILE", help="a channel file")
    parser.add_argument("--file", type=Path, metavar="PAYLOAD", help="a payload, as for `orderline produce`")
    parser.add_argument("--examples", type=Path, metavar="DIR", help="the folder of the examples, if it is another one")
    parser.add_argument("--write", action="store_true", help="keep what the examples become now; read the difference")
    add_erps(parser)
    parser.set_defaults(run=run_test)


def _add_docs(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = actions.add_parser(
        "docs", help="print a page about a channel file: its messages, fields, ids, code lists and examples (Markdown)"
    )
    parser.add_argument("channel", type=Path, metavar="FILE", help="a channel file")
    parser.add_argument("--examples", type=Path, metavar="DIR", help="the folder of the examples, if it is another one")
    add_erps(parser)
    parser.set_defaults(run=run_docs)


def _add_publish(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = actions.add_parser(
        "publish",
        help="publish a new version of a channel file to the intake that runs",
        description="Check FILE as intake will, with its tables, and publish it on reference.channels.v1. Every "
        "replica of intake uses it for what the source sends from then on; what was sent before is mapped by the "
        "version before. Refused, with exit code 2: a version that is not higher than the one in force, and a change "
        "that counts from a start of the flows on.",
    )
    parser.add_argument("channel", type=Path, metavar="FILE", help="a channel file")
    add_where(parser)
    add_application(parser)
    add_channels(parser)
    add_erps(parser)
    parser.set_defaults(run=run_publish)


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
    return 0 if check_files(arguments.files, load_erp_files(arguments.erps)) else EXIT_REFUSED


def run_test(arguments: argparse.Namespace) -> int:
    """Compare the examples, or say what becomes of each document of a payload; 1 where the answer is no."""
    channel = load_channel_file(arguments.channel, _erp_ids(arguments.erps))
    if arguments.file is None:
        folder = arguments.examples or example_folder(arguments.channel, channel)
        return _compare(channel, folder, arguments.erps, write=arguments.write)
    if arguments.write or arguments.examples is not None:
        raise LogFailed("--write and --examples are for examples: leave them out, or leave out --file")
    records = payloads_of(channel.source_id, arguments.file)
    results = [result for record in records for result in _tried(channel, record)]
    sys.stdout.writelines(f"{result.text}\n" for result in results)
    return 0 if all(result.is_taken for result in results) else 1


def _tried(channel: ChannelFile, record: Outgoing | UnreadableLine) -> Iterable[TriedDocument]:
    if isinstance(record, UnreadableLine):
        return (TriedDocument(f"cannot be read: {record.reason}", is_taken=False),)
    return tried(channel, record, wall_clock_ms())


def run_docs(arguments: argparse.Namespace) -> int:
    """Print the page."""
    channel = load_channel_file(arguments.channel, _erp_ids(arguments.erps))
    folder = arguments.examples or example_folder(arguments.channel, channel)
    examples = examples_in(folder, channel) if any(folder.glob("*.json")) else ()
    sys.stdout.write(page_of(arguments.channel, channel, examples))
    return 0


def run_publish(arguments: argparse.Namespace) -> int:
    """Publish the file, and say from when on it is used."""
    log, rules = log_of(arguments), load_rules(arguments.channels, arguments.erps)
    publication = publish(log, arguments.channel, rules, wall_clock_ms())
    sent = publication.published
    sys.stdout.write(
        f"{arguments.channel}: version {sent.version} of {sent.source_id} ({sent.fingerprint}) is "
        f"{publication.outcome}\n"
    )
    sys.stdout.flush()
    return 0


def _compare(channel: ChannelFile, folder: Path, erps: Path, *, write: bool) -> int:
    rules = rules_for(channel, erps)
    differing = 0
    for example in examples_in(folder, channel):
        text = shown(channel, example, rules)
        lines = list(differences_from(example, text))
        verdict = "as expected" if not lines else "written" if write else "differs"
        sys.stdout.write(f"{example.name}: {verdict}{f' ({example.says})' if example.says else ''}\n")
        sys.stdout.writelines(lines)
        if write and lines:
            example.expected.write_text(text, encoding="utf-8")
        differing += bool(lines)
    return 1 if differing and not write else 0


def _erp_ids(folder: Path) -> Collection[ErpId]:
    return load_erp_files(folder).keys()
