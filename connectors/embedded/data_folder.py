"""The data folder of an embedded log: where the log lies in it, and whether it is there and ours."""

from pathlib import Path
from typing import Final

from connectors.log.folders import make_folder
from connectors.log.port import LogFailed

_COMPLETE: Final = "CURRENT"
"""RocksDB writes this file last: whoever finds it can open the log."""

_MADE_FIRST: Final = "rocksdict-config.json"
"""RocksDB's binding writes this file first: a folder without it, and with any other file, was not made by us. The owner
may be making the log just now, or may have died while it did."""


def log_folder(data: Path) -> Path:
    """Where the database is."""
    return data / "log"


def has_log(data: Path) -> bool:
    """Whether an embedded log was made in a data folder."""
    return (log_folder(data) / _COMPLETE).exists()


def make_data_folder(data: Path) -> None:
    """Make the data folder of an embedded log; one whose `log/` is somebody else's is refused."""
    make_folder(data, "--data")
    log = log_folder(data)
    if log.is_file() or (log.is_dir() and any(log.iterdir()) and not (log / _MADE_FIRST).exists()):
        raise LogFailed(f"{log} is not a log of orderline: choose another --data folder")
