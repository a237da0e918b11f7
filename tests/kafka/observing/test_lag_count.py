"""How far flows are behind, asked of a real Kafka that answers, and of one that does not."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from connectors.kafka.group_positions import KafkaGroupPositions
from connectors.kafka.member.log import KafkaLog
from connectors.log.lag import Lag, LagMeter, LagUnknown
from connectors.log.lag_count import BackgroundLagCount
from connectors.log.port import Outgoing
from demo.brokers.cluster import KafkaCluster
from tests.contract.logs import Member
from tests.kafka.topics import create_topics, until

RECORDS = 600
MARKS = 4 * 2
"""Offsets not counted, four a partition; but for each partition at least one is a mark."""


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaCluster]:
    with KafkaCluster(1, tmp_path_factory.mktemp("kafka"), wired=True, short_lived=True) as cluster:
        yield cluster


@pytest.fixture
def counting(kafka: KafkaCluster, tmp_path: Path) -> Iterator[BackgroundLagCount]:
    prefix = tmp_path.name
    create_topics(kafka.bootstrap, [f"{prefix}.inbox"], 2)
    with closing(KafkaLog(kafka.bootstrap, prefix, "writer", 0, (), None, None)) as log:
        log.send([Outgoing(f"{prefix}.inbox", None, b"", (), number % 2) for number in range(RECORDS)])
        log.commit({}, {})
    inboxes = {"flow": (f"{prefix}.inbox",)}
    with closing(
        BackgroundLagCount(LagMeter(KafkaGroupPositions(kafka.bootstrap, prefix, lambda _: 2), inboxes))
    ) as count:
        yield count


def count(counting: BackgroundLagCount) -> Lag:
    found: list[Lag] = []

    def is_answered() -> bool:
        result = counting.result()
        if result is not None:
            found.append(result)
        return bool(found)

    counting.begin()
    until(is_answered, "the count is answered")
    return found[0]


def test_what_no_flow_has_committed_is_counted_but_for_marks(counting: BackgroundLagCount) -> None:
    found = count(counting)
    assert RECORDS - MARKS <= found.records <= RECORDS
    assert 0 == found.committed


def test_what_is_committed_is_not_counted(counting: BackgroundLagCount, kafka: KafkaCluster, tmp_path: Path) -> None:
    prefix = tmp_path.name
    with closing(KafkaLog(kafka.bootstrap, prefix, "flow", 0, [f"{prefix}.inbox"], None, None)) as log:
        member = Member(log)
        assert RECORDS == len(member.read(RECORDS))
        member.commit()
    found = count(counting)
    assert 0 == found.records
    assert RECORDS <= found.committed


def test_a_broker_without_answers_fails_the_count_and_the_next_one_is_right(
    counting: BackgroundLagCount, kafka: KafkaCluster
) -> None:
    for wire in kafka.wires.values():
        wire.lose_answers()
    with pytest.raises(LagUnknown):
        count(counting)
    for wire in kafka.wires.values():
        wire.mend()
    until(lambda: succeeds(counting), "the broker is asked again")


def succeeds(counting: BackgroundLagCount) -> bool:
    try:
        return RECORDS - MARKS <= count(counting).records
    except LagUnknown:
        return False
