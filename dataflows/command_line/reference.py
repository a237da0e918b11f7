"""`python -m dataflows.command_line.reference`: writes the reference pages of the command line and of the metrics.

A test compares the pages in `docs/reference/` with what this writes.
"""

import argparse
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from connectors.observation.reference import metrics_page
from dataflows.command_line.main import commands_of, parser
from dataflows.command_line.usage import EXIT_CODES

REFERENCE: Final = Path(__file__).parents[2] / "docs" / "reference"

_HEADING: Final = "<!-- Written by `python -m dataflows.command_line.reference`. Do not edit. -->\n"

_INTRODUCTION: Final = """
# Commands

The same as `orderline COMMAND --help` prints. A command that is refused writes one line to standard error,
`orderline: ...`, which says what to do. Log lines have another form, described in `dataflows/logs.py`.

| exit code | meaning |
|---|---|
"""


def pages() -> Mapping[str, str]:
    """The text of each page by its file name."""
    return {"commands.md": _HEADING + "".join(_commands_page()), "metrics.md": _HEADING + metrics_page()}


def _commands_page() -> Iterator[str]:
    yield _INTRODUCTION
    yield from (f"| {code} | {meaning} |\n" for code, meaning in EXIT_CODES.items())
    for command in commands_of(parser()):
        yield from _section(command)


def _section(command: argparse.ArgumentParser) -> Iterator[str]:
    yield f"\n## `{command.prog}`\n"
    if command.description:
        yield f"\n{command.description.strip()}\n"
    for group in command._action_groups:  # noqa: SLF001 - argparse shows its declarations nowhere else
        shown = [action for action in group._group_actions if action.help != argparse.SUPPRESS]  # noqa: SLF001
        if options := [action for action in shown if not isinstance(action, argparse._HelpAction)]:  # noqa: SLF001
            yield from _table(group.title or "options", options)
    for one_of in command._mutually_exclusive_groups:  # noqa: SLF001
        names = ", ".join(f"`{action.option_strings[0]}`" for action in one_of._group_actions)  # noqa: SLF001
        yield f"\n{'Exactly' if one_of.required else 'At most'} one of {names}.\n"


def _table(title: str, actions: Iterable[argparse.Action]) -> Iterator[str]:
    what = "argument" if title == "positional arguments" else "option"
    heading = what if title in {"options", "positional arguments"} else f"{what} ({title})"
    yield f"\n| {heading} | meaning |\n|---|---|\n"
    for action in actions:
        needed = " Required." if action.required and action.option_strings else ""
        said = (action.help or "") % {**vars(action), "prog": ""}
        yield f"| `{_written(action)}` | {said.replace('|', chr(92) + '|')}{needed} |\n"


def _written(action: argparse.Action) -> str:
    """The argument as it is typed."""
    if not action.option_strings:
        return str(action.metavar or action.dest).replace("|", "\\|")
    if action.nargs == 0:
        return action.option_strings[0]
    value = action.metavar or action.dest.upper()
    return f"{action.option_strings[0]} {value if isinstance(value, str) else ' '.join(value)}"


def main() -> None:
    """Write the pages."""
    for name, text in pages().items():
        (REFERENCE / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
