"""Shows what a channel file makes of a payload, without any log."""

import json
from collections.abc import Iterator
from typing import NamedTuple, assert_never

from connectors.formats.mapping import map_record
from connectors.formats.outcomes import Canonical, PassedOver, RecordOutcome, Refused, Unparsable
from connectors.log.port import Outgoing, Record
from dataflows.views.readable import RecordView
from schemas.channel_language.channel_file import ChannelFile


class TriedDocument(NamedTuple):
    """What becomes of a document, in words, and whether its source need not hear of it."""

    text: str
    is_taken: bool


def tried(channel: ChannelFile, payload: Outgoing, now_ms: int) -> Iterator[TriedDocument]:
    """The outcome of each document of a record that arrives now."""
    record = Record(payload.topic, 0, 0, now_ms, payload.key, payload.value, payload.headers)
    view = RecordView()
    for outcome in map_record(channel, record):
        yield _shown(outcome, view)


def _shown(outcome: RecordOutcome, view: RecordView) -> TriedDocument:
    match outcome:
        case Canonical(message):
            content = json.dumps(view.readable(message), ensure_ascii=False, indent=2)
            return TriedDocument(f"{type(message).__name__} {content}", is_taken=True)
        case PassedOver(reason):
            return TriedDocument(f"passed over: {reason}", is_taken=True)
        case Refused(reason, field):
            where = f"{field}: " if field else ""
            fault = "the channel file, or the source" if outcome.is_perhaps_the_files else "the source"
            return TriedDocument(f"refused: {where}{reason} (at fault: {fault})", is_taken=False)
        case Unparsable(reason):
            return TriedDocument(f"cannot be read: {reason}", is_taken=False)
        case _:
            assert_never(outcome)
