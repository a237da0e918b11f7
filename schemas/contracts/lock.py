"""`python -m schemas.contracts.lock`: gives every new or changed contract file its version and its schema id.

A version that breaks the compatibility its topics promise is refused, and nothing is written. A version that was
never used for writing may be withdrawn: delete its line in `ids.lock` and its file, and run this again.
"""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from schemas.avro.avro_files import SCHEMAS, BadSchema, read_definitions, self_contained
from schemas.avro.compatibility import problems
from schemas.contracts.released import FIRST_ID, LAST_ID, Release, read_releases, write_releases
from schemas.contracts.topics import Compatibility, Topic, load_topics


def lock(root: Path = SCHEMAS) -> tuple[Release, ...]:
    """Release all new versions and return them; `BadSchema` lists every incompatibility."""
    known = read_releases(root)
    topics = load_topics(root / "topics")
    new = unreleased(current_schemas(root, topics), known)
    incompatible = incompatibilities((*known, *new), topics)
    if incompatible:
        raise BadSchema("\n".join(incompatible))
    write_releases((*known, *new), root)
    return new


def current_schemas(root: Path, topics: Mapping[str, Topic]) -> dict[str, dict[str, Any]]:
    """The current schema of every record that a topic carries, by full name."""
    definitions = read_definitions(root)
    records = sorted({record for topic in topics.values() for record in topic.records})
    return {record: self_contained(record, definitions) for record in records}


def unreleased(current: Mapping[str, dict[str, Any]], known: Iterable[Release]) -> tuple[Release, ...]:
    """The versions to add so that every current schema is released."""
    last = {release.record: release for release in known}
    next_id = max((release.schema_id for release in last.values()), default=FIRST_ID - 1) + 1
    changed = [record for record in current if record not in last or last[record].schema != current[record]]
    if next_id + len(changed) - 1 > LAST_ID:
        raise BadSchema(
            f"ids end at {LAST_ID}: a release that reads more of them must come before one that writes them"
        )
    return tuple(
        Release(next_id + index, record, last[record].version + 1 if record in last else 1, current[record])
        for index, record in enumerate(changed)
    )


def incompatibilities(releases: Iterable[Release], topics: Mapping[str, Topic]) -> list[str]:
    """Every violation of the topics' compatibility, between any version and all earlier ones."""
    found = []
    earlier: dict[str, list[Release]] = {}
    for release in releases:
        for old in earlier.setdefault(release.record, []):
            found += _breaks(release, old, promised(release.record, topics))
        earlier[release.record].append(release)
    return found


def promised(record: str, topics: Mapping[str, Topic]) -> Compatibility:
    """The strictest promise among the topics that carry the record."""
    promises = {topic.compatibility for topic in topics.values() if record in topic.records}
    return next((each for each in reversed(Compatibility) if each in promises), Compatibility.NONE)


def _breaks(new: Release, old: Release, promise: Compatibility) -> list[str]:
    found = []
    name = f"{new.record} version {new.version}"
    if promise is not Compatibility.NONE:
        backward = problems(reader=new.schema, writer=old.schema)
        found += [f"{name} cannot read version {old.version}: {problem}" for problem in backward]
    if promise is Compatibility.FULL_TRANSITIVE:
        forward = problems(reader=old.schema, writer=new.schema)
        found += [f"{name} cannot be read by version {old.version}: {problem}" for problem in forward]
    return found


def main() -> int:
    """Update the lock, and print what was added."""
    try:
        new = lock()
    except BadSchema as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for release in new:
        sys.stdout.write(f"{release.schema_id} {release.record} version {release.version}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
