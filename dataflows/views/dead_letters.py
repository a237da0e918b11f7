"""Dead letters as a person and as a program read them."""

import base64
from collections.abc import Iterator
from typing import Any, Final

from connectors.log.dead_letters import DeadLetter
from dataflows.views.readable import as_text, headers_of, printable, time_of

_SHORT: Final = 100


def line_of(letter: DeadLetter) -> str:
    """Where, when, of what, and why, shortened."""
    reason = printable(letter.reason)
    shown = reason if len(reason) <= _SHORT else f"{reason[:_SHORT]}..."
    place = f"{letter.record.partition}/{letter.record.offset}"
    return f"{place:<8} {time_of(letter.record.timestamp_ms * 1_000)}  {printable(letter.original_place)}  {shown}"


def lines_of(letter: DeadLetter, *, is_kept: bool) -> Iterator[str]:
    """All of it; `is_kept`: the original record still lies in its topic."""
    record = letter.record
    value = record.value or b""
    offsets = "" if letter.last_offset == letter.first_offset else f" to {letter.last_offset}"
    yield from (
        letter.place,
        f"  written   {time_of(record.timestamp_ms * 1_000)}",
        f"  reason    {printable(letter.reason)}",
        f"  stage     {printable(letter.stage)}",
        f"  origin    {printable(letter.original_place)}{offsets}, {'still there' if is_kept else 'no longer there'}",
        f"  key       {'none' if record.key is None else _quoted(record.key.encode(errors='surrogateescape'))}",
        *(f"  header    {printable(name)} = {_quoted(text)}" for name, text in letter.foreign_headers),
        f"  value     {count_of(len(value), 'byte')}{', the first of a larger one' if letter.is_cut else ''}",
        *(f"    {each}" for each in _quoted_lines(value)),
    )


def letter_as_json(letter: DeadLetter) -> dict[str, Any]:
    """Without its bytes."""
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
    """As text where it is text, else in base64."""
    value = letter.record.value
    if value is None:
        return {"value": None}
    try:
        return {"value": value.decode()}
    except UnicodeDecodeError:
        return {"value_base64": base64.b64encode(value).decode()}


def count_of(number: int, word: str) -> str:
    """A number with its noun."""
    return f"{number} {word}{'s' * (number != 1)}"


def _quoted(value: bytes) -> str:
    return printable(as_text(value))


def _quoted_lines(value: bytes) -> Iterator[str]:
    yield from map(_quoted, value.splitlines())
