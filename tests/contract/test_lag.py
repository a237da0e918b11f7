"""How far flows lag, on either log: queried from outside, correct even without a running reader."""

from contextlib import closing

from connectors.embedded.group_positions import EmbeddedGroupPositions
from connectors.kafka.group_positions import KafkaGroupPositions
from connectors.log.lag import LagMeter
from tests.contract.embedded_logs import EmbeddedLogs
from tests.contract.kafka_logs import KafkaLogs
from tests.contract.logs import Logs, joined, write
from tests.kafka.topics import until

_MANY = 200
_UNCOUNTED_AT_MOST = 12
"""On Kafka: the last offsets of three partitions may be transaction markers."""


def meter_of(logs: Logs) -> LagMeter:
    """Of the flow "copy", which reads "orders"."""
    inputs = {"copy": [logs.topic("orders")]}
    match logs:
        case KafkaLogs():
            return LagMeter(KafkaGroupPositions(logs.bootstrap, logs.application), inputs)
        case EmbeddedLogs():
            return LagMeter(EmbeddedGroupPositions.outside(logs.directory, "contract", wait_s=0.0), inputs)
        case unknown:
            raise TypeError(f"no log that can be looked at: {unknown}")


def write_many(logs: Logs) -> None:
    write(logs, "orders", *((str(number), b"1") for number in range(_MANY)))


def test_the_lag_is_what_no_reader_has_committed(logs: Logs) -> None:
    write_many(logs)
    with closing(meter_of(logs)) as meter:
        until(lambda: _MANY - _UNCOUNTED_AT_MOST <= meter.measure().records <= _MANY, "what was written is the lag")
        assert not meter.has_passed("copy", meter.ends("copy"))


def test_a_flow_has_passed_what_it_committed_whatever_came_since(logs: Logs) -> None:
    write_many(logs)
    flow = joined(logs, "orders")
    flow.read(_MANY)
    with closing(meter_of(logs)) as meter:
        ends = meter.ends("copy")
        flow.commit()
        until(lambda: meter.has_passed("copy", ends), "the flow has passed what it committed")
        write_many(logs)
        until(
            lambda: _MANY - _UNCOUNTED_AT_MOST <= meter.measure().records <= _MANY, "what was written since is the lag"
        )
        assert not meter.has_passed("copy", meter.ends("copy"))
