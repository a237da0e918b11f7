"""The contract suite's log on a real Kafka: topics of its own for each test."""

from collections.abc import Sequence
from pathlib import Path

from connectors.kafka.member.log import KafkaLog
from connectors.log.port import Log, Record
from tests.contract.logs import PARTITIONS, TOPICS
from tests.kafka.topics import create_topics, read_committed, wait_until_settled

QUICK = {"session.timeout.ms": "1500"}


class KafkaLogs:
    """Members of one application, on topics that begin with its name."""

    def __init__(self, bootstrap: str, application: str, state_directory: Path) -> None:
        self.bootstrap = bootstrap
        self.application = application
        self.state_directory = state_directory
        self._open: list[Log] = []
        create_topics(bootstrap, [self.topic(name) for name in TOPICS], PARTITIONS)
        create_topics(bootstrap, [self.topic("changelog")], PARTITIONS, compacted=True)

    def topic(self, name: str) -> str:
        return f"{self.application}.{name}"

    def member(self, flow: str, inputs: Sequence[str] = (), *, stateful: bool = False) -> Log:
        changelog = self.topic("changelog") if stateful else None
        log = KafkaLog(
            self.bootstrap, self.application, flow, 0, inputs, self.state_directory, changelog, options=QUICK
        )
        self._open.append(log)
        return log

    def records(self, name: str) -> Sequence[Record]:
        wait_until_settled(self.bootstrap, self.topic(name))
        return self.visible(name)

    def visible(self, name: str) -> Sequence[Record]:
        return read_committed(self.bootstrap, self.topic(name))

    def close(self) -> None:
        for log in self._open:
            log.close()
