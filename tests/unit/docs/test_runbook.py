"""The runbook names every class of case, every stage of dead letters, and only messages that the code has."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from domain.messages.cases import CaseClass

PROJECT = Path(__file__).parents[3]
RUNBOOK = (PROJECT / "docs" / "runbook.md").read_text(encoding="utf-8")
_ROOMS = ("domain", "schemas", "connectors", "operators", "dataflows")


def section(heading: str) -> str:
    return RUNBOOK.partition(f"## {heading}\n")[2].partition("\n## ")[0]


def trees() -> Iterator[ast.AST]:
    for room in _ROOMS:
        for file in sorted((PROJECT / room).rglob("*.py")):
            yield ast.parse(file.read_text(encoding="utf-8"))


def case_classes_in_use() -> set[str]:
    """`CaseClass.X` anywhere but in the enumeration itself."""
    return {
        node.attr
        for tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "CaseClass"
    }


def text_of(node: ast.AST) -> str:
    """The words of a string, those of an f-string without its values."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return " ".join(map(text_of, node.values))
    return ""


def texts() -> str:
    """All that the code can say, and the names of its classes."""
    nodes = [node for tree in trees() for node in ast.walk(tree)]
    said = [text_of(node) for node in nodes if isinstance(node, ast.Constant | ast.JoinedStr)]
    return "\n".join([*said, *(node.name for node in nodes if isinstance(node, ast.ClassDef))])


def test_there_is_a_row_for_every_class_of_case_that_the_code_raises_and_for_no_other() -> None:
    rows = set(re.findall(r"^\| ([A-Z_]+) \|", section("Exception cases"), re.MULTILINE))
    assert case_classes_in_use() == rows


def test_classes_without_a_row_are_said_to_be_unused() -> None:
    unused = set(re.findall(r"^`([A-Z_]+)`", section("Exception cases"), re.MULTILINE))
    assert {str(case_class) for case_class in CaseClass} - case_classes_in_use() == unused


def test_every_message_that_the_runbook_explains_is_one_of_the_code() -> None:
    words = texts()
    messages = re.findall(r"^\| `([^`]+)` \|", section("Messages that end a flow"), re.MULTILINE)
    assert len(messages) > 30
    assert [] == [message for message in messages if message not in words]


def test_every_message_has_one_row_with_a_reason_and_a_remedy() -> None:
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in section("Messages that end a flow").splitlines()
        if line.startswith("| `")
    ]
    assert [] == [row for row in rows if len(row) != 3 or not all(row)]
    messages = [row[0] for row in rows]
    assert sorted(set(messages)) == sorted(messages)


def test_every_stage_of_dead_letters_has_a_row() -> None:
    stages = set(re.findall(r'Dead\(.*, "(\w+)"[,)]', "\n".join(sources())))
    rows = section("Dead letters")
    assert {"read", "decode", "poison"} <= stages
    assert [] == [stage for stage in sorted(stages) if f"/{stage}`" not in rows]
    assert "/poll`" in rows


def sources() -> list[str]:
    return [file.read_text(encoding="utf-8") for file in sorted((PROJECT / "operators").rglob("*.py"))]
