"""How far the clocks of a time zone are ahead of UTC, so that whoever gets it needs no tables of time zones."""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from domain.working_days import ZoneOffset

_DAY_S: Final = 86_400
_DAYS_AHEAD: Final = 750
"""Later changes of the clocks are not told: what is shipped then is due an hour earlier or later."""


def offsets_from(received_at_us: int, timezone: str) -> tuple[ZoneOffset, ...]:
    """Those of the time zone from the day of a receipt on, for two years."""
    return _offsets_from(received_at_us // 1_000_000 // _DAY_S, timezone)


@lru_cache(maxsize=64)
def _offsets_from(day: int, timezone: str) -> tuple[ZoneOffset, ...]:
    """A day is the same for all orders that are received on it; it is counted from 1970."""
    zone = ZoneInfo(timezone)
    found = [ZoneOffset(day * _DAY_S * 1_000_000, _offset_ms(day * _DAY_S, zone))]
    for each in range(day, day + _DAYS_AHEAD):
        offset_ms = _offset_ms((each + 1) * _DAY_S, zone)
        if offset_ms != found[-1].offset_ms:
            found.append(ZoneOffset(_change_s(each * _DAY_S, zone) * 1_000_000, offset_ms))
    return tuple(found)


def _change_s(before_s: int, zone: ZoneInfo) -> int:
    """The first second of the day after this one with another offset; there is one."""
    same_s, other_s = before_s, before_s + _DAY_S
    while other_s - same_s > 1:
        middle_s = (same_s + other_s) // 2
        if _offset_ms(middle_s, zone) == _offset_ms(before_s, zone):
            same_s = middle_s
        else:
            other_s = middle_s
    return other_s


def _offset_ms(at_s: int, zone: ZoneInfo) -> int:
    offset = datetime.fromtimestamp(at_s, zone).utcoffset() or timedelta()
    return offset // timedelta(milliseconds=1)
