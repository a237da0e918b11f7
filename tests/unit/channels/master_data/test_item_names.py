"""Items that a line names by our number or by the partner's: tried in the order of the file, never mixed."""

from typing import Any

import pytest

from connectors.formats.mapping import map_record
from domain.messages.orders import OrderPlaced
from schemas.channel_language.loader import parse_channel_file
from schemas.yaml_files import YamlFileInvalid
from tests.unit.channels.given import record, verdict
from tests.unit.docs.test_site import DOCS

FILE = DOCS / "scenarios" / "channels" / "aliases" / "wholesale.yaml"
TEXT = FILE.read_text(encoding="utf-8")
WHOLESALE = parse_channel_file(TEXT, str(FILE))


def order_of(customer: str, **line: str) -> dict[str, Any]:
    return {
        "message_id": "m-1",
        "event": "order_placed",
        "occurred_at": "2026-01-05T07:59:00Z",
        "order_number": "1",
        "customer": {"number": customer},
        "ship_to": {"name": "n", "street": "s", "city": "c", "postal_code": "p", "country": "DE"},
        "lines": [{"quantity": "1", "unit_price": "2.50", **line}],
    }


@pytest.mark.parametrize(
    ("customer", "line", "item_id"),
    (
        ("C1", {"item": "NUT", "buyer_item": "4711"}, "NUT"),
        ("C1", {"buyer_item": "4711"}, "BOLT"),
        ("C2", {"buyer_item": "4711"}, "NUT"),
        ("C3", {"buyer_item": "4711"}, "C3/4711"),
        ("C1/47", {"buyer_item": "11"}, "C1%2F47/11"),
    ),
)
def test_the_first_name_that_is_known_counts(customer: str, line: dict[str, str], item_id: str) -> None:
    (outcome,) = map_record(WHOLESALE, record(order_of(customer, **line)))
    message = getattr(outcome, "message", None)
    assert isinstance(message, OrderPlaced)
    assert item_id == message.lines[0].item_id


def test_a_line_that_names_no_item_at_all_is_refused() -> None:
    (outcome,) = map_record(WHOLESALE, record(order_of("C1")))
    assert verdict(outcome).startswith("refused: lines.1.item_id: is missing")


def test_without_a_code_list_nothing_is_unlisted() -> None:
    text = TEXT.replace(
        "item_id:\n        first:\n          - item\n",
        "item_id:\n        first:\n          - {path: item, unlisted: missing}\n",
    )
    with pytest.raises(YamlFileInvalid, match="`unlisted` goes with `codes`"):
        parse_channel_file(text, str(FILE))
