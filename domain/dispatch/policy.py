"""The rules of one ERP instance as whole numbers, as its file sets them (`schemas/erps/<erp_id>.yaml`)."""

from dataclasses import dataclass

from domain.identifiers import ErpId


@dataclass(frozen=True, slots=True)
class DispatchPolicy:
    """Rates, limits and timeouts of one ERP."""

    erp_id: ErpId
    rate_per_second: int
    burst: int
    """Commands that may leave at once after a quiet time."""
    max_in_flight: int
    breaker_window: int
    """Over how many outcomes the breaker looks back."""
    breaker_threshold: int
    """Failures among them that open it."""
    open_ms: int
    """The first cooldown; it doubles with every failed probe."""
    open_cap_ms: int
    transient_retry_ms: int
    """The first wait after a transient rejection; it doubles with every attempt."""
    transient_retry_cap_ms: int
    answer_within_ms: int
    """How long a released command may stay unanswered before its outcome counts as unknown."""
    settle_after_ms: int
    """How long an unknown outcome may still become a booking: the connector's lease and the longest call together."""
    ageing_ms: int
    """How much longer a command must have waited to come before one of the next more urgent class."""

    def retry_after_ms(self, attempt: int, wished_ms: int) -> int:
        """How long to wait after a transient rejection: as the ERP wished, else doubling; never beyond the cap."""
        doublings = min(attempt - 1, self.transient_retry_cap_ms.bit_length())
        wait_ms = wished_ms if wished_ms > 0 else self.transient_retry_ms << doublings
        return min(wait_ms, self.transient_retry_cap_ms)
