"""`orderline exceptions` on a Kafka: two cases of two flows, found, read and decided about while the flows run."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from demo.brokers.choice import Kafka
from demo.channels.small_payloads import jsonl, portal_order, receipt, shipment
from domain.identifiers import OrderId
from tests.e2e.commands import Inside, orderline, running, until
from tests.kafka.release_topics import remove_topics

_WITHIN_S = 90.0


class Shell:
    """Commands on one broker, whose flows run; they run in this process, which saves their start."""

    def __init__(self, bootstrap: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._where = ("--bootstrap", bootstrap)
        self._folder = folder
        self._command = Inside(capsys)

    def run(self, *words: str, code: int = 0) -> str:
        said = self._command(*words, *self._where)
        assert code == said.code, said
        return said.out if code == 0 else said.err

    def produce(self, topic: str, *payloads: dict[str, Any]) -> None:
        file = self._folder / "payloads.jsonl"
        file.write_text(jsonl(*payloads), encoding="utf-8")
        self.run("produce", topic, "--file", str(file))

    def cases(self, *words: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.run("exceptions", "list", "--json", *words).splitlines()]

    def the_case(self, *words: str) -> dict[str, Any]:
        """The only one, as soon as it is there."""
        until(lambda: 1 == len(self.cases(*words)), f"one case of {words}", _WITHIN_S)
        return self.cases(*words)[0]

    def decide(self, decision: str, case_id: str, who: str, why: str) -> None:
        assert self.run("exceptions", decision, case_id[:8], "--who", who, "--why", why).startswith("sent; ")

    def shown(self, case_id: str, text: str) -> str:
        """The story of a case, as soon as it says so."""
        until(lambda: text in self.run("exceptions", "show", case_id[:8]), f"{case_id} says {text!r}", _WITHIN_S)
        return self.run("exceptions", "show", case_id[:8])


@pytest.fixture(scope="module")
def bootstrap(kafka: Kafka, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A broker with fresh topics and running flows."""
    state = tmp_path_factory.mktemp("exceptions") / "state"
    remove_topics(kafka.bootstrap)
    assert 0 == orderline("topics", "create", "--bootstrap", kafka.bootstrap, "--partitions", "2").code
    with running("run", "all", "--bootstrap", kafka.bootstrap, "--state", str(state)):
        yield kafka.bootstrap
    remove_topics(kafka.bootstrap)


@pytest.fixture
def shell(bootstrap: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    """Commands on it."""
    return Shell(bootstrap, tmp_path, capsys)


def _snapshot(count: str) -> list[dict[str, Any]]:
    """Taken an hour ago, so that nothing is in flight any more."""
    at = (datetime.now(UTC) - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    common = {"snapshot_id": "N1", "occurred_at": at, "taken_at": at, "sent_at": at}
    return [
        {"message_id": "n1-begun", "event": "snapshot_begun", **common},
        {
            "message_id": "n1-lines",
            "event": "snapshot_lines",
            "part": "1",
            "lines": [{"sku": "BOLT", "quantity": count}],
            **common,
        },
        {"message_id": "n1-ended", "event": "snapshot_ended", "line_count": "1", **common},
    ]


def test_a_snapshots_difference_is_adjusted_and_the_adjustment_taken_back(shell: Shell) -> None:
    shell.produce("source.wms_central.v1", receipt("R1", {"BOLT": "100"}), *_snapshot("97"))

    case = shell.the_case("--class", "DRIFT")
    assert ("OPEN", "BOLT", "warehouse", "inventory") == (case["state"], case["subject"], case["owner"], case["home"])
    shell.decide("retry", case["case_id"], "Dan", "counted on the shelf")
    story = shell.shown(case["case_id"], "RESOLVED: the ledger is adjusted to the snapshot")
    assert "RETRYING by Dan (counted on the shelf): " in story
    assert [] == shell.cases("--class", "DRIFT")
    shell.decide("reverse", case["case_id"], "Dan", "found in aisle 7")
    shell.shown(case["case_id"], "OPEN by Dan (found in aisle 7): ")


def test_a_case_is_closed_once_and_whoever_comes_later_reads_why_not(shell: Shell) -> None:
    shell.produce("source.portal.v1", portal_order("9", {"NUT": "-5"}))
    case = shell.the_case("--class", "MALFORMED_PAYLOAD")
    shell.decide("dismiss", case["case_id"], "Ann", "a test order")
    shell.shown(case["case_id"], "DISMISSED by Ann (a test order)")
    said = shell.run("exceptions", "resolve", case["case_id"][:8], "--who", "Bob", "--why", "done", code=1)
    assert "is DISMISSED already" in said
    assert "DISMISSED" == shell.the_case("--class", "MALFORMED_PAYLOAD", "--state", "DISMISSED")["state"]


def test_goods_too_many_are_a_case_of_an_order_that_people_resolve_and_cannot_retry(shell: Shell) -> None:
    shell.produce("source.portal.v1", portal_order("1", {"SCREW": "2"}))
    shell.produce("source.wms_central.v1", shipment("S1", OrderId("portal:1"), {"SCREW": "3"}))
    case = shell.the_case("--class", "OVER_SHIPMENT", "--order", "portal:1")
    shell.decide("retry", case["case_id"], "Eve", "again")
    shell.shown(case["case_id"], "CaseRetried refused: ")
    shell.decide("resolve", case["case_id"], "Eve", "the customer keeps it")
    story = shell.shown(case["case_id"], "RESOLVED by Eve (the customer keeps it)")
    assert re.search(r"orders\.inbox\.v1/\d/\d+", story)


def test_a_case_that_is_not_there_is_said_in_one_line(shell: Shell) -> None:
    said = shell.run("exceptions", "show", "zz", code=2)
    assert "there is no case 'zz' in this log" in said
    assert 1 == len(said.splitlines())
