"""What we write into headers, and which headers of others are copied."""

from typing import Any

import pytest

from domain.identifiers import CorrelationId, EventId
from schemas.headers import Headers, dataschema_of, event_headers, header, origin_of
from schemas.inherited_headers import (
    FOREIGN,
    OWN_NAMES,
    PASSED_ON_LIMIT,
    PASSED_ON_MOST,
    CarriedHeaders,
    carried_headers,
    passed_on,
)

TRACE = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
EVENT_ID = b"0194e0b4-7d5c-5f6e-8a1b-2c3d4e5f6071"


def headers_of(**changes: Any) -> tuple[tuple[str, bytes], ...]:
    given: dict[str, Any] = {
        "event_id": "e-1",
        "event_type": "orderline.orders.v1.OrderAccepted",
        "source": "orderline/orders",
        "subject": "shopify:1001",
        "time_ms": 1_767_258_000_007,
        "correlation_id": "1001",
        "causation_id": "e-0",
        "dataschema": dataschema_of(1_000_028),
        "origin": origin_of("orders.inbox.v1", 3, 1042),
    }
    return event_headers(**(given | changes))


def test_an_event_bears_cloudevents_in_binary_mode_and_our_own_names() -> None:
    assert {
        "ce_specversion": b"1.0",
        "ce_id": b"e-1",
        "ce_type": b"orderline.orders.v1.OrderAccepted",
        "ce_source": b"orderline/orders",
        "ce_subject": b"shopify:1001",
        "ce_time": b"2026-01-01T09:00:00.007Z",
        "ce_dataschema": b"urn:orderline:schema:1000028",
        "content-type": b"application/avro",
        "correlationid": b"1001",
        "causationid": b"e-0",
        "origin": b"orders.inbox.v1/3/1042",
    } == dict(headers_of())


def test_every_header_is_set_once_and_has_a_name_of_ours() -> None:
    names = [name for name, _ in headers_of(passed_on=(("traceparent", b"00-a-b-01"),))]

    assert len(names) == len(set(names))
    assert set(names) <= OWN_NAMES


def test_a_trace_is_carried_on_where_there_is_one() -> None:
    assert header(headers_of(), "traceparent") is None
    assert "00-a-b-01" == header(headers_of(passed_on=(("traceparent", b"00-a-b-01"),)), "traceparent")


def test_what_is_extra_goes_behind() -> None:
    assert ("orderid", b"o") == headers_of(extra=(("orderid", b"o"),))[-1]


def test_times_before_1970_and_between_seconds_are_right() -> None:
    assert "1969-12-31T23:59:59.999Z" == header(headers_of(time_ms=-1), "ce_time")
    assert "1970-01-01T00:00:00.000Z" == header(headers_of(time_ms=0), "ce_time")


def test_the_first_header_of_a_name_counts_and_its_bytes_need_not_be_text() -> None:
    headers = (("a", b"\xff1"), ("a", b"2"))

    assert "\ufffd1" == header(headers, "a")
    assert header(headers, "b") is None


def test_foreign_headers_continue_and_our_own_names_do_not() -> None:
    given = (("x-shop", b"eu"), ("ce_id", b"forged"), ("origin", b"forged"), ("tracestate", b"v=1"), ("x-shop", b"2"))

    assert (("x-shop", b"eu"), ("tracestate", b"v=1"), ("x-shop", b"2")) == passed_on(given)


def test_foreign_headers_are_copied_up_to_the_limit_in_their_order() -> None:
    just = ("n", b"v" * (PASSED_ON_LIMIT - 1))

    assert (just,) == passed_on((just, ("origin", b"of ours, not counted"), ("m", b"")))


def test_a_header_that_does_not_fit_does_not_push_out_those_behind_it() -> None:
    assert (("m", b"1"),) == passed_on((("n", b"v" * PASSED_ON_LIMIT), ("m", b"1")))


@pytest.mark.parametrize("name", ("TraceParent", "CE_ID", "Content-Type", "traceparent"))
def test_our_own_names_are_not_copied_in_any_case(name: str) -> None:
    assert () == passed_on(((name, TRACE),))


@pytest.mark.parametrize("value", (b"a=" + b"1" * 511, b",".join([b"a=1"] * 33), b"a=\x00", "a=ü".encode(), b""))
def test_a_tracestate_beyond_the_standard_is_not_copied(value: bytes) -> None:
    assert () == passed_on((("tracestate", value), ("TraceState", value)))


def test_a_tracestate_of_32_members_is_copied() -> None:
    headers = (("tracestate", b",".join([b"a=1"] * 32)),)
    assert headers == passed_on(headers)


STATE = ("tracestate", b"vendor=1")
PARENT = ("traceparent", TRACE)


def test_the_effects_of_a_record_take_its_ids_its_trace_and_foreign_headers() -> None:
    ids = (("ce_id", EVENT_ID), ("correlationid", "Ö-1".encode()), ("ce_type", b"forged"), ("OrderId", b"forged"))
    expected = (PARENT, STATE, ("x", b"1"), ("X-Shop", b"\xff"))
    found = carried_headers((("x", b"1"), *ids, STATE, PARENT, ("X-Shop", b"\xff")))
    assert CarriedHeaders(EventId(EVENT_ID.decode()), CorrelationId("Ö-1"), expected) == found


@pytest.mark.parametrize("parent", ((), (("traceparent", b"00-a-b-01"),)))
def test_a_tracestate_without_a_valid_traceparent_is_dropped(parent: Headers) -> None:
    found = carried_headers((STATE, *parent, ("x", b"1")))
    assert ((("x", b"1"),), "tracestate") == (found.passed_on, found.dropped[-1])


@pytest.mark.parametrize("value", (b"a=" + b"1" * 511, b",".join([b"a=1"] * 33), b"a=\x00", b""))
def test_a_tracestate_beyond_the_standard_is_dropped_and_the_trace_continues(value: bytes) -> None:
    assert ((PARENT,), ("tracestate",)) == carried_headers((PARENT, ("tracestate", value)))[2:]


def test_foreign_headers_beyond_the_limit_are_dropped_and_counted_under_one_name() -> None:
    large = tuple((f"x-{number}", b"v" * 3_000) for number in range(3))
    assert (large[:2], (FOREIGN,)) == carried_headers(large)[2:]
    empty = (("", b""),) * 10_000
    assert (empty[:PASSED_ON_MOST], (FOREIGN,)) == carried_headers(empty)[2:]


def test_without_headers_there_is_no_cause_and_nothing_is_dropped() -> None:
    assert CarriedHeaders(None, CorrelationId("")) == carried_headers(())


def test_of_two_headers_of_a_name_the_first_is_the_cause() -> None:
    assert "1" == carried_headers((("correlationid", b"1"), ("correlationid", b"2"))).correlation_id


@pytest.mark.parametrize(
    "value",
    (
        TRACE * 8_000,
        TRACE + b"-01",
        TRACE.upper(),
        b"ff" + TRACE[2:],
        TRACE[:3] + b"0" * 32 + TRACE[35:],
        TRACE[:36] + b"0" * 16 + TRACE[52:],
        b"00-a-b-01",
        TRACE + b"\n",
        b"\xff" * 55,
    ),
)
def test_a_traceparent_that_is_none_is_dropped(value: bytes) -> None:
    assert CarriedHeaders(None, CorrelationId(""), (), ("traceparent",)) == carried_headers((("traceparent", value),))


@pytest.mark.parametrize("value", (b"x" * 201, b"x" * 1_000_000, b"a\nb", b"a\0", b"\xff"))
def test_a_correlation_id_that_no_message_may_hold_is_dropped(value: bytes) -> None:
    assert CarriedHeaders(None, CorrelationId(""), (), ("correlationid",)) == carried_headers(
        (("correlationid", value),)
    )


@pytest.mark.parametrize(
    "value", (b"", b"x", EVENT_ID.upper(), EVENT_ID * 2, b"\xff" * 36, EVENT_ID.replace(b"-", b""))
)
def test_an_event_id_that_is_no_uuid_is_dropped(value: bytes) -> None:
    assert CarriedHeaders(None, CorrelationId(""), (), ("ce_id",)) == carried_headers((("ce_id", value),))
