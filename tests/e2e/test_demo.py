"""`orderline demo`: it ends with a correct report, whatever interrupted it."""

import json
import os
import signal
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from connectors.topic_reader import every_record, open_reader
from schemas.headers import header
from tests.e2e.commands import Running, Said, is_alive, orderline, running, until
from tests.e2e.screen import Screen

_ORDERS = 150
_KEYS = (
    "orders_sent",
    "records_sent",
    "orders_received",
    "duplicates_dropped",
    "conflicts",
    "dead_letters",
    "exceptions_by_class",
    "orders_by_status",
    "orders_booked",
    "orders_accepted_during_outage",
    "erp_documents",
    "erp_documents_per_order_max",
    "erp_unknown_outcomes_resolved",
    "units_conserved",
    "oversold_units",
    "latency_ms",
    "orders_per_second",
    "lines_per_second",
    "peak_rss_mb",
    "seed",
)


def words_of(data: Path, orders: int = _ORDERS) -> Sequence[str]:
    return ("demo", "--data", str(data), "--orders", str(orders), "--seconds", "5", "--seed", "7")


def report_in(data: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads((data / "report.json").read_text())
    return report


def require_right(report: dict[str, Any]) -> None:
    """What holds of every demo of this size, however often it was killed."""
    assert _ORDERS == report["orders_sent"] == report["orders_received"]
    assert _ORDERS == sum(report["orders_by_status"].values())
    assert 0 < report["orders_booked"] == report["erp_documents"] <= _ORDERS
    assert 1 == report["erp_documents_per_order_max"]
    assert report["units_conserved"] is True
    assert 0 == report["oversold_units"]
    assert 0 < report["duplicates_dropped"]
    assert 0 < report["conflicts"] == report["exceptions_by_class"]["CONFLICTING_DUPLICATE"]
    assert 0 < report["dead_letters"]
    assert 0 < report["exceptions_by_class"]["ERP_OUTAGE"], "its own, and one for each time that it was killed alone"
    assert 7 == report["seed"]


class Ended(NamedTuple):
    """A demo that ran undisturbed."""

    data: Path
    said: Said


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    data = tmp_path_factory.mktemp("demo") / "data"
    return Ended(data, orderline(*words_of(data)))


def test_it_ends_by_itself_with_a_report_that_is_right(undisturbed: Ended) -> None:
    assert (0, "") == (undisturbed.said.code, undisturbed.said.err)

    report = report_in(undisturbed.data)
    assert list(_KEYS) == list(report)
    require_right(report)
    assert ["p50", "p95", "p99", "max"] == list(report["latency_ms"])
    assert sorted(report["latency_ms"].values()) == list(report["latency_ms"].values())
    assert 0 < report["orders_accepted_during_outage"], "a demo that is killed may have slept through all of it"
    assert 0 < report["erp_unknown_outcomes_resolved"]
    assert 0 < report["orders_per_second"] < report["lines_per_second"]
    assert 0 < report["peak_rss_mb"]


def test_where_there_is_no_terminal_it_says_plain_lines_and_few(undisturbed: Ended) -> None:
    lines = undisturbed.said.out.splitlines()
    progress = [line for line in lines if line[:1].isdigit() and " orders, " in line]

    assert f"{_ORDERS} orders in 5 s, seed 7, data in {undisturbed.data}" == lines[0]
    assert 2 <= len(progress) <= 20
    assert "\x1b" not in undisturbed.said.out
    assert f"This report as JSON: {undisturbed.data / 'report.json'}" == lines[-1]


def test_the_order_that_it_names_has_a_story(undisturbed: Ended) -> None:
    (named,) = [line.split()[3] for line in undisturbed.said.out.splitlines() if "orderline show order" in line]
    story = orderline("show", "order", named, "--data", str(undisturbed.data))

    assert (0, "") == (story.code, story.err)
    assert "SHIPPED" in story.out


def test_a_demo_that_has_ended_says_so(undisturbed: Ended) -> None:
    report = undisturbed.data / "report.json"
    assert (
        0,
        f"This demo has ended; its report is {report}. Name another DATA folder to start a new one.\n",
        "",
    ) == orderline(*words_of(undisturbed.data))


@pytest.fixture(scope="module")
def tormented(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Killed as a whole, then its supervisor alone, then stopped by Ctrl-C, each time in the middle of its work.

    Started cold, as a user does: the ERP's outage of three seconds is over when the demo works again.
    """
    data = tmp_path_factory.mktemp("demo") / "data"
    with running(*words_of(data), cold=True) as demo:
        wait_for_records(data, 250, demo)
        family = demo.family()
        for number in family:
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        require_gone(family)
    with running(*words_of(data), cold=True) as demo:
        wait_for_records(data, 450, demo)
        family = demo.family()
        assert 6 == len(family)
        demo.signal(signal.SIGKILL)
        require_gone(family)
    return data


def wait_for_records(data: Path, count: int, demo: Running) -> None:
    """Until the feed has come so far."""
    until((data / "log" / "CURRENT").exists, "the log is there")
    with closing(open_reader(data, None, wait_s=30.0)) as reader:

        def come() -> bool:
            assert demo.lives(), demo.said()
            reader.refresh()
            return count <= sum(sum(reader.ends(topic).values()) for topic in reader.topics() if "inbox" in topic)

        until(come, f"{count} records are taken in")


def require_gone(family: Sequence[int]) -> None:
    until(lambda: not any(map(is_alive, family)), "all processes are gone")


def test_a_demo_that_was_killed_resumes_only_with_its_own_options(tormented: Path) -> None:
    said = orderline(*words_of(tormented, orders=10))

    assert 2 == said.code
    assert (
        f"orderline: {tormented} holds a demo with ORDERS=150 SEED=7 SECONDS=5: "
        "repeat these options to resume it, or choose another DATA folder\n"
    ) == said.err


def test_ctrl_c_stops_it_cleanly_and_prints_how_to_resume(tormented: Path) -> None:
    with running(*words_of(tormented), cold=True) as demo:
        until(lambda: 6 == len(demo.family()), "all processes run")
        family = demo.family()
        demo.signal(signal.SIGINT)
        said = demo.said()

    assert (130, "") == (said.code, said.err)
    assert (
        f"stopped; to resume: orderline demo --data {tormented} --orders 150 --seed 7 --seconds 5"
        == said.out.splitlines()[-1]
    )
    assert [] == [number for number in family if is_alive(number)]


def test_it_continues_where_it_was_on_a_small_terminal_and_its_report_is_right(tormented: Path) -> None:
    screen = Screen(80, 24, *words_of(tormented))

    assert 0 == screen.code
    require_right(report_in(tormented))
    assert_fits(screen.frames("Orderline 0:"))
    sequences = sorted(sequences_in(tormented))
    assert list(range(len(sequences))) == sequences


def assert_fits(frames: Sequence[Sequence[str]]) -> None:
    *pictures, _ = frames
    assert 5 < len(pictures)
    assert 24 >= max(map(len, pictures))
    assert 80 >= max(len(line) for picture in pictures for line in picture)
    for title in ("orders by status", "orders by channel", "commands to the ERP", "units in stock, and exceptions"):
        assert all(any(title in line for line in picture) for picture in pictures)


def sequences_in(data: Path) -> list[int]:
    """The numbers of the feed's records in the log."""
    with closing(open_reader(data, None)) as reader:
        records = [
            record for topic in reader.topics() if topic.startswith("source.") for record in every_record(reader, topic)
        ]
    return [int(number) for record in records if (number := header(record.headers, "demo-sequence"))]
