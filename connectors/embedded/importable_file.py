"""Opening what lies in `incoming/`, where anybody may put anything: regular files only, without waiting."""

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO, Final

from connectors.log.port import LogFailed

_NOT_A_FILE: Final = {
    errno.ELOOP: "it is a symbolic link",
    errno.EACCES: "this user has no right to read it",
    errno.EPERM: "this user has no right to read it",
    errno.ENXIO: "it is not a regular file",
}


class NotImportable(LogFailed):
    """A file in `incoming/` is not one that orderline's programs write."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} cannot be imported: {reason}")
        self.reason = reason


def open_importable(path: Path) -> BinaryIO:
    """Open a regular file; `NotImportable` for anything else, since opening a FIFO would wait for its writer."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise
    except OSError as error:
        if (reason := _NOT_A_FILE.get(error.errno or 0)) is not None:
            raise NotImportable(path, reason) from error
        raise LogFailed(f"cannot read {path}: {error.strerror}") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise NotImportable(path, "it is not a regular file")
    return os.fdopen(descriptor, "rb")
