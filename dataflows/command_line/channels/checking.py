"""What `orderline channel check` says of channel files: the first mistake of each, and its warnings."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from domain.identifiers import ErpId
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.loader import load_channel_file
from schemas.channel_language.mistakes.constant_message_ids import constant_message_ids
from schemas.channel_language.mistakes.mistake import Mistake
from schemas.channel_language.mistakes.nodes_without_stock import nodes_without_stock
from schemas.erp_file import ErpFile
from schemas.shops import shops_of
from schemas.yaml_files import YamlFileInvalid, read_yaml


def check_files(named: Sequence[Path], erps: Mapping[ErpId, ErpFile]) -> bool:
    """Print a line for each file, of those in folders too; whether all are right."""
    files = [file for each in named for file in _files_of(each)]
    right: dict[Path, ChannelFile] = {}
    for file in files:
        try:
            channel = load_channel_file(file, erps.keys())
            shops_of((channel,), erps)
        except YamlFileInvalid as invalid:
            sys.stderr.write(f"{invalid}\n")
            continue
        right[file] = channel
        events = ", ".join(dict.fromkeys(rule.event for rule in channel.events))
        sys.stdout.write(f"{file}: right: source {channel.source_id}, version {channel.version}, {events}\n")
    is_right = right.keys() == set(files)
    for warning in _warnings(right) if is_right else ():
        sys.stderr.write(f"{warning}\n")
    return is_right


def _files_of(named: Path) -> Sequence[Path]:
    """An empty folder is taken for a file, which it is not: that is said as of any file that cannot be read."""
    return (named.is_dir() and sorted(named.glob("*.yaml"))) or (named,)


def _warnings(right: Mapping[Path, ChannelFile]) -> Iterator[YamlFileInvalid]:
    for file, channel in right.items():
        yield from (_warning(file, found) for found in constant_message_ids(channel))
    yield from _of_nodes(right)


def _warning(file: Path, found: Mistake) -> YamlFileInvalid:
    return read_yaml(file).invalid_at(found.steps, f"warning: {found.reason}")


def _of_nodes(right: Mapping[Path, ChannelFile]) -> Iterator[YamlFileInvalid]:
    """None while a file beside is wrong: it might be the one that has the node."""
    beside = {path for file in right for path in file.parent.glob("*.yaml")} - right.keys()
    try:
        known = {**right, **{path: load_channel_file(path) for path in sorted(beside)}}
    except YamlFileInvalid:
        return
    for file, channel in right.items():
        others = (each for path, each in known.items() if path != file)
        yield from (_warning(file, found) for found in nodes_without_stock(channel, others))
