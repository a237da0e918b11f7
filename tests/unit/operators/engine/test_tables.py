"""Stored rows outlive the release that wrote them: what it wrote is read, upgraded where need be, or refused."""

from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from operators.engine.tables import Table, UnreadableState
from tests.unit.operators.engine.golden_rows import all_tables, read_golden, sample

TABLES = all_tables()
GOLDEN = read_golden()
VERSIONS = [
    pytest.param(TABLES[name], int(version), bytes.fromhex(stored), id=f"{name} {version}")
    for name, versions in GOLDEN.items()
    for version, stored in versions.items()
]


@dataclass(frozen=True, slots=True)
class Box:
    """A row as the third release of its table has it: before, it held centimetres, and before that no unit."""

    text: str
    millimetres: int


def with_unit(row: dict[str, Any]) -> dict[str, Any]:
    return {"text": row["text"], "centimetres": row["size"]}


def finer(row: dict[str, Any]) -> dict[str, Any]:
    return {"text": row["text"], "millimetres": row["centimetres"] * 10}


BOXES: Table[Box] = Table("box", Box, version=3, upgrades={1: with_unit, 2: finer})


def stored(version: int, **row: object) -> bytes:
    return bytes((version,)) + msgspec.msgpack.encode(row)


@pytest.mark.parametrize(
    "written",
    (
        stored(1, text="b", size=7),
        stored(2, text="b", centimetres=7),
        stored(3, text="b", millimetres=70),
    ),
)
def test_a_row_of_an_earlier_release_is_read_and_rewritten_in_the_current_layout(written: bytes) -> None:
    row = BOXES.decode(written)
    assert Box("b", 70) == row
    assert stored(3, text="b", millimetres=70) == BOXES.encode(row)


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_what_a_later_release_wrote_is_refused_with_what_to_do(table: Table[Any]) -> None:
    later = table.version + 1
    written = bytes((later,)) + table.encode(sample(table.row))[1:]
    with pytest.raises(UnreadableState) as refused:
        table.decode(written)
    assert (
        f"the state holds a row of table {table.name!r} in version {later}, this release reads up to {table.version}: "
        "it is older than its state; start the release that wrote it"
    ) == str(refused.value)


@pytest.mark.parametrize("written", (b"", stored(0, text="b"), stored(1, text="b", size=7)))
def test_what_no_upgrade_leads_from_is_refused_with_what_to_do(written: bytes) -> None:
    boxes = Table("box", Box, version=3, upgrades={2: finer})
    with pytest.raises(UnreadableState, match=r"'box' in version [01], this release reads from 2 on: .* between first"):
        boxes.decode(written)


def test_every_table_is_in_the_golden_file_in_its_version() -> None:
    assert {(name, str(table.version)) for name, table in TABLES.items()} <= {
        (name, version) for name, versions in GOLDEN.items() for version in versions
    }


@pytest.mark.parametrize(("table", "version", "written"), VERSIONS)
def test_a_row_of_any_release_is_read(table: Table[Any], version: int, written: bytes) -> None:
    assert version == written[0]
    assert isinstance(table.decode(written), type(sample(table.row)))


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_a_row_is_written_as_its_version_was_released(table: Table[Any]) -> None:
    """If not: raise the version of the table, add an upgrade, and the new row to the golden file."""
    row = sample(table.row)
    golden = bytes.fromhex(GOLDEN[table.name][str(table.version)])
    assert row == table.decode(golden)
    assert golden == table.encode(row)
