"""`orderline channel`: begins a file, checks files, and shows what one makes of a payload."""

import json
from pathlib import Path
from typing import Any

import pytest

import schemas
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.doors.topic_rule import TopicRule
from schemas.channel_language.loader import load_channel_files
from schemas.contracts.source_topics import derived_topic, topics_with
from schemas.contracts.topics import load_topics
from tests.e2e.commands import Inside

ORDER: dict[str, Any] = {
    "number": 7,
    "state": "paid",
    "created_at": "2026-01-05T07:59:00Z",
    "buyer": {"id": "B-1"},
    "shipping_address": {"name": "A", "street": "S 1", "city": "C", "postcode": "1", "country": "at"},
    "items": [{"id": 1, "sku": "LAMP-1", "quantity": 2, "price": "3.50"}],
    "shipping": "4.90",
}


@pytest.fixture
def say(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Inside:
    monkeypatch.chdir(tmp_path)
    return Inside(capsys)


def begun(say: Inside) -> Path:
    assert 0 == say("channel", "new", "bazaar", "--channels", "mine").code
    return Path("mine/bazaar.yaml")


def test_a_new_file_is_right_and_maps_its_kind_of_order(say: Inside) -> None:
    file = begun(say)
    said = say("channel", "check", str(file))
    assert (0, f"{file}: right: source bazaar, version 1, PassedOver, OrderCancelRequested, OrderPlaced\n", "") == said
    Path("order.json").write_text(json.dumps(ORDER))
    tried = say("channel", "test", str(file), "--file", "order.json")
    assert 0 == tried.code
    name, _, content = tried.out.partition(" ")
    order = json.loads(content)
    assert ("OrderPlaced", "bazaar:7", "AT") == (name, order["order_id"], order["ship_to"]["country"])
    assert ["4.9"] == [charge["unit_price"] for charge in order["charges"]]


def test_a_file_that_is_there_is_not_written_over(say: Inside) -> None:
    file = begun(say)
    file.write_text("mine")
    said = say("channel", "new", "bazaar", "--channels", "mine")
    assert (2, "mine") == (said.code, file.read_text())
    assert "is there already: choose another name" in said.err


@pytest.mark.parametrize("name", ("", "Bazaar", "7up", "../bazaar", "a.b", "a" * 51))
def test_a_name_that_no_topic_can_have_is_refused(say: Inside, name: str) -> None:
    said = say("channel", "new", name, "--channels", "mine")
    assert 2 == said.code
    assert "is no source_id: use lower-case letters" in said.err
    assert not Path("mine").exists()


def test_each_wrong_file_is_named_with_its_line(say: Inside) -> None:
    right = begun(say)
    text = right.read_text()
    Path("a.yaml").write_text(text.replace("equals: paid", "equlas: paid"))
    Path("b.yaml").write_text(text.replace("erp_id: main", "erp_id: sap"))
    Path("c.yaml").write_text(text.replace("equals: cancelled", "equals: ["))
    said = say("channel", "check", "a.yaml", str(right), "b.yaml", "c.yaml", "none.yaml")
    assert 2 == said.code
    assert said.out.startswith(f"{right}: right: ")
    first, second, third, fourth = said.err.splitlines()
    line = 1 + next(number for number, each in enumerate(text.splitlines()) if "equals: paid" in each)
    assert first.startswith(f"a.yaml:{line}:")
    assert first.endswith("events.3.when.equlas: there is no such field: did you mean equals?")
    assert "erp_id: there is no ERP file for 'sap'" in second
    assert third.startswith("c.yaml:")
    assert "none.yaml: cannot be read" in fourth


@pytest.mark.parametrize(
    ("change", "code", "expected"),
    (
        ({"state": "draft"}, 0, "passed over: not for sale yet\n"),
        ({"items": []}, 1, "(at fault: the channel file, or the source)\n"),
        ({"created_at": "soon"}, 1, "'soon' is not a time"),
        ({"state": "lost"}, 1, "no rule of the channel file fits this document (state is 'lost')"),
        (None, 1, "cannot be read: not JSON"),
    ),
)
def test_what_becomes_of_a_payload_is_said_with_whose_fault_it_is(
    say: Inside, change: dict[str, Any] | None, code: int, expected: str
) -> None:
    file = begun(say)
    Path("order.json").write_text("{" if change is None else json.dumps({**ORDER, **change}))
    said = say("channel", "test", str(file), "--file", "order.json")
    assert (code, True) == (said.code, expected in said.out)


def test_a_line_that_cannot_be_read_does_not_hide_the_others(say: Inside) -> None:
    file = begun(say)
    passed_over = json.dumps({**ORDER, "state": "draft"})
    Path("orders.jsonl").write_text(f'{passed_over}\n{{broken\n{{"value": {passed_over}, "kye": "k"}}\n{passed_over}\n')
    said = say("channel", "test", str(file), "--file", "orders.jsonl")
    first, second, third, fourth = said.out.splitlines()
    assert (1, first, fourth) == (said.code, *["passed over: not for sale yet"] * 2)
    assert second.startswith("cannot be read: orders.jsonl:2: not JSON (")
    assert third.startswith("cannot be read: orders.jsonl:3: Object contains unknown field `kye`")


def test_a_wrong_path_of_the_documents_is_perhaps_the_files_fault(say: Inside) -> None:
    file = begun(say)
    file.write_text(file.read_text().replace('[orders, "@document"]', "[ordesr]"))
    Path("order.json").write_text(json.dumps({"orders": [ORDER]}))
    said = say("channel", "test", str(file), "--file", "order.json")
    expected = "refused: contains none of ordesr (at fault: the channel file, or the source)\n"
    assert (1, expected) == (said.code, said.out)


def test_a_required_field_that_is_misspelt_is_found(say: Inside) -> None:
    file = begun(say)
    text = file.read_text()
    line = text.splitlines().index("events:") + 1
    file.write_text(text.replace("\nevents:", "\nevent:", 1))
    said = say("channel", "check", str(file)).err
    assert said.startswith(f"{file}:{line}:")
    assert said.endswith("event: there is no such field: did you mean events? (and 1 more)\n")


@pytest.mark.parametrize(
    ("recipe", "warned"),
    (
        ("{constant: orders}", True),
        ("{first: [{constant: orders}]}", True),
        ("{first: [number, {constant: orders}]}", False),
        ("{header: X-Id}", False),
        ('{template: "{number}/{state}"}', False),
    ),
)
def test_one_message_id_for_all_documents_is_a_warning(say: Inside, recipe: str, warned: bool) -> None:
    file = begun(say)
    lines = file.read_text().splitlines(keepends=True)
    at = next(number for number, line in enumerate(lines) if line.startswith("correlation_id:"))
    file.write_text("".join((*lines[:at], f"correlation_id: {recipe}\n", *lines[at + 1 :])))
    said = say("channel", "check", str(file))
    expected = f"{file}:{at + 1}:1: correlation_id: warning: is one text for all documents"
    assert (0, warned) == (said.code, said.err.startswith(expected))


def test_one_message_id_for_all_documents_of_a_rule_is_a_warning_too(say: Inside) -> None:
    file = begun(say)
    rule = "  - event: OrderPlaced\n"
    file.write_text(file.read_text().replace(rule, f"{rule}    correlation_id: {{constant: x}}\n"))
    assert ".correlation_id: warning: is one text for all documents" in say("channel", "check", str(file)).err


def channels() -> list[ChannelFile]:
    return list(load_channel_files(Path(schemas.__file__).parent / "channels").values())


def test_the_topic_of_a_source_follows_from_its_file() -> None:
    portal = next(channel for channel in channels() if channel.source_id == "portal")
    bazaar = portal.model_copy(
        update={"source_id": "bazaar", "max_record_bytes": 4_000_000, "topic": TopicRule(retention_days=30)}
    )
    topics = topics_with((portal, bazaar), ())
    assert {"source.bazaar.v1", "source.portal.v1"} == topics.keys() - load_topics().keys()
    assert list(topics) == sorted(topics)
    of_bazaar, of_portal = topics["source.bazaar.v1"], topics["source.portal.v1"]
    assert (4_000_000 < of_bazaar.max_message_bytes, 1_048_576) == (True, of_portal.max_message_bytes)
    assert (30 * 86_400_000, 14 * 86_400_000) == (of_bazaar.retention_ms, of_portal.retention_ms)
    assert ("bazaar", ("the bazaar source",), "portal") == (of_bazaar.owner, of_bazaar.producers, of_portal.owner)
    assert ("Orders of our own B2B portal, JSON.", "the portal's order number") == (
        of_portal.description,
        of_portal.key,
    )


def test_every_record_that_a_file_allows_fits_into_its_topic() -> None:
    for channel in channels():
        assert channel.max_record_bytes < derived_topic(channel).max_message_bytes


def test_words_about_the_topic_change_no_fingerprint() -> None:
    portal = next(channel for channel in channels() if channel.source_id == "portal")
    assert portal.fingerprint == portal.model_copy(update={"topic": TopicRule(owner="others")}).fingerprint
