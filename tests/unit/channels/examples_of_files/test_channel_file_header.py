"""What intake writes names the channel file that a record was mapped by, and nobody else can."""

import json
from contextlib import closing
from pathlib import Path

from connectors.log.port import Outgoing
from connectors.topic_reader import every_record
from dataflows.assembly import ERP_FILES
from dataflows.command_line.channels.examples import ARRIVES_AT_MS, rules_for
from dataflows.scenarios.world import ScenarioWorld
from domain.identifiers import SourceId
from schemas.channel_language.loader import CHANNELS as FOLDER
from schemas.channel_language.loader import parse_channel_file
from tests.unit.channels.given import CHANNELS, PORTAL_ORDER

PORTAL = CHANNELS[SourceId("portal")]


def test_events_and_cases_of_intake_name_the_file_and_later_ones_do_not(tmp_path: Path) -> None:
    forged = (("channelfile", b"forged/1/0"), ("ChannelFile", b"forged/1/0"))
    records = [
        Outgoing("source.portal.v1", None, json.dumps(payload).encode(), forged)
        for payload in (PORTAL_ORDER, {**PORTAL_ORDER, "message_id": "m-2", "lines": []})
    ]
    world = ScenarioWorld(tmp_path, rules_for(PORTAL, ERP_FILES), 1, ARRIVES_AT_MS, lambda: False)
    with closing(world):
        world.write(records)
        world.run()
        headers = {
            topic: [record.headers for record in every_record(world.read(), topic)]
            for topic in ("orders.inbox.v1", "exceptions.v1", "orders.events.v1")
        }
    named = {
        topic: {value for each in found for name, value in each if name.lower() == "channelfile"}
        for topic, found in headers.items()
    }
    stamp = f"portal/{PORTAL.version}/{PORTAL.fingerprint}".encode()
    assert {"orders.inbox.v1": {stamp}, "exceptions.v1": {stamp}, "orders.events.v1": set()} == named


def test_another_rule_is_another_fingerprint() -> None:
    text = (FOLDER / "portal.yaml").read_text("utf-8")
    same, other = (
        parse_channel_file(each, "portal.yaml").fingerprint
        for each in (f"# another comment\n{text}", text.replace("future_tolerance_s: 300", "future_tolerance_s: 301"))
    )
    assert 12 == len(PORTAL.fingerprint)
    assert PORTAL.fingerprint == same
    assert PORTAL.fingerprint != other
