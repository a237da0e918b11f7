"""Record headers: CloudEvents 1.0 in binary mode, W3C trace context, and our own names for operators.

`origin` is `topic/partition/offset` of the record that caused this one, so causes can be traced in both directions.
Headers are pairs of a name and bytes, in order; a name may occur twice, the first one counts.

What the effects of a record inherit from its headers is in `schemas/inherited_headers.py`.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache

from domain.identifiers import CorrelationId, EventId

Headers = tuple[tuple[str, bytes], ...]


def event_headers(  # noqa: PLR0913 - one argument a header, always by name
    *,
    event_id: EventId,
    event_type: str,
    source: str,
    subject: str,
    time_ms: int,
    correlation_id: CorrelationId,
    causation_id: str,
    dataschema: str,
    origin: str,
    passed_on: Headers = (),
    extra: Headers = (),
) -> Headers:
    """The headers of a record that we write.

    `event_type` is the record's full name (`orderline.orders.v1.OrderAccepted`), `source` is `orderline/<flow>`,
    `subject` what it is about (usually the key), `passed_on` those of the cause (`CarriedHeaders`), `extra` follows.
    """
    return (
        *kind_headers(event_type, source, dataschema),
        *own_headers(event_id, subject),
        *cause_headers(time_ms, correlation_id, causation_id, origin, passed_on),
        *extra,
    )


@lru_cache(maxsize=1024)
def kind_headers(event_type: str, source: str, dataschema: str) -> Headers:
    """The headers that all records of one kind and writer share."""
    return (
        ("content-type", b"application/avro"),
        ("ce_specversion", b"1.0"),
        ("ce_type", event_type.encode()),
        ("ce_source", source.encode()),
        ("ce_dataschema", dataschema.encode()),
    )


def own_headers(event_id: EventId, subject: str) -> Headers:
    """The headers that are specific to a record."""
    return (("ce_id", event_id.encode()), ("ce_subject", subject.encode()))


def cause_headers(
    time_ms: int, correlation_id: CorrelationId, causation_id: str, origin: str, passed_on: Headers
) -> Headers:
    """The headers that all effects of one cause share, `passed_on` (`CarriedHeaders`) last."""
    return (
        ("ce_time", _time(time_ms)),
        ("correlationid", correlation_id.encode()),
        ("causationid", causation_id.encode()),
        ("origin", origin.encode()),
        *passed_on,
    )


def dataschema_of(schema_id: int) -> str:
    """The URI by which `ce_dataschema` names a schema version."""
    return f"urn:orderline:schema:{schema_id}"


def origin_of(topic: str, partition: int, offset: int) -> str:
    """A record's position in the format of `origin`."""
    return f"{topic}/{partition}/{offset}"


def header(headers: Sequence[tuple[str, bytes]], name: str) -> str | None:
    """The text of the first header of that name; bytes that are not UTF-8 become replacement characters."""
    for each, value in headers:
        if each == name:
            return value.decode(errors="replace")
    return None


def event_time_ms(headers: Sequence[tuple[str, bytes]]) -> int | None:
    """The `ce_time` of a record of ours, in milliseconds since 1970; None where we wrote none."""
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
