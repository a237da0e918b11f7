"""The identity of a state folder, so that the state of one partition is never taken for another's.

`identity.json` (a JSON object with the fields of `Identity` and `format` 1) is written before anything else, under
another name first and then renamed. A folder with another identity is refused, never wiped. A folder with a `bad` mark
is damaged; it is set aside, so that the next start builds a new one.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from connectors.log.port import LogFailed
from connectors.log.storage import writing

_IDENTITY = "identity.json"
_BAD = "bad"
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Identity:
    """The partition and member that a folder belongs to."""

    application: str
    flow: str
    partition: int
    changelog_topic_id: str
    layout_version: int


def claim(folder: Path, identity: Identity) -> None:
    """Claim the folder if it is empty or new; refuse it if it has another identity."""
    with writing(folder):
        _claim(folder, identity)


def _claim(folder: Path, identity: Identity) -> None:
    file = folder / _IDENTITY
    if file.exists():
        _check(folder, json.loads(file.read_text("utf-8")), {"format": _FORMAT, **asdict(identity)})
    if (folder / _BAD).exists():
        set_aside(folder)
    folder.mkdir(parents=True, exist_ok=True)
    if file.exists():
        return
    if any(entry.name != f"{_IDENTITY}.new" for entry in folder.iterdir()):
        raise LogFailed(f"{folder} holds files but no {_IDENTITY}, so it may be another program's: move it away")
    _write(file, {"format": _FORMAT, **asdict(identity)})


def mark_bad(folder: Path) -> None:
    """Mark the folder so that the next start sets it aside."""
    with writing(folder):
        (folder / _BAD).touch()


def set_aside(folder: Path) -> Path:
    """Rename the folder to the first free name that begins with its own; it is kept for an examination."""
    number = 1
    while (aside := folder.with_name(f"{folder.name}.set-aside-{number}")).exists():
        number += 1
    with writing(folder):
        folder.rename(aside)
    return aside


def _check(folder: Path, found: dict[str, object], expected: dict[str, object]) -> None:
    for name, ours in expected.items():
        if found.get(name) != ours:
            raise LogFailed(
                f"{folder} holds the state of another {name} ({found.get(name)}, here {ours}): "
                "choose another state directory, or move that folder away to rebuild it from the changelog"
            )


def _write(file: Path, content: dict[str, object]) -> None:
    aside = file.with_name(f"{file.name}.new")
    aside.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    aside.replace(file)
