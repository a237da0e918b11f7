"""What the receiver answers, and what it stores: each refusal by its status, and nothing stored that was refused."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from connectors.ingest.appending.port import AppendFailed, LogAway, LogBusy, RecordTooLarge
from connectors.ingest.in_flight import InFlightLimits
from connectors.ingest.receiver import ReceiverSettings
from connectors.log.port import Outgoing
from domain.identifiers import SourceId
from schemas.channel_language.channel_file import ChannelFile
from tests.unit.channels.given import PORTAL_ORDER
from tests.unit.ingest.calls import (
    CHANNELS,
    SECRETS,
    Answered,
    Behind,
    Counted,
    KeptLog,
    call,
    portal_headers,
    post,
    receiver,
    shopify_headers,
    signed,
)

SHOPIFY_BODY = b'{"id": 450789469, "created_at": "2026-01-05T09:59:00+02:00"}'
PORTAL_BODY = json.dumps(PORTAL_ORDER).encode()


@pytest.fixture
def log() -> KeptLog:
    return KeptLog()


def changed(source: str, **fields: Any) -> dict[SourceId, ChannelFile]:
    """A channel file of the release, with other fields of its `ingest`, or of its own."""
    channel = CHANNELS[SourceId(source)]
    assert channel.ingest is not None
    own = {name: value for name, value in fields.items() if name in ChannelFile.model_fields}
    rule = channel.ingest.model_copy(update={name: value for name, value in fields.items() if name not in own})
    return {channel.source_id: channel.model_copy(update={**own, "ingest": rule})}


def require_problem(answer: Answered, status: int, kind: str) -> Mapping[str, Any]:
    """By RFC 9457; the connection ends, for what is left of a refused body may be anything."""
    assert (status, "application/problem+json", "close") == (
        answer.status,
        answer.headers["content-type"],
        answer.headers["connection"],
    )
    details: Mapping[str, Any] = answer.json
    assert (f"urn:orderline:problem:{kind}", status) == (details["type"], details["status"])
    assert details["title"]
    assert details["detail"]
    return details


def test_a_signed_webhook_is_stored_as_it_came(tmp_path: Path, log: KeptLog) -> None:
    answer = post(receiver(tmp_path, log).application(), "shopify", SHOPIFY_BODY, shopify_headers(SHOPIFY_BODY))

    assert (202, {"status": "stored", "partition": 3, "offset": 0}) == (answer.status, answer.json)
    assert [
        Outgoing(
            "source.shopify.v1",
            "450789469",
            SHOPIFY_BODY,
            (("x-shopify-event-id", b"e-1"), ("x-shopify-topic", b"orders/create")),
        )
    ] == log.records


def test_the_answer_waits_until_the_record_is_durable(tmp_path: Path, log: KeptLog) -> None:
    application = receiver(tmp_path, log).application()

    async def steps() -> tuple[bool, int]:
        log.gate = asyncio.Event()
        request = asyncio.create_task(call(application, "portal", PORTAL_BODY, portal_headers()))
        for _ in range(100):
            await asyncio.sleep(0)
        answered_early = request.done()
        log.gate.set()
        return answered_early, (await request).status

    assert (False, 202) == asyncio.run(steps())


@pytest.mark.parametrize(
    ("source", "headers", "why"),
    (
        ("shopify", {"Content-Type": "application/json"}, "the header X-Shopify-Hmac-Sha256 is missing"),
        ("shopify", shopify_headers(b"another body"), "is not that of the body"),
        ("shopify", shopify_headers(SHOPIFY_BODY, b"another-secret-of-an-app"), "is not that of the body"),
        ("shopify", {**shopify_headers(SHOPIFY_BODY), "X-Shopify-Hmac-Sha256": "\xe4\xb6"}, "is not that of the body"),
        ("portal", {"Content-Type": "application/json"}, "the header Authorization is missing"),
        ("portal", {"Content-Type": "application/json", "Authorization": "Basic abc"}, "not `Bearer TOKEN`"),
        ("portal", {"Content-Type": "application/json", "Authorization": "Bearer "}, "not `Bearer TOKEN`"),
        ("portal", portal_headers(b"the-token-of-the-porta"), "the token is not this source's"),
        ("portal", portal_headers(b"the-token-of-the-portals"), "the token is not this source's"),
    ),
)
def test_what_does_not_prove_its_source_is_refused(
    tmp_path: Path, log: KeptLog, source: str, headers: dict[str, str], why: str
) -> None:
    answer = post(receiver(tmp_path, log).application(), source, SHOPIFY_BODY, headers)

    assert why in require_problem(answer, 401, "unauthenticated")["detail"]
    assert answer.headers["www-authenticate"]
    assert [] == log.records


def test_no_answer_holds_a_secret(tmp_path: Path, log: KeptLog) -> None:
    application = receiver(tmp_path, log).application()
    answers = [
        post(application, "shopify", SHOPIFY_BODY, shopify_headers(b"another")),
        post(application, "portal", PORTAL_BODY, portal_headers(b"a-wrong-token-it-is")),
        post(application, "portal", PORTAL_BODY, portal_headers()),
    ]
    texts = b"".join(answer.body + repr(answer.headers).encode() for answer in answers)
    assert not any(secret in texts for secret in (*SECRETS.values(), signed(SHOPIFY_BODY).encode()))


def test_no_signature_and_no_token_is_kept_with_a_record(tmp_path: Path, log: KeptLog) -> None:
    application = receiver(tmp_path, log).application()
    assert 202 == post(application, "shopify", SHOPIFY_BODY, shopify_headers(SHOPIFY_BODY)).status
    assert 202 == post(application, "portal", PORTAL_BODY, portal_headers()).status

    names = {name for record in log.records for name, _ in record.headers}
    assert set() == names & {"authorization", "x-shopify-hmac-sha256"}


@pytest.mark.parametrize("source", ("amazon", "nobody", "../secrets", "shopify/"))
def test_a_source_that_receives_nothing_is_unknown(tmp_path: Path, log: KeptLog, source: str) -> None:
    answer = post(receiver(tmp_path, log).application(), source, b"{}", portal_headers())
    assert 404 == answer.status
    assert "application/problem+json" == answer.headers["content-type"]


def test_another_method_is_refused(tmp_path: Path, log: KeptLog) -> None:
    answer = post(receiver(tmp_path, log).application(), "portal", b"", {}, method="GET")
    require_problem(answer, 405, "no-such-call")
    assert "POST" == answer.headers["allow"]


@pytest.mark.parametrize(
    ("content_type", "status"),
    (
        ("application/json", 202),
        ("Application/JSON; charset=utf-8", 202),
        ("text/plain", 415),
        ("application/xml", 415),
        ("application/jsonx", 415),
        ("", 415),
    ),
)
def test_a_body_is_called_what_the_source_sends(tmp_path: Path, log: KeptLog, content_type: str, status: int) -> None:
    headers = {**portal_headers(), "Content-Type": content_type}
    assert status == post(receiver(tmp_path, log).application(), "portal", PORTAL_BODY, headers).status


@pytest.mark.parametrize("encoding", ("gzip", "br", "deflate, gzip"))
def test_a_compressed_body_is_refused_unread(tmp_path: Path, log: KeptLog, encoding: str) -> None:
    headers = {**portal_headers(), "Content-Encoding": encoding}
    answer = post(receiver(tmp_path, log).application(), "portal", PORTAL_BODY, headers)
    require_problem(answer, 415, "unsupported-encoding")


@pytest.mark.parametrize("is_announced", (True, False))
def test_a_body_beyond_the_limit_of_the_file_is_refused(tmp_path: Path, log: KeptLog, *, is_announced: bool) -> None:
    most = CHANNELS[SourceId("portal")].max_record_bytes
    parts = [b" " * most, b"{}"]
    headers = {**portal_headers(), **({"Content-Length": str(most + 2)} if is_announced else {})}
    answer = post(receiver(tmp_path, log).application(), "portal", parts, headers)
    require_problem(answer, 413, "too-large")
    assert [] == log.records


def test_a_body_of_exactly_the_limit_is_stored(tmp_path: Path, log: KeptLog) -> None:
    most = len(PORTAL_BODY)
    channels = changed("portal", max_record_bytes=most)
    headers = {**portal_headers(), "Content-Length": str(most)}
    application = receiver(tmp_path, log, channels=channels).application()
    assert 202 == post(application, "portal", [PORTAL_BODY[:7], PORTAL_BODY[7:]], headers).status
    assert [PORTAL_BODY] == [record.value for record in log.records]


def test_an_empty_body_is_refused(tmp_path: Path, log: KeptLog) -> None:
    require_problem(post(receiver(tmp_path, log).application(), "portal", b"", portal_headers()), 400, "empty")


def test_half_a_body_is_not_stored(tmp_path: Path, log: KeptLog) -> None:
    counted = Counted()
    application = receiver(tmp_path, log, counted=counted).application()
    post(application, "portal", PORTAL_BODY[:20], portal_headers(), behind=Behind.NOBODY)
    assert [] == log.records
    assert {("portal", "499"): 1.0} == counted.answers()


def test_headers_that_are_kept_are_bounded(tmp_path: Path, log: KeptLog) -> None:
    headers = {**portal_headers(), "Idempotency-Key": "k" * 8_192}
    answer = post(receiver(tmp_path, log).application(), "portal", PORTAL_BODY, headers)
    require_problem(answer, 431, "headers-too-large")


def test_what_no_rule_reads_is_not_kept_but_the_trace(tmp_path: Path, log: KeptLog) -> None:
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    headers = [
        *portal_headers().items(),
        ("Cookie", "session=1"),
        ("Idempotency-Key", "k-1"),
        ("ce_id", "forged"),
        ("traceparent", trace),
        ("tracestate", "a=1"),
        ("tracestate", "b=2"),
    ]
    assert 202 == post(receiver(tmp_path, log).application(), "portal", PORTAL_BODY, headers).status
    (record,) = log.records
    assert (
        ("idempotency-key", b"k-1"),
        ("traceparent", trace.encode()),
        ("tracestate", b"a=1, b=2"),
    ) == record.headers


def test_a_file_passes_on_further_headers(tmp_path: Path, log: KeptLog) -> None:
    headers = {**shopify_headers(SHOPIFY_BODY), "X-Shopify-Shop-Domain": "a.example", "X-Other": "1"}
    post(receiver(tmp_path, log).application(), "shopify", SHOPIFY_BODY, headers)
    assert b"a.example" == dict(log.records[0].headers)["x-shopify-shop-domain"]
    assert "x-other" not in dict(log.records[0].headers)


@pytest.mark.parametrize(
    ("body", "key"),
    (
        (b'{"id": 7}', "7"),
        (b'{"order": {"id": 8}}', "8"),
        (b'[{"id": 9}, {"id": 10}]', "9"),
        (b'{"no": "id"}', None),
        (b"not JSON", None),
        (b'{"id": {"a": 1}}', None),
        (b'{"id": "' + b"k" * 300 + b'"}', "k" * 200),
    ),
)
def test_bodies_about_one_order_have_its_key(tmp_path: Path, log: KeptLog, body: bytes, key: str | None) -> None:
    assert 202 == post(receiver(tmp_path, log).application(), "shopify", body, shopify_headers(body)).status
    assert [key] == [record.key for record in log.records]


@pytest.mark.parametrize("body", (b"not JSON", b'{"id": 1', b"\xff\xfe", b"[" * 100_000))
def test_a_webhook_that_cannot_be_read_is_stored_for_people(tmp_path: Path, log: KeptLog, body: bytes) -> None:
    assert 202 == post(receiver(tmp_path, log).application(), "shopify", body, shopify_headers(body)).status
    assert [body] == [record.value for record in log.records]


def test_a_portal_is_told_what_is_wrong(tmp_path: Path, log: KeptLog) -> None:
    lines = [{"line": 1, "item": "ORL-1", "unit_price": "1"}]
    body = json.dumps({**PORTAL_ORDER, "lines": lines}).encode()
    answer = post(receiver(tmp_path, log).application(), "portal", body, portal_headers())

    details = require_problem(answer, 422, "refused")
    assert [{"field": "lines.1.quantity", "reason": "is missing (quantity)"}] == details["errors"]
    assert [] == log.records


def test_a_portal_is_told_that_its_body_is_no_json(tmp_path: Path, log: KeptLog) -> None:
    answer = post(receiver(tmp_path, log).application(), "portal", b'{"event": ', portal_headers())
    require_problem(answer, 400, "unreadable")


def test_a_body_of_which_a_part_is_right_is_stored(tmp_path: Path, log: KeptLog) -> None:
    body = json.dumps([PORTAL_ORDER, {"event": "nothing we know"}]).encode()
    assert 202 == post(receiver(tmp_path, log).application(), "portal", body, portal_headers()).status


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    (
        (b"webhook_id=12", "application/x-www-form-urlencoded", 200),
        (b"webhook_id=12", "application/x-www-form-urlencoded; charset=UTF-8", 200),
        (b"webhook_id=12&more=1", "application/x-www-form-urlencoded", 401),
        (b"other=12", "application/x-www-form-urlencoded", 401),
        (b"webhook_id=12", "application/json", 401),
        (b"webhook_id=" + b"1" * 300, "application/x-www-form-urlencoded", 413),
    ),
)
def test_a_test_of_the_address_is_answered_and_not_stored(
    tmp_path: Path, log: KeptLog, body: bytes, content_type: str, status: int
) -> None:
    channels = changed("shopify", test_field="webhook_id")
    application = receiver(tmp_path, log, channels=channels).application()
    assert status == post(application, "shopify", body, {"Content-Type": content_type}).status
    assert [] == log.records


def test_a_webhook_of_woocommerce_is_tried_and_then_stored(tmp_path: Path, log: KeptLog) -> None:
    application = receiver(tmp_path, log).application()
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert 200 == post(application, "woocommerce", b"webhook_id=12", form).status
    body = b'{"id":727,"status":"processing"}'
    headers = {
        "Content-Type": "application/json",
        "X-WC-Webhook-Signature": signed(body, SECRETS["woocommerce"]),
        "X-WC-Webhook-Topic": "order.created",
        "X-WC-Webhook-Delivery-ID": "d-1",
        "X-WC-Webhook-Source": "https://shop.example/",
    }
    assert 202 == post(application, "woocommerce", body, headers).status
    (record,) = log.records
    assert ("source.woocommerce.v1", "727", body) == (record.topic, record.key, record.value)
    assert b"d-1" == dict(record.headers)["x-wc-webhook-delivery-id"]


def test_without_a_test_field_a_form_is_not_answered(tmp_path: Path, log: KeptLog) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert 401 == post(receiver(tmp_path, log).application(), "shopify", b"webhook_id=12", headers).status


@pytest.mark.parametrize(
    ("failure", "status", "retry_after"),
    (
        (LogAway("broker 10.0.0.7 is away"), 503, "10"),
        (LogBusy("full"), 503, "2"),
        (RecordTooLarge("MSG_SIZE_TOO_LARGE"), 413, None),
    ),
)
def test_what_is_not_known_to_be_stored_is_sent_again(
    tmp_path: Path, log: KeptLog, failure: AppendFailed, status: int, retry_after: str | None
) -> None:
    log.failure = failure
    answer = post(receiver(tmp_path, log).application(), "portal", PORTAL_BODY, portal_headers())
    assert (status, retry_after) == (answer.status, answer.headers.get("retry-after"))
    assert str(failure) not in answer.body.decode(), "what is inside is nobody's outside"


def test_while_the_log_is_away_no_body_is_read(tmp_path: Path, log: KeptLog) -> None:
    log.unavailable = "no broker answers"
    application = receiver(tmp_path, log).application()
    headers = {**portal_headers(), "Expect": "100-continue"}

    async def refused() -> Answered:
        return await asyncio.wait_for(call(application, "portal", [], headers), 5)

    answer = asyncio.run(refused())
    assert "10" == answer.headers["retry-after"]
    require_problem(answer, 503, "unavailable")


def test_beyond_its_share_a_source_is_refused_and_another_is_not(tmp_path: Path, log: KeptLog) -> None:
    limits = InFlightLimits(requests=3, requests_of_source=2)
    app = receiver(tmp_path, log, settings=ReceiverSettings(limits)).application()

    async def steps() -> list[int]:
        log.gate = asyncio.Event()
        waiting = [asyncio.create_task(call(app, "portal", PORTAL_BODY, portal_headers())) for _ in range(2)]
        await settle()
        third = await call(app, "portal", PORTAL_BODY, portal_headers())
        assert "1" == third.headers["retry-after"]
        other = asyncio.create_task(call(app, "shopify", SHOPIFY_BODY, shopify_headers(SHOPIFY_BODY)))
        await settle()
        beyond = await call(app, "shopify", SHOPIFY_BODY, shopify_headers(SHOPIFY_BODY))
        log.gate.set()
        done = [await each for each in (*waiting, other)]
        after = await call(app, "portal", PORTAL_BODY, portal_headers())
        return [third.status, beyond.status, *(each.status for each in done), after.status]

    assert [429, 503, 202, 202, 202, 202] == asyncio.run(steps())


def test_the_memory_of_bodies_is_bounded_and_given_back(tmp_path: Path, log: KeptLog) -> None:
    limits = InFlightLimits(body_bytes=len(PORTAL_BODY) + 10)
    held = receiver(tmp_path, log, settings=ReceiverSettings(limits))
    app = held.application()

    async def steps() -> list[int]:
        log.gate = asyncio.Event()
        first = asyncio.create_task(call(app, "portal", PORTAL_BODY, portal_headers()))
        await settle()
        second = await call(app, "portal", PORTAL_BODY, portal_headers())
        log.gate.set()
        return [second.status, (await first).status, (await call(app, "portal", PORTAL_BODY, portal_headers())).status]

    assert [503, 202, 202] == asyncio.run(steps())
    assert (0, 0) == (held.in_flight.requests, held.in_flight.body_bytes)


def test_a_body_that_does_not_come_is_given_up(tmp_path: Path, log: KeptLog) -> None:
    held = receiver(tmp_path, log, settings=ReceiverSettings(body_within_s=0.05))
    headers = {**portal_headers(), "Expect": "100-continue"}
    answer = post(held.application(), "portal", b"{", headers, behind=Behind.SILENCE)
    require_problem(answer, 408, "too-slow")
    assert (0, 0) == (held.in_flight.requests, held.in_flight.body_bytes)


def test_answers_are_counted_by_source_and_status_and_names_of_strangers_are_not(tmp_path: Path, log: KeptLog) -> None:
    counted = Counted()
    application = receiver(tmp_path, log, counted=counted).application()
    post(application, "portal", PORTAL_BODY, portal_headers())
    post(application, "portal", PORTAL_BODY, portal_headers(b"a-wrong-token-it-is"))
    post(application, "who-am-i", PORTAL_BODY, portal_headers())
    assert {("portal", "202"): 1.0, ("portal", "401"): 1.0, ("unknown", "404"): 1.0} == counted.answers()


async def settle() -> None:
    """Let all that can go on do so."""
    for _ in range(100):
        await asyncio.sleep(0)
