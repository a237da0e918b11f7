"""Dead letters as text for people and as JSON for programs."""

import base64
from collections.abc import Iterator
from typing import Any, Final

from connectors.log.dead_letters import DeadLetter
from dataflows.views.readable import as_text, headers_of, printable, time_of

_SHORT: Final = 100


def line_of(letter: DeadLetter) -> str:
    """One line: position, time, origin, and the reason, shortened."""
    reason = printable(letter.reason)
    shown = reason if len(reason) <= _SHORT else f"{reason[:_SHORT]}..."
    place = f"{letter.record.partition}/{letter.record.offset}"
    return f"{place:<8} {time_of(letter.record.timestamp_ms * 1_000)}  {printable(letter.original_place)}  {shown}"


def lines_of(letter: DeadLetter, *, is_kept: bool) -> Iterator[str]:
    """The letter in full; `is_kept`: the original record is still in its topic."""
    record = letter.record
    value = record.value or b""
    offsets = "" if letter.last_offset == letter.first_offset else f" to {letter.last_offset}"
    yield from (
        letter.place,
        f"  written   {time_of(record.timestamp_ms * 1_000)}",
        f"  reason    {printable(letter.reason)}",
        f"  stage     {printable(letter.stage)}",
        f"  origin    {printable(letter.original_place)}{offsets}, {'still' if is_kept else 'no longer'} in its topic",
        f"  key       {'none' if record.key is None else _quoted(record.key.encode(errors='surrogateescape'))}",
        *(f"  header    {printable(name)} = {_quoted(text)}" for name, text in letter.foreign_headers),
        f"  value     {count_of(len(value), 'byte')}{', the start of a larger value' if letter.is_cut else ''}",
        *(f"    {each}" for each in _quoted_lines(value)),
    )


def letter_as_json(letter: DeadLetter) -> dict[str, Any]:
    """The letter without the bytes of its value."""
    return {
        "letter": letter.place,
        "written_at": time_of(letter.record.timestamp_ms * 1_000),
        "original_topic": letter.source.topic,
        "original_partition": letter.source.partition,
        "original_offset": letter.first_offset,
        **({"original_last_offset": letter.last_offset} if letter.is_gap else {}),
        "stage": letter.stage,
        "reason": letter.reason,
        "key": letter.record.key if letter.record.key is None else printable(letter.record.key),
        "headers": headers_of(letter.foreign_headers),
        "bytes": len(letter.record.value or b""),
        "is_cut": letter.is_cut,
    }


def value_as_json(letter: DeadLetter) -> dict[str, str | None]:
    """The value as text when it is UTF-8, else in base64."""
    value = letter.record.value
    if value is None:
        return {"value": None}
    try:
        return {"value": value.decode()}
    except UnicodeDecodeError:
        return {"value_base64": base64.b64encode(value).decode()}


def count_of(number: int, word: str) -> str:
    """A number with its noun, in the plural when it is not one."""
    return f"{number} {word}{'s' * (number != 1)}"


def _quoted(value: bytes) -> str:
    return printable(as_text(value))


def _quoted_lines(value: bytes) -> Iterator[str]:
    yield from map(_quoted, value.splitlines())
