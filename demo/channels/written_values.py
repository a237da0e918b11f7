"""How the demo's channels write times and money."""

from datetime import UTC, datetime

ONE_CENT = 100
"""In ten-thousandths."""


def moment(at_ms: int) -> datetime:
    """The time in UTC."""
    return datetime.fromtimestamp(at_ms // 1000, UTC)


def iso_time(at_ms: int) -> str:
    """Like 2026-01-05T06:00:00Z."""
    return moment(at_ms).strftime("%Y-%m-%dT%H:%M:%SZ")


def two_places(amount: int) -> str:
    """Ten-thousandths, which must be whole hundredths, like 12.50."""
    return f"{amount // 10_000}.{amount % 10_000 // ONE_CENT:02}"
