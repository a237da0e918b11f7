"""How far flows are behind, on either log: asked from outside, right also while nobody reads."""

from contextlib import closing

from connectors.backlog import Backlog, open_backlog
from tests.contract.embedded_logs import EmbeddedLogs
from tests.contract.kafka_logs import KafkaLogs
from tests.contract.logs import Logs, joined, write
from tests.kafka.topics import until

_MANY = 200
_MARKS_AT_MOST = 20
"""On Kafka: of transactions, in three partitions."""


def backlog_of(logs: Logs) -> Backlog:
    """Of the flow "copy", which reads "orders"."""
    inputs = {"copy": [logs.topic("orders")]}
    match logs:
        case KafkaLogs():
            return open_backlog(None, logs.bootstrap, logs.application, inputs, wait_s=0.0)
        case EmbeddedLogs():
            return open_backlog(logs.directory, None, "contract", inputs, wait_s=0.0)
        case unknown:
            raise TypeError(f"no log that can be looked at: {unknown}")


def write_many(logs: Logs) -> None:
    write(logs, "orders", *((str(number), b"1") for number in range(_MANY)))


def test_what_nobody_has_committed_is_behind(logs: Logs) -> None:
    write_many(logs)
    with closing(backlog_of(logs)) as backlog:
        until(lambda: _MANY <= backlog.lag() <= _MANY + _MARKS_AT_MOST, "what was written is behind")
        assert not backlog.has_passed("copy", backlog.ends("copy"))


def test_a_flow_has_passed_what_it_committed_whatever_came_since(logs: Logs) -> None:
    write_many(logs)
    flow = joined(logs, "orders")
    flow.read(_MANY)
    with closing(backlog_of(logs)) as backlog:
        ends = backlog.ends("copy")
        flow.commit()
        until(lambda: backlog.has_passed("copy", ends), "the flow has passed what it committed")
        write_many(logs)
        until(lambda: _MANY <= backlog.lag() <= _MANY + _MARKS_AT_MOST, "what was written since is behind")
        assert not backlog.has_passed("copy", backlog.ends("copy"))
