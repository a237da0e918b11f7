"""The demo's live view: orders, stock, the way to the ERP, trouble and speed; plain lines when it is no terminal."""

import time
from collections import Counter
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.constrain import Constrain
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from dataflows.command_line.tally import Tally
from domain.orders.status_events import OrderStatus
from domain.quantities import UNIT

_LINE_EVERY_S = 5.0
_RATE_OVER_S = 5.0
_WIDEST = 100
_MOST_TROUBLES = 5


class View:
    """Show a tally now and then; `show` is called as often as one likes."""

    def __init__(self, tally: Tally, orders: int, console: Console | None = None) -> None:
        self._tally = tally
        self._orders = orders
        self._console = console or Console()
        self._live = Live(console=self._console, auto_refresh=False) if self._console.is_terminal else None
        self._started_at = time.monotonic()
        self._line_at = 0.0
        self._samples: list[tuple[float, int]] = []

    def __enter__(self) -> Self:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def look(self) -> bool:
        """Take in what is new; whether the business moved."""
        return self._tally.look()

    def all_answered(self) -> bool:
        """Whether nothing waits for the ERP."""
        return self._tally.requested == self._tally.answered

    def show(self, stage: str) -> None:
        """Draw the state now; `stage` says in words what is going on."""
        now = time.monotonic()
        rate = self._rate(now)
        if self._live is not None:
            self._live.update(self._picture(stage, rate), refresh=True)
        elif now >= self._line_at:
            self._line_at = now + _LINE_EVERY_S
            self._console.print(self._line(stage, rate), highlight=False, soft_wrap=True)

    def _rate(self, now: float) -> float:
        known = len(self._tally.orders)
        self._samples = [*(sample for sample in self._samples if now - sample[0] < _RATE_OVER_S), (now, known)]
        first_at, first = self._samples[0]
        return (known - first) / (now - first_at) if now > first_at else 0.0

    def _line(self, stage: str, rate: float) -> str:
        tally = self._tally
        return (
            f"{self._elapsed()}  {stage}: {len(tally.orders)} of {self._orders} orders, {tally.accepted} accepted, "
            f"{self._count(OrderStatus.SHIPPED)} shipped, {tally.requested - tally.answered} wait for the ERP "
            f"(its gate {self._gate()}), {sum(tally.exceptions.values())} exceptions, {rate:.0f} orders/s, "
            f"accepted after {', '.join(f'{name} {value} ms' for name, value in _quantiles(tally.latencies_ms)) or '-'}"
        )

    def _elapsed(self) -> str:
        seconds = int(time.monotonic() - self._started_at)
        return f"{seconds // 60}:{seconds % 60:02d}"

    def _count(self, status: OrderStatus) -> int:
        return sum(order.status is status for order in self._tally.orders.values())

    def _gate(self) -> str:
        return "holds back, ERP down" if self._tally.outage_since_ms else "lets pass, ERP up"

    def _picture(self, stage: str, rate: float) -> RenderableType:
        heading = Text.assemble(
            ("Orderline ", "bold"), (f"{self._elapsed()}  ", "dim"), (stage, "bold green"), f"   {rate:.0f} orders/s"
        )
        columns = Table.grid(expand=True, padding=(0, 1, 0, 0))
        columns.add_column(ratio=1)
        columns.add_column(ratio=1)
        left, right = (self._orders_panel(), self._erp_panel()), (self._channels_panel(), self._stock_panel())
        columns.add_row(Group(*left), Group(*right))
        return Constrain(Group(heading, columns), _WIDEST)

    def _orders_panel(self) -> Panel:
        counts = Counter(order.status for order in self._tally.orders.values())
        rows = [(status.value.lower().replace("_", " "), counts[status]) for status in OrderStatus if counts[status]]
        latencies_ms = self._tally.latencies_ms
        return _panel(
            "orders by status",
            [
                *rows,
                ("known of", f"{len(self._tally.orders)} / {self._orders}"),
                *((f"accepted after, {name}", f"{value} ms") for name, value in _quantiles(latencies_ms)),
            ],
        )

    def _channels_panel(self) -> Panel:
        counts = Counter(order.channel_id for order in self._tally.orders.values())
        return _panel("orders by channel", sorted(counts.items()))

    def _erp_panel(self) -> Panel:
        tally = self._tally
        style = "bold red" if tally.outage_since_ms else "green"
        rows = [
            ("gate", Text(self._gate(), style)),
            ("waiting", tally.requested - tally.answered),
            ("answered", tally.answered),
        ]
        return _panel("commands to the ERP", rows)

    def _stock_panel(self) -> Panel:
        nodes = [node for position in self._tally.positions.values() for node in position.nodes]
        counted = self._tally.exceptions.most_common(_MOST_TROUBLES)
        trouble = [(name.lower().replace("_", " "), count) for name, count in counted]
        rows = [
            ("available", sum(node.available for node in nodes) // UNIT),
            ("promised", sum(node.pending + node.allocated for node in nodes) // UNIT),
            ("picked", sum(node.picked for node in nodes) // UNIT),
            ("shipped", sum(node.customer for node in nodes) // UNIT),
            ("backordered", sum(position.backordered for position in self._tally.positions.values()) // UNIT),
            *trouble,
            ("dead letters", self._tally.dead_letters),
        ]
        return _panel("units in stock, and trouble", rows)


def _panel(title: str, rows: Sequence[tuple[str, object]]) -> Panel:
    table = Table.grid(padding=(0, 1), expand=True)
    table.add_column()
    table.add_column(justify="right")
    for name, value in rows:
        table.add_row(name, value if isinstance(value, Text) else str(value))
    return Panel(table, title=title, title_align="left")


def _quantiles(latencies_ms: Sequence[int]) -> Sequence[tuple[str, int]]:
    """The median and the 99th percentile, with their names; nothing before the first acceptance."""
    if not latencies_ms:
        return ()
    ordered = sorted(latencies_ms)
    return (("p50", ordered[len(ordered) // 2]), ("p99", ordered[len(ordered) * 99 // 100]))
