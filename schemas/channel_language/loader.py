"""Reads channel files; every error is one line with file, line, column and field."""

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Final

from pydantic import TypeAdapter, ValidationError

from domain.identifiers import ErpId, SourceId
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.mistakes.code_lists import wrong_code_lists
from schemas.channel_language.mistakes.constants import wrong_constants
from schemas.channel_language.mistakes.rules_that_never_fit import rules_taken_for_repeats, rules_that_never_fit
from schemas.channel_language.sources import Id
from schemas.channel_language.tables.reading import Tables, code_lists_of, tables_in
from schemas.channel_language.tables.rule import TableRule
from schemas.yaml_files import YamlFile, YamlFileInvalid, parse_yaml, read_text

CHANNELS: Final = Path(__file__).parents[1] / "channels"
"""The channel files that come with Orderline."""
_MISTAKES: Final = (wrong_code_lists, rules_that_never_fit, rules_taken_for_repeats, wrong_constants)
_TABLES: Final = TypeAdapter(dict[Id, TableRule])


def load_channel_files(
    folder: Path = CHANNELS, erp_ids: Collection[ErpId] | None = None
) -> Mapping[SourceId, ChannelFile]:
    """All channel files of a folder, by source_id; `YamlFileInvalid` for the first that is wrong.

    `erp_ids` are those that have an ERP file; without them it is not checked.
    """
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise YamlFileInvalid(f"{folder}: no channel file (*.yaml) in this folder")
    files: dict[SourceId, ChannelFile] = {}
    for path in paths:
        channel = load_channel_file(path, erp_ids)
        if channel.source_id in files:
            raise YamlFileInvalid(f"{path}: source_id {channel.source_id!r} is taken by another file")
        require_alike_scopes(str(path), channel, files.values())
        files[channel.source_id] = channel
    return MappingProxyType(files)


def require_alike_scopes(name: str, last: ChannelFile, others: Iterable[ChannelFile]) -> None:
    """Sources of one channel name its orders by the same number of fields, or they would never mean the same order."""
    for other in others:
        shared = (last.channels or frozenset()) & (other.channels or frozenset())
        if shared and (len(last.order_scope), last.scopes_orders) != (len(other.order_scope), other.scopes_orders):
            raise YamlFileInvalid(
                f"{name}: source {other.source_id!r} makes the order ids of channel {min(shared)!r} of other fields: "
                "order_scope and order_release must agree"
            )


def load_channel_file(path: Path, erp_ids: Collection[ErpId] | None = None) -> ChannelFile:
    """One channel file; raises `YamlFileInvalid` with the reason."""
    return parse_channel_file(read_text(path), str(path), tables_in(path.parent), erp_ids)


def parse_channel_file(
    text: str, name: str, tables: Tables | None = None, erp_ids: Collection[ErpId] | None = None
) -> ChannelFile:
    """A channel file from its text; `name` is used in errors; by default its tables lie beside a file of this name."""
    channel = _without_tables(text, name) or _checked(parse_yaml(text, name), tables or tables_in(Path(name).parent))
    for field, erp_id in (("erp_id", channel.erp_id), ("reports_to", channel.reports_to)):
        if erp_ids is not None and erp_id is not None and erp_id not in erp_ids:
            known = ", ".join(sorted(erp_ids))
            reason = f"there is no ERP file for {erp_id!r}: choose from {known}, or add one (--erps)"
            raise parse_yaml(text, name).invalid(field, reason)
    return channel


@lru_cache(maxsize=128)
def _without_tables(text: str, name: str) -> ChannelFile | None:
    """The file that a text says alone, checked once however often it is read; None where tables say more."""
    file = parse_yaml(text, name)
    return None if file.content.get("tables") else _checked(file, tables_in(Path(name).parent))


def _checked(file: YamlFile, tables: Tables) -> ChannelFile:
    channel = file.as_model(ChannelFile, **_with_tables(file, tables))
    for mistake in chain.from_iterable(find(channel) for find in _MISTAKES):
        raise file.invalid_at(mistake.steps, mistake.reason)
    return channel


def _with_tables(file: YamlFile, tables: Tables) -> Mapping[str, object]:
    """The code lists of the file and of its tables; none where the file is to be refused for them."""
    written = file.content.get("code_lists", {})
    try:
        rules = _TABLES.validate_python(file.content.get("tables", {}))
    except ValidationError:
        return {}
    if not rules or not isinstance(written, Mapping):
        return {}
    lists = code_lists_of(rules, tables)
    if taken := sorted(set(lists) & set(written)):
        raise file.invalid_at(("code_lists", taken[0]), "is the name of a column of a table as well")
    return {"code_lists": {**written, **lists}}
