"""Durations in texts for people: `15 min`, `1 h`, `2 h 30 min`, `1 s 250 ms`."""

from typing import Final

DAY_MS: Final = 86_400_000

_UNITS: Final = (("d", DAY_MS), ("h", 3_600_000), ("min", 60_000), ("s", 1_000), ("ms", 1))


def duration_text(length_ms: int) -> str:
    """The duration in its largest unit and the next smaller one; what is smaller still is left out."""
    for place, (unit, unit_ms) in enumerate(_UNITS):
        if length_ms >= unit_ms:
            count, rest_ms = divmod(length_ms, unit_ms)
            smaller, smaller_ms = _UNITS[min(place + 1, len(_UNITS) - 1)]
            rest = f" {rest_ms // smaller_ms} {smaller}" if rest_ms >= smaller_ms else ""
            return f"{count} {unit}{rest}"
    return "0 ms"
