"""The release window in channel files: how long what is ready waits for the rest of its order."""

import re
from pathlib import Path

import pytest

from domain.messages.orders import OrderPlaced
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.loader import CHANNELS as FOLDER
from schemas.channel_language.loader import parse_channel_file
from schemas.yaml_files import YamlFileInvalid
from tests.unit.channels.given import PORTAL_ORDER, the_message

PORTAL = (FOLDER / "portal.yaml").read_text(encoding="utf-8")


def portal_with(window: str) -> ChannelFile:
    return parse_channel_file(f"{PORTAL}\n{window}\n", "portal.yaml")


@pytest.mark.parametrize(
    ("said", "window_ms"),
    (("", 0), ("release_window_minutes: 0", 0), ("release_window_minutes: 15", 900_000)),
)
def test_a_mapped_order_carries_the_release_window_of_its_channel(said: str, window_ms: int) -> None:
    order = the_message(portal_with(said), PORTAL_ORDER)
    assert isinstance(order, OrderPlaced)
    assert window_ms == order.policy.release_window_ms


@pytest.mark.parametrize("minutes", ("-1", "15m", "10081", "1.5"))
def test_a_window_that_is_no_number_of_minutes_within_a_week_is_refused(minutes: str) -> None:
    with pytest.raises(YamlFileInvalid, match="release_window_minutes"):
        portal_with(f"release_window_minutes: {minutes}")


def test_only_a_file_of_orders_has_a_release_window() -> None:
    warehouse = (FOLDER / "wms_central.yaml").read_text(encoding="utf-8")
    with pytest.raises(YamlFileInvalid, match="release_window_minutes is of orders"):
        parse_channel_file(f"{warehouse}\nrelease_window_minutes: 15\n", "wms_central.yaml")


def test_the_example_of_the_page_is_valid() -> None:
    page = (Path(__file__).parents[4] / "docs" / "reference" / "channel-files.md").read_text(encoding="utf-8")
    (example,) = (each for each in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) if "release_window" in each)
    assert 900_000 == portal_with(example).order_policy(0).release_window_ms
