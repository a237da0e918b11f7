"""The windows that contain a slice."""

import pytest

from domain.insights.windows import SHAPES, SLICE_MS, Window, slice_of, tumbling_window_of, windows_of
from domain.messages.insights import WindowSize

MINUTE_MS = 60_000
DAY_MS = 86_400_000
NOON_MS = 20_000 * DAY_MS + DAY_MS // 2


def test_a_slice_belongs_to_three_minute_windows_and_four_day_windows() -> None:
    starts = {(window.size, window.start_ms - NOON_MS) for window in windows_of(NOON_MS)}

    minutes = {(WindowSize.MINUTE, -40_000), (WindowSize.MINUTE, -20_000), (WindowSize.MINUTE, 0)}
    assert minutes | {(WindowSize.DAY, hours * 3_600_000) for hours in (-18, -12, -6, 0)} == starts


@pytest.mark.parametrize("size", WindowSize)
def test_exactly_one_window_of_a_size_is_tumbling_for_any_moment(size: WindowSize) -> None:
    for at_ms in range(NOON_MS, NOON_MS + 2 * DAY_MS, 7 * 3_600_000 + 20_001):
        tumbling = [window for window in windows_of(slice_of(at_ms)) if window.size is size and window.tumbling]
        assert [tumbling_window_of(at_ms, size)] == tumbling


@pytest.mark.parametrize("size", WindowSize)
def test_a_window_includes_its_start_and_excludes_its_end(size: WindowSize) -> None:
    window = tumbling_window_of(NOON_MS, size)

    assert window in windows_of(slice_of(window.start_ms))
    assert window in windows_of(slice_of(window.end_ms - 1))
    assert window not in windows_of(slice_of(window.end_ms))
    assert window not in windows_of(slice_of(window.start_ms - 1))


@pytest.mark.parametrize("size", WindowSize)
def test_every_window_is_made_of_whole_slices(size: WindowSize) -> None:
    shape = SHAPES[size]

    assert (0, 0) == (shape.size_ms % shape.hop_ms, shape.hop_ms % SLICE_MS)


def test_a_hopping_window_overlaps_its_neighbours_and_is_not_tumbling() -> None:
    hopping = Window(WindowSize.MINUTE, NOON_MS + 20_000)

    assert not hopping.tumbling
    assert NOON_MS + 20_000 + MINUTE_MS == hopping.end_ms
