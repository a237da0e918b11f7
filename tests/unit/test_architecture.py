"""The house's rules about who may know whom, held by a test: imports point downwards."""

import ast
import re
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

MAY_IMPORT = {
    "domain": {"domain"},
    "schemas": {"domain", "schemas"},
    "connectors": {"domain", "schemas", "connectors"},
    "operators": {"domain", "schemas", "connectors", "operators"},
    "dataflows": {"domain", "schemas", "connectors", "operators", "dataflows"},
    "demo": {"domain", "schemas", "connectors", "operators", "dataflows", "demo"},
    "benchmarks": {"domain", "schemas", "connectors", "operators", "dataflows", "demo", "benchmarks"},
}
PRODUCTION = ("domain", "schemas", "connectors", "operators", "dataflows")
ROOMS = MAY_IMPORT.keys() | {"tests"}
OUTSIDE_WORLD = {
    "confluent_kafka",
    "h11",
    "http",
    "prometheus_client",
    "rocksdict",
    "sqlite3",
    "starlette",
    "urllib",
    "urllib3",
    "uvicorn",
}
ENVIRONMENT = {"environ", "getenv"}
RULES = ("orders", "inventory", "dispatch", "edi", "insights")
LOOSE_FILES_AT_MOST = 16


def modules_of(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


@cache
def modules_imported(path: Path) -> Sequence[str]:
    """The full names, also of what is imported out of a package."""
    return tuple(_modules_imported(path))


def _modules_imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield node.module or ""
            yield from (f"{node.module}.{name.name}" for name in node.names)


def imports_of(path: Path) -> Iterator[str]:
    yield from (name.split(".")[0] for name in modules_imported(path))


def wrong_imports(folder: str, *forbidden: str) -> set[str]:
    return {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules_of(folder)
        for name in modules_imported(path)
        if any(name == module or name.startswith(f"{module}.") for module in forbidden)
    }


@pytest.mark.parametrize("room", sorted(MAY_IMPORT))
def test_imports_point_downwards(room: str) -> None:
    assert modules_of(room)
    assert set() == wrong_imports(room, *(ROOMS - MAY_IMPORT[room]))


@pytest.mark.parametrize("rules", RULES)
def test_packages_of_rules_share_messages_only(rules: str) -> None:
    others = [f"domain.{other}" for other in RULES if other != rules]
    assert modules_of(f"domain/{rules}")
    assert set() == wrong_imports(f"domain/{rules}", *others)


def test_messages_know_no_rules() -> None:
    assert set() == wrong_imports("domain/messages", *(f"domain.{rules}" for rules in RULES))


def test_the_engine_knows_nothing_of_the_product() -> None:
    product = ("operators.steps", "operators.machines", *(f"domain.{rules}" for rules in RULES))
    assert set() == wrong_imports("operators/engine", *product)


def test_formats_know_no_log_and_logs_know_no_formats() -> None:
    logs = ("connectors.kafka", "connectors.embedded")
    assert set() == wrong_imports("connectors/formats", *logs)
    for log in logs:
        assert set() == wrong_imports(log.replace(".", "/"), "connectors.formats", "connectors.erp")
    assert set() == wrong_imports("connectors/log", *logs)


def test_no_room_has_a_circle_of_modules() -> None:
    known = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): path for room in MAY_IMPORT for path in modules_of(room)
    }
    imports = {name: {each for each in modules_imported(path) if each in known} for name, path in known.items()}
    while leaves := {name for name, names in imports.items() if not names & imports.keys()}:
        for name in leaves:
            del imports[name]
    assert {} == imports


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_a_folder_has_no_more_loose_files_than_a_newcomer_can_look_over(room: str) -> None:
    folders = {path.parent for path in modules_of(room)}
    counts = {str(folder.relative_to(ROOT)): len(list(folder.glob("*.py"))) - 1 for folder in folders}
    too_full = {folder: count for folder, count in counts.items() if count > LOOSE_FILES_AT_MOST}
    assert {} == too_full


def test_the_domain_knows_only_the_standard_library_and_itself() -> None:
    wrong = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules_of("domain")
        for name in imports_of(path)
        if name != "domain" and name not in sys.stdlib_module_names
    }
    assert set() == wrong


def test_the_domain_reads_no_clock_and_no_chance() -> None:
    assert set() == wrong_imports("domain", "time", "datetime", "random", "secrets", "os")


@pytest.mark.parametrize("room", ("domain", "schemas", "operators", "dataflows"))
def test_only_connectors_talk_to_the_outside(room: str) -> None:
    assert set() == wrong_imports(room, *OUTSIDE_WORLD)


def test_admin_clients_are_made_in_one_place() -> None:
    """Any other would be destroyed by the garbage collector, in whatever thread it runs."""
    makers = {
        str(path.relative_to(ROOT))
        for room in PRODUCTION
        for path in modules_of(room)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("AdminClient")
    }
    assert {"connectors/kafka/admin.py"} == makers


def test_parsed_arguments_stay_in_the_command_that_parsed_them() -> None:
    """A function that takes them is the command's own `run`, or makes settings or a value of them (`..._of`)."""
    wrong = set()
    for path in (*modules_of("dataflows"), *modules_of("demo")):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef) and _takes_arguments(function):
                is_border = function.name.startswith("run") or function.name.endswith("_of")
                if not {"command_line", "brokers"} & set(path.parts) or not is_border:
                    wrong.add(f"{path.relative_to(ROOT)}: {function.name}")
    assert set() == wrong


def _takes_arguments(function: ast.FunctionDef) -> bool:
    given = (*function.args.args, *function.args.kwonlyargs)
    return any(each.annotation is not None and "Namespace" in ast.unparse(each.annotation) for each in given)


def test_yaml_is_read_in_one_place() -> None:
    readers = {path.relative_to(ROOT) for room in MAY_IMPORT for path in modules_of(room) if "yaml" in imports_of(path)}
    assert {Path("schemas/yaml_files.py")} == readers


def test_nothing_reads_the_environment_and_nothing_pickles() -> None:
    wrong = set()
    for room in (*PRODUCTION, "demo"):
        for path in modules_of(room):
            if path.is_relative_to(ROOT / "demo" / "brokers"):  # chosen by KAFKA=, for development only
                continue
            names = {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
            if names & ENVIRONMENT or {"pickle", "marshal", "shelve"} & set(imports_of(path)):
                wrong.add(str(path.relative_to(ROOT)))
    assert set() == wrong


@pytest.mark.parametrize(
    ("rooms", "build"), ((PRODUCTION, ROOT / "pyproject.toml"), (("demo",), ROOT / "demo" / "pyproject.toml"))
)
def test_every_package_is_named_in_the_build(rooms: tuple[str, ...], build: Path) -> None:
    declared = build.read_text(encoding="utf-8")
    packages = {
        ".".join(path.parent.relative_to(ROOT).parts) for room in rooms for path in (ROOT / room).rglob("__init__.py")
    }
    assert set() == {name for name in packages if f'"{name}"' not in declared}


def names_of_types(path: Path) -> Iterator[str]:
    """The classes that a module defines, and the names that it gives to types; type variables are no types."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef):
            yield node.name
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name, value = node.targets[0].id, ast.unparse(node.value)
            if re.fullmatch(r"_?[A-Z]+[a-z]\w*", name) and not value.startswith(("TypeVar", "ParamSpec")):
                yield name


def test_one_name_of_a_type_means_one_thing() -> None:
    places: dict[str, list[str]] = {}
    for room in (*PRODUCTION, "demo"):
        for path in modules_of(room):
            for name in names_of_types(path):
                places.setdefault(name, []).append(str(path.relative_to(ROOT)))
    assert {} == {name: found for name, found in places.items() if len(found) > 1}
