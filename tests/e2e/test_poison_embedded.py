"""A record that kills the flows' process, on the embedded log: real processes, really dead."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from connectors.embedded import incoming
from connectors.log.port import Outgoing, Record
from connectors.topic_reader import open_reader, records_of
from demo.channels.small_payloads import portal_order
from domain.messages.cases import ExceptionRaised
from domain.messages.status import OrderReceived
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.headers import header
from tests.e2e.commands import PROJECT

PORTAL, INBOX, DEAD, CASES = "source.portal.v1", "orders.inbox.v1", "deadletters.v1", "exceptions.v1"
POISON = "POISON"
NUMBERS = ["A", "B", "C", POISON, "D", "E", "F"]
GOOD = [number for number in NUMBERS if number != POISON]
LIFE_S = 60
CODEC = Codec(load_contracts())


def live(data: Path, point: str, ending: str) -> int:
    """One life of all flows; how it ended."""
    command = [sys.executable, "-m", "tests.oracle.poisoned", point, ending, POISON]
    ended = subprocess.run(
        [*command, "run", "all", "--data", str(data), "--partitions", "1", "--until-idle"],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        timeout=LIFE_S,
        check=False,
        text=True,
    )
    assert ended.returncode in {0, 3, -signal.SIGKILL}, ended.stderr
    return ended.returncode


def send(data: Path, numbers: Sequence[str]) -> None:
    records = [Outgoing(PORTAL, number, json.dumps(portal_order(number, {"BOLT": "1"})).encode()) for number in numbers]
    incoming.write_file(incoming.make_folder(data), "feed", 1, records, ())


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
    return [case.subject for case in cases if isinstance(case, ExceptionRaised) and "killed the" in case.reason]


@pytest.mark.parametrize(
    ("point", "ending", "deaths", "topic"),
    (
        ("map", "exit", 2, PORTAL),
        ("decode", "kill", 2, INBOX),
        ("decide", "kill", 3, INBOX),
    ),
)
def test_a_record_that_kills_becomes_a_dead_letter_and_all_others_are_done_once(
    tmp_path: Path, point: str, ending: str, deaths: int, topic: str
) -> None:
    send(tmp_path, NUMBERS)
    lives = [live(tmp_path, point, ending) for _ in range(deaths + 1)]

    assert [3 if ending == "exit" else -signal.SIGKILL] * deaths + [0] == lives
    assert Counter(f"portal:{number}" for number in GOOD) == received(tmp_path)
    (letter,) = read(tmp_path, DEAD)
    (original,) = [record for record in read(tmp_path, topic) if POISON.encode() in (record.value or b"")]
    assert (original.key, original.value) == (letter.key, letter.value)
    assert "killed the process twice" == header(letter.headers, "reason")
    assert (topic, str(original.offset)) == tuple(
        header(letter.headers, name) for name in ("original_topic", "original_offset")
    )
    assert ([f"portal:{POISON}"] if topic == INBOX else []) == subjects_of_holes(tmp_path)
    assert 0 == live(tmp_path, point, ending)
    assert 1 == len(read(tmp_path, DEAD))
