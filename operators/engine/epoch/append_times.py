"""The check of append times: they are the time of a flow, and a wrong one would move it for good."""

from collections.abc import Sequence
from datetime import UTC, datetime
from operator import attrgetter
from typing import Final

from connectors.log.port import Batch, LogFailed

_FUTURE_MS: Final = 3_600_000

_append_time_of = attrgetter("timestamp_ms")


def require_append_times(batches: Sequence[Batch], now_ms: int) -> None:
    """Raise `LogFailed` for a record from the future: it would fire every timer of its partition until then."""
    for batch in batches:
        if batch.records and max(map(_append_time_of, batch.records)) > now_ms + _FUTURE_MS:
            raise _from_the_future(batch)


def _from_the_future(batch: Batch) -> LogFailed:
    record = max(batch.records, key=_append_time_of)
    when = datetime.fromtimestamp(record.timestamp_ms / 1_000, UTC).isoformat(" ", "seconds")
    return LogFailed(
        f"{record.topic}/{record.partition}/{record.offset} was appended at {when}, more than an hour ahead of this "
        "machine's clock: set both clocks right (the broker writes this time). If the broker's was wrong, its records "
        "stay so: start again when that time has come"
    )
