"""All X12 that others wrote goes through the reader: a table says what became of each folder's files."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

from connectors.formats.documents import Defect, LazyNode
from connectors.formats.outcomes import UnreadableRecord
from connectors.formats.x12.documents import documents_of
from connectors.formats.x12.interchanges import read_x12
from tests.fixture_sets import FixtureSet

READ = "read"
ENVELOPES = ("ISA", "GS", "ST", "SE", "GE", "IEA", "*")


def decoded(path: Path) -> str:
    """As a channel file would have it: UTF-8, or else Latin-1."""
    content = path.read_bytes()
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("latin-1")


def outcomes_of(path: Path) -> Iterator[str]:
    """What became of each document of a file, alike for what is wrong alike."""
    try:
        found = documents_of(read_x12(decoded(path)))
    except UnreadableRecord as unreadable:
        yield f"unreadable: {unreadable.reason}"
        return
    for one in found:
        yield f"defect: {one.field}: {one.reason}" if isinstance(one, Defect) else f"{READ}: {kind_of(one)}"


def kind_of(document: object) -> str:
    assert isinstance(document, dict)
    st = document.get("ST")
    return f"{st['01']}" if isinstance(st, LazyNode) else "TA1"


def collection_of(fixtures: FixtureSet, path: Path) -> str:
    return path.relative_to(fixtures.folder).parts[0]


def test_every_file_has_its_outcomes(fixtures: FixtureSet, capsys: pytest.CaptureFixture[str]) -> None:
    table = Table(
        "folder", "documents", "what became of them", title=f"X12 files, {fixtures.name}", title_justify="left"
    )
    found: dict[str, Counter[str]] = {}
    for path in fixtures.files(fixtures.x12):
        outcomes = list(outcomes_of(path))
        assert outcomes, path
        found.setdefault(collection_of(fixtures, path), Counter()).update(outcomes)
    for folder, counted in sorted(found.items()):
        for outcome, times in sorted(counted.items()):
            table.add_row(folder, str(times), outcome)
    with capsys.disabled():
        console = Console(width=170)
        console.print()
        console.print(table)
    assert any(outcome.startswith(READ) for counted in found.values() for outcome in counted)


def test_what_is_read_has_every_element_of_its_file(fixtures: FixtureSet) -> None:
    """Nothing between ST and SE is lost on the way into a document."""
    for path in fixtures.files(fixtures.x12):
        outcomes = list(outcomes_of(path))
        if all(outcome.startswith(READ) for outcome in outcomes):
            text = decoded(path)
            kept = {found for one in documents_of(read_x12(text)) for found in texts_of(one)}
            assert set() == elements_of(text) - kept, path


def elements_of(text: str) -> set[str]:
    """All elements between the envelopes, of a file of one element separator."""
    separator = text[text.index("ISA") + 3]
    lines = (line.strip() for line in text.replace("~", "\n").replace("!", "\n").splitlines())
    inside = (line.split(separator)[1:] for line in lines if not line.startswith(ENVELOPES))
    return {part.strip() for parts in inside for part in parts} - {""}


def texts_of(node: object) -> Iterator[str]:
    if isinstance(node, dict | LazyNode):
        for inner in dict(node.items()).values():
            yield from texts_of(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from texts_of(inner)
    else:
        yield str(node)
