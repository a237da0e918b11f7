"""The reference job `promise`, where its executable is: the same orders, reserved line by line, and nothing else.

Other engines can do this job too, which makes it the one to compare by. It is measured alongside the floor and the
product; its own tests check its results.
"""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from confluent_kafka.admin import AdminClient, NewTopic  # type: ignore[attr-defined] # it re-exports

from benchmarks.harness.acceptances import Acceptances, KafkaAcceptances
from benchmarks.harness.processes import Usage, usage_of
from benchmarks.loads.workload import Workload
from connectors.log.port import Outgoing
from demo.brokers.cluster import KafkaCluster

EXECUTABLE = Path(__file__).parents[1] / "promise"
STOCK, ORDERS, STATUS, EXCEPTIONS = ("promise.stock", "promise.orders", "promise.status", "promise.exceptions")
_INPUTS = frozenset({STOCK, ORDERS})
_APPLICATION = "promise"
_ANSWER_S = 30.0
_END_WITHIN_S = 30.0


def receipts(workload: Workload) -> Iterator[Outgoing]:
    """The stock, a receipt an item."""
    for number, (item_id, quantity) in enumerate(workload.goods()):
        yield Outgoing(STOCK, item_id, _json({"id": f"receipt-{number}", "item_id": item_id, "quantity": quantity}))


def orders(workload: Workload) -> Iterator[Outgoing]:
    """The orders in the job's own words."""
    for index, basket in enumerate(workload.baskets):
        order_id = f"B-{index:07}"
        lines = [[position, line.item_id, line.quantity] for position, line in enumerate(basket.lines, start=1)]
        yield Outgoing(ORDERS, order_id, _json({"id": f"placed-{order_id}", "order_id": order_id, "lines": lines}))


@dataclass(frozen=True, slots=True)
class PromiseStage:
    """The four input and output topics of the job, on a broker."""

    cluster: KafkaCluster

    def create_topics(self, partitions: int) -> None:
        """Make them."""
        admin = AdminClient({"bootstrap.servers": self.cluster.bootstrap})
        topics = [NewTopic(name, partitions) for name in (STOCK, ORDERS, STATUS, EXCEPTIONS)]
        for future in admin.create_topics(topics).values():
            future.result(_ANSWER_S)

    def acceptances(self) -> Acceptances:
        return KafkaAcceptances(
            self.cluster.bootstrap,
            topic=STATUS,
            wanted=lambda _headers: True,
            is_output=lambda name: not name.startswith("__") and name not in _INPUTS,
        )

    def broker_cpu_s(self) -> float | None:
        return usage_of(self.cluster.process_ids).cpu_s


class PromiseJob:
    """The executable, for the time of a block."""

    def __init__(self, bootstrap: str, partitions: int, state: Path) -> None:
        self._command = [str(EXECUTABLE), bootstrap, str(partitions), _APPLICATION, str(state)]
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(_END_WITHIN_S)

    def require_alive(self) -> None:
        """Raise when it has ended."""
        if self._process is not None and self._process.poll() is not None:
            raise RuntimeError(f"{EXECUTABLE} ended by itself with {self._process.returncode}")

    def usage(self) -> Usage:
        """What it and its children have used so far."""
        return usage_of([] if self._process is None else [self._process.pid])

    def cpu_by_program(self) -> dict[str, float]:
        """All of it, under its own name."""
        return {EXECUTABLE.name: round(self.usage().cpu_s, 2)}


def _json(content: object) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode()
