"""Folders of state as each release left them on a disk: `golden_state/VERSION`, with a row of every table.

`python -m tests.contract.golden_state` writes that of the version under way, and none of an earlier one. What RocksDB
notes for people (its log, its options) stays out: it names paths.
"""

import shutil
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from connectors.state.folder import Identity
from connectors.state.position import Meta, Position
from connectors.state.store import StateStore
from tests.unit.operators.engine.golden_rows import all_tables, sample

FOLDERS = Path(__file__).with_name("golden_state")
IDENTITY = Identity("orderline", "every", 3, "topic-id", 1)
POSITION = Position(
    Meta({"every.inbox.v1": 1_234}, "orderline.every.0", 1_700_000_000_000, 12), 5_678, 1_700_000_000_001
)
KEY = "a key"
_KEPT = ("identity.json", "rocksdb/CURRENT", "rocksdb/IDENTITY", "rocksdb/MANIFEST-*", "rocksdb/*.sst")


def main() -> None:
    """Rewrite the folder of this version."""
    release = version("orderline")
    shutil.rmtree(FOLDERS / release, ignore_errors=True)
    with TemporaryDirectory() as made:
        folder = Path(made) / release
        with closing(StateStore(folder, IDENTITY)) as store:
            rows = {table.stored_key(KEY): table.encode(sample(table.row)) for table in all_tables().values()}
            store.write(rows, POSITION)
            store.flush()
        (FOLDERS / release / "rocksdb").mkdir(parents=True)
        for pattern in _KEPT:
            for file in folder.glob(pattern):
                shutil.copy(file, FOLDERS / release / file.relative_to(folder))


if __name__ == "__main__":
    main()
