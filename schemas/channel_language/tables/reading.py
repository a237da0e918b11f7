"""Reads the tables beside a channel file as code lists; every error is one line with the table's file and line.

A table is CSV (RFC 4180) in UTF-8, with or without byte order mark. Blanks around a value do not count, empty rows
neither. An empty value says nothing: its key is not in the code list of its column.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from domain.identifiers import joined
from schemas.channel_language.tables.rule import TableRule
from schemas.yaml_files import YamlFileInvalid

MOST_BYTES: Final = 64 * 1024 * 1024
_PARTS_ARE_JOINED_BY: Final = "/"
_BYTE_ORDER_MARK: Final = "\ufeff"
_NAME: Final = re.compile(r"[A-Za-z0-9_.\-]{1,100}")


class TableText(NamedTuple):
    """A table as text, and its name in errors."""

    name: str
    text: str


Tables = Callable[[str], TableText]
"""The table that a channel file names; `YamlFileInvalid` where it cannot be had."""


def tables_in(folder: Path) -> Tables:
    """The tables that lie in the folder of a channel file, or below it."""
    return lambda file: _read(folder, file)


def published_tables(texts: Mapping[str, str], name: str) -> Tables:
    """The tables that travel with a published channel file, by what the file calls them; `name` is used in errors."""

    def table(file: str) -> TableText:
        if file not in texts:
            raise YamlFileInvalid(f"{name}: the table {file!r} was not published with the channel file")
        return TableText(f"{name}: {file}", texts[file])

    return table


def code_lists_of(rules: Mapping[str, TableRule], tables: Tables) -> Mapping[str, Mapping[str, str]]:
    """The code lists of all tables, as `TABLE.COLUMN`; `YamlFileInvalid` for the first that is wrong."""
    lists: dict[str, Mapping[str, str]] = {}
    for name, rule in rules.items():
        for column, codes in _columns_of(rule, tables(rule.file)).items():
            lists[f"{name}.{column}"] = codes
    return lists


def _columns_of(rule: TableRule, table: TableText) -> Mapping[str, Mapping[str, str]]:
    path = table.name
    rows = _rows(table, rule.delimiter)
    line, names = next(rows, (1, []))
    _check_names(path, line, names, rule.key)
    columns: dict[str, dict[str, str]] = {name: {} for name in names if name not in rule.key}
    lines: dict[str, int] = {}
    for line, values in rows:
        if len(values) != len(names):
            raise _wrong(path, line, f"{len(values)} values, and there are {len(names)} columns")
        row = dict(zip(names, values, strict=True))
        key = _key_of(path, line, row, rule.key)
        if key in lines:
            raise _wrong(path, line, f"the key {key!r} is there twice, first in line {lines[key]}")
        lines[key] = line
        for name, codes in columns.items():
            if row[name]:
                codes[key] = row[name]
    return columns


def _inside(folder: Path, file: str) -> Path:
    """The table's path; links are followed first, so that none leads out of the folder."""
    path = (folder / file).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise YamlFileInvalid(f"{folder / file}: a table lies in the folder of its channel file, or below it")
    return path


def _read(folder: Path, file: str) -> TableText:
    path = _inside(folder, file)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise YamlFileInvalid(f"{path}: more than the {MOST_BYTES} bytes that are read of a table")
        return TableText(str(path), path.read_bytes().decode())
    except OSError as error:
        raise YamlFileInvalid(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise YamlFileInvalid(f"{path}: not UTF-8") from None


def _rows(table: TableText, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not empty, each with the number of its last line."""
    lines = io.StringIO(table.text.removeprefix(_BYTE_ORDER_MARK), newline="")
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        for values in reader:
            stripped = [value.strip() for value in values]
            if any(stripped):
                yield reader.line_num, stripped
    except csv.Error as error:
        raise YamlFileInvalid(f"{table.name}: not CSV: {error}") from None


def _check_names(path: str, line: int, names: Sequence[str], key: Sequence[str]) -> None:
    if not names:
        raise _wrong(path, line, "the table is empty: its first row has the names of the columns")
    if wrong := [name for name in names if not _NAME.fullmatch(name)]:
        raise _wrong(path, line, f"{wrong[0]!r} is no name of a column: write letters, digits, `_`, `.` and `-`")
    if len(set(names)) != len(names):
        raise _wrong(path, line, "two columns have one name")
    if missing := [name for name in key if name not in names]:
        raise _wrong(path, line, f"no column {missing[0]!r}, which is in the key: there are {', '.join(names)}")
    if set(names) == set(key):
        raise _wrong(path, line, "no column beside the key: the table translates nothing")


def _key_of(path: str, line: int, row: Mapping[str, str], key: Sequence[str]) -> str:
    parts = [row[name] for name in key]
    if not all(parts):
        raise _wrong(path, line, f"a value of the key ({', '.join(key)}) is missing")
    if len(parts) == 1:
        return parts[0]
    return joined(parts, _PARTS_ARE_JOINED_BY)


def _wrong(path: str, line: int, reason: str) -> YamlFileInvalid:
    return YamlFileInvalid(f"{path}:{line}: {reason}")
