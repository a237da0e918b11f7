"""What lies outside of Kafka: the folder for state, and the registry of schemas."""

import shutil
import tempfile
from pathlib import Path

from connectors import schema_registry
from connectors.preflight.finding import Finding, Level, verdict
from connectors.schema_registry import RegistryFailed

_GIB = 1 << 30
_FAIL_BYTES = 1 * _GIB
_WARN_BYTES = 10 * _GIB


def of_state(folder: Path) -> list[Finding]:
    """Whether state can be written there, and how much."""
    nearest = next(place for place in (folder, *folder.resolve().parents) if place.exists())
    try:
        with tempfile.TemporaryFile(dir=nearest):
            free = shutil.disk_usage(nearest).free
    except OSError as error:
        told = f"{folder} cannot be written ({error.strerror}): choose another --state, or grant it to this user"
        return [Finding(Level.FAIL, "state", told)]
    return [of_free_space(folder, free)]


def of_free_space(folder: Path, free: int) -> Finding:
    """Open work and a changelog's worth of compaction must fit."""
    told = f"{folder} can be written, {free / _GIB:.1f} GiB free"
    if free >= _WARN_BYTES:
        return Finding(Level.OK, "state", told)
    level = Level.FAIL if free < _FAIL_BYTES else Level.WARN
    return Finding(level, "state", f"{told}: make room, or choose another --state")


def of_registry(url: str) -> list[Finding]:
    """Whether the registry has every schema of `schemas/contracts/ids.lock`, with the promises of its topics."""
    try:
        problems = schema_registry.check(url)
    except RegistryFailed as failure:
        return [Finding(Level.FAIL, "registry", str(failure))]
    lines = [Finding(Level.FAIL, "registry", problem) for problem in problems]
    return verdict("registry", lines, "all schemas are registered and compatible")
