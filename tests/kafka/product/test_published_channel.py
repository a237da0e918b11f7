"""A channel file is published while intake runs on Kafka: what is sent after the command returned is mapped by it."""

import json
import signal
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from demo.brokers.cluster import KafkaCluster
from demo.channels.small_payloads import portal_order
from schemas.channel_language.loader import CHANNELS, load_channel_file
from schemas.headers import header
from tests.e2e.commands import Running, orderline, running, until
from tests.kafka.topics import read_committed

NUMBERS = ("A", "B", "C")
OF_RELEASE = load_channel_file(CHANNELS / "portal.yaml").version


@pytest.fixture(scope="module")
def bootstrap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with KafkaCluster(1, tmp_path_factory.mktemp("kafka"), short_lived=True) as kafka:
        assert 0 == orderline("topics", "create", "--bootstrap", kafka.bootstrap, "--partitions", "2").code
        yield kafka.bootstrap


class Installation:
    """An intake, its source, and the versions of the source's file."""

    def __init__(self, bootstrap: str, folder: Path) -> None:
        self.where = ("--bootstrap", bootstrap)
        self._bootstrap = bootstrap
        self._folder = folder

    def intake(self) -> AbstractContextManager[Running]:
        state = str(self._folder / "state")
        return running("run", "intake", *self.where, "--state", state, folder=self._folder)

    def publish(self, version: int) -> None:
        text = (CHANNELS / "portal.yaml").read_text()
        file = self._folder / "portal.yaml"
        file.write_text(text.replace(next(line for line in text.splitlines() if line.startswith("version:")), ""))
        file.write_text(f"version: {version}\n{file.read_text()}")
        said = orderline("channel", "publish", str(file), *self.where)
        assert (0, "") == (said.code, said.err)
        assert f"version {version} of portal (" in said.out

    def send(self, number: str) -> None:
        file = self._folder / f"{number}.json"
        file.write_text(json.dumps(portal_order(number, {"BOLT": "1"})))
        assert 0 == orderline("produce", "source.portal.v1", "--file", str(file), *self.where).code

    def mapped_by(self) -> dict[str, int]:
        records = read_committed(self._bootstrap, "orders.inbox.v1")
        found = {(record.key or ""): header(record.headers, "channelfile") or "" for record in records if record.key}
        return {key.partition(":")[2]: int(file.split("/")[1]) for key, file in found.items()}


def test_replicas_use_a_version_from_its_time_on_and_those_that_start_later_as_well(
    bootstrap: str, tmp_path: Path
) -> None:
    world = Installation(bootstrap, tmp_path)
    with world.intake() as first:
        world.send("A")
        until(lambda: {"A": OF_RELEASE} == world.mapped_by(), "the first order is mapped")
        world.publish(OF_RELEASE + 1)
        world.send("B")
        until(
            lambda: {"A": OF_RELEASE, "B": OF_RELEASE + 1} == world.mapped_by(),
            "the second order is mapped by the published file",
        )
        first.signal(signal.SIGKILL)
    world.publish(OF_RELEASE + 2)
    world.send("C")
    with world.intake() as second:
        until(lambda: set(NUMBERS) == world.mapped_by().keys(), "the third order is mapped")
        second.signal(signal.SIGTERM)
    assert {"A": OF_RELEASE, "B": OF_RELEASE + 1, "C": OF_RELEASE + 2} == world.mapped_by()
