"""The floor of the simulated warehouse: what the commands of one partition lead to, and when it is reported.

Released → picked → shipped → delivered and invoiced, each at a time that follows from the command. A cancellation stops
what is not picked when it is appended; so all answers follow from the log alone, and a restart that reads it again
gives the same ones.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush

from connectors.log.progress import Progress
from demo.warehouse.messages import (
    Lines,
    Message,
    cancel_message,
    delivery_message,
    halves,
    invoice_cancelled_message,
    invoice_message,
    pick_messages,
    reversal_message,
    shipment_message,
    with_a_unit_too_many,
    without_a_unit,
)
from demo.warehouse.times import Delays
from domain.messages.warehouse import WarehouseCancelCommanded, WarehouseReleaseCommanded

_ALREADY_PICKED = "already picked"


@dataclass(slots=True)
class _Release:
    """A release whose goods have not all been shipped."""

    offset: int
    command: WarehouseReleaseCommanded
    released_at_ms: int
    picked_at_ms: int
    stopped: set[str] = field(default_factory=set)
    is_picked: bool = False

    def lines(self) -> Lines:
        """The lines to pick."""
        return [line for line in self.command.lines if line.line_id not in self.stopped]

    def can_stop(self, at_ms: int) -> bool:
        """Whether the release can still be cancelled, because the pick has not happened yet."""
        return not self.is_picked and at_ms < self.picked_at_ms


@dataclass(frozen=True, slots=True, order=True)
class _Report:
    """A report that becomes due at a time."""

    due_ms: int
    offset: int
    number: int
    message: Message | None = field(compare=False)
    """None: the pick of the release at `offset`, whose lines are known only then."""
    is_last: bool = field(compare=False)


class Floor:
    """One partition of `warehouse.commands.v1`."""

    def __init__(self, delays: Delays, progress: Progress) -> None:
        self.progress = progress
        self._delays = delays
        self._releases: dict[int, _Release] = {}
        self._reports: list[_Report] = []

    def release(self, offset: int, at_ms: int, command: WarehouseReleaseCommanded) -> None:
        """Take a release."""
        picked_at_ms = self._delays.picked_at_ms(command.command_id, at_ms)
        self._releases[offset] = _Release(offset, command, at_ms, picked_at_ms)
        self._report(picked_at_ms, offset, 0, None, is_last=False)

    def cancel(self, offset: int, at_ms: int, command: WarehouseCancelCommanded) -> None:
        """Cancel lines (none named: all): all of them, or none if one of them is picked."""
        unpicked = [
            release
            for release in self._releases.values()
            if release.command.order_id == command.order_id
            and release.command.node_id == command.node_id
            and release.can_stop(at_ms)
        ]
        stoppable = {line.line_id for release in unpicked for line in release.lines()}
        wanted = set(command.line_ids) or stoppable
        reason = "" if wanted and wanted <= stoppable else _ALREADY_PICKED
        if not reason:
            for release in unpicked:
                release.stopped |= wanted
                self.progress.tie(release.offset, offset)
        self._report(at_ms, offset, 0, cancel_message(command, reason, at_ms), is_last=True)

    def next_due_ms(self) -> int | None:
        """The time of the next report, or None."""
        return self._reports[0].due_ms if self._reports else None

    def take_due(self, until_ms: int) -> list[Message]:
        """The reports due by now, in order of time. All commands appended by then must have been read."""
        messages = []
        while self._reports and self._reports[0].due_ms <= until_ms:
            report = heappop(self._reports)
            messages += [report.message] if report.message else self._pick(self._releases[report.offset])
            if report.is_last:
                self._finish(report.offset)
        return messages

    def _pick(self, release: _Release) -> list[Message]:
        """The pick, after which the shipments are sure; empty when all of it was stopped."""
        lines, missing = self._found(release)
        release.is_picked = bool(lines or missing)
        if not lines:
            self._finish(release.offset)
        self._ship(release, lines)
        is_put_back = self._delays.is_put_back(release.command.command_id)
        return pick_messages(release.command, lines, missing, release.picked_at_ms, is_put_back=is_put_back)

    def _found(self, release: _Release) -> tuple[Lines, Lines]:
        """What is picked, and what is not there."""
        lines = release.lines()
        is_short = bool(lines) and self._delays.is_short(release.command.command_id)
        return without_a_unit(lines) if is_short else (lines, ())

    def _ship(self, release: _Release, lines: Lines) -> None:
        is_split = bool(lines) and self._delays.is_split(release.command.command_id)
        parcels = [each for each in (halves(lines) if is_split else (lines,)) if each]
        reports = sorted(
            report for number, parcel in enumerate(parcels) for report in self._way(release, number, parcel)
        )
        for number, (at_ms, _, message) in enumerate(reports, start=1):
            self._report(at_ms, release.offset, number, message, is_last=number == len(reports))

    def _way(self, release: _Release, number: int, parcel: Lines) -> Iterator[tuple[int, str, Message]]:
        """What is reported of a parcel, each with its time and its kind."""
        command, delays = release.command, self._delays
        shipped_at_ms = delays.shipped_at_ms(command.command_id, release.released_at_ms, number)
        yield shipped_at_ms, f"shipment/{number}", shipment_message(command, number, parcel, shipped_at_ms)
        ends_at_ms = delays.ends_at_ms(command.command_id, shipped_at_ms, number)
        if delays.is_reversed(command.command_id, number):
            yield ends_at_ms, f"way/{number}", reversal_message(command, number, parcel, ends_at_ms)
            return
        if delays.is_delivered(command.command_id, number):
            yield ends_at_ms, f"way/{number}", delivery_message(command, number, parcel, ends_at_ms)
        if delays.is_invoiced(command.command_id, number):
            yield from self._invoices(command, number, parcel, shipped_at_ms)

    def _invoices(
        self, command: WarehouseReleaseCommanded, number: int, parcel: Lines, shipped_at_ms: int
    ) -> Iterator[tuple[int, str, Message]]:
        """One that is right; or one of a unit too many, which is cancelled and written anew a while later."""
        at_ms, name = self._delays.invoiced_at_ms(command.command_id, shipped_at_ms, number), f"invoice/{number}"
        if self._delays.is_mistyped(command.command_id, number):
            wrong = with_a_unit_too_many(parcel)
            yield at_ms, f"{name}/0", invoice_message(command, f"{name}/wrong", wrong, at_ms)
            at_ms = self._delays.invoiced_at_ms(command.command_id, at_ms, number)
            yield at_ms, f"{name}/1", invoice_cancelled_message(command, f"{name}/wrong", wrong, at_ms)
        yield at_ms, f"{name}/2", invoice_message(command, name, parcel, at_ms)

    def _report(self, at_ms: int, offset: int, number: int, message: Message | None, *, is_last: bool) -> None:
        heappush(self._reports, _Report(at_ms + self._delays.report_ms, offset, number, message, is_last))

    def _finish(self, offset: int) -> None:
        self._releases.pop(offset, None)
        self.progress.finish(offset)
