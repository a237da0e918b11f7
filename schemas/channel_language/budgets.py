"""Budgets in a channel file: how long an order may take until it reaches a stage (docs/domain.md#budgets).

A budget is a time from the receipt of the order, or a daily cut-off: what is received before `cut_off` on a working
day is due at `until` of that day, what comes later on the next working day; `days_later` adds working days. Intake
joins the time that this gives each order. Only a daily cut-off for what was shipped goes with the order as it is,
because nobody knows yet when that will be, and with it the changes of the clocks: nothing behind intake needs a table
of time zones.
"""

import re
from datetime import time
from enum import IntEnum
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, StrictBool, StrictInt, model_validator

from domain.messages.orders import BudgetStage, HoldKind, StageBudget
from domain.working_days import DailyDue
from schemas.channel_language.sources import Part
from schemas.channel_language.zone_offsets import offsets_from

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

    def of_order(self, received_at_us: int, timezone: str) -> DailyDue:
        """The rule as an order carries it that is received at that time."""
        cut_off_ms, until_ms = ((at.hour * 60 + at.minute) * 60_000 for at in (self.cut_off, self.until))
        days = tuple(int(day) for day in self.days)
        return DailyDue(cut_off_ms, until_ms, days, self.days_later, offsets_from(received_at_us, timezone))


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

    def from_receipt(self, stage: BudgetStage, received_at_us: int, timezone: str) -> StageBudget:
        """The budget of an order received at that time."""
        within_ms = self._minutes_ms
        if self.daily is not None:
            received_ms = received_at_us // 1_000
            within_ms = self.daily.of_order(received_at_us, timezone).due_at_ms(received_ms) - received_ms
        return StageBudget(stage, within_ms, self.opens_case)

    def from_shipment(self, stage: BudgetStage, received_at_us: int, timezone: str) -> StageBudget:
        """The budget of what will be shipped of an order received at that time."""
        daily = () if self.daily is None else (self.daily.of_order(received_at_us, timezone),)
        return StageBudget(stage, self._minutes_ms, self.opens_case, daily)

    @property
    def _minutes_ms(self) -> int:
        return (self.within_minutes or 0) * 60_000


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
    delivery: BudgetRule | None = None
    """From the last shipment of the order until all that was shipped is delivered."""
    invoice: BudgetRule | None = None
    """Likewise, until it is invoiced."""
    paused_by: tuple[HoldKind, ...] = ()
    """While an order has a hold of such a kind, the time stands still of those that run from its receipt."""

    def of_order(self, received_at_us: int, timezone: str) -> tuple[StageBudget, ...]:
        """The budgets of an order that was received at that time."""
        from_receipt = {
            BudgetStage.ACCEPTANCE: self.acceptance,
            BudgetStage.BOOKING: self.booking,
            BudgetStage.RELEASE: self.release,
            BudgetStage.SHIPMENT: self.shipment,
        }
        from_shipment = {BudgetStage.DELIVERY: self.delivery, BudgetStage.INVOICE: self.invoice}
        budgets = (
            rule.from_receipt(stage, received_at_us, timezone)
            for stage, rule in from_receipt.items()
            if rule is not None
        )
        return (
            *sorted(budgets, key=lambda budget: budget.within_ms),
            *(
                rule.from_shipment(stage, received_at_us, timezone)
                for stage, rule in from_shipment.items()
                if rule is not None
            ),
        )
