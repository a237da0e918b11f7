"""By what time of day something is due, on working days; public holidays are not known."""

from dataclasses import dataclass

from domain.durations import DAY_MS

_THURSDAY = 3
"""The first day of 1970."""


@dataclass(frozen=True, slots=True)
class ZoneOffset:
    """How far the clocks of a time zone are ahead of UTC from a time on."""

    from_us: int
    offset_ms: int


@dataclass(frozen=True, slots=True)
class DailyDue:
    """What happens before the cut-off of a working day is due that day, what comes later on the next working day.

    Times of day in milliseconds after midnight, by the clocks of a time zone.
    """

    cut_off_ms: int
    until_ms: int
    """Later than the cut-off."""
    days: tuple[int, ...]
    """The working days, at least one; Monday is 0."""
    days_later: int
    """How many working days later it is due."""
    offsets: tuple[ZoneOffset, ...]
    """Of the time zone, at least one, the earliest first. The last one counts for all time after it."""

    def due_at_ms(self, since_ms: int) -> int:
        """When what happens at that time is due, both in UTC."""
        local_ms = since_ms + self._offset_ms(since_ms)
        day = self._working_day(local_ms // DAY_MS + (local_ms % DAY_MS >= self.cut_off_ms))
        for _ in range(self.days_later):
            day = self._working_day(day + 1)
        due_ms = day * DAY_MS + self.until_ms
        nearly_ms = due_ms - self._offset_ms(due_ms)
        return due_ms - self._offset_ms(nearly_ms)

    def _working_day(self, day: int) -> int:
        """The first one from a day on, which is counted from 1970."""
        return next(each for each in range(day, day + 7) if (each + _THURSDAY) % 7 in self.days)

    def _offset_ms(self, at_ms: int) -> int:
        passed = [each for each in self.offsets if each.from_us <= at_ms * 1_000]
        return (passed or self.offsets)[-1 if passed else 0].offset_ms
