"""`orderline serve files` on Kafka: kill -9 within and between its transactions, and each line is there once."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.brokers.cluster import KafkaCluster
from tests.e2e.commands import orderline, running, until
from tests.e2e.files.test_files import LINE_CHANNEL
from tests.e2e.ingest.receivers import portal_call
from tests.kafka.topics import Follower, create_topics, read_committed

TOPIC = "source.portal.v1"
LINES = 6_000
KILLS = 4


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaCluster]:
    with KafkaCluster(1, tmp_path_factory.mktemp("kafka")) as running_cluster:
        create_topics(running_cluster.bootstrap, [TOPIC], 3)
        yield running_cluster


def test_a_watcher_that_is_killed_again_and_again_sends_each_line_once(cluster: KafkaCluster, tmp_path: Path) -> None:
    drop, channels = tmp_path / "drop", tmp_path / "channels"
    channels.mkdir()
    (channels / "portal.yaml").write_text(LINE_CHANNEL, encoding="utf-8")
    lines = [portal_call(number) + b"\n" for number in range(LINES)]
    folder = drop / "portal"
    (folder / "in").mkdir(parents=True)
    (folder / "in" / "calls.jsonl").write_bytes(b"".join(lines))
    words = ("serve", "files", "--bootstrap", cluster.bootstrap, "--channels", str(channels), "--drop", str(drop))
    follower = Follower(cluster.bootstrap, TOPIC)
    in_the_middle = 0
    try:
        for _ in range(KILLS):
            with running(*words, "--settle", "0") as watcher:
                before = len(follower.records())
                until(
                    lambda: len(follower.records()) > before or not any((folder / "in").iterdir()),  # noqa: B023 - waited for here
                    "some of it is there",
                )
                watcher.signal(signal.SIGKILL)
                watcher.said()
            in_the_middle += 0 < len(follower.records()) < LINES
        assert in_the_middle, "no kill fell into the middle"
        said = orderline(*words, "--settle", "0", "--until-empty")
        assert 0 == said.code, said.err
    finally:
        follower.close()
    assert sorted(lines) == sorted(record.value or b"" for record in read_committed(cluster.bootstrap, TOPIC))
    assert ["calls.jsonl"] == [path.name for path in (folder / "done").iterdir()]
