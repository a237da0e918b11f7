"""Writes jgo.lock.toml anew from jgo.toml: every jar with its version and SHA-256.

Only for those who change jgo.toml: `python -m demo.brokers.lock`. Resolution is jgo's pure
Python one, so neither Maven nor Java is needed; the lock names no registry.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from jgo.env import EnvironmentSpec, LockFile, compute_spec_hash
from jgo.maven import Dependency, MavenContext

from demo.brokers.jars import LOCK_FILE, SPEC_FILE

_RUNTIME_SCOPES = ("compile", "runtime")


def write_lock() -> int:
    """Resolve jgo.toml, write the lock beside it, return the number of jars."""
    spec = EnvironmentSpec.load(SPEC_FILE)
    with TemporaryDirectory() as downloads:
        dependencies = _resolve(MavenContext(repo_cache=Path(downloads)), spec.coordinates)
        lock = LockFile.from_resolved_dependencies(
            dependencies,
            environment_name=spec.name,
            spec_hash=compute_spec_hash(SPEC_FILE),
        )
    lock.save(LOCK_FILE)
    return len(lock.dependencies)


def _resolve(context: MavenContext, coordinates: list[str]) -> list[Dependency]:
    named = [context.create_dependency(coordinate) for coordinate in coordinates]
    named, transitive = context.resolver.resolve(named)
    return named + [found for found in transitive if found.scope in _RUNTIME_SCOPES]


if __name__ == "__main__":
    sys.stdout.write(f"{LOCK_FILE.name}: {write_lock()} jars\n")
