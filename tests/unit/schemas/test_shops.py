"""`reports_to` names a shop that can be told, and no two numbers of one item meet in one shop."""

from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from dataflows.assembly import ERP_FILES
from domain.identifiers import ChannelId, ErpId, SourceId
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.loader import CHANNELS, load_channel_file, load_channel_files
from schemas.erp_file import ErpFile, load_erp_file
from schemas.shops import Shops, ShownBy, shops_of
from schemas.yaml_files import YamlFileInvalid

MAIN = load_erp_file(ERP_FILES / "main.yaml")
SHIPMENTS = {"ShipmentConfirmed": {"command": "REPORT_SHIPMENT", "priority_class": 1}}
STOCK = {"ChannelAvailability": {"command": "REPORT_AVAILABILITY", "priority_class": 3}}
FILES = load_channel_files()


def erp(erp_id: str, postings: Mapping[str, object]) -> ErpFile:
    content = yaml.safe_load((ERP_FILES / "main.yaml").read_text(encoding="utf-8"))
    return ErpFile.model_validate(content | {"erp_id": erp_id, "postings": postings})


ERPS = {each.erp_id: each for each in (MAIN, erp("web", SHIPMENTS | STOCK), erp("hub", SHIPMENTS))}


def channel(source: str, **changed: object) -> ChannelFile:
    return FILES[SourceId(source)].model_copy(update=changed)


def shops(*channels: ChannelFile) -> Shops:
    return shops_of(channels, ERPS)


def test_without_reports_to_nobody_is_told() -> None:
    assert Shops() == shops(*FILES.values())


def test_a_source_has_the_shop_of_its_file_and_its_channel_shows_there() -> None:
    portal = channel("portal", reports_to="web", availability_feed=True)
    assert Shops({SourceId("portal"): ErpId("web")}, {ChannelId("portal"): ShownBy(ErpId("web"), 3)}) == shops(
        portal, channel("shopify")
    )


def test_a_shop_that_shows_no_stock_of_ours_is_told_of_shipments_only() -> None:
    told = shops(channel("portal", reports_to="hub"))
    assert Shops({SourceId("portal"): ErpId("hub")}) == told
    assert told == shops(channel("portal", reports_to="hub", availability_feed=True))


def test_sources_of_one_channel_may_tell_the_same_shop() -> None:
    both = [channel(source, reports_to="web", availability_feed=True) for source in ("portal", "portal")]
    both[1] = both[1].model_copy(update={"source_id": "portal_2"})
    assert {"portal": "web", "portal_2": "web"} == shops(*both).of_orders
    assert {"portal"} == shops(*both).of_stock.keys()


@pytest.mark.parametrize(
    ("channels", "reason"),
    (
        ((channel("portal", reports_to="nope"),), "'portal': reports_to: 'nope' has no ERP file"),
        ((channel("portal", reports_to="main"),), "reports_to: 'main' is told nothing: its file posts neither"),
        ((channel("portal", erp_id="web"),), "'portal': erp_id: 'web' is a shop, which books no orders"),
        ((channel("shopify", reports_to="web"),), "write availability_feed: true, or take the posting out"),
        (
            (
                channel("portal", reports_to="web", availability_feed=True),
                channel("shopify", reports_to="web", availability_feed=True),
            ),
            "'shopify': reports_to: 'web' is told what portal may show already",
        ),
    ),
)
def test_files_that_do_not_fit_together_are_refused(channels: tuple[ChannelFile, ...], reason: str) -> None:
    with pytest.raises(YamlFileInvalid, match=f"the channel file of .*{reason}"):
        shops(*channels)


def test_one_channel_does_not_show_in_two_shops() -> None:
    two = ERPS | {ErpId("other"): erp("other", STOCK)}
    portal = channel("portal", reports_to="web", availability_feed=True)
    again = portal.model_copy(update={"source_id": "portal_2", "reports_to": "other"})
    with pytest.raises(YamlFileInvalid, match="what portal may show goes to 'web' already"):
        shops_of((portal, again), two)


def written(folder: Path, source: str, line: str) -> Path:
    text = (CHANNELS / f"{source}.yaml").read_text(encoding="utf-8")
    path = folder / f"{source}.yaml"
    path.write_text(f"{line}\n{text}", encoding="utf-8")
    return path


def test_a_shop_without_a_file_is_found_with_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, "portal", "reports_to: nope")
    with pytest.raises(YamlFileInvalid, match=r"portal\.yaml:1:\d+: reports_to: there is no ERP file for 'nope'"):
        load_channel_file(path, ERPS.keys())


def test_only_orders_are_reported(tmp_path: Path) -> None:
    with pytest.raises(YamlFileInvalid, match="reports_to is of orders: a file of kind orders has it"):
        load_channel_file(written(tmp_path, "wms_central", "reports_to: web"))
