"""The demo's feed in pieces, so that there is work left for every life of a program that is to die."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from connectors.log.port import Outgoing, Record
from connectors.topic_reader import TopicReader, every_record
from demo.channels.feed import demo_records
from schemas.headers import Headers

_DURATION_MS = 5_000

Piece = Sequence[Outgoing]
Content = tuple[str, str | None, bytes | None, Headers]


def feed_in_pieces(seed: int, orders: int, pieces: int) -> list[Piece]:
    """All records of a feed in their order, cut into as many equal pieces."""
    records = [planned.outgoing for planned in demo_records(seed, orders, _DURATION_MS)]
    cuts = [len(records) * number // pieces for number in range(pieces + 1)]
    return [records[begin:end] for begin, end in pairwise(cuts)]


def feed_findings(reader: TopicReader, pieces: Sequence[Piece]) -> list[str]:
    """What of the feed is not in its topic, or is there more often than it was sent."""
    sent = Counter(_content(outgoing) for piece in pieces for outgoing in piece)
    topics = sorted({topic for topic, *_ in sent})
    found = Counter(_content(record) for topic in topics for record in every_record(reader, topic))
    return [
        f"{content[0]}: {found[content]} times there instead of {count}: the record of {content[1]!r}"
        for content, count in sent.items()
        if found[content] != count
    ]


def _content(record: Outgoing | Record) -> Content:
    return record.topic, record.key, record.value, tuple(record.headers)
