"""Timeouts beyond the limits of the brokers: one line with option, value and limit, before anything starts."""

from pathlib import Path

import pytest
from confluent_kafka import KafkaError

from connectors.kafka.option_limits import option_refused_by, require_within_limits
from connectors.kafka.options import read_options
from connectors.kafka.settings import Membership
from connectors.log.port import LogFailed

BROKER = {
    "group.min.session.timeout.ms": "6000",
    "group.max.session.timeout.ms": "60000",
    "transaction.max.timeout.ms": "900000",
}


def member(**options: str) -> Membership:
    return Membership(
        "nowhere:1", "shop", "orders", 0, {name.replace("_", "."): value for name, value in options.items()}
    )


@pytest.mark.parametrize(
    ("option", "value", "limit"),
    (
        ("session.timeout.ms", "5999", "less than the brokers' group.min.session.timeout.ms=6000: raise it"),
        ("session.timeout.ms", "60001", "more than the brokers' group.max.session.timeout.ms=60000: lower it"),
        ("transaction.timeout.ms", "900001", "more than the brokers' transaction.max.timeout.ms=900000: lower it"),
    ),
)
def test_a_timeout_beyond_a_limit_is_named_with_its_value_and_the_limit(option: str, value: str, limit: str) -> None:
    with pytest.raises(LogFailed) as refused:
        require_within_limits(member(**{option.replace(".", "_"): value}), BROKER)
    assert f"Kafka option {option}={value} is {limit} (--kafka-options)" == str(refused.value)


@pytest.mark.parametrize("options", ({}, {"session_timeout_ms": "60000"}, {"group_protocol": "consumer"}))
def test_timeouts_within_the_limits_pass(options: dict[str, str]) -> None:
    require_within_limits(member(**options), BROKER)
    require_within_limits(member(**options), {})


def test_a_session_shorter_than_a_heartbeat_is_refused_with_the_file(tmp_path: Path) -> None:
    file = tmp_path / "kafka.options"
    file.write_text("session.timeout.ms=1\n", encoding="utf-8")
    with pytest.raises(
        LogFailed, match=r"Kafka option session\.timeout\.ms=1 is not more than heartbeat\.interval\.ms=500"
    ):
        read_options(file)


def test_a_refusal_of_a_broker_whose_limits_are_hidden_names_the_option() -> None:
    refused = option_refused_by(
        KafkaError(KafkaError.INVALID_TRANSACTION_TIMEOUT), member(transaction_timeout_ms="9999999")
    )
    expected = (
        "Kafka option transaction.timeout.ms=9999999 is outside the limits of the brokers: correct it (--kafka-options)"
    )
    assert expected == str(refused)
    assert option_refused_by(KafkaError(KafkaError._TRANSPORT), member()) is None
