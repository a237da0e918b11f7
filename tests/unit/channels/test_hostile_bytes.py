"""Whatever bytes come, the mapping answers with its declared outcomes, and what it lets through keeps the contract."""

import json

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from connectors.formats.mapping import map_record
from connectors.formats.outcomes import Canonical, PassedOver, RecordOutcomes, Refused, Unparsable
from connectors.log.port import Outgoing, Record
from demo.channels.feed import FeedRecordKind, demo_records
from domain.identifiers import SourceId
from domain.messages.orders import OrderPlaced
from schemas.headers import Headers
from schemas.iso_codes import CURRENCIES, UNITS
from tests.unit.channels.given import CHANNELS, INGESTED_AT_MS

FEED = [record for record in demo_records(5, 40) if record.kind is not FeedRecordKind.GARBAGE]
REAL = [record.outgoing for record in FEED]
REAL_JSON = [outgoing for outgoing in REAL if "edi" not in outgoing.topic]
SOURCES = st.sampled_from(sorted(CHANNELS))
HEADERS = st.sampled_from(
    [
        (),
        (("X-Shopify-Topic", b"orders/create"),),
        (("X-Shopify-Topic", b"orders/cancelled"), ("X-Shopify-Webhook-Id", b"\xff\x00")),
    ]
)
PIECES = st.sampled_from([b"", b"{", b'"', b"~", b"*", b"\n", b"ISA", b"-1", b"9" * 50])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=8), children, max_size=4),
    max_leaves=12,
)


def check(source_id: str, value: bytes | None, headers: Headers) -> None:
    raw = Record("source.test.v1", 0, 0, INGESTED_AT_MS, None, value, headers)
    mapped = map_record(CHANNELS[SourceId(source_id)], raw)
    assert mapped
    assert all(isinstance(outcome, Canonical | Refused | PassedOver | Unparsable) for outcome in mapped)
    assert 1 == len(mapped) or not any(isinstance(outcome, Unparsable) for outcome in mapped)
    keeps_the_contract(mapped)


def keeps_the_contract(mapped: RecordOutcomes) -> None:
    msgspec.json.encode(mapped)
    for outcome in mapped:
        if isinstance(outcome, Refused):
            assert outcome.reason
            assert 300 > len(outcome.reason)
        if isinstance(outcome, Canonical):
            assert 0 < len(outcome.message.provenance.correlation_id) <= 200
            assert 32 == len(outcome.message.provenance.content_hash)
            assert 0 <= outcome.message.provenance.occurred_at_us
        if isinstance(outcome, Canonical) and isinstance(outcome.message, OrderPlaced):
            order = outcome.message
            assert order.currency in CURRENCIES
            assert order.lines
            assert all(0 < line.quantity <= 10**18 and 0 <= line.unit_price <= 10**18 for line in order.lines)
            assert all(line.unit in UNITS for line in order.lines)
            assert len(order.lines) == len({line.line_id for line in order.lines})


@given(source_id=SOURCES, value=st.binary(max_size=400), headers=HEADERS)
def test_any_bytes(source_id: str, value: bytes, headers: Headers) -> None:
    check(source_id, value, headers)


@given(source_id=SOURCES, node=JSON, headers=HEADERS)
def test_any_json(source_id: str, node: object, headers: Headers) -> None:
    check(source_id, json.dumps(node).encode(), headers)


@given(data=st.data(), outgoing=st.sampled_from(REAL))
def test_real_payloads_with_a_piece_cut_out_and_another_put_in(data: st.DataObject, outgoing: Outgoing) -> None:
    value = outgoing.value or b""
    start = data.draw(st.integers(0, len(value)))
    end = data.draw(st.integers(start, min(len(value), start + 30)))
    piece = data.draw(st.binary(max_size=6) | PIECES)
    check(outgoing.topic.split(".")[1], value[:start] + piece + value[end:], outgoing.headers)


@given(data=st.data(), outgoing=st.sampled_from(REAL_JSON))
def test_real_json_with_any_value_in_any_place(data: st.DataObject, outgoing: Outgoing) -> None:
    document = json.loads(outgoing.value or b"")
    node = document
    while True:
        step = data.draw(st.sampled_from(sorted(node) if isinstance(node, dict) else list(range(len(node)))))
        child = node[step]
        if not isinstance(child, dict | list) or not child or data.draw(st.booleans()):
            node[step] = data.draw(JSON)
            break
        node = child
    check(outgoing.topic.split(".")[1], json.dumps(document).encode(), outgoing.headers)


@given(text=st.text(alphabet="ISAGSTEPO1BEGN*~>|0 \n", max_size=300))
def test_any_text_behind_a_good_isa(text: str) -> None:
    isa = "ISA*00*          *00*          *ZZ*BUYER          *ZZ*US             *260105*0600*U*00401*000000007*0*P*>~"
    check("edi_wholesale", (isa + text).encode(), ())
    check("edi_wholesale", (isa + "GS*PO*A*B*20260105*0600*7*X*004010~ST*850*0001~" + text).encode(), ())
