"""State folders of earlier releases: this one opens them, and reads every row in them."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from connectors.state.store import StateStore
from tests.contract.golden_state import FOLDERS, IDENTITY, KEY, POSITION
from tests.unit.operators.engine.golden_rows import all_tables, read_golden, sample

RELEASES = sorted(folder.name for folder in FOLDERS.iterdir())
TABLES = all_tables()


@pytest.fixture(params=RELEASES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StateStore]:
    folder = tmp_path / "state"
    shutil.copytree(FOLDERS / request.param, folder)
    with closing(StateStore(folder, IDENTITY)) as opened:
        yield opened


def stored_in(store: StateStore) -> dict[str, bytes]:
    """By table."""
    pairs = store.scan(b"", limit=10_000)
    assert {KEY} == {key.partition(b"\0")[2].decode() for key, _ in pairs}
    return {key.partition(b"\0")[0].decode(): value for key, value in pairs}


def test_it_is_as_far_as_it_was_left(store: StateStore) -> None:
    assert store.position == POSITION


def test_every_row_is_one_of_the_golden_rows_and_is_read(store: StateStore) -> None:
    golden = read_golden()
    stored = stored_in(store)
    for name in stored.keys() & TABLES.keys():
        value = stored[name]
        assert golden[name][str(value[0])] == value.hex()
        assert isinstance(TABLES[name].decode(value), type(sample(TABLES[name].row)))


def test_work_continues_in_it(store: StateStore) -> None:
    store.write({b"order\0new": b"row"}, POSITION)
    assert b"row" == store.get(b"order\0new")


def test_every_table_of_this_release_is_in_a_folder(tmp_path: Path) -> None:
    """If not: `python -m tests.contract.golden_state`."""
    shutil.copytree(FOLDERS, tmp_path / "all")
    found: set[str] = set()
    for release in RELEASES:
        with closing(StateStore(tmp_path / "all" / release, IDENTITY)) as opened:
            found |= stored_in(opened).keys()
    assert TABLES.keys() <= found
