"""What we write into headers, and what of others' goes on."""

from typing import Any

from schemas.headers import OWN_NAMES, PASSED_ON_LIMIT, dataschema_of, event_headers, header, origin_of, passed_on


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


def test_every_header_stands_once_and_is_a_name_of_our_own() -> None:
    names = [name for name, _ in headers_of(traceparent="00-a-b-01")]

    assert len(names) == len(set(names))
    assert set(names) <= OWN_NAMES


def test_a_trace_is_carried_on_where_there_is_one() -> None:
    assert header(headers_of(), "traceparent") is None
    assert "00-a-b-01" == header(headers_of(traceparent="00-a-b-01"), "traceparent")


def test_what_is_extra_goes_behind() -> None:
    assert ("orderid", b"o") == headers_of(extra=(("orderid", b"o"),))[-1]


def test_times_before_1970_and_between_seconds_are_right() -> None:
    assert "1969-12-31T23:59:59.999Z" == header(headers_of(time_ms=-1), "ce_time")
    assert "1970-01-01T00:00:00.000Z" == header(headers_of(time_ms=0), "ce_time")


def test_the_first_header_of_a_name_counts_and_its_bytes_need_not_be_text() -> None:
    headers = (("a", b"\xff1"), ("a", b"2"))

    assert "\ufffd1" == header(headers, "a")
    assert header(headers, "b") is None


def test_foreign_headers_go_on_and_our_own_names_do_not() -> None:
    given = (("x-shop", b"eu"), ("ce_id", b"forged"), ("origin", b"forged"), ("tracestate", b"v=1"), ("x-shop", b"2"))

    assert (("x-shop", b"eu"), ("tracestate", b"v=1"), ("x-shop", b"2")) == passed_on(given)


def test_foreign_headers_go_on_up_to_the_limit_in_their_order() -> None:
    just = ("n", b"v" * (PASSED_ON_LIMIT - 1))

    assert (just,) == passed_on((just, ("origin", b"of ours, not counted"), ("m", b"")))
    assert () == passed_on((("n", b"v" * PASSED_ON_LIMIT), ("m", b"")))
