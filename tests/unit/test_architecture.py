"""The house's rules about who may know whom, held by a test: imports point downwards."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

MAY_IMPORT = {
    "domain": {"domain"},
    "schemas": {"domain", "schemas"},
    "connectors": {"domain", "schemas", "connectors"},
    "operators": {"domain", "schemas", "connectors", "operators"},
    "dataflows": {"domain", "schemas", "connectors", "operators", "dataflows"},
}
OUTSIDE_WORLD = {"confluent_kafka", "rocksdict", "urllib3", "http", "sqlite3", "urllib", "prometheus_client"}
ENVIRONMENT = {"environ", "getenv"}


def modules_of(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield (node.module or "").split(".")[0]


@pytest.mark.parametrize("room", sorted(MAY_IMPORT))
def test_imports_point_downwards(room: str) -> None:
    allowed = MAY_IMPORT[room]
    wrong = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules_of(room)
        for name in imports_of(path)
        if name in MAY_IMPORT.keys() | {"tests"} and name not in allowed
    }
    assert set() == wrong


def test_the_domain_knows_only_the_standard_library_and_itself() -> None:
    wrong = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules_of("domain")
        for name in imports_of(path)
        if name != "domain" and name not in sys.stdlib_module_names
    }
    assert set() == wrong


def test_the_domain_reads_no_clock_and_no_chance() -> None:
    wrong = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules_of("domain")
        for name in imports_of(path)
        if name in {"time", "datetime", "random", "secrets", "os"}
    }
    assert set() == wrong


@pytest.mark.parametrize("room", ("domain", "schemas", "operators", "dataflows"))
def test_only_connectors_talk_to_the_outside(room: str) -> None:
    wrong = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules_of(room)
        for name in imports_of(path)
        if name in OUTSIDE_WORLD
    }
    assert set() == wrong


def test_nothing_reads_the_environment_and_nothing_pickles() -> None:
    wrong = set()
    for room in MAY_IMPORT:
        for path in modules_of(room):
            names = {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
            if names & ENVIRONMENT or {"pickle", "marshal", "shelve"} & set(imports_of(path)):
                wrong.add(str(path.relative_to(ROOT)))
    assert set() == wrong


def test_every_package_is_named_in_the_build() -> None:
    declared = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    packages = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for room in MAY_IMPORT
        for path in (ROOT / room).rglob("__init__.py")
    }
    assert set() == {name for name in packages if f'"{name}"' not in declared}
