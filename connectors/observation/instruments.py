"""Every metric by its name, its help text and its labels; `docs/operations.md` says how to react to them.

Labels are few and bounded: flows, topics, partitions, ERPs, classes of exception. Never an id of an order.
"""

from dataclasses import dataclass
from functools import partial

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_FLOW = ("flow",)
_OF_TOPIC = ("flow", "topic")
_OF_ERP = ("flow", "erp")
_COMMIT_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_EPOCH_RECORDS = (1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000)
_PAUSE_S = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1_800.0)


@dataclass(frozen=True, slots=True)
class Instruments:
    """All families of one process."""

    records_read: Counter
    records_written: Counter
    records_dead_lettered: Counter
    exceptions_raised: Counter
    headers_dropped: Counter
    documents_passed_over: Counter
    epochs_committed: Counter
    epochs_lost: Counter
    commit_duration: Histogram
    epoch_records: Histogram
    open_epoch_age: Gauge
    last_record_timestamp: Gauge
    ready: Gauge
    partitions_held: Gauge
    lag: Gauge
    source_paused: Counter
    source_stopped: Gauge
    timers_due: Gauge
    timer_overdue: Gauge
    state_rows_cached: Gauge
    state_store: Gauge
    restore_applied: Counter
    restore_left: Gauge
    restore_duration: Histogram
    partitions_assigned: Counter
    partitions_revoked: Counter
    rebalance_pause: Histogram
    members_fenced: Counter
    breaker: Gauge
    rate_tokens: Gauge
    commands_queued: Gauge
    commands_in_flight: Gauge
    first_command_wait: Gauge
    items_below_zero: Gauge
    units_below_zero: Gauge
    invariants_violated: Counter
    requests_answered: Counter
    request_duration: Histogram
    requests_in_flight: Gauge
    body_bytes_in_flight: Gauge
    files_waiting: Gauge
    files_ended: Counter
    file_records: Counter


def instruments_in(registry: CollectorRegistry) -> Instruments:
    """Create them, once per registry."""
    counter = partial(Counter, namespace="orderline", registry=registry)
    gauge = partial(Gauge, namespace="orderline", registry=registry)
    histogram = partial(Histogram, namespace="orderline", registry=registry)
    return Instruments(
        records_read=counter("records_read", "Records read, in committed epochs.", _OF_TOPIC),
        records_written=counter("records_written", "Records written, in committed epochs.", _OF_TOPIC),
        records_dead_lettered=counter(
            "records_dead_lettered", "Records that could not be read, by the topic they lay in.", _OF_TOPIC
        ),
        exceptions_raised=counter("exceptions_raised", "Exception cases opened, by class.", ("flow", "class")),
        headers_dropped=counter(
            "headers_dropped", "Headers that failed their check and were not passed on, by name.", ("flow", "header")
        ),
        documents_passed_over=counter(
            "documents_passed_over",
            "Documents that a channel file passes over on purpose, by source and reason.",
            ("flow", "source", "reason"),
        ),
        epochs_committed=counter("epochs_committed", "Epochs committed.", _FLOW),
        epochs_lost=counter("epochs_lost", "Epochs aborted and processed again.", _FLOW),
        commit_duration=histogram("commit_duration_seconds", "How long a commit took.", _FLOW, buckets=_COMMIT_S),
        epoch_records=histogram("epoch_records", "Records read in an epoch.", _FLOW, buckets=_EPOCH_RECORDS),
        open_epoch_age=gauge("open_epoch_age_seconds", "Age of the open epoch; 0 when none is open.", _FLOW),
        last_record_timestamp=gauge(
            "last_record_timestamp_seconds", "Append time of the last record read, since 1970.", _FLOW
        ),
        ready=gauge("ready", "1 while the flow serves what it was assigned, as /readyz says.", _FLOW),
        partitions_held=gauge("partitions_held", "Partitions that this member holds.", _FLOW),
        lag=gauge(
            "lag_records", "Offsets between what was read and the end of the partition.", (*_OF_TOPIC, "partition")
        ),
        source_paused=counter(
            "source_paused_seconds", "How long intake paused a source because the flows lagged.", _OF_TOPIC
        ),
        source_stopped=gauge(
            "source_stopped",
            "1 for a source that intake stopped: too many of its records failed.",
            _OF_TOPIC,
        ),
        timers_due=gauge("timers_due", "Timers due that have not fired, at most 100 a partition.", _FLOW),
        timer_overdue=gauge("timer_overdue_seconds", "How late the timer is that has been due longest.", _FLOW),
        state_rows_cached=gauge("state_rows_cached", "Decoded rows of the state in memory.", _FLOW),
        state_store=gauge("state_store_bytes", "Size of the state on this machine's disk (Kafka only).", _FLOW),
        restore_applied=counter("restore_records", "Changelog records applied in restores.", _FLOW),
        restore_left=gauge("restore_records_left", "Changelog records left in the partition being restored.", _FLOW),
        restore_duration=histogram(
            "restore_duration_seconds", "How long the restore of a partition took.", _FLOW, buckets=_PAUSE_S
        ),
        partitions_assigned=counter("partitions_assigned", "Partitions that came to this member.", _FLOW),
        partitions_revoked=counter("partitions_revoked", "Partitions that left this member.", _FLOW),
        rebalance_pause=histogram(
            "rebalance_pause_seconds",
            "How long the partitions that came had to wait, from the mark of the rebalance until they were served.",
            _FLOW,
            buckets=_PAUSE_S,
        ),
        members_fenced=counter("members_fenced", "Absent members whose transactions this one ended.", _FLOW),
        breaker=gauge("erp_breaker_state", "1 for the state that the breaker of an ERP is in.", (*_OF_ERP, "state")),
        rate_tokens=gauge("erp_rate_tokens", "Commands that may leave for an ERP at once.", _OF_ERP),
        commands_queued=gauge("erp_commands_queued", "Commands that wait for an ERP.", _OF_ERP),
        commands_in_flight=gauge("erp_commands_in_flight", "Commands released to an ERP's connector.", _OF_ERP),
        first_command_wait=gauge(
            "erp_first_command_wait_seconds", "How long the command whose turn is next has waited.", _OF_ERP
        ),
        items_below_zero=gauge("items_below_zero", "Items of which available units are below zero at a node.", _FLOW),
        units_below_zero=gauge("units_below_zero", "Units that are missing there.", _FLOW),
        invariants_violated=counter(
            "invariants_violated",
            "Invariants violated in the day before the process started, and since, by law; the flow stops at each.",
            ("flow", "law"),
        ),
        requests_answered=counter(
            "requests_answered", "Requests that the receiver answered, by source and status.", ("source", "status")
        ),
        request_duration=histogram(
            "request_duration_seconds",
            "How long an answer of the receiver took, from the head of the request on.",
            ("source",),
            buckets=_COMMIT_S,
        ),
        requests_in_flight=gauge("requests_in_flight", "Requests that the receiver has not answered yet.", ()),
        body_bytes_in_flight=gauge("body_bytes_in_flight", "Bytes of their bodies that have come.", ()),
        files_waiting=gauge("files_waiting", "Files of a source that are in its folder `in`.", ("source",)),
        files_ended=counter("files_ended", "Files of a source that are sent, or cannot be.", ("source", "outcome")),
        file_records=counter("file_records", "Records of these files.", ("source",)),
    )
