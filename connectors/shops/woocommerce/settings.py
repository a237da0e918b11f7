"""The settings of a WooCommerce shop."""

from pathlib import Path

from connectors.shops.settings import ShopSettings, UrlPath


class WooCommerceSettings(ShopSettings):
    """Where its API begins, and the key that it lets us in by."""

    path: UrlPath = "/wp-json/wc/v3"
    """With the folder in front, where WordPress is in one."""
    consumer_key_file: Path
    consumer_secret_file: Path
    notify_customer: bool = False
    """Whether the note about a shipment is one that WooCommerce sends to the customer."""
