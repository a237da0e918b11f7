"""The jars of Kafka on this machine: fetched once, each checked against the lock's SHA-256.

They are kept in a folder of the user's cache; with that filled, nothing here needs the network.
Only jars whose sum is right ever get into `libs/`, so an interrupted fetch leaves nothing wrong
behind, and a jar that was damaged later is fetched again.
"""

import fcntl
import hashlib
import tomllib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from jgo.maven import MavenContext

KAFKA_VERSION = "4.2.2"
"""The default version. Not 4.3.0, 4.3.1 or 4.4.0: they lose transaction markers (KAFKA-20734)."""
KAFKA_VERSIONS = ("4.2.2", "4.3.1")
"""Those that have a lock; 4.3.1 for tests that survive what it loses."""

_CACHE = Path.home() / ".cache" / "orderline"
_PARALLEL_FETCHES = 4
_FETCH_ATTEMPTS = 3
_FETCH_TIMEOUT_S = 60


class JarError(RuntimeError):
    """A jar of the lock cannot be had, or is not the one that was locked."""


@dataclass(frozen=True, slots=True)
class LockedJar:
    """One line of the lock: a Maven coordinate and the SHA-256 that its file must have."""

    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def coordinate(self) -> str:
        """What a Maven client calls it: `group:artifact:version`."""
        return f"{self.group}:{self.artifact}:{self.version}"

    @property
    def file_name(self) -> str:
        """Its name in `libs/`; with the group, for two groups may share an artifact's name."""
        return f"{self.group}.{self.artifact}-{self.version}.jar"


def spec_file(version: str) -> Path:
    """What the lock of a version is made from."""
    return Path(__file__).with_name(f"kafka-{version}.toml")


def lock_file(version: str) -> Path:
    """Every jar of a version with its SHA-256."""
    return Path(__file__).with_name(f"kafka-{version}.lock.toml")


def locked_jars(lock: Path) -> tuple[LockedJar, ...]:
    """The jars of the lock in its order, which is the order of the class path."""
    entries = tomllib.loads(lock.read_text(encoding="utf-8"))["dependencies"]
    return tuple(
        LockedJar(entry["groupId"], entry["artifactId"], entry["version"], entry["sha256"]) for entry in entries
    )


def ensure_jars(
    version: str = KAFKA_VERSION,
    cache: Path = _CACHE,
    announce: Callable[[str], object] = lambda _line: None,
) -> tuple[Path, ...]:
    """All jars of a version's lock as checked files; raises JarError with one line that says why not."""
    jars = locked_jars(lock_file(version))
    folder = cache / f"kafka-{version}"
    libraries = folder / "libs"
    libraries.mkdir(parents=True, exist_ok=True)
    with only_one_process(folder / "fetch.lock"):
        missing = [jar for jar in jars if not _is_right(libraries / jar.file_name, jar)]
        if missing:
            announce(f"Fetching Apache Kafka {version}, only once: {len(missing)} of {len(jars)} jars ...")
            _fetch_all(missing, libraries)
    return tuple(libraries / jar.file_name for jar in jars)


@contextmanager
def only_one_process(lock: Path) -> Iterator[None]:
    """Others wait here until it is done; the lock dies with its process."""
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _is_right(file: Path, jar: LockedJar) -> bool:
    return file.exists() and _sha256(file) == jar.sha256


def _sha256(file: Path) -> str:
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _fetch_all(jars: list[LockedJar], libraries: Path) -> None:
    """Fetch next to `libraries` (the same file system), so that a jar appears there at once."""
    with (
        TemporaryDirectory(dir=libraries.parent, prefix="fetching-") as downloads,
        ThreadPoolExecutor(_PARALLEL_FETCHES) as pool,
    ):
        context = MavenContext(repo_cache=Path(downloads), timeout=_FETCH_TIMEOUT_S)
        fetches = [pool.submit(_fetch, jar, context, libraries) for jar in jars]
        try:
            for fetch in fetches:
                fetch.result()
        except JarError:
            pool.shutdown(cancel_futures=True)
            raise


def _fetch(jar: LockedJar, context: MavenContext, libraries: Path) -> None:
    downloaded = _download(jar, context)
    actual = _sha256(downloaded)
    if actual != jar.sha256:
        raise JarError(f"{jar.coordinate} has SHA-256 {actual}, but the lock says {jar.sha256}")
    downloaded.replace(libraries / jar.file_name)


def _download(jar: LockedJar, context: MavenContext) -> Path:
    """The registry is jgo's default one; a broken transfer is tried again from its beginning."""
    artifact = context.create_dependency(jar.coordinate).artifact
    cause: Exception | None = None
    for _ in range(_FETCH_ATTEMPTS):
        try:
            return artifact.resolve()
        except (OSError, RuntimeError) as error:
            cause = error
            if artifact.cached_path is not None:
                artifact.cached_path.unlink(missing_ok=True)
    raise JarError(f"{jar.coordinate} cannot be fetched (is the network reachable?): {_one_line(cause)}") from cause


def _one_line(error: Exception | None) -> str:
    return " ".join(str(error).split())[:300]
