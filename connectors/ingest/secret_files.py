"""The secrets of sources: files of a folder, and nowhere else.

A file is read again when it has changed, at the latest a second later, so a secret is rotated without a restart. No
message names more of a secret than its file.
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from connectors.log.port import LogFailed

_LEAST_BYTES: Final = 16
_MOST_BYTES: Final = 4_096
_READ_AGAIN_S: Final = 1.0


class _Kept(NamedTuple):
    """The secrets of a source that could be read, and when."""

    values: tuple[bytes, ...]
    read_at_s: float


class SecretFiles:
    """Reads the files; `clock` gives seconds that never go back."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._folder = folder
        self._clock = clock
        self._kept: dict[tuple[str, ...], _Kept] = {}

    def require(self, names: Sequence[str]) -> None:
        """`LogFailed` at the start for a first file that is missing, or one that is too short to be a secret.

        The second name is for a rotation, and its file need not be there before.
        """
        for name in names:
            file, value = self._folder / name, self._read(name)
            if value is None and name == names[0]:
                raise LogFailed(
                    f"cannot read the secret {file}: write it there, correct --secrets, or name the --source"
                )
            if value is not None and len(value) < _LEAST_BYTES:
                raise LogFailed(f"the secret in {file} has fewer than {_LEAST_BYTES} bytes: choose a longer one")

    def values(self, names: tuple[str, ...]) -> tuple[bytes, ...]:
        """The secrets in these files that are there; one that was removed is not accepted any more."""
        kept = self._kept.get(names)
        if kept is None or self._clock() - kept.read_at_s >= _READ_AGAIN_S:
            found = (self._read(name) for name in names)
            values = tuple(value for value in found if value is not None and len(value) >= _LEAST_BYTES)
            kept = self._kept[names] = _Kept(values, self._clock())
        return kept.values

    def _read(self, name: str) -> bytes | None:
        """Without the line end that editors add."""
        try:
            with (self._folder / name).open("rb") as file:
                value = file.read(_MOST_BYTES + 1)
        except OSError:
            return None
        return value.removesuffix(b"\n").removesuffix(b"\r") if len(value) <= _MOST_BYTES else None
