"""Durations are written in units that a person would choose."""

import pytest

from domain.durations import duration_text


@pytest.mark.parametrize(
    ("length_ms", "text"),
    (
        (0, "0 ms"),
        (1, "1 ms"),
        (999, "999 ms"),
        (1_000, "1 s"),
        (1_001, "1 s 1 ms"),
        (30_000, "30 s"),
        (90_000, "1 min 30 s"),
        (900_000, "15 min"),
        (3_600_000, "1 h"),
        (3_600_001, "1 h"),
        (5_400_000, "1 h 30 min"),
        (86_399_999, "23 h 59 min"),
        (86_400_000, "1 d"),
        (2_592_000_000, "30 d"),
    ),
)
def test_a_duration_has_its_two_largest_units(length_ms: int, text: str) -> None:
    assert text == duration_text(length_ms)
