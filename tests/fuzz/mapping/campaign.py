"""One campaign over the mapping: declared outcomes only, each bounded, within so much time and memory a record."""

import resource
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final

from connectors.formats.mapping import MOST_OUTCOMES, map_record
from connectors.formats.outcomes import Canonical, PassedOver, Refused, Unparsable
from connectors.log.port import Record
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.loader import load_channel_files
from schemas.channel_language.records import RecordFormat
from schemas.headers import Headers
from tests.fuzz.envelopes import hostile_headers
from tests.fuzz.mapping.heavy import every_heavy_record, heavy_record
from tests.fuzz.mapping.pool import pool
from tests.fuzz.mapping.random_files import random_file
from tests.fuzz.payloads import hostile_payload

MOST_CPU_S: Final = 8.0
"""Of one record, which has at most a mebibyte: some ten times what the worst takes on an idle core."""
MOST_MEMORY_BYTES: Final = 1_000_000_000
"""More than the process has at its beginning, all records together: nothing of one is kept."""
_LONGEST_REASON: Final = 400
_LARGEST: Final = 1_048_576
_NOW_MS: Final = 1_795_251_600_000


class TooCostly(AssertionError):
    """A record that took too much of the processor's time."""


@dataclass(slots=True)
class MappingVerdict:
    """What became of the records, and what the costliest took."""

    seed: int
    records: int = 0
    files: int = 0
    """Random channel files that are right."""
    outcomes: Counter[str] = field(default_factory=Counter)
    slowest_s: float = 0.0
    slowest: str = ""

    def as_json(self) -> dict[str, object]:
        """As it is printed."""
        return {
            "seed": self.seed,
            "records": self.records,
            "files": self.files,
            "outcomes": dict(sorted(self.outcomes.items())),
            "slowest_ms": round(self.slowest_s * 1_000),
            "slowest": self.slowest,
        }


def limit_memory() -> None:
    """From here on more memory than allowed is refused, and ends the campaign with a MemoryError."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    most = pages * resource.getpagesize() + MOST_MEMORY_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def every_heavy(size: int, seed: int) -> MappingVerdict:
    """Each of the heavy kinds once, for one source of each format."""
    verdict = MappingVerdict(seed)
    by_format = {channel.format: channel for channel in load_channel_files().values()}
    for record_format, channel in by_format.items():
        for value in every_heavy_record(record_format, min(size, channel.max_record_bytes)):
            _map(channel, Record("source.fuzz.v1", 0, verdict.records, _NOW_MS, None, value, ()), verdict)
            verdict.records += 1
    return verdict


def mapping_campaign(data: Path, seed: int, records: int) -> MappingVerdict:
    """Map so many records; the one that fails is kept in `data`, and its failure names the seed."""
    verdict = MappingVerdict(seed)
    for channel, value, headers in _cases(seed, records, verdict):
        record = Record("source.fuzz.v1", 0, verdict.records, _NOW_MS, None, value, headers)
        try:
            _map(channel, record, verdict)
        except BaseException as failure:
            (data / "failed.bin").write_bytes(value or b"")
            failure.add_note(f"fuzz seed {seed}, record {verdict.records} of {channel.source_id}, in {data}/failed.bin")
            raise
        verdict.records += 1
    return verdict


def _cases(seed: int, records: int, verdict: MappingVerdict) -> Iterator[tuple[ChannelFile, bytes | None, Headers]]:
    chance = Random(f"fuzz mapping {seed}")
    channels = tuple(load_channel_files().values())
    payloads = pool(channels, seed)
    formats = tuple(RecordFormat)
    by_format = {each: [channel for channel in channels if channel.format is each] for each in formats}
    for _ in range(records):
        channel = chance.choice(channels)
        value, headers = chance.choice(payloads[channel.source_id])
        if chance.random() < 0.3:
            like = channel
            channel = random_file(chance, channel.format) or channel
            verdict.files += channel is not like
        if chance.random() < 0.05:
            record_format = chance.choice(formats)
            channel = chance.choice(by_format[record_format] or [channel])
            size = min(channel.max_record_bytes, _LARGEST)
            yield channel, heavy_record(chance, channel.format, size), headers
        else:
            yield channel, hostile_payload(chance, value), hostile_headers(chance, headers)


def _map(channel: ChannelFile, record: Record, verdict: MappingVerdict) -> None:
    began_s = time.process_time()
    outcomes = map_record(channel, record)
    took_s = time.process_time() - began_s
    if took_s > verdict.slowest_s:
        verdict.slowest_s = took_s
        verdict.slowest = f"{channel.source_id}: {(record.value or b'')[:60]!r}, {len(record.value or b'')} bytes"
    if took_s > MOST_CPU_S:
        raise TooCostly(f"{took_s:.1f} s for {len(record.value or b'')} bytes")
    assert 0 < len(outcomes) <= MOST_OUTCOMES
    for outcome in outcomes:
        match outcome:
            case Refused(reason) | Unparsable(reason):
                assert reason, outcome
                assert len(reason) <= _LONGEST_REASON, reason
                reason.encode()
            case Canonical(message):
                assert 0 < len(message.provenance.correlation_id) <= 200
            case PassedOver(reason):
                assert reason
    verdict.outcomes.update(type(outcome).__name__ for outcome in outcomes)
