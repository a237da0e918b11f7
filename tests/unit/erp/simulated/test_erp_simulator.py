"""The simulated ERP as evidence: documents and outages outlive `kill -9`."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from connectors.log.port import LogFailed
from demo.erp.behaviour import ErpBehaviour
from demo.erp.client import erp_answers
from demo.erp.database import ErpDatabase
from demo.erp.simulator import ErpSimulator
from domain.messages.dispatch import Outcome
from tests.unit.erp.commands import DOCUMENT, PERMIT, create
from tests.unit.erp.running import adapter_to, page, running_erp

QUICK = ErpBehaviour(latency_from_ms=0, latency_to_ms=0)
_ROOT = Path(__file__).parents[4]
_PROGRAM = """
import sys
from pathlib import Path
from demo.erp.simulator import serve
from demo.erp.behaviour import ErpBehaviour
serve(
    "127.0.0.1", 0, Path(sys.argv[1]),
    ErpBehaviour(outage_after_orders=2, outage_ms=int(sys.argv[2]), lose_answer_per_mille=int(sys.argv[3])),
    stop=lambda: False, announce=lambda port: print(port, flush=True),
)
"""


@contextmanager
def erp_process(database: Path, outage_ms: int = 0, lose_answer_per_mille: int = 0) -> Iterator[int]:
    """The simulator as a process of its own; killed without a word at the end. Gives its port."""
    arguments = [sys.executable, "-c", _PROGRAM, str(database), str(outage_ms), str(lose_answer_per_mille)]
    with subprocess.Popen(arguments, cwd=_ROOT, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline())
        finally:
            process.send_signal(signal.SIGKILL)


def statistics(port: int) -> dict[str, Any]:
    return page(f"http://127.0.0.1:{port}/statistics")


def test_a_document_whose_answer_was_lost_survives_the_kill_of_the_erp(tmp_path: Path) -> None:
    with erp_process(tmp_path / "erp.sqlite", lose_answer_per_mille=1000) as port, adapter_to(port) as adapter:
        assert Outcome.UNKNOWN == adapter.execute(create(), PERMIT).outcome
    with erp_process(tmp_path / "erp.sqlite") as port, adapter_to(port) as adapter:
        assert "SO-000001" == adapter.find(create()).document_number
        assert "SO-000002" == adapter.execute(create("portal:P-2"), PERMIT).document_number
        assert (2, 1) == (statistics(port)["calls"], statistics(port)["lost_answers"])


def test_an_erp_that_is_down_answers_and_one_that_is_gone_does_not(tmp_path: Path) -> None:
    with erp_process(tmp_path / "erp.sqlite") as port:
        url = f"http://127.0.0.1:{port}"
        assert erp_answers(url)
        page(f"{url}/control", {"down": True})
        assert erp_answers(url)
    assert not erp_answers(url)


def test_the_planned_outage_continues_after_a_kill_and_never_comes_twice(tmp_path: Path) -> None:
    with erp_process(tmp_path / "erp.sqlite", outage_ms=60_000) as port, adapter_to(port) as adapter:
        assert Outcome.APPLIED == adapter.execute(create("portal:P-1"), PERMIT).outcome
        assert Outcome.APPLIED == adapter.execute(create("portal:P-2"), PERMIT).outcome
        assert Outcome.REJECTED_TRANSIENT == adapter.execute(create("portal:P-3"), PERMIT).outcome
        planned = statistics(port)["outages"]
    with erp_process(tmp_path / "erp.sqlite", outage_ms=60_000) as port, adapter_to(port) as adapter:
        assert not adapter.reachable()
        page(f"http://127.0.0.1:{port}/control", {"down": False})
        assert Outcome.APPLIED == adapter.execute(create("portal:P-3"), PERMIT).outcome
        assert Outcome.APPLIED == adapter.execute(create("portal:P-4"), PERMIT).outcome
        outages = statistics(port)["outages"]
    assert [planned[0]["started_at_ms"]] == [outage["started_at_ms"] for outage in outages]
    assert planned[0]["started_at_ms"] + 60_000 == planned[0]["ends_at_ms"]


def test_the_planned_outage_ends_when_its_time_is_over(tmp_path: Path) -> None:
    now_ms = [1_000_000]
    behaviour = replace(QUICK, outage_after_orders=1, outage_ms=5_000)
    with running_erp(tmp_path / "erp.sqlite", behaviour, now_ms=lambda: now_ms[0]) as erp:
        erp.adapter.execute(create("portal:P-1"), PERMIT)
        now_ms[0] += 4_999
        assert not erp.adapter.reachable()
        now_ms[0] += 1
        assert Outcome.APPLIED == erp.adapter.execute(create("portal:P-2"), PERMIT).outcome
        assert [{"cause": "planned", "started_at_ms": 1_000_000, "ends_at_ms": 1_005_000}] == erp.statistics()[
            "outages"
        ]


def test_without_unique_keys_a_repeat_is_a_second_document_and_both_are_counted(tmp_path: Path) -> None:
    with running_erp(tmp_path / "erp.sqlite", replace(QUICK, unique_keys=False)) as erp:
        for order_id in ("portal:P-1", "portal:P-1", "portal:P-2"):
            erp.adapter.execute(create(order_id), PERMIT)
        counted = erp.statistics()
    assert {"sales_order": 3} == counted["documents"]
    assert {"sales_order": 2} == counted["business_keys"]
    assert 2 == counted["documents_per_business_key_max"]


def test_quantities_and_prices_arrive_as_decimal_text(tmp_path: Path) -> None:
    database = tmp_path / "erp.sqlite"
    with running_erp(database, QUICK) as erp:
        erp.adapter.execute(create(document=DOCUMENT), PERMIT)
    book = ErpDatabase(database)
    ((content,),) = book.rows("SELECT content FROM documents")
    book.close()
    assert b'"quantity":"2.5"' in content
    assert b'"unit_price":"1.99"' in content


def test_a_request_that_makes_no_sense_is_refused_and_books_nothing(tmp_path: Path) -> None:
    with running_erp(tmp_path / "erp.sqlite", QUICK) as erp:
        assert "BAD_REQUEST" == page(f"{erp.url}/documents", {"kind": "poem", "business_key": "1"})["error"]
        assert "BAD_REQUEST" == page(f"{erp.url}/documents", ["not", "an", "object"])["error"]
        assert "BAD_REQUEST" == erp.control(down="perhaps")["error"]
        assert "NO_SUCH_PAGE" == page(f"{erp.url}/elsewhere")["error"]
        assert {} == erp.statistics()["documents"]


def test_a_file_of_another_layout_is_refused_with_a_remedy(tmp_path: Path) -> None:
    database = ErpDatabase(tmp_path / "erp.sqlite")
    database.rows("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(LogFailed, match=r"layout 99.*name another"):
        ErpSimulator("127.0.0.1", 0, tmp_path / "erp.sqlite", QUICK)
