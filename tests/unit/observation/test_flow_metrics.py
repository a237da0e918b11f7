"""The metrics of a member, as Prometheus reads them."""

import re
from collections.abc import Mapping
from dataclasses import replace

import pytest

from connectors.log.port import MemberStatus, TopicPartition
from connectors.observation.flow_metrics import FlowMetrics
from connectors.observation.observation import Observation
from connectors.observation.observer import BelowZero, Epoch, ErpGateStatus, FlowStatus
from domain.identifiers import ErpId, SourceId
from domain.invariants import Law
from tests.unit.observation.pages import series_of
from tests.unit.observation.seconds import Seconds

INBOX = "orders.inbox.v1"
CHANGELOG = TopicPartition("orders.changelog.v1", 3)
EPOCH = Epoch(
    read={INBOX: 3},
    written={"orders.events.v1": 2, "exceptions.v1": 1},
    dead_lettered={INBOX: 1},
    raised={"ORPHAN_EVENT": 1},
    last_record_ms=1_700_000_000_500,
    commit_s=0.02,
)
MEMBER = MemberStatus(is_member=True, lag={TopicPartition(INBOX, 0): 7, TopicPartition(INBOX, 1): 0})
GATE = ErpGateStatus(ErpId("main"), "OPEN", token_thousandths=1_500, queued=4, in_flight=2, first_waits_ms=2_500)


class Observed:
    """One flow, and its page."""

    def __init__(self) -> None:
        self.clock = Seconds()
        self.observation = Observation(30, self.clock)
        self.flow: FlowMetrics = self.observation.observer("orders")

    def page(self) -> Mapping[str, float]:
        return series_of(self.observation)


@pytest.fixture
def observed() -> Observed:
    return Observed()


def test_an_epoch_counts_when_it_is_committed(observed: Observed) -> None:
    observed.flow.committed(EPOCH)
    observed.flow.committed(EPOCH)
    page = observed.page()
    assert 6 == page['records_read_total{flow="orders",topic="orders.inbox.v1"}']
    assert 4 == page['records_written_total{flow="orders",topic="orders.events.v1"}']
    assert 2 == page['records_dead_lettered_total{flow="orders",topic="orders.inbox.v1"}']
    assert 2 == page['exceptions_raised_total{class="ORPHAN_EVENT",flow="orders"}']
    assert 2 == page['epochs_committed_total{flow="orders"}']
    assert 6 == page['epoch_records_sum{flow="orders"}']
    assert 0 == page['commit_duration_seconds_bucket{flow="orders",le="0.01"}']
    assert 2 == page['commit_duration_seconds_bucket{flow="orders",le="0.025"}']
    assert 1_700_000_000.5 == page['last_record_timestamp_seconds{flow="orders"}']


def test_what_was_passed_over_counts_by_source_and_reason(observed: Observed) -> None:
    observed.flow.committed(replace(EPOCH, passed_over={(SourceId("amazon"), "pending order"): 2}))
    series = 'documents_passed_over_total{flow="orders",reason="pending order",source="amazon"}'
    assert 2 == observed.page()[series]


def test_an_epoch_that_only_brought_a_tick_leaves_the_time_of_the_last_record(observed: Observed) -> None:
    observed.flow.committed(EPOCH)
    observed.flow.committed(replace(EPOCH, read={}, last_record_ms=0))
    assert 1_700_000_000.5 == observed.page()['last_record_timestamp_seconds{flow="orders"}']


def test_the_open_epoch_has_an_age_until_it_ends(observed: Observed) -> None:
    series = 'open_epoch_age_seconds{flow="orders"}'
    ages = [observed.page()[series]]
    for is_lost in (False, True):
        observed.flow.opened_epoch()
        observed.clock.now += 2.5
        ages.append(observed.page()[series])
        if is_lost:
            observed.flow.lost_epoch()
        else:
            observed.flow.committed(EPOCH)
        ages.append(observed.page()[series])
    assert [0, 2.5, 0, 2.5, 0] == ages
    assert 1 == observed.page()['epochs_lost_total{flow="orders"}']


def test_a_restore_shows_how_far_it_is_and_how_long_it_took(observed: Observed) -> None:
    observed.flow.restoring(CHANGELOG, 0, 100)
    observed.clock.now += 3
    observed.flow.restoring(CHANGELOG, 41, 100)
    halfway = observed.page()
    assert 41 == halfway['restore_records_total{flow="orders"}']
    assert 59 == halfway['restore_records_left{flow="orders"}']
    assert 0 == halfway['ready{flow="orders"}']
    observed.clock.now += 1
    observed.flow.restoring(CHANGELOG, 100, 100)
    observed.flow.restoring(TopicPartition(CHANGELOG.topic, 4), 0, 10)
    observed.flow.restoring(TopicPartition(CHANGELOG.topic, 4), 10, 10)
    done = observed.page()
    assert 110 == done['restore_records_total{flow="orders"}']
    assert 0 == done['restore_records_left{flow="orders"}']
    assert 2 == done['restore_duration_seconds_count{flow="orders"}']
    assert 4 == done['restore_duration_seconds_sum{flow="orders"}']


def test_restores_that_take_turns_are_counted_each_for_itself(observed: Observed) -> None:
    other = TopicPartition(CHANGELOG.topic, 4)
    observed.flow.restoring(CHANGELOG, 0, 100)
    observed.flow.restoring(CHANGELOG, 40, 100)
    observed.flow.restoring(other, 0, 10)
    observed.flow.restoring(other, 10, 10)
    observed.flow.restoring(CHANGELOG, 100, 100)
    assert 110 == observed.page()['restore_records_total{flow="orders"}']
    assert 2 == observed.page()['restore_duration_seconds_count{flow="orders"}']


def test_a_member_that_serves_while_it_restores_is_not_ready(observed: Observed) -> None:
    observed.flow.restoring(CHANGELOG, 0, 100)
    observed.flow.report_status(FlowStatus(replace(MEMBER, is_restoring=True)))
    assert 0 == observed.page()['ready{flow="orders"}']
    assert "restoring orders.changelog.v1/3: 0 %\n" == observed.observation.answer("/readyz").body.decode()
    observed.flow.report_status(FlowStatus(MEMBER))
    assert 1 == observed.page()['ready{flow="orders"}']


def test_an_abandoned_restore_has_nothing_left_and_may_start_again(observed: Observed) -> None:
    observed.flow.restoring(CHANGELOG, 0, 100)
    observed.flow.restoring(CHANGELOG, 40, 100)
    observed.flow.report_status(FlowStatus(MEMBER))
    assert 0 == observed.page()['restore_records_left{flow="orders"}']
    observed.flow.restoring(CHANGELOG, 0, 60)
    observed.flow.restoring(CHANGELOG, 60, 60)
    assert 100 == observed.page()['restore_records_total{flow="orders"}']


def test_partitions_that_move_are_counted_and_their_pause_where_they_came(observed: Observed) -> None:
    observed.flow.moved(0, 3, None)
    observed.flow.moved(3, 0, 0.1)
    observed.flow.moved(0, 2, 0.75)
    page = observed.page()
    assert 2 == page['partitions_held{flow="orders"}']
    assert 5 == page['partitions_assigned_total{flow="orders"}']
    assert 3 == page['partitions_revoked_total{flow="orders"}']
    assert 1 == page['rebalance_pause_seconds_count{flow="orders"}']
    assert 0.75 == page['rebalance_pause_seconds_sum{flow="orders"}']


def test_the_status_is_shown_and_a_revoked_partition_is_not(observed: Observed) -> None:
    observed.flow.report_status(FlowStatus(MEMBER, due_timers=2, overdue_ms=1_250, rows_cached=9))
    page = observed.page()
    assert 7 == page['lag_records{flow="orders",partition="0",topic="orders.inbox.v1"}']
    assert 2 == page['timers_due{flow="orders"}']
    assert 1.25 == page['timer_overdue_seconds{flow="orders"}']
    assert 9 == page['state_rows_cached{flow="orders"}']
    assert 'state_store_bytes{flow="orders"}' not in page
    assert 1 == page['ready{flow="orders"}']

    left = replace(MEMBER, lag={TopicPartition(INBOX, 1): 5}, stored_bytes=123, members_fenced=2)
    observed.flow.report_status(FlowStatus(left))
    observed.flow.report_status(FlowStatus(left))
    page = observed.page()
    assert ['lag_records{flow="orders",partition="1",topic="orders.inbox.v1"}'] == [
        series for series in page if series.startswith("lag_records")
    ]
    assert 123 == page['state_store_bytes{flow="orders"}']
    assert 2 == page['members_fenced_total{flow="orders"}']


def test_a_gate_is_shown_by_the_member_that_keeps_it(observed: Observed) -> None:
    observed.flow.report_status(FlowStatus(MEMBER, gates=(GATE,)))
    page = observed.page()
    of_erp = '{erp="main",flow="orders"}'
    assert {"CLOSED": 0, "OPEN": 1, "HALF_OPEN": 0} == {
        state: page[f'erp_breaker_state{{erp="main",flow="orders",state="{state}"}}']
        for state in ("CLOSED", "OPEN", "HALF_OPEN")
    }
    assert 1.5 == page[f"erp_rate_tokens{of_erp}"]
    assert 4 == page[f"erp_commands_queued{of_erp}"]
    assert 2 == page[f"erp_commands_in_flight{of_erp}"]
    assert 2.5 == page[f"erp_first_command_wait_seconds{of_erp}"]

    observed.flow.report_status(FlowStatus(MEMBER))
    assert [] == [series for series in observed.page() if series.startswith("erp_")]


def test_the_flow_that_keeps_stock_shows_what_is_below_zero(observed: Observed) -> None:
    assert [] == [series for series in observed.page() if "below_zero" in series]
    observed.flow.report_status(FlowStatus(MEMBER, below_zero=BelowZero(2, 3_500_000)))
    page = observed.page()
    assert (2, 3.5) == (page['items_below_zero{flow="orders"}'], page['units_below_zero{flow="orders"}'])


def test_every_law_has_a_series_that_is_zero_until_it_is_violated(observed: Observed) -> None:
    observed.flow.violated([Law.OVERSOLD, Law.OVERSOLD])
    page = observed.page()
    expected = {law: 2 if law is Law.OVERSOLD else 0 for law in Law}
    assert expected == {law: page[f'invariants_violated_total{{flow="orders",law="{law}"}}'] for law in Law}


def test_every_metric_has_a_help_text_and_a_lawful_name(observed: Observed) -> None:
    page = observed.observation.answer("/metrics").body.decode()
    helped = re.findall(r"^# HELP (orderline_\S+) (.+)$", page, re.MULTILINE)
    typed = re.findall(r"^# TYPE (orderline_\S+) (\w+)$", page, re.MULTILINE)
    assert [name for name, _ in helped] == [name for name, _ in typed]
    assert len(typed) > 25
    for name, kind in typed:
        assert (kind == "counter") is name.endswith("_total")
        assert not re.search(r"_(ms|millis|milliseconds|percent|kb|mb)(_|$)", name)


def test_the_time_that_a_source_was_paused_adds_up(observed: Observed) -> None:
    observed.flow.paused(["source.amazon.v1", "source.shopify.v1"], 0.5)
    observed.flow.paused(["source.amazon.v1"], 0.25)
    page = observed.page()
    assert 0.75 == page['source_paused_seconds_total{flow="orders",topic="source.amazon.v1"}']
    assert 0.5 == page['source_paused_seconds_total{flow="orders",topic="source.shopify.v1"}']
