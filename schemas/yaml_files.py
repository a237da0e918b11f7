"""YAML as we read it: the unambiguous part of YAML 1.2, and errors that name file, line and column.

| written | read as |
|---|---|
| `true` `True` `TRUE`, `false` `False` `FALSE` | a boolean |
| `null` `Null` `NULL` `~`, or nothing | null |
| decimal digits, no leading zero, with or without a sign | an integer |
| anything else: `NO`, `yes`, `12:30`, `2026-11-28`, `007`, `1_000`, `1.5` | text, as it is written |
| a key | text, as it is written |

YAML 1.1 makes a boolean of the country code `NO`, 750 of `12:30`, 7 of `007`, and a float of `1.5`; money and units are
never floats here. A key that is written twice is refused, as are anchors, aliases and tags: a few lines of aliases can
expand to gigabytes.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from yaml.composer import Composer

from schemas.yaml_faults import words_of

_LARGEST_BYTES: Final = 1_048_576
_DEEPEST: Final = 32
_CONSTANTS: Final[Mapping[str, bool | None]] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("null", "Null", "NULL", "~", "")),
}
_INTEGER: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,18})")
_READ_DIFFERENTLY: Final = re.compile(r"[\t\r?\x85\u2028\u2029\ufeff]|^%|[|>][^\n]*#", re.MULTILINE)
"""Libyaml accepts more of tabs, other line ends, directives, and comments after `|`, and reads `?` in its own way."""

Model = TypeVar("Model", bound=BaseModel)


class YamlFileInvalid(ValueError):
    """A file that cannot be used; the message is one line that begins with the file."""


@dataclass(frozen=True, slots=True)
class YamlFile:
    """A file that holds a mapping: its content, and where each part of it is written."""

    name: str
    content: Mapping[str, Any]
    node: yaml.Node

    def as_model(self, model: type[Model], **given: object) -> Model:
        """The content as `model`, with extra fields that are not in the file; reports the first wrong field."""
        content = {**self.content, **given}
        try:
            return model.model_validate(content)
        except ValidationError as error:
            raise self._invalid(error, model, content) from None

    def invalid(self, field: str, reason: str) -> YamlFileInvalid:
        """The error for one of the file's own fields."""
        return _refusal(self.name, self._mark_of((field,)), f"{field}: {reason}")

    def invalid_at(self, steps: Sequence[str | int], reason: str) -> YamlFileInvalid:
        """The error for what is at the end of these names and positions; those that no file has are left out."""
        written: list[str | int] = []
        content: Any = self.content
        for step in steps:
            is_name = isinstance(content, Mapping) and step in content
            if is_name or (isinstance(content, list) and isinstance(step, int) and step < len(content)):
                content = content[step]
                written.append(step)
        return _refusal(self.name, self._mark_of(written), f"{'.'.join(map(_step_text, written))}: {reason}")

    def _invalid(self, error: ValidationError, model: type[BaseModel], content: Mapping[str, Any]) -> YamlFileInvalid:
        faults = [(_steps_of(fault, content), fault) for fault in error.errors(include_url=False)]
        steps = _misspelt(faults) or faults[0][0]
        here = [fault for place, fault in faults if place == steps]
        field = f"{'.'.join(map(_step_text, steps))}: " if steps else ""
        others = len(faults) - len(here)
        more = f" (and {others} more)" if others else ""
        return _refusal(self.name, self._mark_of(steps), f"{field}{words_of(here, model)}{more}")

    def _mark_of(self, steps: Sequence[str | int]) -> yaml.Mark:
        """The position of the deepest of these steps that is in the file; steps that are only types are skipped."""
        node, mark = self.node, self.node.start_mark
        for step in steps:
            if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                mark = node.start_mark
            elif isinstance(node, yaml.MappingNode):
                for key, value in node.value:
                    if key.value == step:
                        node, mark = value, key.start_mark
                        break
        return mark


def read_yaml(path: Path) -> YamlFile:
    """The mapping in a file, or `YamlFileInvalid`."""
    return parse_yaml(read_text(path), str(path))


def read_text(path: Path) -> str:
    """The text of a file of YAML, or `YamlFileInvalid`."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise YamlFileInvalid(f"{path}: cannot be read: {error.strerror}") from None
    if len(data) > _LARGEST_BYTES:
        raise YamlFileInvalid(f"{path}: {len(data)} bytes, more than the {_LARGEST_BYTES} that are read")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line, column = _place_of(data[: error.start].decode())
        raise YamlFileInvalid(f"{path}:{line}:{column}: not UTF-8") from None


def parse_yaml(text: str, name: str) -> YamlFile:
    """The mapping in a text; `name` is used in errors."""
    try:
        node = _compose(text)
        content = _Values(name).of(node) if isinstance(node, yaml.MappingNode) else None
    except yaml.MarkedYAMLError as error:
        problem = error.problem or ""
        reason = f"{error.context} {problem}" if problem.startswith("but ") else problem
        raise _refusal(name, error.problem_mark or error.context_mark, f"not YAML: {reason}") from None
    except yaml.reader.ReaderError as error:
        line, column = _place_of(text[: error.position])
        raise YamlFileInvalid(
            f"{name}:{line}:{column}: not YAML: the character U+{error.character:04X} is not allowed"
        ) from None
    if node is None or content is None:
        raise YamlFileInvalid(f"{name}:1:1: must be a mapping of fields, one `field: value` a line")
    return YamlFile(name, content, node)


def _compose(text: str) -> yaml.Node | None:
    """Libyaml reads it twenty times as fast; what it refuses is read again by PyYAML, whose verdict and words count."""
    if not _READ_DIFFERENTLY.search(text):
        with suppress(yaml.YAMLError, UnicodeEncodeError):
            return yaml.compose(text, Loader=_QuickComposer)
    return yaml.compose(text, Loader=_Composer)


def as_yaml(content: Mapping[str, Any]) -> str:
    """A mapping written so that `parse_yaml` reads the same again; keys keep their order."""
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120, default_flow_style=False)


def _steps_of(fault: ErrorDetails, content: Any) -> Sequence[str | int]:  # noqa: ANN401 - any part of a file
    """The names and positions on the way to a fault; Pydantic adds steps for types, which no file has."""
    found: list[str | int] = []
    for step in fault["loc"]:
        is_name = isinstance(content, Mapping) and step in content
        if is_name or (isinstance(content, list) and isinstance(step, int) and step < len(content)):
            content = content[step]
            found.append(step)
    return [*found, fault["loc"][-1]] if fault["type"] == "missing" else found


def _misspelt(faults: Sequence[tuple[Sequence[str | int], ErrorDetails]]) -> Sequence[str | int]:
    """Where the required field that the first fault misses stands under a name that is alike; empty when nowhere."""
    missing, fault = faults[0]
    if fault["type"] != "missing":
        return ()
    beside = {
        str(steps[-1]): steps
        for steps, other in faults
        if other["type"] == "extra_forbidden" and steps[:-1] == missing[:-1]
    }
    close = get_close_matches(str(missing[-1]), beside, n=1)
    return beside[close[0]] if close else ()


def _step_text(step: str | int) -> str:
    """A name, or a position in a list, counted from 1 as a reader of the file counts."""
    return str(step + 1) if isinstance(step, int) else step


def _refusal(name: str, mark: "yaml.Mark | None", reason: str) -> YamlFileInvalid:
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return YamlFileInvalid(f"{name}:{line}:{column}: {' '.join(reason.split())}")


def _place_of(before: str) -> tuple[int, int]:
    """Line and column of a mark, both from 1."""
    return before.count("\n") + 1, len(before) - before.rfind("\n")


class _StrictComposer(Composer):
    """Composes the nodes of a document; refuses anchors, aliases, tags, and nesting deeper than `_DEEPEST`."""

    _depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:  # noqa: ARG002 - PyYAML calls it so
        """As PyYAML's, which also gives each node the tag of what it looks like: nothing here reads tags."""
        event = self.get_event()  # type: ignore[attr-defined]  # PyYAML's stubs leave it out
        start: Any = event.start_mark  # of PyYAML or of libyaml: they look alike, and have no type in common
        end: Any = event.end_mark
        if getattr(event, "anchor", None) is not None:
            raise yaml.MarkedYAMLError(
                problem="anchors and aliases are refused: write the value out", problem_mark=start
            )
        if getattr(event, "tag", None) is not None:
            raise yaml.MarkedYAMLError(problem="tags are refused", problem_mark=start)
        if self._depth == _DEEPEST:
            raise yaml.MarkedYAMLError(problem=f"nested deeper than {_DEEPEST}", problem_mark=start)
        if isinstance(event, yaml.ScalarEvent):
            return yaml.ScalarNode("", event.value, start, end, style=event.style)
        self._depth += 1
        try:
            return self._sequence(start) if isinstance(event, yaml.SequenceStartEvent) else self._mapping(start)
        finally:
            self._depth -= 1

    def _sequence(self, start: yaml.Mark) -> yaml.Node:
        items: list[yaml.Node | None] = []
        while not self.check_event(yaml.SequenceEndEvent):  # type: ignore[attr-defined]
            items.append(self.compose_node(None, 0))
        return yaml.SequenceNode("", items, start, self.get_event().end_mark)  # type: ignore[attr-defined]

    def _mapping(self, start: yaml.Mark) -> yaml.Node:
        items: list[tuple[yaml.Node | None, yaml.Node | None]] = []
        while not self.check_event(yaml.MappingEndEvent):  # type: ignore[attr-defined]
            items.append((self.compose_node(None, 0), self.compose_node(None, 0)))
        return yaml.MappingNode("", items, start, self.get_event().end_mark)  # type: ignore[attr-defined]


class _Composer(_StrictComposer, yaml.SafeLoader):
    """Reads with PyYAML."""


class _QuickComposer(_StrictComposer, yaml.CSafeLoader):
    """Reads with libyaml."""

    def __init__(self, stream: str) -> None:
        yaml.CSafeLoader.__init__(self, stream)
        Composer.__init__(self)


class _Values:
    """Converts nodes to values."""

    def __init__(self, name: str) -> None:
        self._name = name

    def of(self, node: yaml.Node) -> Any:  # noqa: ANN401 - any value of a file
        if isinstance(node, yaml.SequenceNode):
            return [self.of(item) for item in node.value]
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node)
        return node.value if getattr(node, "style", None) else _plain(node.value)

    def _mapping(self, node: yaml.MappingNode) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _refusal(self._name, key.start_mark, "a key must be text")
            if key.value in found:
                raise _refusal(self._name, key.start_mark, f"{key.value}: is written twice")
            found[key.value] = self.of(value)
        return found


def _plain(text: str) -> bool | int | str | None:
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    return int(text) if _INTEGER.fullmatch(text) else text
