"""From whose stock an order line is served, if from any (docs/domain.md#lines-that-need-no-stock)."""

from enum import StrEnum


class Fulfilment(StrEnum):
    """Who sends the goods of a line."""

    STOCK = "STOCK"
    """One of our warehouses, from stock that the ledger keeps."""
    NONE = "NONE"
    """Nobody: nothing leaves, as of a gift card, a service or an engraving."""
    CHANNEL = "CHANNEL"
    """The channel, from stock that is not ours."""
