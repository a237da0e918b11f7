"""Writes `kafka-VERSION.lock.toml` from `kafka-VERSION.toml`: every jar with its version and SHA-256.

Only for those who change that file: `python -m demo.brokers.lock VERSION`. Resolution is jgo's pure
Python one, so neither Maven nor Java is needed; the lock names no registry.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from jgo.env import EnvironmentSpec, LockFile, compute_spec_hash
from jgo.maven import Dependency, MavenContext

from demo.brokers.jars import lock_file, spec_file

_RUNTIME_SCOPES = ("compile", "runtime")


def write_lock(version: str) -> int:
    """Resolve the version's coordinates, write its lock, return the number of jars."""
    specification = spec_file(version)
    spec = EnvironmentSpec.load(specification)
    with TemporaryDirectory() as downloads:
        dependencies = _resolve(MavenContext(repo_cache=Path(downloads)), spec.coordinates)
        lock = LockFile.from_resolved_dependencies(
            dependencies,
            environment_name=spec.name,
            spec_hash=compute_spec_hash(specification),
        )
    lock.save(lock_file(version))
    return len(lock.dependencies)


def _resolve(context: MavenContext, coordinates: list[str]) -> list[Dependency]:
    named = [context.create_dependency(coordinate) for coordinate in coordinates]
    named, transitive = context.resolver.resolve(named)
    return named + [found for found in transitive if found.scope in _RUNTIME_SCOPES]


if __name__ == "__main__":
    for each in sys.argv[1:]:
        sys.stdout.write(f"{lock_file(each).name}: {write_lock(each)} jars\n")
