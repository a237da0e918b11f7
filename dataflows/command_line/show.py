"""Show what happened to one order, step by step, and its current status."""

import argparse
import json
import sys
from collections.abc import Sequence
from contextlib import closing
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dataflows.command_line.where import add_where, log_of
from dataflows.logs import write_refusal
from dataflows.views.order_story import Story, StoryStep, place_of, read_story
from dataflows.views.order_words import day_of, sentence_of
from dataflows.views.readable import RecordView, printable, time_of
from domain.deduplication import Arrival
from domain.messages.cases import CaseState, ExceptionRaised
from domain.messages.status import (
    InvoiceStatus,
    LineSummary,
    OrderHeld,
    OrderHoldReleased,
    OrderSnapshot,
    OrderSummary,
    PaymentStatus,
    ReturnStatus,
)
from domain.money.amounts import format_amount
from domain.quantities import format_quantity
from schemas.headers import header

_COUNTERS = ("ordered", "reserved", "allocated", "backordered", "released", "picked", "shipped", "cancelled")
_AFTERWARDS = ("delivered", "invoiced", "returned")
"""What happens to goods that have left."""
_WHOLE_TABLE = 100
"""Columns of a terminal in which all counters have room."""
_UNBROKEN = 100_000
"""Columns when standard output is not a terminal: wide enough that no line wraps."""


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `orderline show order`."""
    parser = commands.add_parser("show", help="show the story of one order", description=__doc__)
    things = parser.add_subparsers(required=True, metavar="THING")
    order = things.add_parser("order", help="what was received, decided and sent, and what the ERP answered")
    order.add_argument("order_id", metavar="ORDER_ID", help="CHANNEL:NUMBER, e.g. portal:P-1")
    add_where(order)
    order.add_argument("--json", action="store_true", help="print the story as one JSON object")
    order.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the story; 1 when no record is about the order."""
    log = log_of(arguments)
    with closing(log.open_reader()) as reader:
        story = read_story(reader, arguments.order_id)
    if story is None:
        write_refusal(
            f"no order {arguments.order_id!r} in this log: {_form_of(arguments.order_id)}"
            f"see `orderline tail orders.state.v1 {log.name()}`"
        )
        return 1
    if arguments.json:
        sys.stdout.write(json.dumps(story_as_json(story), indent=2) + "\n")
    else:
        print_story(story)
    sys.stdout.flush()
    return 0


def _form_of(order_id: str) -> str:
    return "" if ":" in order_id else f"write CHANNEL:NUMBER, e.g. portal:{order_id}; "


def story_as_json(story: Story) -> dict[str, Any]:
    """The story for programs: each step with its coordinates and its full content."""
    view = RecordView()
    return {
        "order_id": story.order_id,
        "now": None if story.now is None else view.readable(OrderSnapshot(story.now))["order"],
        "forgotten": story.forgotten,
        "steps": [_step_as_json(step, view) for step in story.steps],
    }


def _step_as_json(step: StoryStep, view: RecordView) -> dict[str, Any]:
    return {
        "at": time_of(step.at_ms * 1_000),
        "kind": step.kind,
        "said": sentence_of(step.message),
        "arrival": step.arrival,
        "place": step.place,
        "origin": step.origin,
        "correlation_id": header(step.record.headers, "correlationid") or "",
        "raw": None if step.raw is None else view.as_json(step.raw),
        "type": type(step.message).__name__,
        "value": view.readable(step.message),
    }


def print_story(story: Story, width: int | None = None) -> None:
    """A console with colour on a terminal, and plain lines elsewhere. `width`: in columns; None: of the terminal."""
    console = Console(highlight=False, width=width if width or sys.stdout.isatty() else _UNBROKEN)
    console.print(Text(f"Order {printable(story.order_id)}", style="bold"))
    console.print()
    for step in story.steps:
        _print_step(console, step)
    console.print()
    if story.now is None:
        console.print("Now: not placed yet; its messages wait for it.")
        return
    for line in _status_lines(story.now, "Purged, last" if story.forgotten else "Now"):
        console.print(Text(line))
    for line in _sleeping_holds(story):
        console.print(Text(line))
    for line in _open_cases(story):
        console.print(Text(line, style="bold red"))
    console.print()
    console.print(_line_table(story.now.lines, _columns(story.now.lines, console.width)))
    if any(getattr(line, name) for line in story.now.lines for name in _AFTERWARDS):
        console.print()
        console.print(_line_table(story.now.lines, ("shipped", *_AFTERWARDS)))


_ARRIVALS = {Arrival.DUPLICATE: "duplicate: dropped", Arrival.CONFLICT: "same id, other content: refused"}
_STYLES = {"came": "cyan", "decided": "green", "sent": "magenta", "case": "bold red"}


def _print_step(console: Console, step: StoryStep) -> None:
    """What happened; below it the coordinates of the record and of its cause."""
    head = Text(f"{time_of(step.at_ms * 1_000)}  ")
    head.append(f"{step.kind:<9}", style=_STYLES.get(step.kind, ""))
    head.append(printable(sentence_of(step.message)))
    if step.arrival is not Arrival.FIRST:
        head.append(f" ({_ARRIVALS[step.arrival]})", style="yellow")
    console.print(head)
    console.print(Text(f"    {_places(step)}", style="dim"))


def _places(step: StoryStep) -> str:
    if step.raw is not None:
        return f"{place_of(step.raw)}, ingested as {step.place}"
    return f"{step.place}, caused by {step.origin}" if step.origin else step.place


def _status_lines(order: OrderSummary, when: str) -> Sequence[str]:
    document = f", document {order.erp_document_number}" if order.erp_document_number else ""
    worth = f"{format_amount(order.value)} {order.currency}"
    return (
        f"{when}: {order.status}, version {order.version}, worth {worth}, channel {order.channel_id} in {order.region}",
        f"ERP {order.erp_id}: {order.erp_status}{document}",
        *([f"Held: {', '.join(order.holds)}"] if order.holds else ()),
        *([_payments(order)] if order.payment_status is not PaymentStatus.NONE else ()),
        *([f"Invoices: {order.invoice_status}"] if order.invoice_status is not InvoiceStatus.NONE else ()),
        *([f"Returns: {order.return_status}"] if order.return_status is not ReturnStatus.NONE else ()),
        *([f"Promised for {day_of(order.promised_us)}"] if order.promised_us else ()),
    )


def _payments(order: OrderSummary) -> str:
    paid = f", {format_amount(order.paid_total)} {order.currency} paid" if order.paid_total else ""
    return f"Payments: {order.payment_status}{paid}"


def _sleeping_holds(story: Story) -> Sequence[str]:
    """What keeps back whatever of the order is open again."""
    told = (step.message for step in story.steps if isinstance(step.message, OrderHeld | OrderHoldReleased))
    last = {message.hold: message for message in told}
    return [
        f"Held again if any of it is open again: {held.hold}, by {printable(held.held_by)}: {printable(held.reason)}"
        for held in last.values()
        if isinstance(held, OrderHeld) and held.sleeps and not story.forgotten
    ]


def _open_cases(story: Story) -> Sequence[str]:
    """What somebody has to do, or to answer, about the order."""
    last = {step.record.key: step.message for step in story.steps if isinstance(step.message, ExceptionRaised)}
    return [
        f"Open case {case.case_class} ({case.owner or 'no owner'}): {printable(case.reason)}"
        for case in last.values()
        if case.state in {CaseState.OPEN, CaseState.RETRYING}
    ]


def _columns(lines: Sequence[LineSummary], width: int) -> Sequence[str]:
    """All where there is room for them; else what is ordered, and those in which something is."""
    if width >= _WHOLE_TABLE:
        return _COUNTERS
    return [name for name in _COUNTERS if name == "ordered" or any(getattr(line, name) for line in lines)]


def _line_table(lines: Sequence[LineSummary], counters: Sequence[str]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("line")
    table.add_column("item")
    for name in counters:
        table.add_column(name, justify="right")
    for line in lines:
        quantities = (format_quantity(getattr(line, name)) for name in counters)
        table.add_row(Text(printable(line.line_id)), Text(printable(line.item_id)), *quantities)
    return table
