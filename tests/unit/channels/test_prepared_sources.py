"""The sources of channel files are prepared once, and no more of them are kept than there is room for."""

from itertools import islice
from typing import TYPE_CHECKING

from connectors.formats import values
from connectors.formats.expressions.origins import reader_of
from connectors.formats.mapping import map_record
from connectors.formats.outcomes import RecordOutcome
from connectors.log.port import Record
from demo.channels.feed import demo_records
from domain.identifiers import SourceId
from tests.unit.channels.given import CHANNELS, INGESTED_AT_MS

if TYPE_CHECKING:
    import pytest

    from connectors.formats.expressions.readers import ValueReader
    from schemas.channel_language.sources import ValueOrigin

FEED = tuple(islice(demo_records(3, 300), 1_500))


def outcomes() -> list[tuple[RecordOutcome, ...]]:
    """Of the records of all channels of the demo, those that are broken included."""
    return [
        map_record(
            CHANNELS[SourceId(sent.topic.removeprefix("source.").removesuffix(".v1"))],
            Record(sent.topic, 0, 0, INGESTED_AT_MS + 10**9, sent.key, sent.value, sent.headers),
        )
        for sent in (planned.outgoing for planned in FEED)
    ]


def test_the_records_of_a_channel_prepare_each_source_once(monkeypatch: "pytest.MonkeyPatch") -> None:
    outcomes()
    prepared_again: list[ValueOrigin] = []

    def watched(source: "ValueOrigin") -> "ValueReader":
        prepared_again.append(source)
        return reader_of(source)

    monkeypatch.setattr(values, "reader_of", watched)
    outcomes()
    assert [] == prepared_again


def test_sources_for_which_there_is_no_room_are_prepared_again(monkeypatch: "pytest.MonkeyPatch") -> None:
    expected = outcomes()
    kept: dict[int, object] = {}
    monkeypatch.setattr(values, "_MOST_PREPARED", 3)
    monkeypatch.setattr(values, "_PREPARED", kept)
    assert expected == outcomes()
    assert 0 < len(kept) <= 3
