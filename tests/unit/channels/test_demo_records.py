"""The demo's feed: deterministic, resumable, and of the shape that the real channels have."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import islice
from statistics import median

import pytest

from connectors.formats.mapping import map_record
from connectors.formats.outcomes import Canonical, RecordOutcome, Refused, Unparsable
from connectors.formats.x12.interchanges import Interchange, read_x12
from connectors.log.port import Outgoing, Record
from demo.channels.feed import ORDERS_BEGIN_AT_MS, FeedRecordKind, PlannedRecord, demo_records
from domain.identifiers import SourceId
from domain.messages.orders import (
    HoldKind,
    OrderAmendRequested,
    OrderCancelRequested,
    OrderHoldReleaseRequested,
    OrderHoldRequested,
    OrderPictured,
    OrderPlaced,
    OrderShipped,
)
from domain.messages.stock import GoodsReceived
from tests.fixture_sets import FixtureSet
from tests.unit.channels.given import CHANNELS, INGESTED_AT_MS

ORDERS = 1_000
FEED = tuple(demo_records(11, ORDERS))


def mapped(outgoing: Outgoing) -> tuple[RecordOutcome, ...]:
    source_id = outgoing.topic.removeprefix("source.").removesuffix(".v1")
    raw = Record(outgoing.topic, 0, 0, INGESTED_AT_MS + 10**9, outgoing.key, outgoing.value, outgoing.headers)
    return map_record(CHANNELS[SourceId(source_id)], raw)


def of_kind(*kinds: FeedRecordKind) -> Iterator[PlannedRecord]:
    return (record for record in FEED if record.kind in kinds)


def placed_by(record: PlannedRecord) -> list[OrderPlaced]:
    messages = [outcome.message for outcome in mapped(record.outgoing) if isinstance(outcome, Canonical)]
    return [
        message.placed if isinstance(message, OrderPictured) else message
        for message in messages
        if isinstance(message, OrderPlaced | OrderPictured)
    ]


def test_the_same_seed_gives_the_same_records_and_another_seed_others() -> None:
    assert FEED[:200] == tuple(islice(demo_records(11, ORDERS), 200))
    assert FEED[:200] != tuple(islice(demo_records(12, ORDERS), 200))


def test_a_feed_continues_where_it_was_by_skipping() -> None:
    assert FEED[700:750] == tuple(islice(demo_records(11, ORDERS), 700, 750))


def test_time_never_goes_back_and_the_feed_ends_soon_after_its_duration() -> None:
    times = [record.at_ms for record in FEED]
    assert sorted(times) == times
    assert times[-1] <= 65_000


@pytest.mark.parametrize("orders", (1, 2, 12, 13, 99, 250))
def test_exactly_as_many_orders_are_placed_as_were_asked_for(orders: int) -> None:
    feed = tuple(demo_records(3, orders))
    originals = [record for record in feed if record.kind is FeedRecordKind.ORIGINAL]
    promised = [order_id for one in originals for order_id in (one.order_id, *one.further_order_ids)]
    placed = [order.order_id for one in originals for order in placed_by(one)]
    assert promised == placed
    assert orders == len(set(placed)) == len(placed)
    others = {order.order_id for one in feed if one.kind is not FeedRecordKind.ORIGINAL for order in placed_by(one)}
    assert others <= set(placed)


def test_the_shares_are_as_planned() -> None:
    counts = Counter(record.kind for record in FEED)
    assert (10, 10, 20, 10, 10, 20, 10, 5, 5) == (
        counts[FeedRecordKind.CONFLICT],
        counts[FeedRecordKind.OVERTAKING_SHIPMENT],
        counts[FeedRecordKind.CANCEL],
        counts[FeedRecordKind.PART_CANCEL],
        counts[FeedRecordKind.AMENDMENT],
        counts[FeedRecordKind.DECISION],
        counts[FeedRecordKind.LOSS],
        counts[FeedRecordKind.GARBAGE],
        counts[FeedRecordKind.REFUSED],
    )
    repeated_orders = [one for one in of_kind(FeedRecordKind.DUPLICATE) if one.order_id]
    assert 48 <= len(repeated_orders) <= 50
    topics = Counter(record.outgoing.topic for record in of_kind(FeedRecordKind.ORIGINAL))
    others = {"decisions", "dependencies", "master_data", "online_retail", "operations", "planning", "wms_central"}
    others |= {"carrier", "finance", "third_party_logistics", "edi_suppliers"}
    others |= {"wms_epcis", "wms_shiphero", "wms_unicommerce", "customer_service", "carrier_tracking", "edi_carriers"}
    others |= {"woocommerce", "amazon_vendor", "marketplace_jsonl", "marketplace_csv"}
    others |= {"edifact_wholesale", "edifact_warehouse", "checks", "payments"}
    assert {f"source.{name}.v1" for name in CHANNELS if name not in others} == set(topics)
    assert 300 < topics["source.shopify.v1"] < 500


def test_orders_have_four_lines_in_the_middle_and_a_long_tail() -> None:
    sizes = [len(order.lines) for record in of_kind(FeedRecordKind.ORIGINAL) for order in placed_by(record)]
    assert 4 == median(sizes)
    assert 40 <= max(sizes) <= 60


def test_what_should_be_refused_is_refused_and_nothing_else() -> None:
    for record in FEED:
        found = mapped(record.outgoing)
        assert record.refusals == sum(isinstance(outcome, Refused) for outcome in found), (record, found)
        is_garbage = record.kind is FeedRecordKind.GARBAGE
        assert is_garbage == any(isinstance(outcome, Unparsable) for outcome in found), (record, found)


def test_garbage_and_refusals_are_of_several_kinds() -> None:
    feed = tuple(demo_records(11, 1_500))
    reasons = {
        kind: {str(outcome) for one in feed if one.kind is kind for outcome in mapped(one.outgoing)}
        for kind in (FeedRecordKind.GARBAGE, FeedRecordKind.REFUSED)
    }
    assert 6 <= len(reasons[FeedRecordKind.GARBAGE])
    assert 5 <= len(reasons[FeedRecordKind.REFUSED])


def test_a_duplicate_equals_its_original_and_a_conflict_contradicts_it() -> None:
    first: dict[str, tuple[str, str, bytes | None]] = {}
    normalized = 0
    for record in FEED:
        for order in placed_by(record):
            known = (order.provenance.correlation_id, order.provenance.content_hash, record.outgoing.value)
            if record.kind is FeedRecordKind.ORIGINAL:
                first[order.order_id] = known
                continue
            original = first[order.order_id]
            assert original[0] == known[0]
            assert (record.kind is FeedRecordKind.DUPLICATE) == (original[1] == known[1])
            normalized += record.kind is FeedRecordKind.DUPLICATE and original[2] != known[2]
    assert 10 <= normalized <= 35


def test_shipments_overtake_their_orders_and_some_cancellations_do() -> None:
    placed_at = {record.order_id: record.at_ms for record in of_kind(FeedRecordKind.ORIGINAL)}
    for record in of_kind(FeedRecordKind.OVERTAKING_SHIPMENT):
        (outcome,) = mapped(record.outgoing)
        assert isinstance(outcome, Canonical)
        assert isinstance(outcome.message, OrderShipped)
        assert record.order_id == outcome.message.order_id
        assert record.at_ms < placed_at[record.order_id]
    early = [record.at_ms < placed_at[record.order_id] for record in of_kind(FeedRecordKind.CANCEL)]
    assert 10 == sum(early)
    assert all(
        isinstance(outcome, Canonical) and isinstance(outcome.message, OrderCancelRequested)
        for record in of_kind(FeedRecordKind.CANCEL)
        for outcome in mapped(record.outgoing)
    )


def test_what_changes_an_order_names_its_lines() -> None:
    orders = {order.order_id: order for one in of_kind(FeedRecordKind.ORIGINAL) for order in placed_by(one)}
    for record in of_kind(FeedRecordKind.AMENDMENT, FeedRecordKind.PART_CANCEL):
        (outcome,) = mapped(record.outgoing)
        assert isinstance(outcome, Canonical)
        message = outcome.message
        assert isinstance(message, OrderAmendRequested | OrderCancelRequested)
        order = orders[message.order_id]
        if isinstance(message, OrderCancelRequested):
            assert [order.lines[-1].line_id] == [part.line_id for part in message.parts]
            continue
        assert [order.lines[0].line_id] == [line.line_id for line in message.quantities]
        (added,) = message.added
        assert added.line_id not in {line.line_id for line in order.lines}
        assert added.item_id not in {line.item_id for line in order.lines}


def test_a_held_order_is_released_by_the_same_check() -> None:
    decided: dict[str, set[type]] = defaultdict(set)
    for record in of_kind(FeedRecordKind.DECISION):
        (outcome,) = mapped(record.outgoing)
        assert isinstance(outcome, Canonical)
        message = outcome.message
        assert isinstance(message, OrderHoldRequested | OrderHoldReleaseRequested)
        assert message.hold is HoldKind.CREDIT
        decided[message.order_id].add(type(message))
    placed = {order.order_id for one in of_kind(FeedRecordKind.ORIGINAL) for order in placed_by(one)}
    assert decided.keys() <= placed
    assert [{OrderHoldRequested, OrderHoldReleaseRequested}] * 10 == list(decided.values())


def test_an_overtaking_shipment_ships_the_lines_of_its_order() -> None:
    orders = {order.order_id: order for one in of_kind(FeedRecordKind.ORIGINAL) for order in placed_by(one)}
    for record in of_kind(FeedRecordKind.OVERTAKING_SHIPMENT):
        (outcome,) = mapped(record.outgoing)
        assert isinstance(outcome, Canonical)
        assert isinstance(outcome.message, OrderShipped)
        ordered = [(line.line_id, line.item_id, line.quantity) for line in orders[outcome.message.order_id].lines]
        assert ordered == [(line.line_id, line.item_id, line.quantity) for line in outcome.message.lines]


def test_stock_comes_before_the_first_order_and_ends_below_the_demand_for_popular_items() -> None:
    opening = [record for record in FEED if record.at_ms < ORDERS_BEGIN_AT_MS]
    assert {FeedRecordKind.RECEIPT, FeedRecordKind.DUPLICATE} == {record.kind for record in opening}
    received = Counter[str]()
    for record in of_kind(FeedRecordKind.RECEIPT):
        for outcome in mapped(record.outgoing):
            assert isinstance(outcome, Canonical)
            assert isinstance(outcome.message, GoodsReceived)
            received.update({line.item_id: line.quantity for line in outcome.message.lines})
    wanted = Counter[str]()
    for record in of_kind(FeedRecordKind.ORIGINAL):
        for order in placed_by(record):
            for line in order.lines:
                wanted[line.item_id] += line.quantity
    popular = [item_id for item_id, _ in wanted.most_common(20)]
    assert 400 == len(received)
    assert 0.8 < sum(received[one] for one in popular) / sum(wanted[one] for one in popular) < 1.0
    assert len({record.at_ms for record in of_kind(FeedRecordKind.RECEIPT)}) == 6


def test_two_interchanges_hold_several_orders_and_a_broken_set() -> None:
    bundles = [record for record in FEED if record.further_order_ids]
    assert [3, 3] == [len(placed_by(record)) for record in bundles]


def paths(node: object, at: str = "") -> set[str]:
    if isinstance(node, dict):
        return {path for name, child in node.items() for path in {f"{at}.{name}", *paths(child, f"{at}.{name}")}}
    return {path for child in node for path in paths(child, f"{at}[]")} if isinstance(node, list) else set()


def bodies(source_id: str) -> list[object]:
    topic = f"source.{source_id}.v1"
    kinds = (FeedRecordKind.ORIGINAL, FeedRecordKind.CANCEL)
    return [json.loads(one.outgoing.value or b"") for one in of_kind(*kinds) if one.outgoing.topic == topic]


def test_every_field_of_our_shopify_orders_is_one_of_shopifys(fixtures: FixtureSet) -> None:
    real: set[str] = set()
    for path in fixtures.files(*fixtures.shopify):
        content = json.loads(path.read_text())
        for order in content.get("orders", [content.get("order")]):
            real |= paths(order)
    assert set() == {path for body in bodies("shopify") for path in paths(body)} - real


def test_every_field_of_our_amazon_orders_is_one_of_amazons(fixtures: FixtureSet) -> None:
    real: set[str] = set()
    for path in fixtures.files(fixtures.amazon):
        content = json.loads(path.read_text())
        real |= paths(content.get("response", content))
    assert set() == {path for body in bodies("amazon") for path in paths(body)} - real


def test_our_purchase_orders_have_the_segments_of_real_ones(fixtures: FixtureSet) -> None:
    real: set[str] = set()
    for path in fixtures.files(fixtures.x12):
        content = path.read_text(encoding="utf-8-sig")
        if "ST*850*" in content and "fail" not in path.parts:
            real |= {line.split("*")[0].strip() for line in content.replace("~", "\n").split("\n")}
    ours: set[str] = set()
    delimiters: set[tuple[str, ...]] = set()
    for record in of_kind(FeedRecordKind.ORIGINAL):
        if record.outgoing.topic == "source.edi_wholesale.v1":
            (interchange,) = read_x12((record.outgoing.value or b"").decode())
            assert isinstance(interchange, Interchange)
            delimiters.add(interchange.delimiters)
            ours |= {segment[0] for group in interchange.groups for one in group.sets for segment in one.segments}
    assert {"ST", "BEG", "CUR", "REF", "DTM", "N1", "N3", "N4", "PO1", "PID", "CTT", "AMT", "SE"} == ours
    assert set() == ours - real
    assert 3 == len(delimiters)
