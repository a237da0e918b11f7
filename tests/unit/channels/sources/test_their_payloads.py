"""Payloads of others, folder by folder: how many are mapped, refused, passed over; every stated total is met."""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from connectors.formats.mapping import map_record
from connectors.formats.outcomes import Canonical, PassedOver, Refused
from domain.identifiers import SourceId
from domain.messages.orders import OrderPictured, OrderPlaced
from domain.money.amounts import format_amount
from schemas.channel_language.channel_file import ChannelFile
from tests.fixture_sets import THEIRS, fixture_sets
from tests.unit.channels.given import CHANNELS, grand_total, record


class Folder(NamedTuple):
    """Files that one source sends, and what becomes of their documents."""

    pattern: str
    source_id: str
    mapped: int
    passed_over: int
    refused: int
    are_live: bool = False
    """Whether orders that are marked as tests are taken as live ones, to see what they come to."""
    codes: Mapping[str, Mapping[str, str]] = {}
    """Code lists in the place of those of the file: whoever uses it names his own places."""

    @property
    def channel(self) -> ChannelFile:
        file = CHANNELS[SourceId(self.source_id)]
        return file.model_copy(update={"code_lists": {**file.code_lists, **self.codes}})


ANY_PLACE: Final = {"node": {"*": "epcis"}}

FOLDERS: Final = (
    Folder("shopify-api-ruby/*/*.order.*.json", "shopify", 54, 0, 2),
    Folder("shopify-api-ruby/*/*.draft_order.*.json", "shopify", 0, 36, 7),
    Folder("shopify-api-ruby/*/*.refund.*.json", "shopify", 2, 8, 2),
    Folder("shopify-api-ruby/*/*.fulfillment.*.json", "shopify", 0, 18, 6),
    Folder("shopify-api-ruby/*/*.inventory_level.*.json", "shopify", 0, 26, 0),
    Folder("shopify_python_api/order*.json", "shopify", 1, 0, 1),
    Folder("shopify_python_api/refund*.json", "shopify", 0, 2, 0),
    Folder("shopify_python_api/[dfil]*.json", "shopify", 0, 10, 4),
    Folder("spree_shopify_importer-vcr/*.json", "shopify", 1, 9, 0),
    Folder("spree_shopify_importer-vcr/order*.json", "shopify", 6, 0, 0, are_live=True),
    Folder("woocommerce-rest-api-docs/*.json", "woocommerce", 11, 0, 14),
    Folder("amazon-sp-api/orders_2026-01-01/*.json", "amazon", 8, 0, 2),
    Folder("amazon-sp-api/ordersV0/*.json", "amazon", 0, 4, 35),
    Folder("amazon-sp-api/notifications/*.json", "amazon", 1, 4, 0),
    Folder("amazon-sp-api/vendorOrders/*.json", "amazon_vendor", 8, 7, 15),
    Folder("amazon-sp-api/vendorDFOrders/*.json", "amazon_vendor", 2, 0, 0),
    Folder("openepcis/Documents/*.json", "wms_epcis", 13, 17, 18, codes=ANY_PLACE),
    Folder("openepcis/Events/*.json", "wms_epcis", 2, 2, 1, codes=ANY_PLACE),
    Folder("openepcis/Invalid/*.json", "wms_epcis", 0, 2, 20, codes=ANY_PLACE),
)

TOTALS: Final = (
    # Where a document states its total, and the number of its order.
    (("id",), ("current_total_price",)),
    (("id",), ("total_price",)),
    (("id",), ("total",)),
    (("orderId",), ("proceeds", "grandTotal", "amount")),
    (("AmazonOrderId",), ("OrderTotal", "Amount")),
)

CONTRADICTIONS: Final = {
    "2024_10.order.10.post.orders-450789469-cancel.json": "all is taken off, and its total is as before",
    "2024_10.order.11.post.orders-450789469-cancel.json": "a line is taken off, and its total is as before",
    "order.json": "a shortened file of 2009: its lines are not its total",
}
"""Files that contradict themselves: their orders are disputed, and a person looks at them."""

HERE: Final = [each for each in FOLDERS if THEIRS in fixture_sets()]


def payload_of(path: Path) -> Any:
    """The answer of an API: some files have the request beside it."""
    content = json.loads(path.read_text(encoding="utf-8"), parse_float=str)
    return content.get("response", content) if isinstance(content, dict) else content


def documents_in(node: Any) -> Iterator[dict[str, Any]]:
    """All objects of a payload."""
    if isinstance(node, dict):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from documents_in(child)


def at(node: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        node = node.get(step) if isinstance(node, dict) else None
    return node


def stated_totals(payload: Any) -> dict[str, Decimal]:
    """By the number of the order; the first of several totals is what is to be paid now."""
    found: dict[str, Decimal] = {}
    for document in documents_in(payload):
        for number, total in TOTALS:
            if at(document, number) is not None and at(document, total) is not None:
                found.setdefault(str(at(document, number)), Decimal(str(at(document, total))))
    return found


@pytest.mark.parametrize("folder", HERE, ids=lambda folder: f"{folder.source_id}-{folder.pattern}")
def test_every_document_is_mapped_refused_or_passed_over(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    counted: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    totals = 0
    for path in THEIRS.files(folder.pattern):
        payload = payload_of(path)
        if folder.are_live:
            payload.pop("test", None)
        stated = stated_totals(payload)
        for outcome in map_record(folder.channel, record(json.dumps(payload).encode())):
            match outcome:
                case Canonical(message):
                    counted["mapped"] += 1
                    reasons[type(message).__name__] += 1
                    totals += meets_its_total(path, message, stated)
                case PassedOver(reason):
                    counted["passed_over"] += 1
                    reasons[f"passed over: {reason}"] += 1
                case Refused(reason, field):
                    counted["refused"] += 1
                    reasons[f"refused: {field}: {reason[:60]}"] += 1
                case _:
                    counted["unreadable"] += 1
    table = "".join(f"  {times:4} {reason}\n" for reason, times in reasons.most_common())
    with capsys.disabled():
        sys.stdout.write(f"\n{folder.pattern} as {folder.source_id}: {dict(counted)}, {totals} totals met\n{table}")
    found = (counted["mapped"], counted["passed_over"], counted["refused"], counted["unreadable"])
    assert (folder.mapped, folder.passed_over, folder.refused, 0) == found


def meets_its_total(path: Path, message: object, stated: dict[str, Decimal]) -> int:
    """1 for an order whose total is stated, and is ours."""
    order = message.placed if isinstance(message, OrderPictured) else message
    if not isinstance(order, OrderPlaced) or order.channel_order_id not in stated:
        return 0
    agrees = stated[order.channel_order_id] == Decimal(format_amount(grand_total(order)))
    assert agrees or path.name in CONTRADICTIONS or is_cancelled(message), (path.name, order.order_id)
    return int(agrees)


def is_cancelled(message: object) -> bool:
    return isinstance(message, OrderPictured) and message.is_cancelled


@pytest.mark.parametrize("folder", HERE, ids=lambda folder: f"{folder.source_id}-{folder.pattern}")
def test_no_folder_is_empty(folder: Folder) -> None:
    assert list(THEIRS.files(folder.pattern))
