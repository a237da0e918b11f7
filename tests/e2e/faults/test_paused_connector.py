"""The connector on the embedded log, paused in the middle of its calls: no other takes over before it has ended."""

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import yaml

from connectors.embedded import incoming
from connectors.embedded.data_folder import has_log
from connectors.log.port import LogFailed, Outgoing
from dataflows.assembly import ERP_FILES
from dataflows.processes.exit_codes import EXIT_REFUSED
from demo.brokers.ports import free_ports
from demo.erp.client import erp_answers, erp_statistics
from tests.e2e.small_world import PORTAL, WAREHOUSE, portal_order, receipt
from tests.kafka.topics import until
from tests.oracle.programs import Program

ORDERS = 60
PATIENCE_S = 180.0
TIMES = {"lease_ms": 300, "call_timeout_ms": 700, "settle_after_ms": 1_700}


class World:
    """All flows, an ERP without unique keys, and connectors."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        (port,) = free_ports(1)
        self.url, self.data = f"http://127.0.0.1:{port}", folder / "data"
        self._folder, self._stack, self._erps = folder, stack, folder / "erps"
        self._erps.mkdir()
        file = yaml.safe_load((ERP_FILES / "main.yaml").read_text("utf-8"))
        (self._erps / "main.yaml").write_text(yaml.safe_dump({**file, **TIMES}))
        store = ("--database", str(folder / "erp.sqlite"), "--port", str(port), "--latency-ms", "50", "100")
        faults = ("--no-unique-keys", "--lose-answer", "0", "--book-late", "0", "--locked", "0")
        self.start("erp-simulator", *store, *faults)
        self.start("run", "all", "--data", str(self.data), "--erps", str(self._erps))
        until(lambda: has_log(self.data) and erp_answers(self.url), "all have started", PATIENCE_S)

    def connector(self, name: str) -> Program:
        options = ("--url", self.url, "--erps", str(self._erps), "--workers", "2")
        return self.start("erp-connector", "--data", str(self.data), *options, name=name)

    def start(self, *arguments: str, name: str | None = None) -> Program:
        program = Program(self._folder, *arguments, name=name)
        self._stack.callback(program.kill)
        program.start()
        return program

    def send(self, orders: int) -> None:
        """Each is accepted: there is enough in stock."""
        stock = Outgoing(WAREHOUSE, None, receipt("1", {"ITEM-1": str(orders)}))
        placed = [Outgoing(PORTAL, None, portal_order(str(number), {"ITEM-1": "1"})) for number in range(orders)]
        incoming.write_file(incoming.make_folder(self.data), "feed", 1, [stock, *placed], ())

    def booked(self, what: str = "documents") -> int:
        try:
            return int(erp_statistics(self.url)[what].get("sales_order", 0))
        except LogFailed:
            return -1


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with ExitStack() as stack:
        yield World(tmp_path, stack)


def test_a_second_connector_is_refused_while_the_first_is_stopped_and_takes_over_when_it_is_dead(world: World) -> None:
    first = world.connector("first")
    world.send(ORDERS)
    until(lambda: world.booked() >= ORDERS // 4, "some orders are booked", PATIENCE_S)
    os.kill(first.process_id, signal.SIGSTOP)

    second = world.connector("second")
    until(lambda: second.code() is not None, "the second is refused", PATIENCE_S)
    assert EXIT_REFUSED == second.code()
    assert 1 == len(second.words().splitlines())
    assert "runs already" in second.words()

    os.kill(first.process_id, signal.SIGCONT)
    until(lambda: world.booked() >= ORDERS // 2, "the first continues", PATIENCE_S)
    os.kill(first.process_id, signal.SIGSTOP)
    first.kill()
    third = world.connector("third")
    until(lambda: world.booked("business_keys") == ORDERS, "all are booked", PATIENCE_S)
    third.stop()
    assert ORDERS == world.booked()
    assert 1 == erp_statistics(world.url)["documents_per_business_key_max"]
