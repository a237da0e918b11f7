"""What an order keeps of the payments that it was told of."""

from typing import Final, NamedTuple

from domain.messages.decisions.events import CheckOutcome


class Payment(NamedTuple):
    """One payment, by its reference; amounts are in ten-thousandths of the order's currency."""

    reference: str
    stands: str = ""
    """The latest of AUTHORISED, FAILED and VOIDED; empty: nothing was said of that."""
    stands_since_us: int = 0
    authorised: int = 0
    """0 unless it stands as AUTHORISED; also where no amount is stated."""
    captured: int = 0
    captures: int = 0
    """How many were told, with and without an amount."""
    charged_back: int = 0
    chargebacks: int = 0
    remitted: int = 0
    remittances: int = 0
    decided_us: int = 0
    """When the latest of all that was decided, remittances aside."""
    is_unstated: bool = False
    """A capture, or a remittance, does not say how much it is."""

    @property
    def is_authorised(self) -> bool:
        """Whether it stands as that."""
        return self.stands == CheckOutcome.AUTHORISED

    @property
    def has_failed(self) -> bool:
        """Whether it brings nothing, or less than it did."""
        return self.stands in {CheckOutcome.FAILED, CheckOutcome.VOIDED} or self.chargebacks > 0

    @property
    def paid(self) -> int:
        """What has come in, or is said to, less what was taken back."""
        return self.captured + self.remitted - self.charged_back


MOST_PAYMENTS: Final = 50
"""Payments that an order keeps apart; what is said of further ones is added up as one without a reference."""
