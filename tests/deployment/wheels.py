"""Wheels that are read and not installed: fetched once by pip, each held to the lock's SHA-256.

They are kept in a folder of the user's cache; with that filled, nothing here needs the network.
"""

import fcntl
import hashlib
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

LOCK_FILE = Path(__file__).with_name("wheels.lock.toml")
CACHE_FOLDER = Path.home() / ".cache" / "orderline" / "wheels"
_FETCH_TIMEOUT_S = 300


class WheelError(RuntimeError):
    """A wheel of the lock cannot be had, or is not the one that was locked."""


@dataclass(frozen=True, slots=True)
class LockedWheel:
    """One table of the lock: a distribution, its version, and the SHA-256 that its wheel must have."""

    name: str
    version: str
    sha256: str

    @property
    def file_name(self) -> str:
        """Its name in the cache."""
        return f"{self.name}-{self.version}.whl"

    @property
    def requirement(self) -> str:
        """A line of a requirements file, which pip takes with `--require-hashes`."""
        return f"{self.name}=={self.version} --hash=sha256:{self.sha256}\n"


def locked_wheels(lock: Path = LOCK_FILE) -> dict[str, LockedWheel]:
    """The wheels of the lock by what they are wanted for."""
    return {purpose: LockedWheel(**table) for purpose, table in tomllib.loads(lock.read_text("utf-8")).items()}


def ensure_wheel(purpose: str, cache: Path = CACHE_FOLDER, lock: Path = LOCK_FILE) -> Path:
    """The wheel for a purpose as a checked file; raises WheelError with one line that says why not."""
    wheel = locked_wheels(lock)[purpose]
    file = cache / wheel.file_name
    cache.mkdir(parents=True, exist_ok=True)
    with _only_one_process(cache / "fetch.lock"):
        if not (file.exists() and _sha256(file) == wheel.sha256):
            _fetch(wheel, file)
    return file


@contextmanager
def _only_one_process(lock: Path) -> Iterator[None]:
    """Others wait here until the wheel is there; the lock dies with its process."""
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _sha256(file: Path) -> str:
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _fetch(wheel: LockedWheel, file: Path) -> None:
    """From the registry that pip is set up for. ExternalPrograms `file`, so that it appears there at once and whole."""
    with TemporaryDirectory(dir=file.parent, prefix="fetching-") as folder:
        requirements = Path(folder, "requirements.txt")
        requirements.write_text(wheel.requirement, encoding="utf-8")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        command += ["--require-hashes", "--only-binary=:all:", "--dest", folder, "--requirement", str(requirements)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=_FETCH_TIMEOUT_S, check=False)
        if done.returncode != 0:
            reason = " ".join(done.stderr.split())[-300:]
            raise WheelError(f"{wheel.name} {wheel.version} cannot be fetched (is the network reachable?): {reason}")
        (downloaded,) = Path(folder).glob("*.whl")
        downloaded.replace(file)
