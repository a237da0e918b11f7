"""The systems that a connector can speak to, by the name that an ERP file gives (`adapter`).

ERPs book documents; shops and marketplaces are told what has left and what they may show.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from connectors.erp.conversations.conversation import ErpRules
from connectors.erp.simulated.rules import BOOKS, SimulatedErp
from connectors.shops.amazon.rules import AmazonRules
from connectors.shops.amazon.settings import AmazonSettings
from connectors.shops.marketplace.rules import MarketplaceRules
from connectors.shops.marketplace.settings import MarketplaceSettings
from connectors.shops.shopify.rules import ShopifyRules
from connectors.shops.shopify.settings import ShopifySettings
from connectors.shops.woocommerce.rules import WooCommerceRules
from connectors.shops.woocommerce.settings import WooCommerceSettings
from domain.identifiers import ErpId
from domain.messages.dispatch import REPORTS, CommandType
from schemas.erp_file import AdapterContract, ErpFile, load_erp_file, settings_of
from schemas.yaml_files import YamlFileInvalid, read_yaml


class NoSettings(BaseModel):
    """The settings of an adapter that has none."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class KnownErp:
    """One kind of system. `rules` are made from the settings; they read its secrets, and raise `YamlFileInvalid`."""

    command_types: Collection[CommandType]
    settings: type[BaseModel]
    rules: Callable[[Any], ErpRules]
    """Of the type of `settings`."""


KNOWN_ERPS: Final[Mapping[str, KnownErp]] = {
    "simulated": KnownErp(BOOKS, NoSettings, lambda _: SimulatedErp()),
    "amazon": KnownErp(REPORTS, AmazonSettings, AmazonRules),
    "marketplace": KnownErp(REPORTS, MarketplaceSettings, MarketplaceRules),
    "shopify": KnownErp(REPORTS, ShopifySettings, ShopifyRules),
    "woocommerce": KnownErp(REPORTS, WooCommerceSettings, WooCommerceRules),
}
ADAPTER_CONTRACTS: Final[Mapping[str, AdapterContract]] = MappingProxyType(
    {name: AdapterContract(known.command_types, known.settings) for name, known in KNOWN_ERPS.items()}
)


def load_erp_files(folder: Path) -> Mapping[ErpId, ErpFile]:
    """The files (`*.yaml`) of a folder, each checked by what its adapter can do; `YamlFileInvalid` for a wrong one."""
    files = (load_erp_file(path, ADAPTER_CONTRACTS) for path in sorted(folder.glob("*.yaml")))
    return {file.erp_id: file for file in files}


def rules_of(path: Path) -> ErpRules:
    """The rules of the system that an ERP file describes; `YamlFileInvalid` when there are none for it."""
    erp_file = load_erp_file(path, ADAPTER_CONTRACTS)
    known = KNOWN_ERPS.get(erp_file.adapter)
    if known is None:
        names = ", ".join(sorted(KNOWN_ERPS))
        raise YamlFileInvalid(f"{path}: adapter: there is no {erp_file.adapter!r}; there are {names}")
    return known.rules(settings_of(read_yaml(path), known.settings))
