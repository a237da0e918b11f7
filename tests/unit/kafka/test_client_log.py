"""No kind of client writes lines of its own to standard error, whatever the options file says."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from confluent_kafka import Consumer, KafkaException, Producer

from connectors.kafka.admin import Admin
from connectors.kafka.settings import (
    Membership,
    Properties,
    consumer_properties,
    group_offsets_properties,
    producer_properties,
    restore_properties,
    standby_properties,
)

LOUD: Mapping[str, str] = {"debug": "all", "log_level": "7"}
NOBODY = Membership("127.0.0.1:1", "test", "loud", 0, LOUD)


def poll_consumer(properties: Properties) -> None:
    consumer = Consumer(properties)
    for _ in range(3):
        consumer.poll(0.05)
    consumer.close()


def poll_producer(properties: Properties) -> None:
    producer = Producer(properties)
    for _ in range(3):
        producer.poll(0.05)


@pytest.mark.parametrize(
    ("use", "properties"),
    (
        (poll_consumer, consumer_properties(NOBODY)),
        (poll_consumer, restore_properties(NOBODY)),
        (poll_consumer, standby_properties(NOBODY)),
        (poll_producer, producer_properties(NOBODY, "name")),
    ),
    ids=("member", "restore", "standby", "producer"),
)
def test_the_lines_of_a_client_that_is_polled_go_to_our_log(
    use: Callable[[Any], None],
    properties: Properties,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, "connectors.kafka.client_log")
    use(properties)
    assert ("", "") == capfd.readouterr()
    assert {logging.DEBUG} == {record.levelno for record in caplog.records}


def test_clients_that_only_ask_are_mute(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    admin, offsets = Admin(NOBODY), Consumer(group_offsets_properties(NOBODY))
    with pytest.raises(KafkaException):
        admin.ask(lambda client: client.list_topics(timeout=0.1))
    with pytest.raises(KafkaException):
        offsets.list_topics(timeout=0.1)
    admin.close()
    offsets.close()
    assert (("", ""), "") == (capfd.readouterr(), caplog.text)
