"""A disk that cannot be written to (full, over a quota, read-only, not ours): one line with the remedy."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from connectors.log.port import LogFailed

_REMEDIES: Final = {
    errno.ENOSPC: "make room on that disk",
    errno.EDQUOT: "raise the quota, or make room",
    errno.EFBIG: "raise the limit on the size of files (`ulimit -f`)",
    errno.EROFS: "mount that disk for writing, or choose another folder",
    errno.EACCES: "give this user the right to write there, or choose another folder",
    errno.EPERM: "give this user the right to write there, or choose another folder",
    errno.EIO: "that disk is failing: move the folder to another one",
}
_OTHERWISE: Final = "check that disk"


class StorageFailed(LogFailed):
    """A file or a database cannot be written. Everything committed before is safe."""


@contextmanager
def writing(place: Path | str) -> Iterator[None]:
    """Turn an `OSError` in this block into a `StorageFailed` that names `place` and the remedy."""
    try:
        yield
    except OSError as error:
        raise storage_failed(place, error) from error


def storage_failed(place: Path | str, error: OSError) -> StorageFailed:
    """The failure for an error of the operating system."""
    return _failed(place, error.strerror or str(error), _REMEDIES.get(error.errno or 0, _OTHERWISE))


def database_failed(place: Path | str, text: str) -> StorageFailed | None:
    """The failure for a RocksDB error text that comes from the operating system; None for any other text."""
    for number, remedy in _REMEDIES.items():
        if os.strerror(number) in text:
            return _failed(place, os.strerror(number), remedy)
    return None


def is_storage_error(error: OSError) -> bool:
    """Whether an error is about the disk, and not about its user."""
    return error.errno in _REMEDIES


def _failed(place: Path | str, reason: str, remedy: str) -> StorageFailed:
    return StorageFailed(f"cannot write to {place} ({reason}): {remedy}, then start again; nothing committed is lost")
