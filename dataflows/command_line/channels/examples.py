"""The examples of a channel file: payloads beside it, what they become, and what follows from that in the real flows.

An example is a JSON file in `examples/SOURCE/` beside the channel file: `payload` (a text is sent unchanged) and
optionally `headers`, `key`, and `says`, a sentence about it. What became of it is kept in `NAME.expected.txt`.
"""

import difflib
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

import msgspec

from connectors.log.port import LogFailed, Outgoing
from dataflows.assembly import Rules, rules_with
from dataflows.command_line.channels.trial import tried
from dataflows.scenarios.outcome import outcome_of
from dataflows.scenarios.world import ScenarioWorld
from schemas.channel_language.channel_file import ChannelFile
from schemas.contracts.source_topics import source_topic
from schemas.yaml_files import as_yaml

ARRIVES_AT_MS: Final = 1_767_600_000_000
"""Every example arrives on 5 January 2026 at 08:00 UTC."""
_EXPECTED: Final = ".expected.txt"
_NOTHING: Final[tuple[object, ...]] = ("0", "", [], {}, None)


class _ExampleFile(msgspec.Struct, forbid_unknown_fields=True):
    """As it is written."""

    payload: Any
    headers: dict[str, str] = {}
    key: str | None = None
    says: str = ""


class Example(NamedTuple):
    """One example."""

    name: str
    says: str
    record: Outgoing
    expected: Path


def example_folder(file: Path, channel: ChannelFile) -> Path:
    """Where the examples of a channel file are, unless an option names another place."""
    return file.parent / "examples" / channel.source_id


def examples_in(folder: Path, channel: ChannelFile) -> Sequence[Example]:
    """The examples of a folder by their names, at least one; `LogFailed` for one that cannot be read."""
    found = [_example(path, channel) for path in sorted(folder.glob("*.json"))]
    if not found:
        raise LogFailed(f"no example (*.json) in {folder}: write one, or try a payload with --file")
    return found


def _example(path: Path, channel: ChannelFile) -> Example:
    try:
        written = msgspec.json.decode(path.read_bytes(), type=_ExampleFile)
    except OSError as error:
        raise LogFailed(f"cannot read {path}: {error.strerror}") from error
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise LogFailed(f"{path}: {error}") from error
    payload = written.payload
    value = payload.encode() if isinstance(payload, str) else msgspec.json.encode(payload)
    headers = tuple((name, text.encode()) for name, text in written.headers.items())
    record = Outgoing(source_topic(channel.source_id), written.key, value, headers)
    return Example(path.stem, written.says, record, path.with_name(f"{path.stem}{_EXPECTED}"))


def rules_for(channel: ChannelFile, erps: Path) -> Rules:
    """The rules of the release, with this channel file alone."""
    return rules_with({channel.source_id: channel}, erps)


def outcome_in_flows(rules: Rules, records: Sequence[Outgoing]) -> dict[str, Any]:
    """What follows in the real flows, on an embedded log of their own; one record after the other."""
    with TemporaryDirectory(prefix="orderline-examples-") as folder:
        world = ScenarioWorld(Path(folder) / "data", rules, 1, ARRIVES_AT_MS, lambda: False)
        with closing(world):
            for record in records:
                world.write([record])
                world.run()
            return {name: kept for name, each in outcome_of(world.read(), ()).items() if (kept := _kept(each))}


def _kept(value: Any) -> Any:  # noqa: ANN401 - any outcome
    """Without counters of zero, and without what is empty."""
    if isinstance(value, dict):
        shown = {name: _kept(each) for name, each in value.items()}
        return {name: each for name, each in shown.items() if each not in _NOTHING}
    return [_kept(each) for each in value] if isinstance(value, list | tuple) else value


def shown(channel: ChannelFile, example: Example, rules: Rules) -> str:
    """What the example becomes, and what follows, as text that is the same each time."""
    became = "".join(f"{document.text}\n" for document in tried(channel, example.record, ARRIVES_AT_MS))
    outcome = outcome_in_flows(rules, [example.record])
    follows = as_yaml(outcome) if outcome else "nothing\n"
    return f"{became}\nin the flows:\n{follows}"


def differences_from(example: Example, text: str) -> Iterator[str]:
    """The lines that differ from what is kept, as `diff` shows them; none when nothing does."""
    kept = example.expected.read_text(encoding="utf-8") if example.expected.exists() else ""
    names = (str(example.expected), f"{example.name}, as it is now")
    yield from difflib.unified_diff(kept.splitlines(keepends=True), text.splitlines(keepends=True), *names)
