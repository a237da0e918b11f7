"""What the campaign begins with: payloads of ours in the shapes of each source, good and refused ones."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from demo.channels import small_payloads
from demo.channels.feed import demo_records
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.records import RecordFormat
from schemas.headers import Headers

_TESTS: Final = Path(__file__).parents[2]
_EXAMPLES: Final = _TESTS / "unit" / "channels" / "sources" / "examples"
_OF_FORMAT: Final = {RecordFormat.X12: "x12/*", RecordFormat.EDIFACT: "edifact/*"}
_ANY: Final = {
    RecordFormat.JSON: b'{"id": 1, "lines": [{"sku": "BOLT", "quantity": "2"}]}',
    RecordFormat.JSON_LINES: b'{"id": 1}\n{"id": 2}\n',
    RecordFormat.CSV: b"number;article;quantity;price\nT-1;BOLT;2;12,50\n",
    RecordFormat.X12: b"",
    RecordFormat.EDIFACT: b"",
}

Payload = tuple[bytes, Headers]


def pool(channels: Sequence[ChannelFile], seed: int) -> Mapping[str, Sequence[Payload]]:
    """Payloads by source id; each source has at least one."""
    found: dict[str, list[Payload]] = defaultdict(list)
    for planned in demo_records(seed, 20):
        record = planned.outgoing
        found[record.topic.split(".")[1]].append((record.value or b"", record.headers))
    found["portal"].append((json.dumps(small_payloads.portal_order("1", {"BOLT": "5"})).encode(), ()))
    for channel in channels:
        found[channel.source_id] += _examples(channel)
        pattern = _OF_FORMAT.get(channel.format)
        files = sorted((_TESTS / "fixtures").glob(pattern)) if pattern else []
        found[channel.source_id] += [(file.read_bytes(), ()) for file in files]
        found[channel.source_id].append((_ANY[channel.format], ()))
    return found


def _examples(channel: ChannelFile) -> Iterator[Payload]:
    for file in sorted((_EXAMPLES / channel.source_id).glob("*.json")):
        for one in _records(json.loads(file.read_text("utf-8"))):
            value, headers = one["payload"], one["headers"]
            text = value if isinstance(value, str) else json.dumps(value)
            yield text.encode(), tuple((name, str(said).encode()) for name, said in headers.items())


def _records(content: object) -> Iterator[dict[str, Any]]:
    for one in content if isinstance(content, list) else [content]:
        if isinstance(one, dict):
            yield one
