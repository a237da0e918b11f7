"""The data folder of an embedded log: the path of the log, and whether it exists and is ours."""

from pathlib import Path
from typing import Final

from connectors.log.folders import make_folder
from connectors.log.port import LogFailed

_COMPLETE: Final = "CURRENT"
"""RocksDB writes this file last: once it exists, the log can be opened."""

_MADE_FIRST: Final = "rocksdict-config.json"
"""RocksDB's binding writes this file first: a folder without it, and with any other file, is not ours. The owner may be
creating the log, or may have crashed while it did."""


def log_folder(data: Path) -> Path:
    """The path of the database."""
    return data / "log"


def has_log(data: Path) -> bool:
    """Whether a data folder contains an embedded log."""
    return (log_folder(data) / _COMPLETE).exists()


def make_data_folder(data: Path) -> None:
    """Create the data folder of an embedded log; refuses one whose `log/` was made by another program."""
    make_folder(data, "--data")
    log = log_folder(data)
    if log.is_file() or (log.is_dir() and any(log.iterdir()) and not (log / _MADE_FIRST).exists()):
        raise LogFailed(f"{log} is not a log of orderline: choose another --data folder")
