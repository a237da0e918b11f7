"""What shops publish as examples of their answers is read by the adapters."""

from typing import Any, Final

import msgspec
import pytest

from connectors.shops.amazon.answers import AmazonOrderAnswer
from connectors.shops.amazon.answers import failed as amazon_failure
from connectors.shops.amazon.answers import found as amazon_answer
from connectors.shops.woocommerce.answers import WooNote, WooOrder, WooRefund
from connectors.shops.woocommerce.answers import found as woo_answer
from domain.messages.dispatch import Outcome
from tests.fixture_sets import THEIRS, fixture_sets
from tests.unit.shops.doubles import reply

HERE: Final = THEIRS in fixture_sets()
OWN: Final = {"x-amzn-requestid": "r"}

pytestmark = pytest.mark.skipif(not HERE, reason="the examples of others are not on this machine")


def examples(pattern: str) -> list[Any]:
    """Those of one kind; a file may have one object or a list of them. Batches are left out."""
    contents = [msgspec.json.decode(path.read_bytes()) for path in sorted(THEIRS.files(pattern))]
    listed = [each for content in contents for each in (content if isinstance(content, list) else [content])]
    found = [each for each in listed if not each.keys() & {"create", "update", "delete"}]
    assert found
    return found


@pytest.mark.parametrize(
    ("pattern", "kind"),
    (
        ("woocommerce-rest-api-docs/orders.*.json", WooOrder),
        ("woocommerce-rest-api-docs/order-notes.*.json", WooNote),
        ("woocommerce-rest-api-docs/order-refunds.*.json", WooRefund),
    ),
)
def test_woocommerce(pattern: str, kind: type[object]) -> None:
    for example in examples(pattern):
        assert isinstance(woo_answer(reply(200, example), kind), kind)


def test_amazon_orders_have_packages_by_reference() -> None:
    (example,) = examples("amazon-sp-api/orders_2026-01-01/getOrder.200.example.json")
    answer = amazon_answer(reply(200, example.get("response", example), OWN), AmazonOrderAnswer)
    assert isinstance(answer, AmazonOrderAnswer)
    assert ["UK-PKG-2024-001"] == [each.package_reference_id for each in answer.order.packages]


def test_amazon_refuses_a_confirmation_with_words() -> None:
    (example,) = examples("amazon-sp-api/ordersV0/confirmShipment.400.sandbox1.json")
    failure = amazon_failure(reply(400, example["response"], OWN))
    assert (Outcome.REJECTED_BUSINESS, "Invalid Input Invalid Input") == (failure.meaning.outcome, failure.words)
