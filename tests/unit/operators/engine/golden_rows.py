"""A row of every table as each released version wrote it: `golden_rows.json`, by table, then version, as hex.

`python -m tests.unit.operators.engine.golden_rows` adds the rows of versions that are not in the file; it changes none.
"""

import importlib
import json
import pkgutil
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import StrEnum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import operators
from operators.engine.tables import Table

FILE = Path(__file__).parent / "golden_rows.json"

Golden = dict[str, dict[str, str]]

NAMED_BEFORE = {"known_to_warehouse": "told"}
"""Fields that have other names than when their rows were released. Of rows that are stored by position: a name that is
stored cannot be changed without a new version."""


def read_golden() -> Golden:
    golden: Golden = json.loads(FILE.read_text("utf-8"))
    return golden


def all_tables() -> dict[str, Table[Any]]:
    """Every table that a module of the operators declares, by name."""
    found: dict[str, Table[Any]] = {}
    for module in pkgutil.walk_packages(operators.__path__, "operators."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, Table):
                assert found.setdefault(value.name, value) is value, f"two tables are called {value.name!r}"
    return dict(sorted(found.items()))


def sample(kind: Any, name: str = "row") -> Any:
    """A row, the same every time, in which nothing is left out: one element in each tuple, one key in each mapping."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is tuple:
        return tuple(sample(each, name) for each in arguments if each is not Ellipsis)
    if origin is dict:
        return {name: sample(arguments[1], name)}
    if origin in {Union, UnionType}:
        return sample(next(each for each in arguments if each is not NoneType), name)
    if origin is not None:
        return _generic(origin, arguments)
    return _simple(kind, name)


def _generic(origin: Any, arguments: tuple[Any, ...]) -> Any:
    """Of a row that is generic over what is in it."""
    meant = dict(zip(origin.__parameters__, arguments, strict=True))
    hints = (
        (name, hint[tuple(meant[each] for each in hint.__parameters__)])
        if getattr(hint, "__parameters__", ())
        else (name, hint)
        for name, hint in _hints_of(origin)
    )
    return origin(**{name: sample(hint, name) for name, hint in hints})


def _simple(kind: Any, name: str) -> Any:
    supertype = getattr(kind, "__supertype__", kind)
    if supertype in {str, int, bool}:
        return {str: f"a {name}", int: 1_000_000 + len(name), bool: True}[supertype]
    if issubclass(supertype, StrEnum):
        return next(iter(supertype))
    return supertype(**{each: sample(hint, NAMED_BEFORE.get(each, each)) for each, hint in _hints_of(supertype)})


def _hints_of(kind: type) -> Iterator[tuple[str, Any]]:
    hints = get_type_hints(kind)
    names = [field.name for field in fields(kind) if field.init] if is_dataclass(kind) else kind._fields  # type: ignore[attr-defined]  # a named tuple
    return ((name, hints[name]) for name in names)


def main() -> None:
    golden = read_golden() if FILE.exists() else {}
    for name, table in all_tables().items():
        golden.setdefault(name, {}).setdefault(str(table.version), table.encode(sample(table.row)).hex())
    FILE.write_text(json.dumps(golden, indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main()
