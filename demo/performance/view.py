"""The demo's live view: orders, stock, ERP commands, exceptions and speed; plain lines when it is not a terminal."""

import time
from collections import Counter
from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.text import Text

from demo.performance.live_view import LiveView, panel, two_columns
from demo.performance.tally import LiveTally
from domain.messages.status import OrderStatus
from domain.quantities import UNIT

_RATE_OVER_S = 5.0
_MOST_CLASSES = 5


class View(LiveView):
    """The live view of the seeded demo."""

    def __init__(self, tally: LiveTally, orders: int, console: Console) -> None:
        super().__init__(console)
        self._tally = tally
        self._orders = orders
        self._rate = 0.0
        self._samples: list[tuple[float, int]] = []

    def look(self) -> bool:
        """Take in what is new; whether the business moved."""
        return self._tally.look()

    def all_answered(self) -> bool:
        """Whether nothing waits for the ERP."""
        return self._tally.requested == self._tally.answered

    def show(self, stage: str) -> None:
        """Show the state. The rate is sampled at every call, even when nothing is printed."""
        self._rate = self._rate_at(time.monotonic())
        super().show(stage)

    def _rate_at(self, now: float) -> float:
        known = len(self._tally.orders)
        self._samples = [*(sample for sample in self._samples if now - sample[0] < _RATE_OVER_S), (now, known)]
        first_at, first = self._samples[0]
        return (known - first) / (now - first_at) if now > first_at else 0.0

    def _line(self, stage: str) -> str:
        tally = self._tally
        return (
            f"{stage}: {len(tally.orders):,} of {self._orders:,} orders, {tally.accepted:,} accepted, "
            f"{self._count(OrderStatus.SHIPPED)} shipped, {tally.requested - tally.answered:,} waiting "
            f"({self._erp()}), {sum(tally.exceptions.values())} exceptions, {self._rate:.0f} orders/s, "
            f"{', '.join(f'{name} {value} ms' for name, value in _quantiles(tally.latencies_ms)) or '-'}"
        )

    def _count(self, status: OrderStatus) -> int:
        return sum(order.status is status for order in self._tally.orders.values())

    def _erp(self) -> str:
        return "ERP down, breaker open" if self._tally.outage_since_ms else "ERP up"

    def _after_stage(self) -> str:
        return f"   {self._rate:.0f} orders/s"

    def _body(self) -> Sequence[RenderableType]:
        left, right = (self._orders_panel(), self._erp_panel()), (self._channels_panel(), self._stock_panel())
        return (two_columns(Group(*left), Group(*right)),)

    def _orders_panel(self) -> Panel:
        counts = Counter(order.status for order in self._tally.orders.values())
        rows = [(status.value.lower().replace("_", " "), counts[status]) for status in OrderStatus if counts[status]]
        latencies_ms = self._tally.latencies_ms
        return panel(
            "orders by status",
            [
                *rows,
                ("received", f"{len(self._tally.orders):,} of {self._orders:,}"),
                *((f"time to accept, {name}", f"{value} ms") for name, value in _quantiles(latencies_ms)),
            ],
        )

    def _channels_panel(self) -> Panel:
        counts = Counter(order.channel_id for order in self._tally.orders.values())
        return panel("orders by channel", sorted(counts.items()))

    def _erp_panel(self) -> Panel:
        tally = self._tally
        style = "bold red" if tally.outage_since_ms else "green"
        rows: list[tuple[str, int | Text]] = [
            ("state", Text(self._erp(), style)),
            ("waiting", tally.requested - tally.answered),
            ("answered", tally.answered),
        ]
        return panel("commands to the ERP", rows)

    def _stock_panel(self) -> Panel:
        nodes = [node for position in self._tally.positions.values() for node in position.nodes]
        counted = self._tally.exceptions.most_common(_MOST_CLASSES)
        exceptions = [(name.lower().replace("_", " "), count) for name, count in counted]
        rows = [
            ("available", sum(node.available for node in nodes) // UNIT),
            ("promised", sum(node.pending + node.allocated for node in nodes) // UNIT),
            ("picked", sum(node.picked for node in nodes) // UNIT),
            ("shipped", sum(node.customer for node in nodes) // UNIT),
            ("backordered", sum(position.backordered for position in self._tally.positions.values()) // UNIT),
            *exceptions,
            ("dead letters", self._tally.dead_letters),
        ]
        return panel("units in stock, and exceptions", rows)


def _quantiles(latencies_ms: Sequence[int]) -> Sequence[tuple[str, int]]:
    """The median and the 99th percentile, named; empty before the first acceptance."""
    if not latencies_ms:
        return ()
    ordered = sorted(latencies_ms)
    return (("p50", ordered[len(ordered) // 2]), ("p99", ordered[len(ordered) * 99 // 100]))
