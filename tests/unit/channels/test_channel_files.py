"""Channel files: strict, with errors that say where; a new marketplace is a file, no code."""

from pathlib import Path

import pytest

from connectors.formats.mapping import map_record
from connectors.formats.outcomes import Canonical, Refused
from domain.identifiers import SourceId
from domain.messages.orders import OrderPlaced, PromisePolicy, ReleaseGate
from schemas.channel_language.availability_feeds import availability_feeds
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.loader import CHANNELS as FOLDER
from schemas.channel_language.loader import load_channel_file, load_channel_files, parse_channel_file
from schemas.yaml_files import YamlFileInvalid
from tests.unit.channels.given import CHANNELS, record

PORTAL = (FOLDER / "portal.yaml").read_text(encoding="utf-8")

NEW_MARKETPLACE = """
source_id: bazaar
channel_id: bazaar_fr
region: EU
kind: orders
format: json
version: 3
timezone: Europe/Paris
currency: EUR
priority_class: 4
promise_policy: FILL_OR_KILL
erp_id: main
nodes: [central, lyon]
dedup_horizon_days: 7
future_tolerance_s: 60
max_record_bytes: 10000
code_lists:
  unit: {piece: EA}
  country: {France: FR}
documents: [data.orders]
correlation_id: {template: "bazaar-{ref}-{header:X-Delivery}"}
events:
  - event: OrderPlaced
    when: [{path: state, one_of: [NEW, PAID]}, {header: X-Kind, equals: order}]
    occurred_at: {path: date, default: "@ingested"}
    channel_order_id: ref
    customer_id: {first: [buyer.code, buyer.mail]}
    ship_to: {name: to.name, street: to.road, city: to.town, postal_code: to.zip, state: {constant: ""},
              country: {path: to.country, codes: country}}
    lines:
      each: basket
      line_id: "@position"
      item_id: {template: "{$.shop}-{code}"}
      quantity: count
      unit: {path: per, codes: unit, default: EA}
      unit_price: price
"""


def test_every_channel_file_that_comes_with_us_is_valid() -> None:
    shops = {"shopify", "woocommerce", "amazon", "amazon_vendor", "marketplace_jsonl", "marketplace_csv"}
    orders = {
        *shops,
        "edi_wholesale",
        "portal",
        "inside_sales",
        "online_retail",
        "edifact_wholesale",
        "customer_service",
    }
    others = {"wms_central", "carrier", "finance", "decisions", "dependencies", "master_data", "operations", "planning"}
    others |= {"third_party_logistics", "edi_suppliers", "edifact_warehouse", "checks", "payments"}
    others |= {"wms_epcis", "wms_shiphero", "wms_unicommerce", "carrier_tracking", "edi_carriers"}
    assert orders | others == set(CHANNELS)
    assert {"main"} == {channel.erp_id for channel in CHANNELS.values()}


@pytest.mark.parametrize(
    ("source_id", "channel_id", "promise", "gate"),
    (
        ("shopify", "shopify_eu", PromisePolicy.SHIP_AVAILABLE, ReleaseGate.BOOKED),
        ("amazon", "amazon_uk", PromisePolicy.FILL_OR_KILL, ReleaseGate.BOOKED),
        ("edi_wholesale", "edi_wholesale", PromisePolicy.SHIP_COMPLETE, ReleaseGate.BOOKED),
        ("edifact_wholesale", "edifact_wholesale", PromisePolicy.SHIP_COMPLETE, ReleaseGate.BOOKED),
        ("portal", "portal", PromisePolicy.SHIP_AVAILABLE, ReleaseGate.BOOKED),
        ("online_retail", "online_retail", PromisePolicy.SHIP_AVAILABLE, ReleaseGate.BOOKED),
        ("inside_sales", "inside_sales", PromisePolicy.SHIP_AVAILABLE, ReleaseGate.ACCEPTED),
    ),
)
def test_each_channel_promises_and_releases_as_decided(
    source_id: str, channel_id: str, promise: PromisePolicy, gate: ReleaseGate
) -> None:
    channel = CHANNELS[SourceId(source_id)]
    assert (channel_id, promise, gate) == (channel.channel_id, channel.promise_policy, channel.release_gate)


def test_the_portal_and_customer_service_get_their_duplicates_answered() -> None:
    assert ["customer_service", "portal"] == [name for name, channel in CHANNELS.items() if channel.answer_duplicates]


@pytest.mark.parametrize(
    ("find", "replace", "expected"),
    (
        ("quantity: quantity", "quantity: {pth: q}", "lines.quantity.pth: there is no such field: did you mean path?"),
        ("quantity: quantity", "quantity: 'a b'", "lines.quantity: 'a b' is not a path"),
        ("codes: unit", "codes: units", "the code list 'units' is not declared"),
        ("currency: EUR\n", "currency: EUX\n", "currency: 'EUX' is not a currency of ISO 4217"),
        ("version: 9", "version: '3'", "version: must be a whole number, not '3'"),
        ("PAL: XPX", "PAL: PALLET", "code_lists.unit.PAL: 'PALLET' is not a unit of UN/ECE Recommendation 20"),
        ("quantity: quantity", "quantity: -quantity", "'-quantity' is not a path: write {minus: quantity}"),
        ("Europe/Berlin", "Mars/Olympus", "timezone: 'Mars/Olympus' is not a time zone"),
        ('{first: [line, "@position"]}', "{first: [line], path: x}", "give exactly one of path, header, constant"),
        ("kind: orders", "kind: warehouse", "a source of kind warehouse cannot send OrderPlaced"),
        ("SHIP_AVAILABLE", "NEVER", "promise_policy: must be 'SHIP_COMPLETE'"),
        ("nodes: [central]", "nodes: []", "nodes: must have at least 1 entry"),
        ("event: OrderPlaced", "event: OrderLost", "events.1: 'event' must be one of 'OrderPlaced'"),
        ("erp_id: main\n", "", "erp_id: is required"),
        (
            "correlation_id: {first: [message_id, {header: Idempotency-Key}]}",
            "correlation_id: {template: plain}",
            "'plain' holds no placeholder",
        ),
        ("region: EU", "region: EU\nregion: UK", "region: is written twice"),
        ("region: EU", "region: EU\ntest_interchanges: live", "a file of format x12 or edifact has them"),
        ("kind: orders", "kind: [", "not YAML: "),
    ),
)
def test_a_broken_file_is_named_with_line_column_and_field_in_one_line(find: str, replace: str, expected: str) -> None:
    assert find in PORTAL
    with pytest.raises(YamlFileInvalid) as broken:
        parse_channel_file(PORTAL.replace(find, replace, 1), "portal.yaml")
    text = str(broken.value)
    assert expected in text
    assert text.startswith("portal.yaml:")
    assert all(place.isdigit() for place in text.split(":")[1:3])
    assert "\n" not in text


def test_the_line_of_an_error_is_the_line_of_its_field() -> None:
    line = next(number for number, text in enumerate(PORTAL.splitlines(), start=1) if "unit_price" in text)
    with pytest.raises(YamlFileInvalid, match=rf"^portal\.yaml:{line}:\d+: "):
        parse_channel_file(PORTAL.replace("unit_price: unit_price", "unit_price: {nothing: x}"), "portal.yaml")


def test_a_missing_file_or_an_empty_folder_is_an_error_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(YamlFileInvalid, match=r"none\.yaml: cannot be read"):
        load_channel_file(tmp_path / "none.yaml")
    with pytest.raises(YamlFileInvalid, match="no channel file"):
        load_channel_files(tmp_path)


def test_a_file_that_is_written_again_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "portal.yaml"
    file.write_text(PORTAL)
    before = load_channel_file(file)
    file.write_text(PORTAL.replace("dedup_horizon_days: ", "dedup_horizon_days: 1"))
    after = load_channel_file(file)
    assert f"1{before.dedup_horizon_days}" == str(after.dedup_horizon_days)


def test_two_files_cannot_describe_one_source(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(PORTAL)
    (tmp_path / "b.yaml").write_text(PORTAL)
    with pytest.raises(YamlFileInvalid, match=r"b\.yaml: source_id 'portal' is taken"):
        load_channel_files(tmp_path)


def bazaar() -> ChannelFile:
    return parse_channel_file(NEW_MARKETPLACE, "bazaar.yaml")


def bazaar_order(ref: str, state: str) -> str:
    return (
        f'{{"ref": "{ref}", "state": "{state}", "shop": "S9", "buyer": {{"mail": "a@b.example"}}, "gift": true,'
        ' "to": {"name": "A", "road": "R", "town": "T", "zip": "69002", "country": "France"},'
        ' "basket": [{"code": "X", "count": 2, "per": "piece", "price": 1.5}, {"code": "Y", "count": 1, "price": 2}]}'
    )


def test_a_new_marketplace_is_a_new_file_and_no_code() -> None:
    body = f'{{"data": {{"orders": [{bazaar_order("B1", "PAID")}, {bazaar_order("B2", "DRAFT")}]}}}}'
    headers = (("x-delivery", b"d7"), ("X-KIND", b"order"))
    placed, refused = map_record(bazaar(), record(body.encode(), headers))
    assert isinstance(placed, Canonical)
    order = placed.message
    assert isinstance(order, OrderPlaced)
    assert ("bazaar_fr:B1", "bazaar-B1-d7", "a@b.example") == (
        order.order_id,
        order.provenance.correlation_id,
        order.customer_id,
    )
    assert [("1", "S9-X", 2_000_000, 15_000), ("2", "S9-Y", 1_000_000, 20_000)] == [
        (line.line_id, line.item_id, line.quantity, line.unit_price) for line in order.lines
    ]
    assert ("FR", "EUR", ("central", "lyon"), 3) == (
        order.ship_to.country,
        order.currency,
        order.policy.nodes,
        order.policy.channel_file_version,
    )
    assert {"gift": "true"} == order.extensions
    assert order.provenance.ingested_at_us == order.provenance.occurred_at_us
    assert isinstance(refused, Refused)
    assert "state is 'DRAFT'" in refused.reason
    assert "bazaar-B2-d7" == refused.correlation_id


def test_the_channels_of_a_feed_are_served_by_the_nodes_of_all_their_files() -> None:
    portal = CHANNELS[SourceId("portal")]
    hub = portal.model_copy(update={"nodes": ("east", "central")})
    silent = portal.model_copy(update={"nodes": ("west",), "availability_feed": False})
    assert {"portal": ("central", "east")} == availability_feeds((portal, hub, silent))


def test_a_feed_needs_channels_that_the_file_names() -> None:
    hub = PORTAL.replace("channel_order_id: order_number", "channel_id: shop\n    channel_order_id: order_number", 1)
    warehouse = (FOLDER / "wms_central.yaml").read_text(encoding="utf-8") + "availability_feed: true\n"
    for text in (hub, warehouse):
        with pytest.raises(YamlFileInvalid, match="availability_feed needs channels"):
            parse_channel_file(text, "hub.yaml")
