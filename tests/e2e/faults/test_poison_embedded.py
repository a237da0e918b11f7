"""Records and timers that fail in the flows' process, on the embedded log: real processes, really killed."""

import json
import signal
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from connectors.embedded import incoming
from connectors.log.port import Outgoing, Record
from connectors.topic_reader import open_reader, records_of
from demo.channels.small_payloads import portal_order, shipment
from domain.identifiers import OrderId
from domain.messages.cases import ExceptionRaised
from domain.messages.status import OrderReceived
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.headers import header
from tests.e2e.commands import until
from tests.warm_start.process import run_warm

PORTAL, WAREHOUSE, INBOX, DEAD, CASES = (
    "source.portal.v1",
    "source.wms_central.v1",
    "orders.inbox.v1",
    "deadletters.v1",
    "exceptions.v1",
)
POISON = "POISON"
NUMBERS = ["A", "B", "C", POISON, "D", "E", "F"]
GOOD = [number for number in NUMBERS if number != POISON]
PROCESS_S = 180
CODEC = Codec(load_contracts())


def run(data: Path, point: str, ending: str) -> int:
    """One process of all flows, until it is idle; how it ended."""
    command = [sys.executable, "-m", "tests.oracle.poisoned", point, ending, POISON]
    command += ["run", "all", "--data", str(data), "--partitions", "1", "--until-idle", "--orphan-after", "1"]
    ended = run_warm(command, PROCESS_S)
    assert ended.returncode in {0, 3, -signal.SIGKILL}, ended.stderr
    return ended.returncode


def send(data: Path, numbers: Sequence[str]) -> None:
    orders = [(PORTAL, number, portal_order(number, {"BOLT": "1"})) for number in numbers]
    hand_over(data, 1, orders)


def hand_over(data: Path, sequence: int, payloads: Sequence[tuple[str, str, Mapping[str, object]]]) -> None:
    records = [Outgoing(topic, key, json.dumps(payload).encode()) for topic, key, payload in payloads]
    incoming.write_file(incoming.make_folder(data), "feed", sequence, records, ())


def read(data: Path, topic: str) -> list[Record]:
    reader = open_reader(data, None)
    try:
        return list(records_of(reader, topic, 0))
    finally:
        reader.close()


def received(data: Path) -> Counter[str]:
    events = (CODEC.decode(record.topic, record.value or b"") for record in read(data, "orders.events.v1"))
    return Counter(event.order.order_id for event in events if isinstance(event, OrderReceived))


def subjects_of_holes(data: Path) -> list[str]:
    cases = (CODEC.decode(CASES, record.value or b"") for record in read(data, CASES))
    return [case.subject for case in cases if isinstance(case, ExceptionRaised) and "passed over" in case.reason]


def reason_of(ending: str) -> str:
    return "raised LookupError twice in _fail_by" if ending == "raise" else "killed the process twice"


@pytest.mark.parametrize(
    ("point", "ending", "deaths", "topic"),
    (
        ("map", "exit", 2, PORTAL),
        ("decode", "kill", 4, INBOX),
        ("decide", "kill", 3, INBOX),
        ("map", "raise", 0, PORTAL),
        ("decode", "raise", 0, INBOX),
        ("decide", "raise", 0, INBOX),
    ),
)
def test_a_record_that_fails_becomes_a_dead_letter_and_all_others_are_processed_once(
    tmp_path: Path, point: str, ending: str, deaths: int, topic: str
) -> None:
    send(tmp_path, NUMBERS)
    ends = [run(tmp_path, point, ending) for _ in range(deaths + 1)]

    assert [3 if ending == "exit" else -signal.SIGKILL] * deaths + [0] == ends
    assert Counter(f"portal:{number}" for number in GOOD) == received(tmp_path)
    letter, *reports = read(tmp_path, DEAD)
    original, *_ = [record for record in read(tmp_path, topic) if POISON.encode() in (record.value or b"")]
    assert (original.key, original.value) == (letter.key, letter.value)
    assert (header(letter.headers, "reason") or "").startswith(reason_of(ending))
    assert (topic, str(original.offset)) == tuple(
        header(letter.headers, name) for name in ("original_topic", "original_offset")
    )
    assert ([f"portal:{POISON}"] if topic == INBOX else []) == subjects_of_holes(tmp_path)
    assert len(reports) == (point == "decode"), "the report of its case has the word in it, too"
    assert 0 == run(tmp_path, point, ending)
    assert 1 + len(reports) == len(read(tmp_path, DEAD))


@pytest.mark.parametrize(("ending", "deaths"), (("kill", 3), ("raise", 0)))
def test_a_timer_that_fails_is_put_aside_and_no_record_with_it(tmp_path: Path, ending: str, deaths: int) -> None:
    order_id = OrderId(f"portal:{POISON}")
    hand_over(tmp_path, 1, [(WAREHOUSE, order_id, shipment("S1", order_id, {"BOLT": "1"}))])
    assert 0 == run(tmp_path, "fire", ending)
    (parked,) = read(tmp_path, INBOX)
    until(lambda: time.time() * 1_000 >= parked.timestamp_ms + 1_000, "the timer of the parked shipment is due")
    hand_over(tmp_path, 2, [(PORTAL, "A", portal_order("A", {"BOLT": "1"}))])

    ends = [run(tmp_path, "fire", ending) for _ in range(deaths + 1)]

    assert [-signal.SIGKILL] * deaths + [0] == ends
    assert Counter(["portal:A"]) == received(tmp_path)
    (letter,) = read(tmp_path, DEAD)
    assert order_id == letter.key
    assert f"the timer 'order' of '{order_id}' {reason_of(ending)}" in (header(letter.headers, "reason") or "")
    assert [order_id] == subjects_of_holes(tmp_path)
    assert 0 == run(tmp_path, "fire", ending)
    assert 1 == len(read(tmp_path, DEAD))
