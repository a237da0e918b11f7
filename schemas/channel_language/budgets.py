"""Budgets in a channel file: how long an order may take until it reaches a stage (docs/domain.md#budgets).

A budget is a time from the receipt of the order, or a daily cut-off: what is received before `cut_off` on a working
day is due at `until` of that day, what comes later on the next working day; `days_later` adds working days. Intake
joins the time that this gives each order, so nothing behind it needs a calendar.
"""

import re
from calendar import timegm
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, StrictBool, StrictInt, model_validator

from domain.messages.orders import BudgetStage, HoldKind, StageBudget
from schemas.channel_language.sources import Part

_MICROSECONDS = 1_000_000
_TIME_OF_DAY = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


class Weekday(IntEnum):
    """A day of the week, as `datetime.date.weekday` counts."""

    MON = 0
    TUE = 1
    WED = 2
    THU = 3
    FRI = 4
    SAT = 5
    SUN = 6


def _weekday(name: object) -> object:
    if isinstance(name, str) and name in Weekday.__members__:
        return Weekday[name]
    raise ValueError(f"{name!r} is not one of {', '.join(Weekday.__members__)}")


def _time_of_day(text: object) -> object:
    if isinstance(text, str) and _TIME_OF_DAY.fullmatch(text):
        return time.fromisoformat(text)
    raise ValueError(f"{text!r}: write a time of day like 14:00")


TimeOfDay = Annotated[time, BeforeValidator(_time_of_day)]


class DailyRule(Part):
    """By what time of day an order is due, in the time zone of the channel file; public holidays are not known."""

    cut_off: TimeOfDay
    """Like 14:00. An order received at this time or later counts from the next working day."""
    until: TimeOfDay
    days: Annotated[tuple[Annotated[Weekday, BeforeValidator(_weekday)], ...], Field(min_length=1)] = tuple(Weekday)[:5]
    """The working days."""
    days_later: Annotated[StrictInt, Field(ge=0, le=30)] = 0
    """How many working days later it is due."""

    @model_validator(mode="after")
    def _is_due_after_the_cut_off(self) -> Self:
        if self.until <= self.cut_off:
            raise ValueError("until is not later than cut_off: for the next working day, give days_later")
        return self

    def due_at_us(self, received_at_us: int, zone: ZoneInfo) -> int:
        """When an order received at that time is due, in microseconds."""
        received = datetime.fromtimestamp(received_at_us // _MICROSECONDS, zone)
        is_early = received.time() < self.cut_off
        days = self._working_days(received.date() if is_early else received.date() + timedelta(days=1))
        day = next(day for place, day in enumerate(days) if place == self.days_later)
        return timegm(datetime.combine(day, self.until, zone).astimezone(UTC).timetuple()) * _MICROSECONDS

    def _working_days(self, first: date) -> Iterator[date]:
        day = first
        while True:
            if day.weekday() in self.days:
                yield day
            day += timedelta(days=1)


class BudgetRule(Part):
    """The budget of one stage: exactly one of `within_minutes` and `daily`."""

    within_minutes: Annotated[StrictInt, Field(ge=1, le=525_600)] | None = None
    """From the receipt of the order."""
    daily: DailyRule | None = None
    opens_case: StrictBool = False
    """Whether a breach opens a case DEPENDENCY_TIMEOUT, which is resolved when the stage is reached."""

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.within_minutes is None) is (self.daily is None):
            raise ValueError("give within_minutes or daily")
        return self

    def within_ms(self, received_at_us: int, zone: ZoneInfo) -> int:
        """How long an order received at that time may take."""
        if self.daily is None:
            return (self.within_minutes or 0) * 60_000
        return (self.daily.due_at_us(received_at_us, zone) - received_at_us) // 1_000


class BudgetsRule(Part):
    """The budgets of a channel's orders by stage; a stage without one is not watched."""

    acceptance: BudgetRule | None = None
    """Until the order is accepted or refused."""
    booking: BudgetRule | None = None
    """Until its ERP has booked it."""
    release: BudgetRule | None = None
    """Until all that is open of it is with a warehouse."""
    shipment: BudgetRule | None = None
    """Until nothing of it is left to ship."""
    paused_by: tuple[HoldKind, ...] = ()
    """While an order has a hold of such a kind, the time of its budgets stands still."""

    def of_order(self, received_at_us: int, zone: ZoneInfo) -> tuple[StageBudget, ...]:
        """The budgets of an order that was received at that time, the shortest first."""
        rules = {
            BudgetStage.ACCEPTANCE: self.acceptance,
            BudgetStage.BOOKING: self.booking,
            BudgetStage.RELEASE: self.release,
            BudgetStage.SHIPMENT: self.shipment,
        }
        budgets = (
            StageBudget(stage, rule.within_ms(received_at_us, zone), rule.opens_case)
            for stage, rule in rules.items()
            if rule is not None
        )
        return tuple(sorted(budgets, key=lambda budget: budget.within_ms))
