"""Writes what becomes of the examples anew: `python -m tests.unit.channels.sources.golden`. Read the difference."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from connectors.log.port import Outgoing
from dataflows.command_line.channels.trial import tried
from domain.identifiers import SourceId
from tests.unit.channels.given import CHANNELS, INGESTED_AT_MS

HERE: Final = Path(__file__).parent
GOLDEN: Final = HERE / "golden"


def examples() -> Iterator[tuple[SourceId, Path]]:
    """Every example, by its source."""
    for folder in sorted((HERE / "examples").iterdir()):
        yield from ((SourceId(folder.name), path) for path in sorted(folder.iterdir()))


def payload_of(path: Path) -> Outgoing:
    """The record of an example: EDI and a text as it is, and anything else as JSON."""
    if path.suffix == ".edi":
        return Outgoing("source.test.v1", None, path.read_bytes(), ())
    example: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    payload = example["payload"]
    value = payload if isinstance(payload, str) else json.dumps(payload, ensure_ascii=False)
    headers = tuple((name, text.encode()) for name, text in example["headers"].items())
    return Outgoing("source.test.v1", None, value.encode(), headers)


def shown(source_id: SourceId, path: Path) -> str:
    """What becomes of an example, as `orderline channel test` shows it."""
    documents = tried(CHANNELS[source_id], payload_of(path), INGESTED_AT_MS)
    return "".join(f"{document.text}\n" for document in documents)


def golden_of(source_id: SourceId, path: Path) -> Path:
    """The file that says what became of it."""
    return GOLDEN / source_id / f"{path.stem}.txt"


if __name__ == "__main__":
    for source_id, example in examples():
        golden = golden_of(source_id, example)
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(shown(source_id, example), encoding="utf-8")
