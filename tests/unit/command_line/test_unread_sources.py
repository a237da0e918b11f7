"""Records that no flow reads are named with the reason."""

from contextlib import closing
from pathlib import Path

import pytest

import schemas
from connectors.embedded.incoming import GroupOffset
from connectors.embedded.store import EmbeddedStore
from connectors.log.port import Outgoing
from dataflows.assembly import load_rules
from dataflows.processes.unread_sources import undescribed_sources, unread_sources
from demo.channels.small_payloads import jsonl, portal_order
from tests.e2e.commands import Inside
from tests.memory_log import MemoryTopics
from tests.memory_reader import MemoryReader

PORTAL, SHOPIFY = "source.portal.v1", "source.shopify.v1"


def test_each_topic_is_named_with_its_number_of_records_and_the_reason(tmp_path: Path) -> None:
    channels = {topic: channel for topic, channel in load_rules().channels.items() if topic == PORTAL}
    topics = {PORTAL: 2, SHOPIFY: 2, "source.amazon.v1": 1, "orders.inbox.v1": 1}
    with closing(EmbeddedStore(tmp_path, "shop", topics, lambda: 1)) as store:
        for topic in (PORTAL, SHOPIFY, "orders.inbox.v1"):
            records = [
                Outgoing(topic, None, b"1", (), 0),
                Outgoing(topic, str(topic), b"1"),
                Outgoing(topic, None, b""),
            ]
            store.write(records, [GroupOffset("shop.intake", PORTAL, 0, 1)])
        no_channel = f"{SHOPIFY}: 3 records not read, because no channel file describes this source\n"
        assert [no_channel] == list(unread_sources(store, "shop", channels))
        stopped = f"{PORTAL}: 2 records not read, because the source is stopped by its failure_limit\n"
        assert {no_channel, stopped} == set(unread_sources(store, "shop", channels, {PORTAL}))


def test_on_kafka_the_topics_without_a_channel_file_are_named() -> None:
    topics = MemoryTopics({PORTAL: 1, SHOPIFY: 1, "source.amazon.v1": 1})
    topics.append(Outgoing(PORTAL, None, b"1"))
    topics.append(Outgoing(SHOPIFY, None, b"1"))
    channels = {topic: channel for topic, channel in load_rules().channels.items() if topic == PORTAL}
    expected = f"{SHOPIFY}: its records are not read, because no channel file describes this source\n"
    assert [expected] == list(undescribed_sources(MemoryReader(topics, "orderline"), channels))


def test_a_run_until_idle_reports_sources_that_no_flow_reads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "few").mkdir()
    portal = Path(schemas.__file__).parent / "channels" / "portal.yaml"
    (tmp_path / "few" / "portal.yaml").write_text(portal.read_text())
    (tmp_path / "order.jsonl").write_text(jsonl(portal_order("P1", {"BOLT": "4"})))
    say = Inside(capsys)
    for topic in (PORTAL, SHOPIFY):
        say("produce", topic, "--file", "order.jsonl", "--data", "d")
    said = say("run", "all", "--data", "d", "--channels", "few", "--until-idle")
    assert 0 == said.code
    assert f"{SHOPIFY}: 1 record not read, because no channel file describes this source" == said.out.splitlines()[-1]
