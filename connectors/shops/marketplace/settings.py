"""The settings of a marketplace."""

from pathlib import Path

from connectors.shops.settings import ShopSettings, UrlPath


class MarketplaceSettings(ShopSettings):
    """Where its calls begin, and what it lets us in by."""

    path: UrlPath = ""
    token_file: Path
    """Of the token for `Authorization: Bearer`."""
