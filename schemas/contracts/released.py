"""The released versions of our records, and `ids.lock`, which numbers them.

The text of each version stays in `released/<record>/<version>.avsc` for ever, so that all data written with it stays
readable. A line of `ids.lock` is `<schema id> <record> <version> <SHA-256 of the text>`, ids from 1,000,000 up, each
higher than all before it: both logs and every replica agree on them without a registry. A subject is
`<topic>-<record>` (TopicRecordName); the topics' descriptors say which records belong to which subjects.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from schemas.avro.avro_files import SCHEMAS, BadSchema

FIRST_ID = 1_000_000
LAST_ID = 1_999_999
"""Ids of all releases, also of those to come, lie between the two; other ids are other people's."""

_HEADING = (
    "# schema id, record, version, SHA-256 of its text. Written by `python -m schemas.contracts.lock`, never by hand.\n"
)


@dataclass(frozen=True, slots=True)
class Release:
    """One version of one record that may have been written somewhere."""

    schema_id: int
    record: str
    version: int
    schema: dict[str, Any]


def text_of(schema: dict[str, Any]) -> str:
    """The text that is registered and hashed: JSON without blanks, in the order of the contract file."""
    return msgspec.json.encode(schema).decode()


def read_releases(root: Path = SCHEMAS) -> tuple[Release, ...]:
    """Every released version in the order of the ids, each text checked against the lock."""
    lock = root / "ids.lock"
    lines = lock.read_text(encoding="utf-8").splitlines() if lock.exists() else []
    return tuple(_read(root, line.split()) for line in lines if not line.startswith("#"))


def write_releases(releases: tuple[Release, ...], root: Path = SCHEMAS) -> None:
    """Write the lock, and the missing texts."""
    for release in releases:
        path = _path(root, release.record, release.version)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(release.schema, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    lines = (f"{each.schema_id} {each.record} {each.version} {_fingerprint(each.schema)}\n" for each in releases)
    (root / "ids.lock").write_text(_HEADING + "".join(lines), encoding="utf-8")


def _read(root: Path, columns: list[str]) -> Release:
    schema_id, record, version, fingerprint = columns
    path = _path(root, record, int(version))
    schema = msgspec.json.decode(path.read_bytes())
    if _fingerprint(schema) != fingerprint:
        raise BadSchema(f"{path}: a released version never changes, but this is not the text that ids.lock names")
    return Release(int(schema_id), record, int(version), schema)


def _path(root: Path, record: str, version: int) -> Path:
    return root / "released" / record / f"{version}.avsc"


def _fingerprint(schema: dict[str, Any]) -> str:
    return hashlib.sha256(msgspec.json.encode(schema)).hexdigest()
