"""Fallback nodes in channel files: where orders are sourced while a warehouse is away."""

import re
from pathlib import Path

import pytest

from domain.identifiers import NodeId
from domain.messages.orders import FallbackNodes, OrderPlaced
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.loader import CHANNELS as FOLDER
from schemas.channel_language.loader import parse_channel_file
from schemas.yaml_files import YamlFileInvalid
from tests.unit.channels.given import PORTAL_ORDER, the_message

PORTAL = (FOLDER / "portal.yaml").read_text(encoding="utf-8")


def portal_with(fallback: str) -> ChannelFile:
    return parse_channel_file(f"{PORTAL}\nfallback: {fallback}\n", "portal.yaml")


def test_a_mapped_order_carries_the_fallback_nodes_of_its_channel() -> None:
    order = the_message(portal_with("{central: [north, east]}"), PORTAL_ORDER)
    assert isinstance(order, OrderPlaced)
    assert (FallbackNodes(NodeId("central"), (NodeId("north"), NodeId("east"))),) == order.policy.fallbacks


@pytest.mark.parametrize(
    ("fallback", "message"),
    (
        ("{moon: [east]}", "'moon' is not one of nodes"),
        ("{central: [east, central]}", "'central' cannot stand in for itself"),
        ("{central: []}", "fallback"),
        ("{central: east}", "fallback"),
    ),
)
def test_a_fallback_that_cannot_be_meant_is_refused(fallback: str, message: str) -> None:
    with pytest.raises(YamlFileInvalid, match=message):
        portal_with(fallback)


def test_only_a_file_of_orders_has_fallback_nodes() -> None:
    warehouse = (FOLDER / "wms_central.yaml").read_text(encoding="utf-8")
    with pytest.raises(YamlFileInvalid, match="fallback is of orders"):
        parse_channel_file(f"{warehouse}\nfallback: {{central: [east]}}\n", "wms_central.yaml")


def test_the_example_of_the_page_is_valid() -> None:
    page = (Path(__file__).parents[4] / "docs" / "reference" / "channel-files.md").read_text(encoding="utf-8")
    (example,) = (each for each in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) if "fallback:" in each)
    without_nodes = re.sub(r"^nodes:.*\n", "", PORTAL, flags=re.MULTILINE)
    channel = parse_channel_file(f"{without_nodes}\n{example}", "portal.yaml")
    assert 1 == len(channel.order_policy(0).fallbacks)
