"""Record headers: CloudEvents 1.0 in binary mode, W3C trace context, and our own names for people who operate it.

`origin` is `topic/partition/offset` of the record that caused this one, so a story can be followed both ways.
Headers are pairs of a name and bytes, in order; a name may stand twice, the first one counts.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache

Headers = tuple[tuple[str, bytes], ...]

PASSED_ON_LIMIT = 8192
"""How many bytes of names and values of foreign headers go on with a record."""

OWN_NAMES = frozenset(
    {
        "ce_id",
        "ce_source",
        "ce_type",
        "ce_specversion",
        "ce_subject",
        "ce_time",
        "ce_dataschema",
        "content-type",
        "correlationid",
        "causationid",
        "idempotencykey",
        "sequence",
        "origin",
        "traceparent",
        "orderid",
        "shipmentid",
        "nodeid",
        "invoiceid",
        "channelid",
    }
)
"""Names that only we write: what comes from outside under one of them is not passed on.

A `traceparent` from outside is continued by giving it to `event_headers`; its `tracestate` passes as it is.
"""


def event_headers(  # noqa: PLR0913 - one argument a header, always by name
    *,
    event_id: str,
    event_type: str,
    source: str,
    subject: str,
    time_ms: int,
    correlation_id: str,
    causation_id: str,
    dataschema: str,
    origin: str,
    traceparent: str = "",
    extra: Headers = (),
) -> Headers:
    """The headers of a record that we write; without `traceparent` where it is empty.

    `event_type` is the record's full name (`orderline.orders.v1.OrderAccepted`), `source` is `orderline/<flow>`,
    `subject` what it is about (usually the key), `extra` goes behind.
    """
    return (
        *kind_headers(event_type, source, dataschema),
        *own_headers(event_id, subject),
        *cause_headers(time_ms, correlation_id, causation_id, origin, traceparent),
        *extra,
    )


@lru_cache(maxsize=1024)
def kind_headers(event_type: str, source: str, dataschema: str) -> Headers:
    """The part that all records of one kind and writer share."""
    return (
        ("content-type", b"application/avro"),
        ("ce_specversion", b"1.0"),
        ("ce_type", event_type.encode()),
        ("ce_source", source.encode()),
        ("ce_dataschema", dataschema.encode()),
    )


def own_headers(event_id: str, subject: str) -> Headers:
    """The part that is a record's own."""
    return (("ce_id", event_id.encode()), ("ce_subject", subject.encode()))


def cause_headers(time_ms: int, correlation_id: str, causation_id: str, origin: str, traceparent: str) -> Headers:
    """The part that all effects of one cause share; without `traceparent` where it is empty."""
    written = (
        ("ce_time", _time(time_ms)),
        ("correlationid", correlation_id.encode()),
        ("causationid", causation_id.encode()),
        ("origin", origin.encode()),
    )
    return (*written, ("traceparent", traceparent.encode())) if traceparent else written


def dataschema_of(schema_id: int) -> str:
    """The URI by which `ce_dataschema` names a schema version."""
    return f"urn:orderline:schema:{schema_id}"


def origin_of(topic: str, partition: int, offset: int) -> str:
    """Where a record lies, as `origin` says it."""
    return f"{topic}/{partition}/{offset}"


def header(headers: Sequence[tuple[str, bytes]], name: str) -> str | None:
    """The text of the first header of that name; bytes that are no UTF-8 are shown as replacement characters."""
    for each, value in headers:
        if each == name:
            return value.decode(errors="replace")
    return None


def passed_on(headers: Sequence[tuple[str, bytes]]) -> Headers:
    """What of foreign headers goes on: all but our own names, in order, as long as the sum stays within the limit."""
    kept = []
    room = PASSED_ON_LIMIT
    for name, value in headers:
        if name in OWN_NAMES:
            continue
        room -= len(name.encode()) + len(value)
        if room < 0:
            break
        kept.append((name, value))
    return tuple(kept)


def event_time_ms(headers: Sequence[tuple[str, bytes]]) -> int | None:
    """The `ce_time` of a record of ours, in milliseconds since 1970; None where there is none that we wrote."""
    for name, value in headers:
        if name == "ce_time":
            second, point, rest = value.partition(b".")
            try:
                return _since_1970_ms(second) + int(rest[:-1]) if point and len(rest) == _MILLISECONDS_Z else None
            except ValueError:
                return None
    return None


_MILLISECONDS_Z = len("000Z")


@lru_cache(maxsize=256)
def _since_1970_ms(second: bytes) -> int:
    return int(datetime.fromisoformat(second.decode()).replace(tzinfo=UTC).timestamp()) * 1_000


def _time(time_ms: int) -> bytes:
    seconds, milliseconds = divmod(time_ms, 1000)
    return b"%s.%03dZ" % (_second(seconds), milliseconds)


@lru_cache(maxsize=256)
def _second(seconds: int) -> bytes:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S").encode()
