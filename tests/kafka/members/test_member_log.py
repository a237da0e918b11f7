"""What a member logs at the level info: what changes, each once."""

import logging
import re
import shutil
from pathlib import Path

import pytest

from demo.brokers.choice import Kafka
from tests.kafka.copies import Copies


def test_a_member_logs_its_group_its_partitions_and_its_restores(
    kafka: Kafka, application_prefix: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    copies = Copies(kafka.bootstrap, application_prefix, tmp_path / "state")
    copies.create()
    copies.copy_here(["k0"] * 20).log.close()
    shutil.rmtree(copies.directory)
    caplog.set_level(logging.INFO, "connectors.kafka")
    caplog.clear()
    member = copies.member()
    member.join()
    member.log.close()
    said = [re.sub(r"\d+\.\d s", "N s", message) for message in caplog.messages]
    changelog = copies.topic("changelog")
    number = next(iter(copies.records("out")))
    assert f"joined the group {application_prefix}.copy as {application_prefix}.copy.0" == said[0]
    assert "partitions assigned: 0, 1, 2" == said[1]
    assert 1 == sum(line.startswith(f"{changelog}/{number}: restore begun at 0, ") for line in said)
    (restored,) = (line for line in said if line.startswith(f"{changelog}/{number}: restored "))
    assert re.search(r"restored [1-9]\d* rows in N s", restored)
    assert len(said) == len(set(said))
    copies.kill_all()
