"""No regular expression that meets foreign text takes more than a time in proportion to it: neither ours nor a file's.

Channel files have none of their own, on purpose (ADR 0031), but `extensions.leave_out`, whose `*` is one in disguise.
So it is enough to try all that are in the code, each on long texts of every sort of character that it knows.
"""

import pkgutil
import re
import time
from collections.abc import Iterator, Sequence
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest

import connectors.files
import connectors.formats
import connectors.ingest
import schemas
from connectors.formats.content import extensions_of

ROOMS = (schemas, connectors.formats, connectors.files, connectors.ingest)
SIZE = 20_000
MOST_CPU_S = 0.5
"""What is quadratic takes some times as long for so many characters; what is exponential never ends."""
SORTS = "aZ09 .,+-_/{}[]()\"'~*^$=:;<>@#?!&|\\%\t\r\n\0é\u2028"
TEXTS = (
    *(sort * SIZE + "\x01" for sort in SORTS),
    *(f"{one}{other}" * (SIZE // 2) + "\x01" for one in "a0 .,*" for other in "0a .,~=\n"),
)
"""One character again and again, alone or by turns, and an end that does not fit."""
ONLY_WHOLE = {
    "connectors.formats.edifact.segments._WITH_COMMA",
    "connectors.formats.records.json_records._SMALL_EXPONENT",
}
"""Patterns that are never searched for in a text, but matched with all of it."""

AnyPattern = re.Pattern[str] | re.Pattern[bytes]


def modules_below(package: ModuleType) -> Iterator[ModuleType]:
    yield package
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield import_module(found.name)


def patterns() -> dict[str, AnyPattern]:
    return {
        f"{module.__name__}.{name}": value
        for room in ROOMS
        for module in modules_below(room)
        for name, value in vars(module).items()
        if isinstance(value, re.Pattern)
    }


PATTERNS = patterns()


def cost_s(pattern: AnyPattern, texts: Sequence[str] = TEXTS, *, only_whole: bool = False) -> float:
    """Of the costliest text."""
    worst_s = 0.0
    for text in texts:
        subject: Any = text if isinstance(pattern.pattern, str) else text.encode()
        began_s = time.process_time()
        pattern.fullmatch(subject)
        if not only_whole:
            pattern.search(subject)
        worst_s = max(worst_s, time.process_time() - began_s)
    return worst_s


def test_there_are_patterns_to_look_at() -> None:
    assert len(PATTERNS) > 10


@pytest.mark.parametrize("name", sorted(PATTERNS))
def test_a_pattern_takes_no_longer_than_its_text_is(name: str) -> None:
    assert cost_s(PATTERNS[name], only_whole=name in ONLY_WHOLE) < MOST_CPU_S


def test_stars_of_a_channel_file_do_not_blow_up() -> None:
    began_s = time.process_time()
    kept = extensions_of({"a" * 100_000: "1"}, frozenset(), ("*a" * 400 + "b", "*" * 900 + "b", "a*" * 400 + "*b"))
    assert 1 == len(kept)
    assert time.process_time() - began_s < MOST_CPU_S


def test_a_pattern_that_blows_up_would_be_found() -> None:
    """It is no worse than quadratic, so that the test comes to an end."""
    assert cost_s(re.compile(r"[a-z]*[a-z0-9]*="), ["a" * 2 * SIZE], only_whole=True) > MOST_CPU_S
