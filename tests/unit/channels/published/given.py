"""An intake on a log in memory that reads published channel files, and the marketplace whose file is published."""

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from bytewax.dataflow import Dataflow

from connectors.log.followed_topic import FollowedTopic
from connectors.log.port import Offsets, Outgoing, Record, TopicPartition
from dataflows.assembly import Rules, add_flow, inputs_of, load_rules
from dataflows.command_line.channels.template import template_of
from domain.identifiers import SourceId
from domain.messages.cases import ExceptionRaised
from domain.messages.reference_data import ChannelFilePublished, ChannelTable
from operators.engine.epoch.open_epoch import EpochLimits
from operators.engine.running import run_graph
from operators.engine.source import StopSignal
from operators.steps.channel_versions import PublishedFiles
from schemas.channel_language.loader import parse_channel_file
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.contracts.registry import REFERENCE_CHANNELS
from schemas.contracts.source_topics import release_topics
from schemas.headers import header
from tests.memory_log import MemoryLog, MemoryTopics

BAZAAR = SourceId("bazaar")
TOPIC = "source.bazaar.v1"
AFTER_MS = 5_000
CODEC = Codec(load_contracts())
PARTITIONS = 3


def text_of(version: int, **changes: str) -> str:
    """The file that a source begins with, as this version, with other values of these fields."""
    lines = template_of(BAZAAR).splitlines()
    for field, value in {"version": str(version), **changes}.items():
        at = next(number for number, line in enumerate(lines) if line.startswith(f"{field}:"))
        lines[at] = f"{field}: {value}"
    return "\n".join(lines) + "\n"


def publication(version: int, text: str | None = None, *tables: ChannelTable) -> ChannelFilePublished:
    return ChannelFilePublished(BAZAAR, version, "0" * 12, text or text_of(version), tables)


def order(number: int) -> bytes:
    return json.dumps(
        {
            "number": number,
            "state": "paid",
            "created_at": "2026-01-05T07:59:00Z",
            "buyer": {"id": "B-1"},
            "shipping_address": {"name": "A", "street": "S 1", "city": "C", "postcode": "1", "country": "at"},
            "items": [{"id": 1, "sku": "LAMP-1", "quantity": 2, "price": "3.50"}],
            "shipping": "4.90",
        }
    ).encode()


@cache
def rules() -> Rules:
    """Of an intake that reads this source alone, with the file's first version."""
    return replace(load_rules(), channels={TOPIC: parse_channel_file(text_of(1), "bazaar.yaml")})


class Intake:
    """The flow, started as often as a test wants, each time with nothing but what is in the log."""

    def __init__(self, partitions: int = PARTITIONS) -> None:
        names = [name for name in release_topics() if not name.endswith("changelog.v1")]
        self.topics = MemoryTopics(dict.fromkeys([*names, TOPIC], partitions))
        self.rules = rules()
        self.looks = 0

    def publish(self, published: ChannelFilePublished, key: str | None = BAZAAR) -> Record:
        value = CODEC.encode(REFERENCE_CHANNELS, published)
        return self.topics.append(Outgoing(REFERENCE_CHANNELS, key, value))

    def send(self, value: bytes, partition: int = 0) -> Record:
        return self.topics.append(Outgoing(TOPIC, None, value, (), partition))

    def run(self, gates: int = 12, *, loses_commit: bool = False) -> None:
        """A process for a few gates; of `loses_commit` the first epoch is processed again."""
        log = MemoryLog(self.topics, "orderline.intake", inputs_of("intake", self.rules))
        log.lose_next_commit = loses_commit
        left = iter(range(gates))
        stop_signal = StopSignal(lambda: next(left, None) is None)
        graph = Dataflow("intake")
        published = self.published(log)
        limits = EpochLimits(age_s=1e9, least_s=0)
        add_flow(graph, "intake", log, self.rules, stop_signal, limits, published=published)
        run_graph(graph, stop_signal)

    def mapped_by(self) -> dict[int, int]:
        """The version of the file of each order, by its number; each order once."""
        found: dict[int, int] = {}
        for record in self.topics.all_of("orders.inbox.v1"):
            channel, _, number_text = (record.key or "").partition(":")
            if channel != BAZAAR:
                continue
            number = int(number_text)
            assert number not in found
            source, version, _ = (header(record.headers, "channelfile") or "").split("/")
            assert BAZAAR == source
            found[number] = int(version)
        return found

    def cases(self) -> Sequence[ExceptionRaised]:
        found = [CODEC.decode("exceptions.v1", record.value or b"") for record in self.topics.all_of("exceptions.v1")]
        return [case for case in found if isinstance(case, ExceptionRaised)]

    def published(self, log: MemoryLog) -> PublishedFiles:
        """The topic as a process reads it, and how often it looked."""

        def ends() -> Offsets:
            self.looks += 1
            return log.end_offsets(REFERENCE_CHANNELS)

        def read(source: TopicPartition, offset: int, limit: int) -> Sequence[Record]:
            return self.topics.records[source][offset : offset + limit]

        return PublishedFiles(FollowedTopic(ends, read), log.partitions_of(REFERENCE_CHANNELS), AFTER_MS)
