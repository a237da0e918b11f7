"""The example of the page about money is a channel file."""

from pathlib import Path
from typing import Any

import yaml

from domain.messages.orders import OrderPlaced
from domain.money.amounts import format_amount
from schemas.channel_language.loader import parse_channel_file
from tests.unit.channels.given import grand_total, the_message
from tests.unit.channels.money.test_money import SHOP_FILE

ORDER: dict[str, Any] = {
    "number": "9",
    "ship": {"name": "Ada", "street": "Quay 1", "city": "Utrecht", "zip": "3500", "country": "NL"},
    "prices_with_tax": True,
    "lines": [
        {
            "id": "1",
            "sku": "BOLT",
            "quantity": 100,
            "ordered": 100,
            "price": "8.40",
            "per": "100",
            "discounts": [{"amount": "1.00", "code": "SALE"}],
            "taxes": [{"amount": "1.40", "percent": "21"}],
        }
    ],
    "shipping": [{"price": "5.00", "tax": "0.87"}],
    "coupon": "0.70",
    "tax_in_all": "2.27",
    "gift_cards": [{"amount": "3.00", "last_digits": "4242"}],
    "subtotal": "8.40",
    "total": "12.57",
}


def test_the_example_maps_an_order_to_the_total_that_it_states() -> None:
    page = (Path(__file__).parents[4] / "docs" / "reference" / "channel-files.md").read_text(encoding="utf-8")
    shown = yaml.safe_load(page.partition("## Money\n")[2].partition("```yaml\n")[2].partition("```")[0])
    file = yaml.safe_load(SHOP_FILE)
    shown_rule, rule = shown["events"][0], file["events"][0]
    bare = {name: rule["lines"][name] for name in ("line_id", "item_id", "quantity", "unit")}
    kept = {name: rule[name] for name in ("occurred_at", "channel_order_id", "customer_id", "ship_to")}
    text = yaml.safe_dump(
        {**file, **shown, "events": [{**kept, **shown_rule, "lines": {**bare, **shown_rule["lines"]}}]}
    )
    order = the_message(parse_channel_file(text, "page.yaml"), ORDER)
    assert isinstance(order, OrderPlaced)
    assert ((), "12.57") == (order.disputed_totals, format_amount(grand_total(order)))
