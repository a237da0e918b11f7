"""A program seen from outside: what it tells while it works, and when it ends."""

import json
import signal
from contextlib import closing
from pathlib import Path

import pytest

from connectors.embedded.store import EmbeddedStore
from connectors.log.clock import wall_clock_ms
from connectors.log.port import Outgoing
from dataflows.assembly import topics_for
from demo.channels.small_payloads import jsonl, portal_order, receipt
from domain.identifiers import EventId, NodeId, ViolationId
from domain.invariants import Law
from domain.messages.invariants import ViolationFound
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.contracts.registry import INVARIANTS_VIOLATED
from tests.e2e.commands import orderline, running, until
from tests.e2e.pages import pages_of


@pytest.fixture
def data(tmp_path: Path) -> str:
    """A log with goods, an order for them, another order under its number, and a record that cannot be read."""
    folder = str(tmp_path / "data")
    (tmp_path / "goods.jsonl").write_text(jsonl(receipt("R1", {"BOLT": "5"})))
    unreadable = json.dumps({"value": "no json"})
    twice = jsonl(portal_order("P1", {"BOLT": "2"}), portal_order("P1", {"BOLT": "3"}))
    (tmp_path / "orders.jsonl").write_text(f"{twice}{unreadable}\n")
    for source, file in (("wms_central", "goods"), ("portal", "orders")):
        words = ("produce", f"source.{source}.v1", "--file", str(tmp_path / f"{file}.jsonl"), "--data", folder)
        assert 0 == orderline(*words).code
    return folder


def let_an_earlier_run_have_stopped(data: str) -> None:
    """A violated invariant is in the log."""
    now_ms = wall_clock_ms()
    violation = ViolationFound(
        violation_id=ViolationId("v1"),
        law=Law.SUM_IS_ZERO,
        subject="NUT",
        node_id=NodeId("central"),
        found=1,
        expected=0,
        reason="NUT at central: the sum over all accounts is 1",
        flow="inventory",
        cause_event_id=EventId("e1"),
        input_topic="inventory.inbox.v1",
        input_partition=0,
        input_offset=0,
        found_at_ms=now_ms,
    )
    value = Codec(load_contracts()).encode(INVARIANTS_VIOLATED, violation)
    with closing(EmbeddedStore(Path(data), "orderline", topics_for(4), lambda: now_ms)) as store:
        store.write([Outgoing(INVARIANTS_VIOLATED, "NUT", value)], ())


def test_the_flows_on_an_embedded_log_are_seen_on_one_page(data: str) -> None:
    let_an_earlier_run_have_stopped(data)
    with running("run", "all", "--data", data, "--http", "127.0.0.1:0") as flows:
        what, pages = pages_of(flows)
        assert "all flows" == what
        until(pages.is_ready, "all flows serve")
        assert (200, "ok\n") == pages.get("/livez")

        released = 'records_written_total{flow="dispatch",topic="erp.commands.main.v1"}'
        until(lambda: pages.metrics().get(released, 0) == 1, "the order is on its way to the ERP")
        in_flight = 'erp_commands_in_flight{erp="main",flow="dispatch"}'
        until(lambda: pages.metrics().get(in_flight) == 1, "its gate is shown")
        page = pages.metrics()
        assert 3 == page['records_read_total{flow="intake",topic="source.portal.v1"}']
        assert 1 == page['records_dead_lettered_total{flow="intake",topic="source.portal.v1"}']
        assert 1 == page['exceptions_raised_total{class="CONFLICTING_DUPLICATE",flow="orders"}']
        assert 4 == page['partitions_held{flow="orders"}']
        assert 1 == page['erp_breaker_state{erp="main",flow="dispatch",state="CLOSED"}']
        assert 0 == page['units_below_zero{flow="inventory"}']
        assert 0 == page['invariants_violated_total{flow="inventory",law="OVERSOLD"}']
        assert 1 == page['invariants_violated_total{flow="inventory",law="SUM_IS_ZERO"}']
        assert 0 == sum(lag for series, lag in page.items() if series.startswith('lag_records{flow="intake"'))

        flows.signal(signal.SIGINT)
        assert (0, "") == flows.said()[::2]
        assert 0 == pages.get("/livez")[0]


def test_a_connector_is_seen_on_its_own_page(data: str) -> None:
    assert 0 == orderline("run", "all", "--data", data, "--until-idle").code
    nowhere = ("--url", "http://127.0.0.1:1")
    with running("erp-connector", "--data", data, *nowhere, "--http", "127.0.0.1:0") as connector:
        what, pages = pages_of(connector)
        assert "erp-connector-main" == what
        until(pages.is_ready, "it serves")
        written = 'records_written_total{flow="erp-connector-main",topic="erp.responses.v1"}'
        until(lambda: pages.metrics().get(written, 0) >= 1, "it says what became of the command")
        assert 4 == pages.metrics()['partitions_held{flow="erp-connector-main"}']
