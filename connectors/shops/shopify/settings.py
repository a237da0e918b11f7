"""The settings of a Shopify shop."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from connectors.shops.settings import ShopSettings

GraphQlVersion = Annotated[str, Field(pattern=r"^20(2[4-9]|[3-9][0-9])-(01|04|07|10)$")]


class ShopifySettings(ShopSettings):
    """The location that its stock is shown for, and what it lets us in by."""

    access_token_file: Path
    """Of an access token of the Admin API; docs/reference/shops.md has the scopes that it needs."""
    location_id: Annotated[str, Field(pattern=r"^[0-9]{1,20}$")]
    """Shipments leave from here if it can be, and the availability of an item is set here."""
    api_version: GraphQlVersion = "2026-07"
    notify_customer: bool = False
    """Whether Shopify writes to the customer about a shipment."""
