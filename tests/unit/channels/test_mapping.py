"""From a record to canonical messages: what is taken, what is checked, what is kept."""

from dataclasses import replace
from typing import Any

import pytest

from connectors.formats.content import CLAIMED_TIME, LEFT_OUT
from connectors.formats.mapping import map_record
from connectors.formats.outcomes import Refused, Unparsable
from domain.addresses import Address
from domain.identifiers import ChannelId, CorrelationId, CustomerId, ItemId, LineId, OrderId, SourceId
from domain.messages.orders import (
    FulfilmentLine,
    HoldKind,
    OrderCancelRequested,
    OrderHoldReleaseRequested,
    OrderHoldRequested,
    OrderPicked,
    OrderPlaced,
    OrderShipped,
    PartOfLine,
    PlacedLine,
    WarehouseAccepted,
    WarehouseRefused,
)
from tests.unit.channels.given import (
    CHANNELS,
    INGESTED_AT_MS,
    PORTAL_ORDER,
    WMS_SHIPMENT,
    changed,
    outcomes,
    record,
    the_message,
    verdict,
)
from tests.unit.channels.language.market import market
from tests.unit.channels.language.market import verdicts as market_verdicts

PORTAL, WMS = CHANNELS[SourceId("portal")], CHANNELS[SourceId("wms_central")]
DECISIONS = CHANNELS[SourceId("decisions")]


def placed(payload: dict[str, Any]) -> OrderPlaced:
    found = the_message(PORTAL, payload)
    assert isinstance(found, OrderPlaced)
    return found


def test_an_order_of_the_portal_is_taken_field_by_field() -> None:
    order = placed({**PORTAL_ORDER, "note": "ring twice"})
    expected = OrderPlaced(
        order_id=OrderId("portal:P-1"),
        channel_id=ChannelId("portal"),
        channel_order_id="P-1",
        region="EU",
        provenance=replace(
            order.provenance,
            source_id=SourceId("portal"),
            correlation_id=CorrelationId("m-1"),
            revision=0,
            occurred_at_us=(INGESTED_AT_MS - 60_000) * 1000,
            ingested_at_us=INGESTED_AT_MS * 1000,
        ),
        customer_id=CustomerId("K1"),
        currency="EUR",
        ship_to=Address("Ada Abel", "1 Mill Lane", "Graz", "8010", "", "AT"),
        lines=(
            PlacedLine(LineId("1"), ItemId("ORL-1"), 2_500_000, "KGM", 32_000, ""),
            PlacedLine(LineId("2"), ItemId("ORL-2"), 4_000_000, "EA", 1, ""),
        ),
        policy=PORTAL.order_policy(0),
        extensions={"note": "ring twice"},
    )
    assert expected == order


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    (
        ("message_id", None, "refused: correlation_id: is missing (message_id or header Idempotency-Key)"),
        ("message_id", "m" * 201, "refused: correlation_id: is 201 characters long; at most 200 are allowed"),
        ("message_id", "m\x00", "refused: correlation_id: holds a control character"),
        ("event", "order_lost", "refused: : no rule of the channel file fits this document (event is 'order_lost', "),
        ("order_number", "  ", "refused: channel_order_id: is missing (order_number)"),
        ("order_number", "9" * 195, "refused: order_id: is 202 characters long; at most 200 are allowed"),
        ("customer", {"number": ["a"]}, "refused: customer_id: 'customer.number' holds several values"),
        ("currency", "EURO", "refused: currency: 'EURO' is not a currency of ISO 4217"),
        ("ship_to.city", None, "refused: ship_to.city: is missing (ship_to.city)"),
        ("ship_to.name", "Ada\x00Abel", "refused: ship_to.name: holds a control character"),
        ("ship_to.street", "1 Mill\x1b Lane", "refused: ship_to.street: holds a control character"),
        ("ship_to.street", "1 Mill\x7f Lane", "refused: ship_to.street: holds a control character"),
        ("ship_to.street", "1 Mill Lane\r\n\tback yard", "placed "),
        ("ship_to.name", "n" * 1001, "refused: ship_to.name: is 1001 characters long"),
        ("ship_to.country", "Austria", "refused: ship_to.country: 'Austria' is not a country of ISO 3166"),
        ("lines", [], "refused: lines: there is nothing in lines: "),
        ("lines", None, "refused: lines: there is nothing in lines: "),
        ("lines", {"line": 1}, "refused: lines: 'lines' is not a list"),
        ("lines.1.line", 1, "refused: lines: the line id '1' is used twice"),
        ("lines.1", "text", "refused: lines.2.item_id: is missing (item)"),
        ("lines.1.item", None, "refused: lines.2.item_id: is missing (item)"),
        ("lines.0.unit", "ELL", "refused: lines.1.unit: 'ELL' is not in the code list 'unit'"),
        ("lines.0.quantity", -1, "refused: lines.1.quantity: -1 is not above zero"),
        ("lines.0.quantity", "1.0000001", "refused: lines.1.quantity: more than 6 decimal places"),
        ("lines.0.quantity", "1.0000000000000000000000000000001", "refused: lines.1.quantity: '1.0000000000"),
        ("lines.0.quantity", "1e30", "refused: lines.1.quantity: out of range"),
        ("lines.0.quantity", "1e999", "refused: lines.1.quantity: '1e999' is not a decimal number"),
        ("lines.0.quantity", "1_000", "refused: lines.1.quantity: '1_000' is not a decimal number"),
        ("lines.0.quantity", "NaN", "refused: lines.1.quantity: 'NaN' is not a decimal number"),
        ("lines.0.quantity", "٣", "refused: lines.1.quantity: '٣' is not a decimal number"),
        ("lines.0.quantity", True, "refused: lines.1.quantity: 'true' is not a decimal number"),
        ("lines.0.unit_price", "-0.01", "refused: lines.1.unit_price: -0.01 is below zero"),
        ("occurred_at", "yesterday", "refused: occurred_at: 'yesterday' is not a time"),
        ("occurred_at", "2026-02-30T00:00:00Z", "refused: occurred_at: '2026-02-30T00:00:00Z' is not a time"),
        ("occurred_at", "1969-12-31T00:00:00Z", "refused: occurred_at: '1969-12-31T00:00:00Z' is not a time from 1970"),
        ("occurred_at", None, "refused: occurred_at: is missing (occurred_at)"),
        ("line_count", 3, "refused: totals.line_count: 3 lines are stated, 2 were found"),
        ("line_count", "9" * 5000, "refused: totals.line_count: '9999"),
    ),
)
def test_an_order_that_breaks_the_contract_is_refused_with_field_and_reason(
    path: str, value: object, expected: str
) -> None:
    (outcome,) = outcomes("portal", changed(PORTAL_ORDER, path, value))
    assert verdict(outcome).startswith(expected)


def test_a_refusal_knows_its_correlation_id_where_the_record_says_it() -> None:
    (refused,) = outcomes("portal", changed(PORTAL_ORDER, "currency", "??"))
    assert isinstance(refused, Refused)
    assert "m-1" == refused.correlation_id


@pytest.mark.parametrize(
    ("path", "value", "order_id"),
    (
        ("lines.0.quantity", -1, "portal:P-1"),
        ("currency", "??", "portal:P-1"),
        ("event", "no such event", "portal:P-1"),
        ("message_id", None, "portal:P-1"),
        ("order_number", None, None),
        ("order_number", "7" * 300, None),
        ("order_number", ["P-1", "P-2"], None),
    ),
)
def test_a_refusal_names_the_order_as_far_as_it_can_be_read(path: str, value: object, order_id: str | None) -> None:
    (refused,) = outcomes("portal", changed(PORTAL_ORDER, path, value))
    assert isinstance(refused, Refused)
    assert order_id == refused.order_id


@pytest.mark.parametrize(("order_id", "expected"), (("portal:P-1", "portal:P-1"), ("P-1", None)))
def test_a_refused_report_of_a_warehouse_names_the_order_that_it_is_about(order_id: str, expected: str | None) -> None:
    shipment = changed({**WMS_SHIPMENT, "order_id": order_id}, "lines.0.quantity", 0)
    (refused,) = outcomes("wms_central", shipment)
    assert isinstance(refused, Refused)
    assert expected == refused.order_id


@pytest.mark.parametrize(
    ("text", "expected_us"),
    (
        ("2026-01-05T07:00:00Z", 1_767_596_400_000_000),
        ("2026-01-05T07:00:00.25Z", 1_767_596_400_250_000),
        ("2026-01-05t08:00:00+01:00", 1_767_596_400_000_000),
        ("2026-01-05T02:00:00-0500", 1_767_596_400_000_000),
        ("2026-01-05T08:00:00", 1_767_596_400_000_000),
        ("2026-01-05 08:00", 1_767_596_400_000_000),
        ("2026-01-05", 1_767_567_600_000_000),
        ("20260105", 1_767_567_600_000_000),
        ("260105", 1_767_567_600_000_000),
        ("2601050800", 1_767_596_400_000_000),
        ("202601050800", 1_767_596_400_000_000),
        ("20260105080000", 1_767_596_400_000_000),
        ("1970-01-01T00:00:00", 0),
    ),
)
def test_times_are_read_in_the_forms_that_sources_use(text: str, expected_us: int) -> None:
    assert expected_us == placed(changed(PORTAL_ORDER, "occurred_at", text)).provenance.occurred_at_us


def test_a_time_far_in_the_future_is_clamped_and_kept_as_it_was() -> None:
    order = placed(changed(PORTAL_ORDER, "occurred_at", "2031-01-01T00:00:00Z"))
    assert INGESTED_AT_MS * 1000 + PORTAL.future_tolerance_s * 1_000_000 == order.provenance.occurred_at_us
    assert {CLAIMED_TIME: "1924992000000000"} == order.extensions


def test_what_no_rule_names_is_kept_within_bounds() -> None:
    payload = {**PORTAL_ORDER, "a": {"y": [1.50], "x": None}, "b": False, "c": None, "long": "x" * 1001}
    payload |= {f"field{number:02}": "y" * 900 for number in range(12)}
    extensions = placed(payload).extensions
    assert '{"x":null,"y":["1.5"]}' == extensions["a"]
    assert "false" == extensions["b"]
    assert "c" not in extensions
    left_out = extensions[LEFT_OUT].split(",")
    assert {"long", "field11"} <= set(left_out)
    assert set(payload) - {"c"} == set(left_out) | (set(extensions) - {LEFT_OUT}) | PORTAL.named_fields & set(payload)
    assert 10_000 > sum(len(name) + len(text) for name, text in extensions.items())


def test_a_cancellation_names_the_order_by_its_channels_number() -> None:
    payload = {
        "message_id": "m-2",
        "event": "order_cancelled",
        "occurred_at": "2026-01-05T07:59:00Z",
        "order_number": "P-1",
        "reason": "mistake",
        "lines": ["2"],
    }
    found = the_message(PORTAL, payload)
    assert isinstance(found, OrderCancelRequested)
    assert ("portal:P-1", "mistake", ("2",)) == (found.order_id, found.reason, found.line_ids)
    whole = the_message(PORTAL, changed(payload, "lines", None))
    assert isinstance(whole, OrderCancelRequested)
    assert () == whole.line_ids


def test_a_cancellation_may_name_parts_of_lines() -> None:
    payload = {
        "message_id": "m-2",
        "event": "order_cancelled",
        "occurred_at": "2026-01-05T07:59:00Z",
        "order_number": "P-1",
        "parts": [{"line": "2", "quantity": "1.5"}],
    }
    found = the_message(PORTAL, payload)
    assert isinstance(found, OrderCancelRequested)
    assert ((), (PartOfLine(LineId("2"), 1_500_000),)) == (found.line_ids, found.parts)


@pytest.mark.parametrize("named", ("parts: {each: parts, line_id: line, quantity: quantity}", "line_ids: parts"))
@pytest.mark.parametrize(
    ("rule", "instead"),
    (("may_be_empty: true", "leave it out to cancel the whole order"), ("", "name in it what is to be cancelled")),
)
def test_a_list_may_be_left_out_only_where_the_rule_takes_that_for_the_whole_order(
    named: str, rule: str, instead: str
) -> None:
    cancelling = f"  - event: OrderCancelRequested\n    occurred_at: ts\n    channel_order_id: id\n    {named}\n"
    file = market(f"{cancelling}    {rule}\n" if rule else cancelling)
    (found,) = market_verdicts(file, {"ref": "M-1", "id": "M-1", "ts": "2026-01-05T07:59:00Z", "parts": []})
    assert found.endswith(f"'parts' is an empty list: {instead}")


@pytest.mark.parametrize(
    ("parts", "reason"),
    (
        ([], "'parts' is an empty list: leave it out to cancel the whole order"),
        ([{"line": "2", "quantity": "0"}], "quantity"),
        ([{"line": "2"}], "quantity"),
        ("2", "'parts' is not a list"),
    ),
)
def test_a_part_that_cannot_be_read_does_not_cancel_the_whole_order(parts: object, reason: str) -> None:
    payload = {
        "message_id": "m-2",
        "event": "order_cancelled",
        "occurred_at": "2026-01-05T07:59:00Z",
        "order_number": "P-1",
        "parts": parts,
    }
    (refused,) = outcomes("portal", payload)
    assert isinstance(refused, Refused)
    assert reason in verdict(refused)


_DECISION = {
    "decision_id": "d-1",
    "outcome": "hold",
    "decided_at": "2026-01-05T07:59:00Z",
    "order_id": "portal:P-1",
    "check": "CREDIT",
    "decided_by": "credit check",
    "reason": "over the limit",
    "until": "2026-01-09T08:00:00Z",
}


def test_a_decision_holds_an_order_until_a_time() -> None:
    found = the_message(DECISIONS, _DECISION)
    assert isinstance(found, OrderHoldRequested)
    assert ("portal:P-1", HoldKind.CREDIT, "credit check") == (found.order_id, found.hold, found.requested_by)
    assert ("over the limit", 1_767_945_600_000_000) == (found.reason, found.until_us)
    without = the_message(DECISIONS, changed(_DECISION, "until", None))
    assert isinstance(without, OrderHoldRequested)
    assert 0 == without.until_us


def test_a_decision_releases_an_order() -> None:
    found = the_message(DECISIONS, {**_DECISION, "outcome": "release", "decided_by": None})
    assert isinstance(found, OrderHoldReleaseRequested)
    assert (HoldKind.CREDIT, "", "over the limit") == (found.hold, found.requested_by, found.reason)


def test_a_hold_of_an_unknown_kind_is_refused_with_the_kinds_that_there_are() -> None:
    (outcome,) = outcomes("decisions", {**_DECISION, "check": "credit"})
    assert verdict(outcome).startswith("refused: hold: 'credit' is none of CREDIT, ADDRESS, ")


def test_a_shipment_names_our_order_and_adds_up_the_lots_of_a_line() -> None:
    lots = [{"line_id": "1", "sku": "ORL-1", "quantity": 2}, {"line_id": "1", "sku": "ORL-1", "quantity": "0.5"}]
    found = the_message(WMS, {**WMS_SHIPMENT, "lines": lots})
    assert isinstance(found, OrderShipped)
    assert ("portal:P-1", "central", "S1", "DHL", "JD1") == (
        found.order_id,
        found.node_id,
        found.shipment_id,
        found.carrier,
        found.tracking_number,
    )
    assert (FulfilmentLine(LineId("1"), ItemId("ORL-1"), 2_500_000),) == found.lines


def test_picks_and_answers_of_the_warehouse_are_taken() -> None:
    picked = the_message(WMS, {**WMS_SHIPMENT, "event": "pick"})
    assert isinstance(picked, OrderPicked)
    accepted = the_message(WMS, {**WMS_SHIPMENT, "event": "cancel_accepted", "command_id": "c-1"})
    assert isinstance(accepted, WarehouseAccepted)
    refused = the_message(WMS, {**WMS_SHIPMENT, "event": "cancel_refused", "command_id": "c-1", "reason": "picked"})
    assert isinstance(refused, WarehouseRefused)
    assert ("c-1", "c-1", "picked") == (accepted.command_id, refused.command_id, refused.reason)


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    (
        ("order_id", "P-1", "refused: order_id: 'P-1' is not CHANNEL:NUMBER"),
        ("node_id", "elsewhere", "refused: node_id: 'elsewhere' is not a node of this source"),
        ("lines", [], "refused: lines: there is no line (lines)"),
        ("lines.0.quantity", "0", "refused: lines: every line has a quantity of zero"),
        ("shipment_id", None, "refused: shipment_id: is missing (shipment_id)"),
    ),
)
def test_a_shipment_that_breaks_the_contract_is_refused(path: str, value: object, expected: str) -> None:
    assert [expected] == [verdict(one) for one in outcomes("wms_central", changed(WMS_SHIPMENT, path, value))]


def test_a_tombstone_and_a_record_that_is_too_long_are_unreadable() -> None:
    assert (Unparsable("the record has no value"),) == outcomes("portal", None)
    too_long = b" " * (PORTAL.max_record_bytes + 1)
    assert (Unparsable("262145 bytes; the channel file allows 262144"),) == outcomes("portal", too_long)


def test_the_position_in_the_log_changes_nothing() -> None:
    raw = record(PORTAL_ORDER)
    assert map_record(PORTAL, raw) == map_record(PORTAL, raw._replace(offset=99, partition=3, topic="other"))


def test_shopify_is_recognised_by_the_webhooks_id_else_by_order_and_topic() -> None:
    body = {
        "id": 5,
        "created_at": "2026-01-05T07:59:00Z",
        "currency": "EUR",
        "line_items": [{"id": 1, "sku": "", "variant_id": 77, "quantity": 1, "price": "1.00"}],
    }
    topic = ("X-Shopify-Topic", b"orders/create")
    with_id = the_message(CHANNELS[SourceId("shopify")], body, (topic, ("x-shopify-webhook-id", b"w-5")))
    without = the_message(CHANNELS[SourceId("shopify")], body, (topic,))
    assert isinstance(without, OrderPlaced)
    assert ("w-5", "5/orders/create") == (with_id.provenance.correlation_id, without.provenance.correlation_id)
    assert ("guest", "77") == (without.customer_id, without.lines[0].item_id)
