"""`orderline serve files` on an embedded log: from a dropped file to an order, and kill -9 in the middle."""

import json
import re
import shlex
import signal
from pathlib import Path

import pytest

from connectors.topic_reader import every_record, open_reader
from demo.channels.small_payloads import purchase_order
from tests.e2e.commands import PROJECT, Inside, orderline, running, until
from tests.e2e.ingest.receivers import portal_call

GUIDE = (PROJECT / "docs" / "how-to" / "drop-files.md").read_text("utf-8")
LINES = 6_000
KILLS = 4

LINE_CHANNEL = re.sub(
    r"^format: json$",
    "format: json_lines",
    (PROJECT / "schemas" / "channels" / "portal.yaml").read_text("utf-8"),
    count=1,
    flags=re.MULTILINE,
)


def values(data: Path, topic: str) -> list[bytes]:
    reader = open_reader(data, None)
    try:
        return [record.value or b"" for record in every_record(reader, topic)]
    finally:
        reader.close()


def test_a_dropped_purchase_order_becomes_an_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    say = Inside(capsys)
    data, drop = tmp_path / "d", tmp_path / "drop"
    words = ("serve", "files", "--data", str(data), "--drop", str(drop), "--settle", "0", "--until-empty")
    assert 2 == say(*words).code, "a folder without a source is no folder to watch"
    assert 0 == say(*words, "--source", "edi_wholesale").code
    folder = drop / "edi_wholesale"
    (folder / "in" / "po77.edi").write_text(purchase_order("PO77", "BOLT", 3))
    (folder / "in" / "letter.edi").write_text("Dear Sirs")
    (drop / "edi_wholesail").mkdir()
    ended = say(*words)
    assert 0 == ended.code
    assert "edi_wholesail is not watched: no channel file has source_id 'edi_wholesail'" in ended.err
    assert ["po77.edi"] == [path.name for path in (folder / "done").iterdir()]
    assert "it cannot be read" in (folder / "failed" / "letter.edi.reason").read_text()
    assert 0 == say("run", "all", "--data", str(data), "--until-idle").code
    said = say("tail", "orders.state.v1", "--data", str(data), "--from-start", "--json")
    assert {"edi_wholesale:ZZ:BUYER:BUYER:PO77"} == {json.loads(line)["key"] for line in said.out.splitlines()}


def test_a_watcher_that_is_killed_again_and_again_sends_each_line_once(tmp_path: Path) -> None:
    data, drop, channels = tmp_path / "d", tmp_path / "drop", tmp_path / "channels"
    channels.mkdir()
    (channels / "portal.yaml").write_text(LINE_CHANNEL, encoding="utf-8")
    words = ("--data", str(data), "--channels", str(channels))
    serve = ("serve", "files", *words, "--drop", str(drop), "--settle", "0", "--source", "portal")
    lines = [portal_call(number) + b"\n" for number in range(LINES)]
    with running(*serve) as watcher:
        assert watcher.line().startswith("portal: ")
        half = LINES // 2
        for name, part in (("one.jsonl", lines[:half]), ("two.jsonl", lines[half:])):
            aside = tmp_path / name
            aside.write_bytes(b"".join(part))
            aside.rename(drop / "portal" / "in" / name)
        until(lambda: any((data / "incoming").glob("files-*")), "the first bundle is there")
        watcher.signal(signal.SIGKILL)
        watcher.said()
    for kill in range(KILLS):
        with running(*serve) as watcher:
            watcher.line()
            before = len(list((data / "incoming").glob("files-*")))
            until(
                lambda: (
                    len(list((data / "incoming").glob("files-*"))) > before  # noqa: B023 - waited for here
                    or not any((drop / "portal" / "in").iterdir())
                ),
                f"kill {kill} falls into the middle",
            )
            watcher.signal(signal.SIGKILL)
            watcher.said()
        if kill % 2:
            assert 0 == orderline("run", "all", *words, "--until-idle").code
    assert 0 == orderline(*serve, "--until-empty").code
    assert 0 == orderline("run", "all", *words, "--until-idle").code
    assert sorted(lines) == sorted(values(data, "source.portal.v1"))
    assert ["one.jsonl", "two.jsonl"] == sorted(path.name for path in (drop / "portal" / "done").iterdir())


def test_a_folder_has_one_watcher(tmp_path: Path) -> None:
    words = ("serve", "files", "--data", str(tmp_path / "d"), "--drop", str(tmp_path / "drop"), "--source", "portal")
    with running(*words) as first:
        first.line()
        said = orderline(*words)
        assert 2 == said.code
        assert "is watched already" in said.err
        first.signal(signal.SIGTERM)
        assert 0 == first.said().code


def test_the_command_of_the_guide_is_one_that_does_what_it_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (block,) = re.findall(r"^```sh\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)
    made, started = block.strip().splitlines()
    assert "mkdir -p drop" == made
    monkeypatch.chdir(tmp_path)
    assert 0 == Inside(capsys)(*shlex.split(started)[1:], "--until-empty").code
    assert ["done", "failed", "in"] == sorted(path.name for path in (tmp_path / "drop" / "edi_wholesale").iterdir())
