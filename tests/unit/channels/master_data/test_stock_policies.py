"""Stock policies, as a planning system sends them."""

from typing import Any

import pytest

from connectors.formats.mapping import map_record
from connectors.formats.master_data.stock_policies import MOST_FENCES
from domain.identifiers import SourceId
from domain.messages.reference_data import StockPolicySet
from schemas.channel_language.channel_file import ChannelKind
from schemas.channel_language.loader import CHANNELS as FOLDER
from schemas.channel_language.loader import parse_channel_file
from schemas.yaml_files import YamlFileInvalid
from tests.unit.channels.given import CHANNELS, changed, record, the_message, verdict

PLANNING = CHANNELS[SourceId("planning")]

POLICY: dict[str, Any] = {
    "message_id": "p-1",
    "event": "stock_policy",
    "occurred_at": "2026-01-05T07:59:00Z",
    "sku": "ORL-1",
    "safety_stock": [{"node_id": "central", "quantity": "2.5"}],
    "fences": [
        {"node_id": "central", "channel": "portal", "quantity": "10"},
        {"node_id": "central", "channel": "amazon", "percent": "25"},
    ],
}


def test_a_policy_is_mapped_with_its_fences_in_order() -> None:
    policy = the_message(PLANNING, POLICY)
    assert isinstance(policy, StockPolicySet)
    assert "ORL-1" == policy.item_id
    assert ("central", 2_500_000) == (policy.safety_stock[0].node_id, policy.safety_stock[0].quantity)
    assert [("portal", 10_000_000, 0), ("amazon_uk", 0, 25)] == [
        (fence.channel_id, fence.quantity, fence.percent) for fence in policy.fences
    ]


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    (
        ("safety_stock", None, "refused: safety_stock: is missing (safety_stock); an empty list is none"),
        ("fences", None, "refused: fences: is missing (fences); an empty list is none"),
        ("safety_stock.0.quantity", "-1", "refused: safety_stock.1.quantity: -1 is below zero"),
        ("safety_stock.0.node_id", "lyon", "refused: node_id: 'lyon' is not a node of this source"),
        ("fences.1.channel", "amazone", "refused: fences.2.channel_id: 'amazone' is not in the code list 'channel'"),
        ("fences.0.percent", "5", "refused: fences.1: has not exactly one of quantity, percent"),
        ("fences.0.quantity", None, "refused: fences.1: has not exactly one of quantity, percent"),
        ("fences.1.percent", "101", "refused: fences.2.percent: 101 is more than 100"),
        ("fences.1.percent", "2.5", "refused: fences.2.percent: '2.5' is not a whole number from 0 to 999999999"),
        ("fences.1.channel", "portal", "refused: fences: a channel at a node is listed twice"),
    ),
)
def test_a_policy_that_breaks_the_contract_is_refused_with_its_field(path: str, value: object, expected: str) -> None:
    (outcome,) = map_record(PLANNING, record(changed(POLICY, path, value)))
    assert expected == verdict(outcome)


def test_more_than_all_of_a_node_cannot_be_fenced() -> None:
    shares = [{"channel": name, "percent": "51"} for name in ("portal", "amazon")]
    (outcome,) = map_record(PLANNING, record({**POLICY, "fences": shares}))
    assert "refused: fences: more than 100 percent of 'central' are fenced" == verdict(outcome)


def test_an_items_policy_has_a_limit() -> None:
    fences = [{"channel": "portal", "quantity": "1"}] * (MOST_FENCES + 1)
    (outcome,) = map_record(PLANNING, record({**POLICY, "fences": fences}))
    assert "refused: fences: are 101; at most 100 are allowed for one item" == verdict(outcome)


def test_zero_is_no_fence_and_no_safety_stock() -> None:
    nothing = {
        **POLICY,
        "safety_stock": [{"quantity": "0"}],
        "fences": [{"channel": "portal", "quantity": 0}, {"channel": "amazon", "percent": "0"}],
    }
    policy = the_message(PLANNING, nothing)
    assert isinstance(policy, StockPolicySet)
    assert ((), ()) == (policy.safety_stock, policy.fences)


def test_the_order_of_fences_is_content() -> None:
    other = the_message(PLANNING, {**POLICY, "fences": POLICY["fences"][::-1]})
    assert the_message(PLANNING, POLICY).provenance.content_hash != other.provenance.content_hash


def test_every_channel_that_the_planner_may_name_is_there() -> None:
    orders = {channel.channel_id for channel in CHANNELS.values() if channel.kind is ChannelKind.ORDERS}
    assert orders == set(PLANNING.code_lists["channel"].values())


def test_a_channel_sets_no_policy() -> None:
    text = (FOLDER / "planning.yaml").read_text(encoding="utf-8").replace("kind: planning", "kind: orders")
    with pytest.raises(YamlFileInvalid, match="a source of kind orders cannot send StockPolicySet"):
        parse_channel_file(text, "planning.yaml")


def test_a_planner_sends_nothing_else() -> None:
    text = (FOLDER / "wms_central.yaml").read_text(encoding="utf-8").replace("kind: warehouse", "kind: planning")
    with pytest.raises(YamlFileInvalid, match="a source of kind planning cannot send GoodsReceived"):
        parse_channel_file(text, "wms_central.yaml")
