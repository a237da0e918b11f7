"""`orderline channel`: begins a channel file, checks files, and shows what one makes of a payload."""

import argparse
import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from connectors.erp.conversations.known_erps import load_erp_files
from connectors.log.clock import wall_clock_ms
from connectors.log.port import LogFailed
from dataflows.command_line.channels.examples import (
    differences_from,
    example_folder,
    examples_in,
    rules_for,
    shown,
)
from dataflows.command_line.channels.page import page_of
from dataflows.command_line.channels.template import template_of
from dataflows.command_line.channels.trial import tried
from dataflows.command_line.options.erp_folder import add_erps
from dataflows.command_line.produce import payloads_of
from dataflows.processes.exit_codes import EXIT_REFUSED
from domain.identifiers import ErpId
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.loader import load_channel_file
from schemas.erp_file import ErpFile
from schemas.shops import shops_of
from schemas.yaml_files import YamlFileInvalid


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `orderline channel` and its actions."""
    parser = commands.add_parser(
        "channel",
        help="begin a channel file, check files, try one on payloads, and print a page about it",
        description="A channel file describes one source. None of these actions needs a log.",
    )
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    _add_new(actions)
    _add_check(actions)
    _add_test(actions)
    _add_docs(actions)


def _add_new(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = actions.add_parser("new", help="write a channel file to begin with, DIR/NAME.yaml")
    parser.add_argument("name", metavar="NAME", help="the source_id: lower-case letters, digits and _")
    parser.add_argument("--channels", type=Path, required=True, metavar="DIR", help="the folder of your channel files")
    parser.set_defaults(run=run_new)


def _add_check(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = actions.add_parser("check", help="check channel files; one line for each mistake, and exit code 2")
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="a channel file")
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
    erps = load_erp_files(arguments.erps)
    mistakes = [mistake for file in arguments.files for mistake in _mistakes(file, erps)]
    for mistake in mistakes:
        sys.stderr.write(f"{mistake}\n")
    return EXIT_REFUSED if mistakes else 0


def _mistakes(file: Path, erps: Mapping[ErpId, ErpFile]) -> Sequence[str]:
    try:
        channel = load_channel_file(file, erps.keys())
        shops_of((channel,), erps)
    except YamlFileInvalid as invalid:
        return (str(invalid),)
    events = ", ".join(dict.fromkeys(rule.event for rule in channel.events))
    sys.stdout.write(f"{file}: right: source {channel.source_id}, version {channel.version}, {events}\n")
    return ()


def run_test(arguments: argparse.Namespace) -> int:
    """Compare the examples, or say what becomes of each document of a payload; 1 where the answer is no."""
    channel = load_channel_file(arguments.channel, _erp_ids(arguments.erps))
    if arguments.file is None:
        folder = arguments.examples or example_folder(arguments.channel, channel)
        return _compare(channel, folder, arguments.erps, write=arguments.write)
    if arguments.write or arguments.examples is not None:
        raise LogFailed("--write and --examples are for examples: leave them out, or leave out --file")
    records = payloads_of(channel.source_id, arguments.file)
    results = [result for record in records for result in tried(channel, record, wall_clock_ms())]
    sys.stdout.writelines(f"{result.text}\n" for result in results)
    return 0 if all(result.is_taken for result in results) else 1


def run_docs(arguments: argparse.Namespace) -> int:
    """Print the page."""
    channel = load_channel_file(arguments.channel, _erp_ids(arguments.erps))
    folder = arguments.examples or example_folder(arguments.channel, channel)
    examples = examples_in(folder, channel) if any(folder.glob("*.json")) else ()
    sys.stdout.write(page_of(arguments.channel, channel, examples))
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
