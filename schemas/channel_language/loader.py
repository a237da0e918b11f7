"""Reads channel files; every error is one line with file, line and field."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

import yaml
from pydantic import ValidationError
from yaml.constructor import SafeConstructor

from schemas.channel_language.channel_file import ChannelFile

CHANNELS: Final = Path(__file__).parents[1] / "channels"
"""The channel files that come with Orderline."""


class ChannelFileBroken(ValueError):
    """A channel file that cannot be used; the message says where and why, in one line."""


def load_channel_files(folder: Path = CHANNELS) -> Mapping[str, ChannelFile]:
    """All channel files of a folder, by source_id; `ChannelFileBroken` for the first that is wrong."""
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise ChannelFileBroken(f"{folder}: no channel file (*.yaml) in this folder")
    files: dict[str, ChannelFile] = {}
    for path in paths:
        channel = load_channel_file(path)
        if channel.source_id in files:
            raise ChannelFileBroken(f"{path}: source_id {channel.source_id!r} is taken by another file")
        files[channel.source_id] = channel
    return MappingProxyType(files)


def load_channel_file(path: Path) -> ChannelFile:
    """One channel file; `ChannelFileBroken` says what is wrong with it."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ChannelFileBroken(f"{path}: cannot be read: {error}") from None
    return parse_channel_file(text, str(path))


def parse_channel_file(text: str, name: str) -> ChannelFile:
    """A channel file from its text; `name` is what errors call it."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        content = None if node is None else SafeConstructor().construct_document(node)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ChannelFileBroken(f"{name}:{line}: not YAML: {error.problem}") from None
    except yaml.YAMLError as error:
        raise ChannelFileBroken(f"{name}: not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(content, dict):
        raise ChannelFileBroken(f"{name}:1: a channel file is a mapping")
    _refuse_repeated_keys(node, name)
    try:
        return ChannelFile.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(step) for step in first["loc"]) or "file"
        reason = first["msg"].removeprefix("Value error, ")
        raise ChannelFileBroken(f"{name}:{_line_of(node, first['loc'])}: {field}: {reason}") from None


def _refuse_repeated_keys(node: yaml.Node | None, name: str) -> None:
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _refuse_repeated_keys(item, name)
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                raise ChannelFileBroken(f"{name}:{key.start_mark.line + 1}: {key.value}: is written twice")
            seen.add(key.value)
            _refuse_repeated_keys(value, name)


def _line_of(node: yaml.Node | None, steps: Sequence[str | int]) -> int:
    """The line of the deepest step that is written in the file; steps that are only types are passed over."""
    line = node.start_mark.line if node else 0
    for step in steps:
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line
        elif isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == step:
                    node, line = value, key.start_mark.line
                    break
    return line + 1
