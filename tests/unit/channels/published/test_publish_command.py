"""`orderline channel publish` on an embedded log: what is published is used, and nothing else is published."""

import json
from pathlib import Path

import pytest

from tests.e2e.commands import Inside
from tests.unit.channels.published.given import order, text_of

ON_LOG = ("--data", "d", "--channels", "mine")
FILE = "new/bazaar.yaml"


@pytest.fixture
def say(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Inside:
    monkeypatch.chdir(tmp_path)
    for name, text in (("mine/bazaar.yaml", text_of(1)), (FILE, text_of(2))):
        Path(name).parent.mkdir()
        Path(name).write_text(text)
    return Inside(capsys)


def sent(say: Inside, number: int) -> None:
    Path("order.json").write_bytes(order(number))
    assert 0 == say("produce", "source.bazaar.v1", "--file", "order.json", *ON_LOG).code
    assert 0 == say("run", "all", *ON_LOG, "--until-idle").code


def versions_used(say: Inside) -> list[str]:
    said = say("tail", "orders.inbox.v1", "--data", "d", "--from-start", "--json")
    records = [json.loads(line) for line in said.out.splitlines()]
    return [record["headers"]["channelfile"].split("/")[1] for record in records if record["type"] == "OrderPlaced"]


def test_what_is_sent_after_a_publication_is_mapped_by_it(say: Inside) -> None:
    sent(say, 1)
    said = say("channel", "publish", FILE, *ON_LOG)
    assert (0, "") == (said.code, said.err)
    assert said.out.startswith(f"{FILE}: version 2 of bazaar (")
    assert said.out.endswith(") is published, and used once the flows have read it\n")
    sent(say, 2)
    assert ["1", "2"] == versions_used(say)


def test_a_publication_needs_a_log(say: Inside) -> None:
    assert (2, True) == ((said := say("channel", "publish", FILE, *ON_LOG)).code, "no log in d: start one" in said.err)


def test_the_same_version_again_is_in_force_already_and_other_content_is_refused(say: Inside) -> None:
    sent(say, 0)
    assert 0 == say("channel", "publish", FILE, *ON_LOG).code
    sent(say, 1)
    again = say("channel", "publish", FILE, *ON_LOG)
    assert (0, True) == (again.code, again.out.endswith(") is already in force\n"))
    Path(FILE).write_text(text_of(2, region="US"))
    other = say("channel", "publish", FILE, *ON_LOG)
    assert (2, "") == (other.code, other.out)
    assert "is not published: bazaar, version 2: version 2 is in force: publish a higher one" in other.err


def test_a_table_travels_with_its_file(say: Inside) -> None:
    sent(say, 1)
    table = "tables: {items: {file: items.csv, key: [sku]}}\nevents:"
    Path(FILE).write_text(
        text_of(2).replace("events:", table).replace("item_id: sku", "item_id: {path: sku, codes: items.item}")
    )
    assert "items.csv: cannot be read" in say("channel", "publish", FILE, *ON_LOG).err
    Path("new/items.csv").write_text("\ufeffsku,item\r\nLAMP-1,LANTERN\r\n")
    assert 0 == say("channel", "publish", FILE, *ON_LOG).code
    Path("new/items.csv").unlink()
    sent(say, 2)
    assert ["1", "2"] == versions_used(say)
    assert "LANTERN" in say("show", "order", "bazaar:2", "--data", "d").out


@pytest.mark.parametrize(
    ("text", "reason"),
    (
        (text_of(2).replace("equals: paid", "equlas: paid"), "there is no such field: did you mean equals?"),
        (text_of(2, erp_id="sap"), "there is no ERP file for 'sap'"),
        (text_of(2, priority_class="1"), "priority_class differs from version 1, and counts from a start on"),
        (text_of(2, source_id="market"), "intake does not read this source: put the file into the folder"),
        (text_of(2) + "#" * 5_000_000, "more than the 1048576 that are read"),
    ),
)
def test_what_intake_may_not_use_is_not_published(say: Inside, text: str, reason: str) -> None:
    sent(say, 0)
    Path(FILE).write_text(text)
    said = say("channel", "publish", FILE, *ON_LOG)
    assert (2, "") == (said.code, said.out)
    assert reason in said.err
    sent(say, 1)
    assert ["1", "1"] == versions_used(say)


def test_tables_that_are_too_large_for_the_topic_are_refused(say: Inside) -> None:
    sent(say, 0)
    table = "tables: {items: {file: items.csv, key: [sku]}}\nevents:"
    Path(FILE).write_text(text_of(2).replace("events:", table))
    rows = "".join(f"SKU-{number},{'x' * 90}\n" for number in range(50_000))
    Path("new/items.csv").write_text(f"sku,item\n{rows}")
    said = say("channel", "publish", FILE, *ON_LOG)
    assert 2 == said.code
    assert "can be published: put them into the folder of channel files" in said.err
