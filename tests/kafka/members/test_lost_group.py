"""A group without state that was deleted on the broker: its member does not read everything again."""

from contextlib import closing

import pytest
from confluent_kafka.admin import AdminClient

from connectors.kafka.member.log import KafkaLog
from connectors.log.port import LogFailed, Outgoing
from demo.brokers.choice import Kafka
from tests.contract.logs import PARTITIONS, Member
from tests.kafka.topics import create_topics, until


def test_a_member_without_state_whose_group_was_deleted_refuses_to_begin_again(
    kafka: Kafka, application_prefix: str
) -> None:
    source, inbox = f"{application_prefix}.source", f"{application_prefix}.inbox"
    create_topics(kafka.bootstrap, [source, inbox], PARTITIONS)

    def intake() -> KafkaLog:
        return KafkaLog(
            kafka.bootstrap, application_prefix, "intake", 0, (source,), None, None, outputs=(inbox,), results=(inbox,)
        )

    with closing(intake()) as log:
        Member(log).join()
        log.send([Outgoing(inbox, "order", b"")])
        log.commit({}, {})
    admin = AdminClient({"bootstrap.servers": kafka.bootstrap})
    group = f"{application_prefix}.intake"
    until(lambda: admin.delete_consumer_groups([group])[group].exception() is None, "the group is deleted")
    with (
        closing(intake()) as log,
        pytest.raises(LogFailed, match=r"has no committed offset, but .* holds what it wrote"),
    ):
        Member(log).join()
