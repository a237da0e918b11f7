"""An order number is unique in a scope: the file says of which fields an order's id is made."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.formats.mapping import map_record
from domain.identifiers import ChannelId, OrderId, scoped_order_id_of
from domain.messages.orders import FromSource, OrderPlaced
from domain.messages.stock import GoodsReceived, StockAdjusted
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.loader import CHANNELS as FOLDER
from schemas.channel_language.loader import load_channel_files, parse_channel_file
from schemas.yaml_files import YamlFileInvalid
from tests.unit.channels.given import CHANNELS, WMS_RECEIPT, WMS_SHIPMENT, record, the_message, verdict

FILE = """
source_id: bazaar
channel_id: bazaar
region: EU
kind: orders
format: json
version: 1
currency: EUR
priority_class: 4
erp_id: main
nodes: [central]
dedup_horizon_days: 7
future_tolerance_s: 60
max_record_bytes: 10000
correlation_id: {parts: [account, message]}
order_scope: [account]
order_release: release
events:
  - event: OrderPlaced
    when: {path: event, equals: placed}
    occurred_at: {constant: "@ingested"}
    channel_order_id: number
    customer_id: account
    ship_to: {name: {constant: ""}, street: {constant: ""}, city: {constant: ""}, postal_code: {constant: ""},
              state: {constant: ""}, country: {constant: ""}}
    lines: {each: lines, line_id: id, item_id: item, quantity: quantity, unit: {constant: EA}, unit_price: price}
  - event: OrderCancelRequested
    when: {path: event, equals: cancelled}
    occurred_at: {constant: "@ingested"}
    channel_order_id: number
  - event: OrderPicked
    when: {path: event, equals: picked}
    occurred_at: {constant: "@ingested"}
    channel_order_id: number
    node_id: {constant: central}
    lines: {each: lines, line_id: id, item_id: item, quantity: quantity}
  - event: OrderShipped
    when: {path: event, equals: shipped}
    occurred_at: {constant: "@ingested"}
    channel_order_id: number
    node_id: {constant: central}
    shipment_id: document
    lines: {each: lines, line_id: id, item_id: item, quantity: quantity}
  - event: OrderReturned
    when: {path: event, equals: returned}
    occurred_at: {constant: "@ingested"}
    channel_order_id: number
    node_id: {constant: central}
    return_id: document
    lines: {each: lines, line_id: id, item_id: item, quantity: quantity, unit_price: price}
  - event: WarehouseAccepted
    when: {path: event, equals: stopped}
    occurred_at: {constant: "@ingested"}
    channel_order_id: number
    command_id: document
  - event: WarehouseRefused
    when: {path: event, equals: not_stopped}
    occurred_at: {constant: "@ingested"}
    channel_order_id: number
    command_id: document
"""
BAZAAR = parse_channel_file(FILE, "bazaar.yaml")
KINDS = ("placed", "cancelled", "picked", "shipped", "returned", "stopped", "not_stopped")

ISA = "ISA*00*          *00*          *{0}*{1:15}*ZZ*US             *260105*0600*U*00401*000000007*0*P*>~"
EDI = ISA + "GS*PO*{2}*US*20260105*0600*7*X*004010~{3}GE*1*7~IEA*1*000000007~"


def payload(kind: str, **fields: str) -> dict[str, Any]:
    lines = [{"id": "1", "item": "BOLT", "quantity": "2", "price": "3"}]
    body = {"event": kind, "message": "m1", "account": "A", "number": "7", "document": "D1"}
    return {**body, "lines": lines, **fields}


def refusal(kind: str, channel: ChannelFile = BAZAAR, **fields: str) -> str:
    (outcome,) = map_record(channel, record(payload(kind, **fields)))
    return verdict(outcome)


def message(kind: str, channel: ChannelFile = BAZAAR, **fields: str) -> FromSource:
    found = the_message(channel, payload(kind, **fields))
    assert isinstance(found, FromSource)
    return found


def order_id(kind: str, **fields: str) -> OrderId:
    return message(kind, BAZAAR, **fields).order_id


def purchase_order(qualifier: str, sender: str, application: str, purpose: str = "00", release: str = "") -> FromSource:
    body = f"ST*850*0001~BEG*{purpose}*SA*4500001*{release}*20260105~PO1*1*2*EA*1.50**VN*BOLT~CTT*1~SE*5*0001~"
    found = the_message(CHANNELS["edi_wholesale"], EDI.format(qualifier, sender, application, body).encode())  # type: ignore[index]  # an id
    assert isinstance(found, FromSource)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_message_names_the_order_in_the_same_scope(kind: str) -> None:
    assert "bazaar:A:7" == order_id(kind)
    assert "bazaar:B:7" == order_id(kind, account="B")
    assert "bazaar:A:7:3" == order_id(kind, release="3")


@pytest.mark.parametrize("kind", KINDS)
def test_a_message_without_its_scope_is_refused_and_touches_no_order(kind: str) -> None:
    channel = parse_channel_file(
        FILE.replace("order_scope: [account]", "order_scope: [account, branch]"), "bazaar.yaml"
    )
    assert "refused: order_scope.2: is missing (branch)" == refusal(kind, channel)


def test_two_partners_of_one_channel_may_use_one_number() -> None:
    first = purchase_order("ZZ", "ACME", "ACME")
    second = purchase_order("ZZ", "BOLTCO", "BOLTCO")
    cancellation = purchase_order("ZZ", "BOLTCO", "BOLTCO", purpose="01")
    assert "edi_wholesale:ZZ:ACME:ACME:4500001" == first.order_id
    assert first.order_id != second.order_id == cancellation.order_id


@pytest.mark.parametrize("other", (("01", "ACME", "ACME"), ("ZZ", "ACME", "ACME EAST"), ("ZZ", "ACMEE", "ACME")))
def test_a_partner_is_its_qualified_id_and_its_application(other: tuple[str, str, str]) -> None:
    one, another = purchase_order("ZZ", "ACME", "ACME"), purchase_order(*other)
    assert one.order_id != another.order_id
    assert one.provenance.correlation_id != another.provenance.correlation_id


def test_a_release_of_a_blanket_order_is_an_order_and_shows_both_numbers() -> None:
    blanket, release = purchase_order("ZZ", "ACME", "ACME"), purchase_order("ZZ", "ACME", "ACME", release="12")
    assert isinstance(blanket, OrderPlaced)
    assert isinstance(release, OrderPlaced)
    assert ("4500001", "4500001/12") == (blanket.channel_order_id, release.channel_order_id)
    assert f"{blanket.order_id}:12" == release.order_id


def test_a_separator_in_a_part_does_not_make_two_scopes_equal() -> None:
    found = [
        order_id("placed", account="A:1", number="2"),
        order_id("placed", account="A", number="1:2"),
        order_id("placed", account="A%3A1", number="2"),
        order_id("placed", account="A", number="1", release="2"),
    ]
    assert ["bazaar:A%3A1:2", "bazaar:A:1%3A2", "bazaar:A%253A1:2", "bazaar:A:1:2"] == found


PART = st.text("ab:%/23A", min_size=1, max_size=4)


@given(st.lists(PART, max_size=3), PART, st.just("") | PART)
def test_an_order_id_says_of_which_parts_it_is_made(scope: list[str], number: str, release: str) -> None:
    """So no other parts make it."""
    channel_id, *parts = scoped_order_id_of(ChannelId("c"), scope, number, release).split(":")
    assert ("c", [*scope, number, *([release] if release else [])]) == (channel_id, [unquote(part) for part in parts])


@given(PART, PART)
def test_a_message_id_says_of_which_parts_it_is_made(account: str, number: str) -> None:
    found = message("cancelled", account=account, message=number).provenance.correlation_id
    assert [account, number] == [unquote(part) for part in found.split("/")]


@pytest.mark.parametrize(("written", "same"), ((" 7 ", True), ("07", False), ("7 ", True), ("0007", False)))
def test_numbers_are_compared_as_they_are_written_except_for_blanks_around_them(written: str, *, same: bool) -> None:
    assert same == (order_id("placed") == order_id("cancelled", number=written))


def test_case_is_part_of_a_name() -> None:
    assert order_id("placed", account="a") != order_id("cancelled", account="A")


@pytest.mark.parametrize("kind", KINDS)
def test_an_order_id_that_is_too_long_is_refused_in_every_kind_of_message(kind: str) -> None:
    expected = "refused: order_id: is 208 characters long; at most 200 are allowed"
    assert expected == refusal(kind, account="A" * 100, number="7" * 100)


def test_a_channel_without_scopes_keeps_its_ids_as_they_are() -> None:
    plain = parse_channel_file(FILE.replace("order_scope: [account]\norder_release: release\n", ""), "bazaar.yaml")
    assert "bazaar:7:8%/9" == message("placed", plain, number="7:8%/9").order_id


def test_an_order_is_never_named_past_its_scope() -> None:
    broken = FILE.replace("    channel_order_id: number\n    node_id", "    order_id: number\n    node_id", 1)
    with pytest.raises(YamlFileInvalid, match="order_id names an order of any scope: with order_scope, give"):
        parse_channel_file(broken, "bazaar.yaml")


def test_a_source_of_orders_names_no_order_of_another_channel() -> None:
    text = FILE.replace("order_scope: [account]\norder_release: release\n", "")
    channel = parse_channel_file(
        text.replace("    channel_order_id: number\n    node_id", "    order_id: number\n    node_id"), "b"
    )
    assert "bazaar:7" == message("shipped", channel, number="bazaar:7").order_id
    expected = "refused: order_id: 'portal:7' is an order of another channel"
    assert expected == refusal("shipped", channel, number="portal:7")


def test_a_warehouse_ships_the_orders_of_all_channels() -> None:
    shipped = the_message(CHANNELS["wms_central"], {**WMS_SHIPMENT, "order_id": "edi_wholesale:ZZ:A:A:1"})  # type: ignore[index]  # an id
    assert isinstance(shipped, FromSource)
    assert "edi_wholesale:ZZ:A:A:1" == shipped.order_id


@pytest.mark.parametrize("scope", ("", "order_scope: [account, branch]\n", "order_scope: [account]\n"))
def test_sources_of_one_channel_make_its_order_ids_of_the_same_fields(scope: str, tmp_path: Path) -> None:
    other = FILE.replace("source_id: bazaar", "source_id: bazaar_north").replace(
        "order_scope: [account]\norder_release: release\n", scope
    )
    (tmp_path / "a.yaml").write_text(FILE.replace("order_release: release\n", ""))
    (tmp_path / "b.yaml").write_text(other)
    if scope == "order_scope: [account]\n":
        assert 2 == len(load_channel_files(tmp_path))
        return
    with pytest.raises(
        YamlFileInvalid, match=r"b\.yaml: source 'bazaar' makes the order ids of channel 'bazaar' of other"
    ):
        load_channel_files(tmp_path)


def test_stock_documents_of_two_warehouses_with_one_number_are_two() -> None:
    channel = CHANNELS["wms_central"].model_copy(update={"nodes": ("central", "north")})  # type: ignore[index]  # an id
    central, north = (the_message(channel, {**WMS_RECEIPT, "node_id": node}) for node in ("central", "north"))
    assert isinstance(central, GoodsReceived | StockAdjusted)
    assert isinstance(north, GoodsReceived | StockAdjusted)
    assert central.home_key != north.home_key


def test_the_examples_of_the_page_are_those_of_the_file() -> None:
    page = (Path(__file__).parents[4] / "docs" / "reference" / "channel-files.md").read_text(encoding="utf-8")
    edi = [line.strip() for line in (FOLDER / "edi_wholesale.yaml").read_text(encoding="utf-8").splitlines()]
    examples = [
        each
        for each in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
        if not each.startswith(
            (
                "events:",
                "when:",
                "lines:",
                "format:",
                "numbers:",
                "code_lists:",
                "ship_to:",
                "budgets:",
                "disputed_totals:",
                "amended_prices:",
                "nodes:",
                "release_window_minutes:",
                "tables:",
                "ingest:",
            )
        )
    ]
    lines = [line.partition("#")[0].strip() for example in examples for line in example.splitlines()]
    assert 4 == len(lines)
    assert [] == [line for line in lines if line not in edi]
