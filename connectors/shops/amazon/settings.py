"""The settings of a seller on one of Amazon's marketplaces."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field

from connectors.shops.settings import ServerUrl, ShopSettings

_AmazonId = Annotated[str, Field(pattern=r"^[A-Z0-9]{1,40}$")]


class AmazonSettings(ShopSettings):
    """Where we sell, and what Amazon lets us in by."""

    marketplace_id: _AmazonId
    seller_id: _AmazonId
    client_id_file: Path
    client_secret_file: Path
    refresh_token_file: Path
    login_server: ServerUrl = "https://api.amazon.com"
    """Of Login with Amazon."""
    carrier_codes: Mapping[str, str] = Field(default_factory=dict)
    """Our name of a carrier → Amazon's code; a carrier that has none goes out as `Other`, with its name."""
