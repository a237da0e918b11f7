"""A data folder of an embedded log: owned by one application, also while it is being created."""

import subprocess
import sys
from pathlib import Path

import pytest

from connectors.embedded.data_folder import make_data_folder
from connectors.embedded.store import EmbeddedStore
from connectors.log.clock import wall_clock_ms
from connectors.log.port import LogFailed

PROJECT = Path(__file__).parents[3]
_LOGS = 5
_MAKE_LOGS = """
import sys
from pathlib import Path
from connectors.log.clock import wall_clock_ms
from connectors.embedded.data_folder import make_data_folder
from connectors.embedded.store import EmbeddedStore
for folder in sys.argv[1:]:
    EmbeddedStore(Path(folder), "orderline", {"a.v1": 1}, wall_clock_ms).close()
"""


def test_a_folder_is_made_with_those_above_it(tmp_path: Path) -> None:
    make_data_folder(tmp_path / "warehouse" / "data")
    assert (tmp_path / "warehouse" / "data").is_dir()


def test_a_program_may_begin_while_the_owner_makes_the_log(tmp_path: Path) -> None:
    folders = [tmp_path / str(number) for number in range(_LOGS)]
    for folder in folders:
        make_data_folder(folder)
    with subprocess.Popen([sys.executable, "-c", _MAKE_LOGS, *map(str, folders)], cwd=PROJECT) as making:
        while making.poll() is None:
            for folder in folders:
                make_data_folder(folder)
    assert 0 == making.returncode


@pytest.mark.parametrize("died_after", (1, 2, 3))
def test_an_owner_that_died_while_it_made_the_log_makes_it_again(tmp_path: Path, died_after: int) -> None:
    log = tmp_path / "log"
    log.mkdir()
    for name in ("rocksdict-config.json", "LOG", "LOCK")[:died_after]:
        (log / name).touch()
    make_data_folder(tmp_path)
    store = EmbeddedStore(tmp_path, "orderline", {"a.v1": 1}, wall_clock_ms)
    assert 1 == store.partitions_of("a.v1")
    store.close()


@pytest.mark.parametrize("theirs", ("LOCK", "LOG", "app.log"))
def test_a_log_folder_of_another_program_is_refused_and_left_alone(tmp_path: Path, theirs: str) -> None:
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / theirs).write_text("theirs")
    with pytest.raises(LogFailed, match="is not a log of orderline"):
        make_data_folder(tmp_path)
    assert [theirs] == [file.name for file in (tmp_path / "log").iterdir()]


def test_a_log_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("theirs")
    with pytest.raises(LogFailed, match="is not a log of orderline"):
        make_data_folder(tmp_path)
