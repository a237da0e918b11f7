"""Master data, as a source of its own sends it, and the channels that wait for it."""

from pathlib import Path
from typing import Any

import pytest

from connectors.formats.mapping import map_record
from domain.identifiers import SourceId
from domain.messages.customers import CustomerDescribed
from domain.messages.inventory import ItemDescribed
from domain.messages.orders import OrderPlaced
from schemas.channel_language.loader import CHANNELS as FOLDER
from schemas.channel_language.loader import load_channel_file, parse_channel_file
from schemas.yaml_files import YamlFileInvalid
from tests.unit.channels.given import CHANNELS, PORTAL_ORDER, changed, record, the_message, verdict

MASTER_DATA = CHANNELS[SourceId("master_data")]
CUSTOMER: dict[str, Any] = {
    "message_id": "c-1",
    "event": "customer",
    "occurred_at": "2026-01-05T07:59:00Z",
    "number": "K10007",
    "status": "blocked",
    "reason": "insolvent",
}
ITEM: dict[str, Any] = {
    "message_id": "i-1",
    "event": "item",
    "occurred_at": "2026-01-05T07:59:00Z",
    "sku": "ORL-1",
    "unit": "PCE",
    "status": "discontinued",
    "units": [],
}


def test_a_customer_is_described() -> None:
    customer = the_message(MASTER_DATA, CUSTOMER)
    assert isinstance(customer, CustomerDescribed)
    assert ("K10007", True, "insolvent") == (customer.customer_id, customer.is_blocked, customer.reason)
    assert "customer/K10007" == customer.home_key


def test_an_item_may_have_substitutes() -> None:
    item = the_message(MASTER_DATA, {**ITEM, "substitutes": ["orl-3", "ORL-2", "ORL-3"]})
    assert isinstance(item, ItemDescribed)
    assert ("ORL-3", "ORL-2") == item.substitutes
    (outcome,) = map_record(MASTER_DATA, record({**ITEM, "substitutes": ["ORL-1"]}))
    assert "refused: substitutes.1.item_id: 'ORL-1' is the item itself" == verdict(outcome)


def test_an_item_may_be_discontinued() -> None:
    item = the_message(MASTER_DATA, ITEM)
    assert isinstance(item, ItemDescribed)
    assert item.is_discontinued


@pytest.mark.parametrize(
    ("given", "path", "value", "expected"),
    (
        (CUSTOMER, "status", "gone", "refused: status: 'gone' is not in the code list 'customer_status'"),
        (
            CUSTOMER,
            "status",
            "discontinued",
            "refused: status: 'discontinued' is not in the code list 'customer_status'",
        ),
        (CUSTOMER, "number", None, "refused: customer_id: is missing (number)"),
        (ITEM, "status", None, "refused: status: is missing (status)"),
    ),
)
def test_master_data_that_breaks_the_contract_is_refused_with_its_field(
    given: dict[str, Any], path: str, value: object, expected: str
) -> None:
    (outcome,) = map_record(MASTER_DATA, record(changed(given, path, value)))
    assert expected == verdict(outcome)


def test_no_channel_file_of_the_release_waits_for_master_data() -> None:
    policies = [channel.order_policy(0) for channel in CHANNELS.values()]
    assert not any(policy.known_items_only or policy.known_customers_only for policy in policies)


def test_a_channel_file_says_what_must_be_known() -> None:
    text = (FOLDER / "portal.yaml").read_text(encoding="utf-8")
    checks = "master_data: {items: true, customers: true, max_age_days: 2}\nchannel_id: portal"
    policy = parse_channel_file(text.replace("channel_id: portal", checks), "portal.yaml").order_policy(0)
    assert (True, True, 2 * 86_400_000) == (
        policy.known_items_only,
        policy.known_customers_only,
        policy.master_data_max_age_ms,
    )


def test_a_warehouse_says_nothing_about_customers() -> None:
    text = (FOLDER / "master_data.yaml").read_text(encoding="utf-8").replace("kind: master_data", "kind: warehouse")
    with pytest.raises(YamlFileInvalid, match="a source of kind warehouse cannot send CustomerDescribed"):
        parse_channel_file(text, "master_data.yaml")


def test_a_customer_with_several_numbers_at_a_channel_is_one_and_others_stay_the_channels(tmp_path: Path) -> None:
    rule = "tables: {customers: {file: customers.csv, key: [number]}}\n"
    listed = "{path: customer.number, codes: customers.customer, unlisted: missing}"
    named = f"{{first: [{listed}, {{template: 'shop/{{customer.number}}'}}]}}"
    text = (FOLDER / "portal.yaml").read_text().replace("code_lists:\n", f"{rule}code_lists:\n", 1)
    assert "customer_id: customer.number" in text
    path = tmp_path / "portal.yaml"
    path.write_text(text.replace("customer_id: customer.number", f"customer_id: {named}"))
    (tmp_path / "customers.csv").write_text("number,customer\n471,K1\n472,K1\n")
    file = load_channel_file(path)
    orders = [the_message(file, changed(PORTAL_ORDER, "customer.number", number)) for number in ("471", "472", "K1")]
    assert ["K1", "K1", "shop/K1"] == [order.customer_id for order in orders if isinstance(order, OrderPlaced)]
