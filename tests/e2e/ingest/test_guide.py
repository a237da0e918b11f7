"""`docs/how-to/receive-webhooks.md`, as its reader does it: its commands, and the answers that it shows."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from schemas.channel_language.doors.ingest_rule import IngestRule
from schemas.yaml_files import parse_yaml
from tests.e2e.commands import PROJECT
from tests.e2e.ingest.receivers import portal_call, receiving, waiting_values

GUIDE = (PROJECT / "docs" / "how-to" / "receive-webhooks.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)


def test_the_commands_of_the_guide_do_what_it_says(tmp_path: Path) -> None:
    start, shopify, portal = blocks("sh")
    made, _, served = start.rpartition("orderline serve ingest ")
    subprocess.run(["bash", "-euc", made], cwd=tmp_path, check=True)
    words = shlex.split(served)
    assert ["--data", "d", "--secrets", "secrets"] == words[:4]
    token = (tmp_path / "secrets" / "portal").read_text("utf-8")
    order = b'{"id": 1, "created_at": "2026-01-05T09:59:00+02:00"}'
    (tmp_path / "order.json").write_bytes(order)
    (tmp_path / "call.json").write_bytes(portal_call(1))
    wrong = json.loads(portal_call(2))
    del wrong["lines"][0]["quantity"]
    (tmp_path / "wrong.json").write_text(json.dumps(wrong), encoding="utf-8")
    with receiving(tmp_path, "--data", str(tmp_path / "d")) as receiver:
        (tmp_path / "secrets" / "shopify").write_text("the-client-secret-of-the-app", encoding="utf-8")
        (tmp_path / "secrets" / "portal").write_text(token, encoding="utf-8")

        def answered(command: str) -> object:
            script = command.replace("127.0.0.1:8090", f"127.0.0.1:{receiver.port}")
            done = subprocess.run(["bash", "-euc", script], cwd=tmp_path, check=True, capture_output=True, timeout=60)
            return json.loads(done.stdout)

        stored, refused = map(json.loads, blocks("json"))
        assert stored == answered(shopify)
        assert stored == answered(portal)
        assert refused == answered(portal.replace("@call.json", "@wrong.json"))
    assert sorted([order, portal_call(1)]) == sorted(waiting_values(tmp_path / "d"))


@pytest.mark.parametrize("block", blocks("yaml"))
def test_what_it_shows_of_channel_files_is_right(block: str) -> None:
    IngestRule.model_validate(parse_yaml(block, "guide").content["ingest"])


def test_the_command_of_the_guide_is_one_that_the_program_takes() -> None:
    start = blocks("sh")[0]
    words = shlex.split(start.rpartition("orderline ")[2])
    done = subprocess.run(
        [sys.executable, "-m", "dataflows.command_line.main", *words, "--help"],
        cwd=PROJECT,
        check=False,
        capture_output=True,
    )
    assert 0 == done.returncode
