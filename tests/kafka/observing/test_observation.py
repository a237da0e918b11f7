"""Members and flows on a real Kafka, seen from outside: lag, a restore under way, and the pages of processes."""

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.kafka.topics import create_topics
from connectors.log.failpoints import Failpoints
from connectors.log.port import TopicPartition
from connectors.observation.observation import Observation
from demo.brokers.choice import Kafka
from demo.brokers.ports import free_ports
from demo.channels.small_payloads import jsonl, portal_order
from tests.contract.logs import Member
from tests.e2e.commands import Running, orderline, running
from tests.e2e.pages import Pages, pages_of
from tests.kafka.copies import PARTITIONS, Copies
from tests.kafka.copy_flow import member
from tests.kafka.release_topics import remove_topics
from tests.kafka.topics import until
from tests.unit.observation.pages import series_of

KEYS = [f"k{number % 7}" for number in range(50)]


@pytest.fixture
def copies(kafka: Kafka, application_prefix: str, tmp_path: Path) -> Iterator[Copies]:
    copying = Copies(kafka.bootstrap, application_prefix, tmp_path / "state")
    copying.create()
    yield copying
    copying.kill_all()


class Asked(Failpoints):
    """Asks the probes in the middle of each restore."""

    def __init__(self, observation: Observation) -> None:
        self.readiness: list[tuple[int, str]] = []
        self.liveness: list[int] = []
        self._observation = observation

    def hit(self, name: str) -> None:
        if name == "mid_restore":
            answer = self._observation.answer("/readyz")
            self.readiness.append((answer.status, answer.body.decode()))
            self.liveness.append(self._observation.answer("/livez").status)


def test_during_a_restore_it_is_live_and_not_ready(copies: Copies) -> None:
    copies.copy_here(KEYS).log.close()
    shutil.rmtree(copies.directory)
    observation = Observation(30)
    asked = Asked(observation)
    where = (copies.bootstrap, copies.application, 0, copies.directory)
    log = member(*where, asked, observer=observation.observer("copy"))
    copies.opened.append(log)
    assert (503, b"joining\n") == (observation.answer("/readyz").status, observation.answer("/readyz").body)
    Member(log).join()

    assert {200} == set(asked.liveness)
    for status, reason in asked.readiness:
        assert 503 == status
        assert reason.startswith(f"restoring {copies.topic('changelog')}/")
        assert reason.endswith(" %\n")
    page = series_of(observation)
    restored = page['restore_duration_seconds_count{flow="copy"}']
    assert 1 <= restored <= PARTITIONS
    written = sum(log.end_offsets(copies.topic("changelog")).values())
    assert written == page['restore_records_total{flow="copy"}']
    assert 0 == page['restore_records_left{flow="copy"}']
    assert log.member_status().is_member
    assert (log.member_status().stored_bytes or 0) > 0


def test_lag_is_what_was_not_polled_and_nothing_when_all_was(copies: Copies) -> None:
    member = copies.member()
    member.join()
    assert [] == list(member.poll(0.1))
    copies.feed(KEYS)
    sources = {TopicPartition(copies.topic("in"), number) for number in range(PARTITIONS)}

    def lag() -> int:
        return sum(member.log.member_status().lag.values())

    until(lambda: lag() >= len(KEYS), "the client has seen the new end")
    assert sources == member.log.member_status().lag.keys()
    assert len(KEYS) == len(member.read(len(KEYS)))
    until(lambda: not list(member.poll(0.05)) and lag() == 0, "the end is met")
    member.abort()
    until(lambda: lag() >= len(KEYS), "what was rewound is to be read again")


def test_a_takeover_counts_the_absent_members_whose_transactions_it_ended(copies: Copies) -> None:
    copies.feed(KEYS)
    dead = copies.start(replica=1)
    until(lambda: copies.copied() == len(KEYS), "replica 1 has copied everything")
    dead.kill()
    dead.wait()
    heir = copies.member(0)
    heir.join()
    assert 1 == heir.log.member_status().members_fenced


@pytest.fixture
def bootstrap(kafka: Kafka) -> Iterator[str]:
    """A broker with the release's topics, which go with the test."""
    remove_topics(kafka.bootstrap)
    create_topics(kafka.bootstrap, 2)
    yield kafka.bootstrap
    remove_topics(kafka.bootstrap)


def pages_by_flow(flows: Running) -> dict[str, Pages]:
    return dict(pages_of(flows) for _ in range(6))


def test_flows_as_processes_have_a_page_each_where_the_supervisor_says(bootstrap: str, tmp_path: Path) -> None:
    where = ("--bootstrap", bootstrap)
    options = tmp_path / "kafka.options"
    options.write_text("# quicker than the default\nsession.timeout.ms=2000\n")
    (tmp_path / "order.jsonl").write_text(jsonl(portal_order("MINE", {"NOTHING-LIKE-IT": "1"})))
    words = ("run", "all", *where, "--state", str(tmp_path / "state"), "--kafka-options", str(options))
    port = first_of_free_ports(6)
    with running(*words, "--http", f"127.0.0.1:{port}") as flows:
        assert "intake, orders, inventory, dispatch, edi, insights: running, one process each" in flows.line()
        pages = pages_by_flow(flows)
        assert ["intake", "orders", "inventory", "dispatch", "edi", "insights"] == list(pages)
        until(lambda: all(page.is_ready() for page in pages.values()), "all flows serve")
        assert {2} == {pages[flow].metrics()[f'partitions_held{{flow="{flow}"}}'] for flow in pages}

        produce = ("produce", "source.portal.v1", "--file", str(tmp_path / "order.jsonl"), *where)
        assert 0 == orderline(*produce, "--kafka-options", str(options)).code
        written = 'records_written_total{flow="orders",topic="orders.events.v1"}'
        until(lambda: pages["orders"].metrics().get(written, 0) >= 3, "the order has a story")
        until(lambda: lag_of(pages["orders"]) == 0, "all of it is read")
        assert 1 == pages["orders"].metrics()['rebalance_pause_seconds_count{flow="orders"}']
        flows.signal(signal.SIGINT)
        assert (0, "") == flows.said()[::2]


def first_of_free_ports(count: int) -> int:
    """The first of so many in a row."""
    while True:
        ports = free_ports(count)
        if ports[-1] - ports[0] == count - 1:
            return ports[0]


def lag_of(pages: Pages) -> float:
    return sum(lag for series, lag in pages.metrics().items() if series.startswith("lag_records"))
