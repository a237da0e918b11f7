"""The demo without a file: orders of all channels from a seed, and an ERP outage in the middle."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from rich.console import Console, RenderableType

from connectors.topic_reader import TopicReader
from demo.performance.plan import Plan
from demo.performance.tally import LiveTally
from demo.performance.view import View
from demo.report.rendering import render_report
from demo.report.report import Report
from domain.identifiers import OrderId
from domain.messages.status import OrderStatus
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts

_OUTAGE_SHARE: Final = 0.4
_OUTAGE_LEAST_S: Final = 3


class SeededPerformance:
    """The `Performance` of `orderline demo` without `--csv`."""

    flow_options: Sequence[str] = ()
    quiet_s = 4.0

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._tally: LiveTally | None = None

    @property
    def feed(self) -> Sequence[str]:
        """The seeded feed, at its own pace."""
        return ["demo", *self._plan.words().split()]

    @property
    def erp_options(self) -> Sequence[str]:
        """An outage in the middle of the feed, long enough to be seen in it."""
        after_orders = max(1, int(self._plan.orders * _OUTAGE_SHARE))
        lasts_s = max(_OUTAGE_LEAST_S, self._plan.seconds // 5)
        return ["--outage-after-orders", str(after_orders), "--outage-seconds", str(lasts_s)]

    @contextmanager
    def begun(self, reader: TopicReader, console: Console) -> Iterator[View]:
        """A live view of orders, stock and ERP commands."""
        self._tally = LiveTally(reader, Codec(load_contracts()))
        with View(self._tally, self._plan.orders, console) as view:
            yield view

    def report(self, reader: TopicReader, run: Report, where: str) -> tuple[Mapping[str, Any], RenderableType]:  # noqa: ARG002 - a run's report is all of it
        """The figures of the run, with an order to look at."""
        return run.as_json(), render_report(run, where, self._worth_a_look())

    def _worth_a_look(self) -> OrderId | None:
        """The shipped order with the most changes: its story shows the most."""
        orders = () if self._tally is None else self._tally.orders.values()
        best = max(orders, key=lambda order: (order.status is OrderStatus.SHIPPED, order.version), default=None)
        return None if best is None else best.order_id
