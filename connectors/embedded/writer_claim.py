"""The lock on a writer's name in `incoming/`: one process at a time writes under it."""

import fcntl
import time
from pathlib import Path
from typing import BinaryIO, Final

from connectors.log.port import LogFailed
from connectors.log.storage import writing

_CLAIM_AGAIN_S: Final = 0.05
_CLAIM_WITHIN_S = 10.0
"""Seconds to wait for the lock: a killed predecessor may take a moment to exit."""


def claim_writer(folder: Path, writer: str) -> BinaryIO:
    """Lock the writer's name for this process, as long as the returned file is open.

    Two processes would give their commits the same numbers, and one of each pair would be dropped as a repeat.
    """
    with writing(folder):
        claim = (folder / "aside" / f"{writer}.lock").open("ab")
    deadline = time.monotonic() + _CLAIM_WITHIN_S
    while True:
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() >= deadline:
                claim.close()
                raise LogFailed(f"{writer} runs already on {folder.parent}: stop the other one first") from None
            time.sleep(_CLAIM_AGAIN_S)
        else:
            return claim
