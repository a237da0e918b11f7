"""`orderline channel docs`: the page about a channel file, with its examples."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from dataflows.command_line.channels.examples import ARRIVES_AT_MS, Example
from dataflows.command_line.channels.trial import tried
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.reference.file_page import file_page


def page_of(file: Path, channel: ChannelFile, examples: Sequence[Example]) -> str:
    """The page as Markdown."""
    return "\n".join((file_page(channel, _introduction(file)), *_examples(channel, examples)))


def _introduction(file: Path) -> str:
    """The comment with which the file begins."""
    lines = file.read_text(encoding="utf-8").splitlines()
    begun = [line.removeprefix("#").strip() for line in lines[: _first_other(lines)]]
    return " ".join(line for line in begun if not line.startswith("yaml-language-server"))


def _first_other(lines: Sequence[str]) -> int:
    return next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))


def _examples(channel: ChannelFile, examples: Sequence[Example]) -> Iterator[str]:
    if examples:
        yield "\n## Examples"
    for example in examples:
        yield f"\n### {example.name}\n\n{example.says}".rstrip()
        if example.record.headers:
            headers = "\n".join(f"{name}: {value.decode()}" for name, value in example.record.headers)
            yield f"\n```text\n{headers}\n```"
        yield f"\n{_fenced(_payload(example.record.value or b''))}"
        became = "\n".join(document.text for document in tried(channel, example.record, ARRIVES_AT_MS))
        yield f"\nbecomes\n\n{_fenced(became)}\n"


def _payload(value: bytes) -> str:
    text = value.decode("utf-8", "replace")
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except ValueError:
        return text


def _fenced(text: str) -> str:
    """In a block that nothing in the text can end."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}text\n{text.rstrip()}\n{fence}"
