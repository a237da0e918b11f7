"""`orderline channel test` compares examples through the real flows; `channel docs` writes a page of a file."""

import json
import shutil
from pathlib import Path

import pytest

from schemas.channel_language.loader import CHANNELS
from schemas.channel_language.reference.file_page import file_page
from tests.e2e.commands import Inside
from tests.unit.channels.given import CHANNELS as FILES
from tests.unit.channels.given import PORTAL_ORDER


@pytest.fixture
def say(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Inside:
    monkeypatch.chdir(tmp_path)
    shutil.copy(CHANNELS / "portal.yaml", tmp_path)
    folder = tmp_path / "examples" / "portal"
    folder.mkdir(parents=True)
    write("order", {"says": "An order of two lines.", "payload": PORTAL_ORDER})
    write("wrong", {"payload": {**PORTAL_ORDER, "lines": [{"item": "BOLT"}]}})
    write("garbage", {"payload": "no JSON", "headers": {"traceparent": "x"}})
    return Inside(capsys)


def write(name: str, example: dict[str, object]) -> None:
    Path(f"examples/portal/{name}.json").write_text(json.dumps(example), encoding="utf-8")


def test_examples_are_played_through_the_flows_and_kept(say: Inside) -> None:
    first = say("channel", "test", "portal.yaml")
    assert 1 == first.code, "nothing is kept yet"
    assert 0 == say("channel", "test", "portal.yaml", "--write").code
    again = say("channel", "test", "portal.yaml")
    assert 0 == again.code
    assert ["garbage: as expected", "order: as expected (An order of two lines.)", "wrong: as expected"] == (
        again.out.splitlines()
    )
    order, wrong, garbage = (
        Path(f"examples/portal/{name}.expected.txt").read_text("utf-8") for name in ("order", "wrong", "garbage")
    )
    assert order.startswith("OrderPlaced {")
    assert "- OrderAccepted" in order.partition("in the flows:")[2]
    assert "case_class: MALFORMED_PAYLOAD" in wrong.partition("in the flows:")[2]
    assert "topic: source.portal.v1" in garbage.partition("dead_letters:")[2]


def test_a_change_of_the_file_shows_as_a_difference(say: Inside) -> None:
    say("channel", "test", "portal.yaml", "--write")
    file = Path("portal.yaml")
    file.write_text(file.read_text("utf-8").replace("channel_id: portal", "channel_id: b2b"), encoding="utf-8")
    said = say("channel", "test", "portal.yaml")
    assert 1 == said.code
    assert "order: differs (An order of two lines.)" in said.out
    assert '-  "channel_id": "portal",' in said.out.splitlines()
    assert '+  "channel_id": "b2b",' in said.out.splitlines()
    assert "garbage: as expected" in said.out


@pytest.mark.parametrize(
    ("content", "message"),
    (("{", "order.json"), ('{"headers": {}}', "payload"), ('{"payload": 1, "pay": 2}', "pay")),
)
def test_a_broken_example_is_named(say: Inside, content: str, message: str) -> None:
    Path("examples/portal/order.json").write_text(content, encoding="utf-8")
    said = say("channel", "test", "portal.yaml")
    assert 2 == said.code
    assert message in said.err


def test_without_examples_the_command_says_what_to_do(say: Inside) -> None:
    shutil.rmtree("examples")
    said = say("channel", "test", "portal.yaml")
    assert 2 == said.code
    assert "try a payload with --file" in said.err


def test_options_of_examples_are_refused_with_a_payload(say: Inside) -> None:
    Path("order.json").write_text(json.dumps(PORTAL_ORDER), encoding="utf-8")
    said = say("channel", "test", "portal.yaml", "--file", "order.json", "--write")
    assert 2 == said.code
    assert "--write and --examples are for examples" in said.err


def test_a_page_has_messages_fields_ids_codes_and_examples(say: Inside) -> None:
    page = say("channel", "docs", "portal.yaml").out
    for text in (
        "# portal\n\nOur own B2B portal: one JSON document per event.\n",
        "| over HTTP | `POST /v1/sources/portal`, with a token |",
        "| message (`correlation_id`) | `message_id` or else header `Idempotency-Key` |",
        "### 1. OrderPlaced\n\nWhen `event` is “order_placed”.\n",
        "| `lines.unit` | `unit`, by the code list `unit`, else “EA” |".replace("lines.", "lines[]."),
        "| `BOX` | XBX |",
        "### order\n\nAn order of two lines.\n",
        '"order_number": "P-1"',
        "becomes\n\n```text\nOrderPlaced {",
        "becomes\n\n```text\ncannot be read: not JSON",
    ):
        assert text in page, text


@pytest.mark.parametrize("source_id", sorted(FILES))
def test_every_file_of_the_release_has_a_page_without_a_hole(source_id: str) -> None:
    channel = next(each for name, each in FILES.items() if name == source_id)
    page = file_page(channel, "")
    assert "None" not in page
    assert "()" not in page
    assert all(f". {rule.event}\n" in page for rule in channel.events)
    rows = [line for line in page.splitlines() if line.startswith("|")]
    assert {3} == {line.replace("\\|", "").count("|") for line in rows if "---" not in line}
