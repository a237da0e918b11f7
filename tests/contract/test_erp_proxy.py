"""Whoever answers instead of the ERP, whatever it says: nothing is certain, so nothing is sent again blindly."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from connectors.erp.conversations.conversing_erp import ConversingErp
from demo.erp.behaviour import ErpBehaviour
from domain.messages.dispatch import ErpCommand, Outcome
from tests.unit.erp.commands import PERMIT, create, post_shipment, query
from tests.unit.erp.http.meddling_proxy import MeddlingProxy, http, meddling_proxy
from tests.unit.erp.running import RunningErp, adapter_to, running_erp

NO_KEYS = ErpBehaviour(latency_from_ms=0, latency_to_ms=0, unique_keys=False)
ERRORS = (*range(400, 432), 451, 499, *range(500, 512), *range(520, 531), 599)
HTML = b"<html><body><h1>503 Service Unavailable</h1></body></html>"
LIKE_THE_ERPS = (
    b'{"error": "LOCKED", "message": "the document is being edited"}',
    b'{"error": "TOO_MANY_CALLS", "message": "over the rate", "in_answer_to": ""}',
    b'{"error": "DOWN", "message": "outage", "in_answer_to": "health"}',
    b'{"error": "NOT_FOUND", "message": "no sales_order", "in_answer_to": null}',
    b'{"error": "OTHER_CONTENT", "in_answer_to": "0123456789abcdef0123456789abcdef"}',
    b'{"document_number": "SO-000009"}',
    b'{"document_number": "SO-000009", "duplicate": true, "in_answer_to": ["x"]}',
)
ANSWERS = {
    **{
        f"{status} {name}": http(status, body) for status in ERRORS for name, body in (("HTML", HTML), ("nothing", b""))
    },
    **{f"{status} {body!r}": http(status, body) for status in (200, 404, 409, 423, 429, 503) for body in LIKE_THE_ERPS},
    "200 HTML": http(200, HTML),
    "cut off": http(423, LIKE_THE_ERPS[0], length=500),
    "cut off in the head": b"HTTP/1.1 429 Too Ma",
    "no HTTP": b"\x16\x03\x01\x02\x00\x01",
    "a redirect": http(307, b"", b"Location: http://127.0.0.1:1/documents"),
    "too deep": http(503, b'{"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
    "broken text": http(429, b'{"error": "\xff\xfe"}'),
    "a surrogate": http(429, b'{"error": "\\ud800"}'),
    "too long": http(200, b'{"document_number": "' + b"9" * (2 << 20) + b'"}'),
    "a wrong length": b"HTTP/1.1 200 OK\r\nContent-Length: many, 7\r\n\r\n{}",
    "a wrong chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n",
    "a bomb": http(200, b"\x1f\x8b\x08\x00" + b"\x00" * 64, b"Content-Encoding: gzip"),
    "a header too many": http(503, b"", *[b"X-%d: y" % number for number in range(200)]),
    "a header too long": http(503, b"", b"X: " + b"y" * 100_000),
    "hurry": http(503, b"", b"Retry-After: 9999999999999999999"),
}


@pytest.fixture(scope="module")
def erp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningErp]:
    with running_erp(tmp_path_factory.mktemp("erp") / "erp.sqlite", NO_KEYS) as running:
        yield running


@pytest.fixture(scope="module")
def proxy(erp: RunningErp) -> Iterator[MeddlingProxy]:
    with meddling_proxy(int(erp.url.rpartition(":")[2])) as meddling:
        yield meddling


@pytest.fixture(scope="module")
def adapter(proxy: MeddlingProxy) -> Iterator[ConversingErp]:
    with adapter_to(proxy.port, 2_000) as to_proxy:
        yield to_proxy


def sent_as_dispatch_would(adapter: ConversingErp, proxy: MeddlingProxy, command: ErpCommand) -> int:
    """Until its outcome is final, with the proxy's own answer to the first call; how often the command was sent."""
    outcome, sent = adapter.execute(command, PERMIT).outcome, 1
    while outcome not in {Outcome.APPLIED, Outcome.DUPLICATE}:
        if outcome is Outcome.UNKNOWN:
            proxy.reply = b""
            outcome = adapter.find(query(command)).outcome
        else:
            assert outcome in {Outcome.REJECTED_TRANSIENT, Outcome.NOT_FOUND}, "given up, though it is booked"
            proxy.reply = b""
            outcome, sent = adapter.execute(replace(command, attempt=sent + 1), PERMIT).outcome, sent + 1
    return sent


@pytest.mark.parametrize("kind", ("sales_order", "shipment"))
def test_an_answer_of_a_proxy_leads_to_one_document(
    erp: RunningErp, proxy: MeddlingProxy, adapter: ConversingErp, kind: str
) -> None:
    before = erp.statistics()["documents"].get(kind, 0)
    for number, (name, reply) in enumerate(ANSWERS.items()):
        command = create(f"portal:P-{number}") if kind == "sales_order" else post_shipment("portal:P", f"S-{number}")
        proxy.reply = reply
        assert 1 == sent_as_dispatch_would(adapter, proxy, command), name
    assert len(ANSWERS) == erp.statistics()["documents"][kind] - before
    assert 1 == erp.statistics()["documents_per_business_key_max"]


def test_a_look_up_answered_by_a_proxy_proves_nothing(proxy: MeddlingProxy, adapter: ConversingErp) -> None:
    for name, reply in ANSWERS.items():
        proxy.reply = reply
        assert Outcome.UNKNOWN == adapter.find(query(create("portal:P-0"))).outcome, name
        assert not adapter.reachable(), name


def test_an_older_answer_of_the_erp_proves_nothing(proxy: MeddlingProxy, adapter: ConversingErp) -> None:
    asked = query(create("portal:CACHED"))
    proxy.reply = b""
    assert Outcome.NOT_FOUND == adapter.find(asked).outcome
    proxy.reply = http(404, b'{"error": "NOT_FOUND", "in_answer_to": "an earlier call"}', b"Age: 60")
    assert Outcome.UNKNOWN == adapter.find(replace(asked, attempt=2)).outcome
