"""`orderline tail` and `orderline show order`, as their user meets them, on the log of a small run."""

import json
import selectors
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from connectors.embedded.store import EmbeddedStore
from connectors.log.port import Outgoing
from dataflows.assembly import topics_for
from dataflows.command_line.main import main
from demo.erp.behaviour import ErpBehaviour
from tests.e2e.small_world import PORTAL, START_MS, WAREHOUSE, SmallWorld, portal_order, receipt, small_world
from tests.warm_start.process import WarmProcess

_DEADLINE_S = 90.0
_ROOT = Path(__file__).parents[2]
_ORDER = "portal:P-1"
_GARBAGE = b"garbage \x1b[31m \xff"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallWorld]:
    """Every answer of the ERP to a booking is lost; P-1 comes three times; its B is not there."""
    behaviour = ErpBehaviour(latency_from_ms=0, latency_to_ms=0, lose_answer_per_mille=1000)
    with small_world(tmp_path_factory.mktemp("world"), behaviour) as world:
        world.send(WAREHOUSE, "R1", receipt("R1", {"A": "10.5"}))
        world.process()
        for order in ({"A": "4", "B": "2"}, {"A": "4", "B": "2"}, {"A": "5"}):
            world.send(PORTAL, "P-1", portal_order("P-1", order, "order-P-1"))
        world.send(PORTAL, None, _GARBAGE)
        yield world.run()


@pytest.fixture
def where(world: SmallWorld) -> tuple[str, str]:
    return ("--data", str(world.data))


def json_lines(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    assert 0 == main(words)
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def text_lines(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    assert 0 == main(words)
    return capsys.readouterr().out.splitlines()


def test_tail_prints_records_with_coordinates_key_headers_and_value(
    where: Sequence[str], capsys: pytest.CaptureFixture[str]
) -> None:
    first = json_lines(capsys, "tail", "orders.events.v1", "--from-start", "--json", *where)[0]

    assert ["topic", "partition", "offset", "timestamp", "key", "headers", "type", "value"] == list(first)
    assert ("orders.events.v1", 0, _ORDER, "OrderReceived") == (
        first["topic"],
        first["offset"],
        first["key"],
        first["type"],
    )
    assert "orders.inbox.v1" == first["headers"]["origin"].split("/")[0]
    assert "order-P-1" == first["headers"]["correlationid"]


def test_tail_writes_decimals_and_times_as_people_do(where: Sequence[str], capsys: pytest.CaptureFixture[str]) -> None:
    positions = json_lines(capsys, "tail", "inventory.positions.v1", "--from-start", "--json", *where)
    now = [position["value"] for position in positions if position["key"] == "A"][-1]
    order = json_lines(capsys, "tail", "orders.state.v1", "--json", *where)[-1]["value"]["order"]

    assert "6.5" == now["nodes"][0]["available"]
    assert "2026-11-21T09:00:16.000Z" == now["as_of_ms"]
    assert ("9", "2026-11-21T09:00:00.000Z") == (order["value"], order["ingested_at_us"])


def test_tail_shows_foreign_bytes_escaped_so_that_no_terminal_obeys_them(
    where: Sequence[str], capsys: pytest.CaptureFixture[str]
) -> None:
    lines = text_lines(capsys, "tail", "deadletters.v1", *where)

    assert lines[0].startswith("deadletters.v1/")
    assert lines[0].endswith("bytes  (no key)")
    assert r"  garbage \x1b[31m \xff" == lines[2]


def test_tail_goes_through_all_partitions_in_order_of_time(
    where: Sequence[str], capsys: pytest.CaptureFixture[str]
) -> None:
    times = [record["timestamp"] for record in json_lines(capsys, "tail", WAREHOUSE, "--from-start", "--json", *where)]

    assert sorted(times) == times
    assert 3 == len(times)


def test_tail_without_from_start_shows_the_last_ten_of_all_partitions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    moments = iter(range(START_MS, START_MS + 1_000))
    store = EmbeddedStore(tmp_path, "orderline", topics_for(3), lambda: next(moments))
    for number in range(25):
        store.write([Outgoing(PORTAL, None, str(number).encode(), partition=number % 3)], [])
    store.close()

    last = json_lines(capsys, "tail", PORTAL, "--json", "--data", str(tmp_path))

    assert [str(number) for number in range(15, 25)] == [record["value"] for record in last]


@pytest.mark.parametrize(
    ("topic", "hint"),
    (
        ("orders.event.v1", "did you mean orders.events.v1"),
        ("zzz", "it has customers.notifications.v1, deadletters.v1, "),
    ),
)
def test_tail_names_topics_that_are_spelled_alike(
    topic: str, hint: str, where: Sequence[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert 2 == main(("tail", topic, *where))

    error = capsys.readouterr().err
    assert 1 == len(error.splitlines())
    assert hint in error


def test_a_folder_without_a_log_is_reported_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert 2 == main(("tail", "orders.events.v1", "--data", str(tmp_path)))

    assert f"orderline: no log in {tmp_path}: start one with `orderline run all --data {tmp_path}`\n" == (
        capsys.readouterr().err
    )


def test_tail_ends_quietly_when_its_reader_is_gone(where: Sequence[str]) -> None:
    with orderline("tail", "orders.inbox.v1", "--from-start", "--json", *where) as tail:
        assert tail.stdout is not None
        tail.stdout.close()

        assert 0 == tail.wait(_DEADLINE_S)
        assert tail.stderr is not None
        assert b"" == tail.stderr.read()


def test_tail_follows_what_is_written_while_it_runs(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path, "orderline", topics_for(2), lambda: START_MS)
    try:
        store.write([Outgoing(PORTAL, "P-1", b"before")], [])
        with orderline("tail", PORTAL, "--follow", "--json", "--data", str(tmp_path)) as tail:
            try:
                assert "before" == next_line(tail)["value"]
                store.write([Outgoing(PORTAL, "P-2", b"while it runs")], [])
                assert "while it runs" == next_line(tail)["value"]
                store.write([Outgoing(PORTAL, "P-1", b"and again")], [])
                assert "and again" == next_line(tail)["value"]
                tail.send_signal(signal.SIGINT)
                assert 130 == tail.wait(_DEADLINE_S)
            finally:
                tail.kill()
    finally:
        store.close()


def test_show_prints_the_story_from_the_raw_record_to_the_shipment(
    where: Sequence[str], capsys: pytest.CaptureFixture[str]
) -> None:
    text = "\n".join(text_lines(capsys, "show", "order", _ORDER, *where))

    sentences = (
        "portal (order-P-1) placed the order: 4 x A, 2 x B",
        "decided  OrderReceived, version 1: RECEIVED",
        "asked    the ledger is to reserve",
        "answered the ledger on 1 line: 4 granted",
        "decided  OrderAccepted",
        "asked    main is to create sales order portal:P-1",
        "sent     to main, attempt 1: create sales order portal:P-1",
        "NOT_FOUND: may have been sent before, so it was looked up: 404",
        "check whether it executed create sales order portal:P-1",
        "sent     to main, attempt 3: create sales order portal:P-1",
        "UNKNOWN",
        "(query document): DUPLICATE, document SO-000001",
        "decided  OrderBooked",
        "sent     central is to pick and ship 4 x A",
        "picked at central: 4 x A",
        "decided  ShipmentConfirmed",
        "to main, attempt 1: post shipment",
    )
    places = [text.index(sentence) for sentence in sentences]
    assert sorted(places) == places


def test_show_distinguishes_repeats_and_conflicts(where: Sequence[str], capsys: pytest.CaptureFixture[str]) -> None:
    text = "\n".join(text_lines(capsys, "show", "order", _ORDER, *where))

    assert "4 x A, 2 x B (duplicate: dropped)" in text
    assert "5 x A (same id, other content: refused)" in text
    assert "case     CONFLICTING_DUPLICATE OPEN about portal:P-1" in text


def test_show_ends_with_the_status_of_the_order(where: Sequence[str], capsys: pytest.CaptureFixture[str]) -> None:
    *_, standing, erp, conflict, _, header, first, second = text_lines(capsys, "show", "order", _ORDER, *where)

    assert standing.startswith("Now: PARTIALLY_SHIPPED, version 9, worth 9 EUR")
    assert "ERP main: BOOKED, document SO-000001" == erp
    assert conflict.startswith("Open case CONFLICTING_DUPLICATE (")
    columns = ["line", "item", "ordered", "reserved", "allocated", "backordered", "released", "picked", "shipped"]
    assert [*columns, "cancelled"] == header.split()
    assert ["1", "A", "4", "0", "0", "0", "4", "4", "4", "0"] == first.split()
    assert ["2", "B", "2", "0", "0", "2", "0", "0", "0", "0"] == second.split()


def test_every_step_can_be_followed_to_its_cause(where: Sequence[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == main(("show", "order", _ORDER, "--json", *where))
    story = json.loads(capsys.readouterr().out)

    steps = story["steps"]
    places = {step["place"] for step in steps} | {
        "/".join(str(step["raw"][name]) for name in ("topic", "partition", "offset")) for step in steps if step["raw"]
    }
    unknown_lines = {step["origin"] for step in steps} - places
    assert {"dispatch.inbox.v1"} == {origin.split("/")[0] for origin in unknown_lines}
    assert "PARTIALLY_SHIPPED" == story["now"]["status"]
    placed = next(step for step in steps if step["type"] == "OrderPlaced")
    assert ("order-P-1", "FIRST") == (placed["correlation_id"], placed["arrival"])
    assert "order-P-1" == json.loads(placed["raw"]["value"])["message_id"]


def test_show_finds_an_order_of_which_only_a_cancellation_came(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with small_world(tmp_path, ErpBehaviour()) as world:
        cancel = {"message_id": "c1", "event": "order_cancelled", "order_number": "P-9"}
        world.send(PORTAL, "P-9", json.dumps({"occurred_at": "2026-11-21T09:00:00Z", **cancel}).encode())
        world.run()

        lines = text_lines(capsys, "show", "order", "portal:P-9", "--data", str(world.data))

    assert "portal (c1) asked to cancel the order" in lines[2]
    assert "Now: not placed yet; its messages wait for it." == lines[-1]


def test_show_of_an_unknown_order_says_so_in_one_line(where: Sequence[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert 1 == main(("show", "order", "portal:P-404", *where))

    captured = capsys.readouterr()
    assert "" == captured.out
    assert captured.err.startswith("orderline: no order 'portal:P-404' in this log: see `orderline tail")
    assert 1 == len(captured.err.splitlines())


def test_a_number_without_its_channel_is_answered_with_the_form_of_an_order_id(
    where: Sequence[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert 1 == main(("show", "order", "4711", *where))
    reason = "orderline: no order '4711' in this log: write CHANNEL:NUMBER, e.g. portal:4711; see `orderline tail"
    assert capsys.readouterr().err.startswith(reason)


def test_the_report_of_the_run_agrees_with_the_erp(
    world: SmallWorld, where: Sequence[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert 0 == main(("report", "--json", "--erp-url", world.erp.url, *where))
    report = json.loads(capsys.readouterr().out)

    expected = {
        "orders_sent": 1,
        "orders_received": 1,
        "records_sent": 7,
        "duplicates_dropped": 1,
        "conflicts": 1,
        "dead_letters": 1,
        "orders_booked": 1,
        "erp_documents": 1,
        "erp_documents_per_order_max": 1,
        "erp_unknown_outcomes_resolved": 2,
        "units_conserved": True,
        "oversold_units": 0,
    }
    assert expected == {name: report[name] for name in expected}


def orderline(*words: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "dataflows.command_line.main", *words]
    return WarmProcess(command, cwd=_ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def next_line(process: subprocess.Popen[bytes]) -> dict[str, Any]:
    assert process.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        assert selector.select(_DEADLINE_S), "nothing was printed"
    found: dict[str, Any] = json.loads(process.stdout.readline())
    return found
