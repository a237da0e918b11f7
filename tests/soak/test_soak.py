"""State is bounded by open work: in weeks of the same work no table grows, and in the end only open orders are left."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

import pytest

from connectors.log.port import Record
from connectors.topic_reader import TopicReader, every_record, last_of_each_key, open_reader
from demo.report.report import Report
from domain.deduplication import subject_and_source_of
from domain.orders import closing as ends
from domain.orders.reports import missing
from operators.engine.timers import TIMERS
from operators.machines.cases.kept_cases import CASES
from operators.machines.homes.parcels import PARCEL_PASSED
from operators.machines.order_lists.expected_orders import EXPECTED
from operators.machines.orders import ORDERS
from operators.steps.deduplication import PASSED, SEEN
from schemas.headers import header
from tests.oracle.insights import insights_findings
from tests.oracle.quiescent_log import QuiescentLog
from tests.oracle.replay import replay_findings
from tests.oracle.witnesses import report_of, witness_findings
from tests.soak.feed import SoakFeed
from tests.soak.rows import Size, growing
from tests.soak.soak import WARM_UP_DAYS, Soak, soak_rules

DAYS = WARM_UP_DAYS + 6
SEED = 1


@dataclass(frozen=True)
class EndedSoak:
    """A soak that has ended, and its log."""

    soak: Soak
    log: QuiescentLog
    report: Report


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EndedSoak]:
    data = tmp_path_factory.mktemp("soak")
    soak = Soak(data, SoakFeed(SEED, orders_a_day=12), lambda days: days == DAYS)
    soak.live()
    with closing(open_reader(data, None)) as reader:
        log = QuiescentLog(reader, soak_rules())
        yield EndedSoak(soak, log, report_of(log, soak_rules(), soak.erp))


def test_no_table_grows_with_the_days(ended: EndedSoak) -> None:
    assert (DAYS, []) == (len(ended.soak.days), ended.soak.growing())


def test_at_rest_only_open_orders_are_left_with_what_was_said_of_them(ended: EndedSoak) -> None:
    rows = [(key, value) for _, key, value in ended.log.state_rows("orders", b"")]
    orders = {ORDERS.key_of(key): ORDERS.decode(value) for key, value in rows if key.startswith(ORDERS.prefix)}
    assert all(order.closed and ends.has_open_case(order) for order in orders.values() if ends.is_finished(order))
    said_of = {subject_and_source_of(SEEN.key_of(key))[0] for key, _ in rows if key.startswith(SEEN.prefix)}
    assert orders.keys() == said_of
    expected = {EXPECTED.key_of(key).partition("\0")[2] for key, _ in rows if key.startswith(EXPECTED.prefix)}
    assert expected == {name for name, order in orders.items() if missing.systems_of(order)}
    cases = {CASES.key_of(key): CASES.decode(value).case for key, value in rows if key.startswith(CASES.prefix)}
    assert orders.keys() >= {case.subject for case in cases.values()}, "what they wait for, a person is asked about"
    timers = [TIMERS.decode(value) for key, value in rows if key.startswith(TIMERS.prefix)]
    assert {PASSED, PARCEL_PASSED, *orders, *cases} >= {timer.subject or timer.kind for timer in timers}
    left = {name for name, size in ended.soak.at_rest.items() if size.rows and not name.startswith("insights/")}
    steady = {f"{flow}/{table}" for flow in ("orders", "inventory", "dispatch", "edi") for table in ("clock", "count")}
    open_work = {"orders/order", "orders/seen", "orders/seen document", "orders/horizon", "orders/timer"}
    open_work |= {"orders/counted document", "orders/order expected in lists"}
    open_work |= {"orders/parcel", "orders/parcel horizon", "orders/case", "orders/open case of an order"}
    open_work |= {f"inventory/{table}" for table in ("reservation", "waiting", "holding", "pending")}
    kept = ("item", "kept movements", "availability feed", "below_zero", "below_zero_in_all")
    by_item = {f"inventory/{table}" for table in kept}
    assert left <= {*steady, *open_work, *by_item, "dispatch/gate"}


def test_orders_were_closed_and_purged_and_only_the_others_are_in_the_view(ended: EndedSoak) -> None:
    closed = {record.key for record in of_type(ended.log, "orders.events.v1", "OrderClosed")}
    forgotten = {record.key for record in every_record(ended.log, "orders.state.v1") if record.value is None}
    archived = [record.key for record in every_record(ended.log, "orders.archive.v1")]
    there = {record.key for record in last_of_each_key(ended.log, "orders.state.v1")}
    assert len(forgotten) > 9 * DAYS
    assert closed == forgotten
    assert Counter(forgotten) == Counter(archived), "each once"
    assert not there & forgotten


def test_a_repeated_message_about_a_purged_order_made_no_second_order(ended: EndedSoak) -> None:
    assert DAYS - 4 < ended.report.duplicates_dropped
    assert ended.report.orders_sent == ended.report.orders_received


def test_all_oracles_agree_although_nearly_every_order_is_purged(ended: EndedSoak) -> None:
    findings = [
        *replay_findings(ended.log, soak_rules(), SEED),
        *witness_findings(ended.log, ended.report),
        *insights_findings(ended.log),
    ]
    assert [] == findings


def of_type(reader: TopicReader, topic: str, name: str) -> list[Record]:
    return [r for r in every_record(reader, topic) if (header(r.headers, "ce_type") or "").endswith(f".{name}")]


def days_of(rows: Sequence[int]) -> list[Mapping[str, Size]]:
    return [{"orders/seen": Size(each, each * 100), "insights/window DAY": Size(day)} for day, each in enumerate(rows)]


@pytest.mark.parametrize(
    ("rows", "found"),
    (
        ((5, 50, 100, 99, 101, 98, 103), []),
        ((5, 50, 100, 120, 140, 160, 180), ["orders/seen grew from 120 rows to 180"]),
        ((5, 50, 0, 0, 0, 13, 0), ["orders/seen grew from 0 rows to 13"]),
    ),
)
def test_a_table_that_grows_is_found(rows: Sequence[int], found: list[str]) -> None:
    assert found == growing(days_of(rows), warm_up=2)


def test_too_few_days_say_nothing() -> None:
    with pytest.raises(ValueError, match="too few"):
        growing(days_of((1, 2, 3)), warm_up=2)
