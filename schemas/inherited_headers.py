"""The headers that the effects of a record inherit, checked and bounded.

Anybody may write any header. Those that are copied into the effects of a record are read by `carried_headers` only,
which checks form and length: a header that fails is dropped and reported for the metric `headers_dropped`. A foreign
header goes along with every effect of its record, and with the effects of these.
"""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from domain.identifiers import CorrelationId, EventId
from schemas.headers import Headers

PASSED_ON_LIMIT = 8192
"""The most bytes of names and values of foreign headers that are copied from a record."""
PASSED_ON_MOST = 64
"""The most foreign headers that are copied from a record, so that empty ones do not add up either."""
FOREIGN = "foreign"
"""Stands in the metric for all foreign headers that were left out: their names are anybody's."""

CHANNEL_FILE: Final = "channelfile"
"""On what intake writes: `source_id/version/fingerprint` of the channel file that a record was mapped by."""

_CARRIED: Final = frozenset({"ce_id", "correlationid", "traceparent"})
_LONGEST_ID: Final = 200
"""Characters of a correlation id, as in the fields of a message (`connectors/formats/forms.py`)."""
_EVENT_ID: Final = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TRACEPARENT: Final = re.compile(rb"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
"""W3C Trace Context, version 00 (55 characters); a later version is read as 00 where it has the same length."""
_LONGEST_TRACESTATE: Final = 512
_MOST_TRACESTATE_MEMBERS: Final = 32
_PRINTABLE_ASCII: Final = re.compile(rb"[\x20-\x7e]+")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")

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
        CHANNEL_FILE,
    }
)
"""Names that only we write, in lower case: a foreign header with one of them is not passed on.

A valid `traceparent` from outside is continued, and with it a valid `tracestate`.
"""


class CarriedHeaders(NamedTuple):
    """The part of a record's headers that its effects inherit; every text is checked and bounded."""

    event_id: EventId | None
    """The `ce_id`, a UUID in its canonical form; None where there is none."""
    correlation_id: CorrelationId
    """At most 200 characters; empty where there is none."""
    passed_on: Headers = ()
    """`traceparent`, `tracestate` where there is a trace, and foreign headers within `PASSED_ON_LIMIT`."""
    dropped: tuple[str, ...] = ()
    """The names of the headers that failed the check; `FOREIGN` for foreign ones."""


def carried_headers(headers: Sequence[tuple[str, bytes]]) -> CarriedHeaders:
    """The checked headers of a record that our own flows, a connector, or anybody else wrote."""
    found: dict[str, bytes] = {}
    foreign: list[tuple[str, bytes]] = []
    for name, value in headers:
        if name in _CARRIED:
            found.setdefault(name, value)
        elif name not in OWN_NAMES:
            foreign.append((name, value))
    event_id = found.get("ce_id")
    correlation_id = found.get("correlationid")
    traceparent = found.get("traceparent")
    if event_id is not None and not _EVENT_ID.fullmatch(event_id):
        return _dropping("ce_id", headers)
    if correlation_id and not _is_id(correlation_id):
        return _dropping("correlationid", headers)
    if traceparent and not _TRACEPARENT.fullmatch(traceparent):
        return _dropping("traceparent", headers)
    return CarriedHeaders(
        None if event_id is None else EventId(event_id.decode()),
        CorrelationId(correlation_id.decode() if correlation_id else ""),
        *_carried_along(foreign, (("traceparent", traceparent),) if traceparent else ()),
    )


def _carried_along(foreign: Sequence[tuple[str, bytes]], trace: Headers) -> tuple[Headers, tuple[str, ...]]:
    """What is passed on, and the names of what is not. Without a `traceparent`, a `tracestate` says nothing (W3C)."""
    if not foreign:
        return trace, ()
    kept = passed_on(foreign)
    states = tuple(each for each in kept if _is_state(each[0]))
    others = tuple(each for each in kept if not _is_state(each[0]))
    states_given = sum(_is_state(name) for name, _ in foreign)
    own_in_other_case = sum(name.lower() in OWN_NAMES for name, _ in foreign)
    dropped = ("tracestate",) if states_given and not (trace and states) else ()
    if len(others) < len(foreign) - states_given - own_in_other_case:
        dropped = (*dropped, FOREIGN)
    return (*trace, *(states if trace else ()), *others), dropped


def _is_state(name: str) -> bool:
    return name.lower() == "tracestate"


def _dropping(name: str, headers: Sequence[tuple[str, bytes]]) -> CarriedHeaders:
    cause = carried_headers([header for header in headers if header[0] != name])
    return cause._replace(dropped=(name, *cause.dropped))


def _is_id(value: bytes) -> bool:
    if len(value) <= _LONGEST_ID and value.isascii() and value.decode().isprintable():
        return True
    try:
        text = value[: 4 * _LONGEST_ID + 1].decode()
    except UnicodeDecodeError:
        return False
    return len(value) <= 4 * _LONGEST_ID and len(text) <= _LONGEST_ID and not _CONTROL.search(text)


def _is_tracestate(value: bytes) -> bool:
    """Bounded as W3C Trace Context asks of those who propagate it."""
    is_short = len(value) <= _LONGEST_TRACESTATE and value.count(b",") < _MOST_TRACESTATE_MEMBERS
    return is_short and _PRINTABLE_ASCII.fullmatch(value) is not None


def passed_on(headers: Sequence[tuple[str, bytes]]) -> Headers:
    """The foreign headers that are copied: none of our own names in any case, no invalid `tracestate`.

    In their order, up to `PASSED_ON_MOST` of them and `PASSED_ON_LIMIT` bytes in total; one that does not fit is left
    out, the next one may fit.
    """
    kept: list[tuple[str, bytes]] = []
    room = PASSED_ON_LIMIT
    for name, value in headers:
        size = len(name.encode(errors="replace")) + len(value)
        if len(kept) < PASSED_ON_MOST and size <= room and _is_foreign(name, value):
            room -= size
            kept.append((name, value))
    return tuple(kept)


def _is_foreign(name: str, value: bytes) -> bool:
    name = name.lower()
    return name not in OWN_NAMES and (name != "tracestate" or _is_tracestate(value))
