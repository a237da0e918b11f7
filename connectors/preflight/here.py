"""Checks outside of Kafka: the state folder, and the schema registry."""

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from connectors import schema_registry
from connectors.preflight.finding import Finding, Level, verdict
from connectors.schema_registry import RegistryFailed
from schemas.contracts.topics import Topic

_GIB = 1 << 30
_FAIL_BYTES = 1 * _GIB
_WARN_BYTES = 10 * _GIB


def of_state(folder: Path) -> list[Finding]:
    """Whether the state folder can be written, and its free space."""
    nearest = next(place for place in (folder, *folder.resolve().parents) if place.exists())
    try:
        with tempfile.TemporaryFile(dir=nearest):
            free = shutil.disk_usage(nearest).free
    except OSError as error:
        message = f"{folder} cannot be written ({error.strerror}): choose another --state, or grant it to this user"
        return [Finding(Level.FAIL, "state", message)]
    return [of_free_space(folder, free)]


def of_free_space(folder: Path, free: int) -> Finding:
    """The state and the compaction of a changelog must fit."""
    message = f"{folder} can be written, {free / _GIB:.1f} GiB free"
    if free >= _WARN_BYTES:
        return Finding(Level.OK, "state", message)
    level = Level.FAIL if free < _FAIL_BYTES else Level.WARN
    return Finding(level, "state", f"{message}: make room, or choose another --state")


def of_registry(url: str, topics: Iterable[Topic]) -> list[Finding]:
    """Whether the registry has every schema of these topics, with the compatibility that they promise."""
    try:
        problems = schema_registry.check(url, topics)
    except RegistryFailed as failure:
        return [Finding(Level.FAIL, "registry", str(failure))]
    lines = [Finding(Level.FAIL, "registry", problem) for problem in problems]
    return verdict("registry", lines, "all schemas are registered and compatible")
