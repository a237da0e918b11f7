"""Settings are made once from the arguments, and a child process gets the same ones."""

from dataclasses import replace
from pathlib import Path

import pytest

from dataflows.command_line.main import parser
from dataflows.command_line.run import settings_of
from dataflows.processes.kafka_run import child_words
from dataflows.settings import EmbeddedRunSettings, KafkaRunSettings

KAFKA = "run all --bootstrap k:9092 --application shop"
EVERY_OPTION = (
    f"{KAFKA} --replica 3 --state s --standby --accept-loss --channels c --erps e --orphan-after 7"
    " --live-within 9 --http 127.0.0.1:9464 --put-aside erp.responses.v1/0/7 --put-aside orders.inbox.v1/11/0"
)


def settings(words: str) -> EmbeddedRunSettings | KafkaRunSettings:
    return settings_of(parser().parse_args(words.split()))


@pytest.mark.parametrize("words", (KAFKA, EVERY_OPTION))
@pytest.mark.parametrize("flow", ("intake", "insights"))
def test_a_child_runs_one_flow_with_the_settings_of_its_parent(words: str, flow: str) -> None:
    whole = settings(words)
    assert isinstance(whole, KafkaRunSettings)

    child = settings(" ".join(child_words(whole, flow, whole.observation.http)))

    assert replace(whole, flows=(flow,)) == replace(child, failpoints=whole.failpoints)


def test_a_child_gets_the_file_with_kafka_options(tmp_path: Path) -> None:
    file = tmp_path / "client.options"
    file.write_text("sasl.password=secret\n")
    whole = settings(f"{KAFKA} --kafka-options {file}")
    assert isinstance(whole, KafkaRunSettings)

    child = settings(" ".join(child_words(whole, "orders", None)))

    assert whole.log == child.log
    assert {"sasl.password": "secret"} == child.log.options


def test_no_password_is_shown_with_the_settings(tmp_path: Path) -> None:
    file = tmp_path / "client.options"
    file.write_text("sasl.password=secret\n")

    assert "secret" not in repr(settings(f"{KAFKA} --kafka-options {file}"))
    assert "secret" not in " ".join(settings(f"{KAFKA} --kafka-options {file}").log.words())


def test_all_flows_are_named_in_the_order_in_which_they_end() -> None:
    found = settings(KAFKA)

    assert isinstance(found, KafkaRunSettings)
    assert ("intake", "orders", "inventory", "dispatch", "edi", "insights") == found.flows
