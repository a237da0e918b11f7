"""What lines should cost, by the price list beside a channel file: another price is disputed."""

import json
from pathlib import Path
from typing import Any

import pytest

from connectors.formats.mapping import map_record
from connectors.formats.outcomes import Canonical, RecordOutcome, Refused
from connectors.log.port import Record
from domain.messages.orders import DisputedPrice, OrderPlaced
from domain.orders.money.placed import dispute_of
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.loader import CHANNELS, load_channel_file
from schemas.yaml_files import YamlFileInvalid

HEAD = "customer,item,from,until,price,per,currency,unit\n"
LIST = f"""{HEAD}*,BOLT,2026-01-01,2026-06-30,2.50,,,
*,BOLT,2026-07-01,,2.60,,,
C7,BOLT,2026-01-01,,2.40,,,
*,NUT,2026-01-01,,8.40,100,,EA
*,LAMP,2026-01-01,,24.00,,USD,
"""
RULE = """tables:
  prices: {file: prices.csv, key: [customer, item, from]}
price_list: {table: prices, tolerance_percent: 2}
"""


def channel(folder: Path, table: str = LIST, rule: str = RULE) -> ChannelFile:
    text = (CHANNELS / "portal.yaml").read_text()
    path = folder / "portal.yaml"
    path.write_text(text.replace("code_lists:\n", f"{rule}code_lists:\n", 1))
    (folder / "prices.csv").write_text(table)
    return load_channel_file(path)


def outcome_of(file: ChannelFile, item: str, price: str, **said: str) -> RecordOutcome:
    order: dict[str, Any] = {
        "event": "order_placed",
        "message_id": "m",
        "occurred_at": said.get("at", "2026-03-01T08:00:00Z"),
        "order_number": "1",
        "customer": {"number": said.get("customer", "C1")},
        "ship_to": {"name": "A", "street": "S 1", "city": "Bonn", "postal_code": "5", "country": "DE"},
        "lines": [
            {"line": "1", "item": item, "quantity": "4", "unit": said.get("unit", "EA"), "unit_price": price},
        ],
    }
    value = json.dumps(order).encode()
    (outcome,) = map_record(file, Record("source.portal.v1", 0, 0, 1_800_000_000_000, "k", value, ()))
    return outcome


def placed(outcome: RecordOutcome) -> OrderPlaced:
    assert isinstance(outcome, Canonical), outcome
    assert isinstance(outcome.message, OrderPlaced)
    return outcome.message


@pytest.mark.parametrize(
    ("item", "price", "said", "listed"),
    (
        ("BOLT", "2.50", {}, None),
        ("BOLT", "2.55", {}, None),
        ("BOLT", "2.5501", {}, (25_000, 1)),
        ("BOLT", "2.45", {}, None),
        ("BOLT", "2.4499", {}, (25_000, 1)),
        ("BOLT", "0", {}, (25_000, 1)),
        ("BOLT", "2.60", {"at": "2026-07-01T08:00:00Z"}, None),
        ("BOLT", "2.50", {"at": "2026-07-01T08:00:00Z"}, (26_000, 1)),
        ("BOLT", "2.60", {"at": "2026-06-30T22:00:00Z"}, None),
        ("BOLT", "9", {"at": "2025-12-31T08:00:00Z"}, None),
        ("BOLT", "2.40", {"customer": "C7"}, None),
        ("BOLT", "2.50", {"customer": "C7"}, (24_000, 1)),
        ("NUT", "0.084", {}, None),
        ("NUT", "8.40", {}, (84_000, 100)),
        ("NUT", "8.40", {"unit": "BOX"}, None),
        ("LAMP", "99", {}, None),
        ("UNLISTED", "99", {}, None),
    ),
)
def test_a_line_is_disputed_that_costs_something_else_beyond_the_tolerance(
    item: str, price: str, said: dict[str, str], listed: tuple[int, int] | None, tmp_path: Path
) -> None:
    order = placed(outcome_of(channel(tmp_path), item, price, **said))
    assert ((DisputedPrice(order.lines[0].line_id, *listed),) if listed else ()) == order.disputed_prices


def test_the_case_names_both_prices(tmp_path: Path) -> None:
    order = placed(outcome_of(channel(tmp_path), "NUT", "0.1"))
    assert "line 1 costs 0.1 EUR, and the price list says 8.4 EUR for 100" == dispute_of(order)


def test_an_order_that_agrees_is_no_other_order_when_the_list_changes(tmp_path: Path) -> None:
    before = placed(outcome_of(channel(tmp_path), "BOLT", "2.50"))
    after = placed(outcome_of(channel(tmp_path, LIST.replace("2.50", "3.50")), "BOLT", "2.50"))
    assert before.disputed_prices != after.disputed_prices
    assert before.provenance.content_hash == after.provenance.content_hash


def test_a_file_may_refuse_such_orders(tmp_path: Path) -> None:
    refusing = channel(tmp_path, rule=f"disputed_totals: refuse\n{RULE}")
    found = outcome_of(refusing, "BOLT", "3")
    assert isinstance(found, Refused)
    assert ("lines.1.unit_price", "3 EUR is stated, the price list says 2.5 EUR") == (found.field, found.reason)


@pytest.mark.parametrize(
    ("table", "rule", "reason"),
    (
        (LIST.replace("2026-07-01", "1.7.2026"), RULE, "1.7.2026"),
        (LIST.replace("2026-06-30", "June"), RULE, "June"),
        (LIST.replace("2.60", "two"), RULE, "two"),
        (LIST.replace("2.60", "-2"), RULE, "below zero"),
        (LIST.replace("8.40,100", "8.40,12"), RULE, "'12' is none of 1, 10, 100, 1000"),
        (LIST.replace(",USD,", ",USX,"), RULE, "'USX' is not a currency"),
        (LIST, RULE.replace("table: prices", "table: price"), "no table 'price'"),
        (LIST, RULE.replace("[customer, item, from]", "[item, customer, from]"), "no table 'prices' with the key"),
        (LIST.replace("until,price", "until,cost"), RULE, "no column 'price'"),
    ),
)
def test_what_is_wrong_with_a_price_list_is_found_when_the_file_is_read(
    table: str, rule: str, reason: str, tmp_path: Path
) -> None:
    with pytest.raises(YamlFileInvalid, match=r"portal\.yaml") as found:
        channel(tmp_path, table, rule)
    assert reason in str(found.value)
