"""Compares what a scenario expects with its outcome: only what is named is compared."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where the outcome is not as expected."""

    when: str
    """`step 3`, or `end`."""
    path: str
    """The names on the way, with dots."""
    reason: str

    def __str__(self) -> str:
        return f"{self.when}: {self.path}: {self.reason}"


def differences(expected: object, outcome: object, when: str) -> Sequence[Difference]:
    """All differences.

    A mapping is compared by the names that it has, null meaning that the name must be missing; a list in full, in its
    order; a number or a text by its value (`5`, `5.0` and `"5"` are one quantity).
    """
    return [Difference(when, path.lstrip(".") or "outcome", reason) for path, reason in _walk("", expected, outcome)]


def _walk(path: str, expected: object, found: object) -> Iterator[tuple[str, str]]:
    if expected is None:
        if found is not _ABSENT:
            yield path, f"expected nothing, found {_shown(found)}"
    elif found is _ABSENT:
        yield path, f"expected {_shown(expected)}, found nothing"
    elif isinstance(expected, Mapping) and isinstance(found, Mapping):
        for name, value in expected.items():
            yield from _walk(f"{path}.{name}", value, found.get(name, _ABSENT))
    elif isinstance(expected, list) and isinstance(found, Sequence) and not isinstance(found, str):
        if len(expected) != len(found):
            count = f"{len(expected)} {'entry' if len(expected) == 1 else 'entries'}"
            yield path, f"expected {count}, found {len(found)}: {_shown(found)}"
        for number, (value, actual) in enumerate(zip(expected, found, strict=False), start=1):
            yield from _walk(f"{path}.{number}", value, actual)
    elif not _is_same(expected, found):
        yield path, f"expected {_shown(expected)}, found {_shown(found)}"


def _is_same(expected: Any, found: Any) -> bool:  # noqa: ANN401 - any value of a file
    if isinstance(expected, Mapping | list) or isinstance(found, Mapping | list):
        return False
    return _plain(expected) == _plain(found)


def _plain(value: object) -> str:
    """A text that equal values share; trailing zeros of a decimal fraction say nothing."""
    text = str(value)
    is_fraction = "." in text and text.replace(".", "", 1).lstrip("-").isdigit()
    return text.rstrip("0").rstrip(".") if is_fraction else text


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_shown(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_shown, value)) + "]"
    return str(value)
