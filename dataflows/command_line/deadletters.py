"""`orderline deadletters`: lists records that could not be read, and sends them again once the cause is fixed."""

import argparse
import json
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from connectors.dead_letter_box import LetterFilter, letters_of, original_of
from connectors.log.clock import wall_clock_ms
from connectors.log.dead_letters import DEAD_LETTERS, DeadLetter
from connectors.log.port import LogFailed
from connectors.log.storage import writing
from connectors.topic_reader import TopicReader
from dataflows.command_line.retry_deadletters import retry
from dataflows.command_line.tail import require_topic
from dataflows.command_line.where import add_application, add_where, log_of
from dataflows.views.dead_letters import count_of, letter_as_json, line_of, lines_of, value_as_json
from schemas.contracts.source_topics import source_topic

_LETTER: Final = re.compile(rf"(?:{re.escape(DEAD_LETTERS)}/)?(\d+)/(\d+)")
_AGE: Final = re.compile(r"(\d+)([smhd])")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `orderline deadletters` and its four actions."""
    parser = commands.add_parser(
        "deadletters",
        help="inspect dead letters and send them again",
        description="Records that could not be read: list them, show one, send them again, or export them.",
    )
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    for name, words in (
        ("list", "list dead letters, one a line"),
        ("show", "show one dead letter in full: headers, reason, origin, bytes"),
        ("retry", "send records again to the topic they came from, each at most once"),
        ("export", "write dead letters as JSON lines, or to files"),
    ):
        action = actions.add_parser(name, help=words, description=words)
        _add_letters(action, one=name == "show")
        add_where(action)
        action.set_defaults(run=run, action=name)
        if name == "list":
            action.add_argument("--json", action="store_true", help="one JSON object per line")
        if name == "retry":
            add_application(action)
            action.add_argument("--all", action="store_true", help="retry every dead letter, without a filter")
            action.add_argument("--again", action="store_true", help="include records that an earlier retry has sent")
        if name == "export":
            action.add_argument(
                "--to", type=Path, metavar="DIR", help="write letters.jsonl and one file per value to this folder"
            )


def _add_letters(parser: argparse.ArgumentParser, *, one: bool) -> None:
    words = {"type": _letter, "metavar": "PARTITION/OFFSET", "help": f"position of a dead letter in {DEAD_LETTERS}"}
    if one:
        parser.add_argument("letters", nargs=1, **words)  # type: ignore[arg-type]  # argparse's own types
        parser.set_defaults(topic=None, source=None, reason=None, since=None)
        return
    parser.add_argument("letters", nargs="*", **words)  # type: ignore[arg-type]  # argparse's own types
    parser.add_argument("--topic", help="only records of this topic")
    parser.add_argument("--source", metavar="SOURCE_ID", help="only records of this source")
    parser.add_argument("--reason", metavar="TEXT", help="only dead letters with this text in their reason")
    parser.add_argument(
        "--since",
        type=_since_ms,
        metavar="WHEN",
        help="only dead letters since a time (2026-11-21T09:00:00Z) or an age (30m, 12h, 7d)",
    )


def _letter(text: str) -> tuple[int, int]:
    found = _LETTER.fullmatch(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not PARTITION/OFFSET, e.g. 0/12")
    return int(found[1]), int(found[2])


def _since_ms(text: str) -> int:
    if (age := _AGE.fullmatch(text)) is not None:
        with suppress(OverflowError):
            return wall_clock_ms() - int(timedelta(**{_UNITS[age[2]]: int(age[1])}).total_seconds() * 1_000)
    with suppress(ValueError):
        moment = datetime.fromisoformat(text)
        return int(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() * 1_000)
    raise argparse.ArgumentTypeError(f"{text!r} is neither a time (2026-11-21T09:00:00Z) nor an age (30m, 12h, 7d)")


def filter_of(arguments: argparse.Namespace) -> LetterFilter:
    """The filter that the options describe; `LogFailed` when `--source` and `--topic` contradict each other."""
    topic = arguments.topic if arguments.source is None else source_topic(arguments.source)
    if arguments.topic not in (None, topic):
        raise LogFailed(f"--source {arguments.source} is the topic {topic}: leave out --topic")
    return LetterFilter(frozenset(arguments.letters), topic, arguments.reason, arguments.since)


def run(arguments: argparse.Namespace) -> int:
    """Run one of the four actions; the exit code."""
    log, wanted = log_of(arguments), filter_of(arguments)
    if arguments.action == "retry" and not arguments.all and wanted == LetterFilter(frozenset()):
        raise LogFailed("name dead letters (PARTITION/OFFSET), a filter, or --all")
    with closing(log.open_reader()) as reader:
        if wanted.topic is not None:
            require_topic(reader, wanted.topic)
        letters = _found(reader, wanted)
        match arguments.action:
            case "list":
                return _list(letters, as_json=arguments.json)
            case "show":
                return _show(reader, letters[0])
            case "retry":
                return retry(log, reader, letters, again=arguments.again)
            case _:
                return _export(letters, arguments.to)


def _found(reader: TopicReader, wanted: LetterFilter) -> Sequence[DeadLetter]:
    """The letters by the time they were written; `LogFailed` names the first that does not exist."""
    found = sorted(letters_of(reader, wanted), key=lambda letter: letter.record.timestamp_ms)
    missing = set(wanted.places) - {(letter.record.partition, letter.record.offset) for letter in found}
    if missing:
        partition, offset = min(missing)
        raise LogFailed(
            f"there is no dead letter {DEAD_LETTERS}/{partition}/{offset}: see `orderline deadletters list`"
        )
    return found


def _list(letters: Sequence[DeadLetter], *, as_json: bool) -> int:
    for letter in letters:
        line = json.dumps(letter_as_json(letter)) if as_json else line_of(letter)
        sys.stdout.write(f"{line}\n")
    if not as_json:
        sys.stdout.write(f"{count_of(len(letters), 'dead letter')}\n")
    sys.stdout.flush()
    return 0


def _show(reader: TopicReader, letter: DeadLetter) -> int:
    is_kept = original_of(reader, letter) is not None
    sys.stdout.writelines(f"{line}\n" for line in lines_of(letter, is_kept=is_kept))
    sys.stdout.flush()
    return 0


def _export(letters: Sequence[DeadLetter], folder: Path | None) -> int:
    if folder is None:
        sys.stdout.writelines(f"{json.dumps(letter_as_json(letter) | value_as_json(letter))}\n" for letter in letters)
        sys.stdout.flush()
        return 0
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "letters.jsonl").write_text("".join(_files(folder, letters)))
    sys.stdout.write(f"{count_of(len(letters), 'dead letter')} in {folder}\n")
    return 0


def _files(folder: Path, letters: Sequence[DeadLetter]) -> Iterator[str]:
    for letter in letters:
        name = f"{letter.record.partition}-{letter.record.offset}.bin"
        (folder / name).write_bytes(letter.record.value or b"")
        yield f"{json.dumps(letter_as_json(letter) | {'file': name})}\n"
