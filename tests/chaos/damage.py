"""Damage to a state folder on disk: what a bad disk, a torn write or a careless hand leaves behind."""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random

Damage = Callable[[Path, Random], bool]
"""Does it to the folder of a replica that is down (`STATE/flow/replica`); whether there was something to do it to."""


def _files(folder: Path, pattern: str) -> list[Path]:
    return sorted(file for file in folder.glob(f"*/rocksdb/{pattern}") if file.stat().st_size > 0)


def _flipped(pattern: str) -> Damage:
    def damage(folder: Path, chance: Random) -> bool:
        files = _files(folder, pattern)
        if not files:
            return False
        file = chance.choice(files)
        content = bytearray(file.read_bytes())
        content[chance.randrange(len(content))] ^= 0xFF
        file.write_bytes(content)
        return True

    return damage


def _truncated(pattern: str) -> Damage:
    def damage(folder: Path, chance: Random) -> bool:
        files = _files(folder, pattern)
        if not files:
            return False
        file = chance.choice(files)
        content = file.read_bytes()
        file.write_bytes(content[: chance.randrange(len(content))])
        return True

    return damage


def _gone(pattern: str) -> Damage:
    def damage(folder: Path, chance: Random) -> bool:
        files = _files(folder, pattern)
        if not files:
            return False
        chance.choice(files).unlink()
        return True

    return damage


def _folder_gone(folder: Path, chance: Random) -> bool:  # noqa: ARG001 - a `Damage`
    if not folder.exists():
        return False
    shutil.rmtree(folder)
    return True


DAMAGES: Mapping[str, Damage] = {
    "write-ahead log flipped": _flipped("*.log"),
    "write-ahead log truncated": _truncated("*.log"),
    "table flipped": _flipped("*.sst"),
    "table gone": _gone("*.sst"),
    "manifest flipped": _flipped("MANIFEST-*"),
    "manifest truncated": _truncated("MANIFEST-*"),
    "CURRENT gone": _gone("CURRENT"),
    "folder gone": _folder_gone,
}
