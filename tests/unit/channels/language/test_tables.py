"""Tables beside a channel file: what they translate, and what is wrong with them, by file and line."""

from pathlib import Path

import pytest

from connectors.formats.mapping import map_record
from connectors.formats.outcomes import Canonical
from connectors.log.port import Record
from domain.messages.orders import OrderPlaced
from schemas.channel_language.loader import CHANNELS, load_channel_file
from schemas.channel_language.tables import reading
from schemas.yaml_files import YamlFileInvalid

ITEMS = "customer,number,item,unit\nC1,47/11,BOLT,EA\nC2,47/11,NUT,\n"
TABLE = "tables:\n  items: {file: items.csv, key: [customer, number]}\n"
ORDER = """{"event": "order_placed", "message_id": "m", "occurred_at": "2026-11-02T08:00:00Z", "order_number": "1",
"customer": {"number": "C2"},
"ship_to": {"name": "A", "street": "S 1", "city": "Bonn", "postal_code": "5", "country": "DE"},
"lines": [{"line": "1", "item": "47/11", "quantity": "1", "unit_price": "1.00"}]}"""


def written(folder: Path, table: str | bytes = ITEMS, rule: str = TABLE, item: str = "items.item") -> Path:
    text = (CHANNELS / "portal.yaml").read_text().replace("code_lists:\n", f"{rule}code_lists:\n", 1)
    before = "      item_id: item\n"
    assert before in text
    text = text.replace(before, f"      item_id: {{parts: [$.customer.number, item], codes: {item}}}\n", 1)
    path = folder / "portal.yaml"
    path.write_text(text)
    (folder / "items.csv").write_bytes(table.encode() if isinstance(table, str) else table)
    return path


def item_of_order(path: Path) -> str:
    channel = load_channel_file(path)
    (outcome,) = map_record(channel, Record("source.portal.v1", 0, 0, 1_700_000_000_000, "k", ORDER.encode(), ()))
    assert isinstance(outcome, Canonical), outcome
    assert isinstance(outcome.message, OrderPlaced)
    return outcome.message.lines[0].item_id


@pytest.mark.parametrize(
    "table",
    (
        ITEMS,
        f"\ufeff{ITEMS}",
        ITEMS.replace("\n", "\r\n"),
        "customer , number,item\n\n C2 , 47/11 , NUT \n,,\n",
        'item,number,customer\n"NUT","47/11","C2"\n',
    ),
    ids=("plain", "byte order mark", "CRLF", "blanks", "another order"),
)
def test_a_number_of_a_partner_is_an_item_of_ours(tmp_path: Path, table: str) -> None:
    assert item_of_order(written(tmp_path, table)) == "NUT"


def test_a_table_that_is_written_again_is_read_again(tmp_path: Path) -> None:
    assert item_of_order(written(tmp_path)) == "NUT"
    assert item_of_order(written(tmp_path, ITEMS.replace("NUT", "WASHER"))) == "WASHER"


def test_a_key_of_one_column_is_the_value_as_it_is(tmp_path: Path) -> None:
    rule = "tables: {items: {file: items.csv, key: [number], delimiter: ;}}\n"
    path = written(tmp_path, "number;item\n47/11;NUT\n", rule)
    path.write_text(path.read_text().replace("{parts: [$.customer.number, item], codes", "{path: item, codes"))
    assert item_of_order(path) == "NUT"


def test_an_empty_value_says_nothing(tmp_path: Path) -> None:
    lists = load_channel_file(written(tmp_path)).code_lists
    assert {"C1/47%2F11": "EA"} == lists["items.unit"]
    assert {"C1/47%2F11": "BOLT", "C2/47%2F11": "NUT"} == lists["items.item"]


@pytest.mark.parametrize(
    ("table", "message"),
    (
        ("", "items.csv:1: the table is empty"),
        ("customer,number,item\nC1,1\n", "items.csv:2: 2 values, and there are 3 columns"),
        ("customer,number,item\nC1,1,A\nC1,1,B\n", "items.csv:3: the key 'C1/1' is there twice, first in line 2"),
        ("customer,number,item\nC1,,A\n", "items.csv:2: a value of the key (customer, number) is missing"),
        ("customer,item\nC1,A\n", "items.csv:1: no column 'number', which is in the key: there are customer, item"),
        ("customer,number\nC1,A\n", "items.csv:1: no column beside the key"),
        ("customer,number,item,item\n", "items.csv:1: two columns have one name"),
        ("customer,number,our item\n", "items.csv:1: 'our item' is no name of a column"),
        ('customer,number,item\n"C1,1,A\n', "items.csv: not CSV"),
        (
            "customer,number,item,unit\nC1,1,A,BARREL\n",
            "tables.items: unit 'BARREL' is not a unit of UN/ECE Recommendation 20",
        ),
        (b"customer,number,item\nC1,1,\xe4\n", "items.csv: not UTF-8"),
        (f"customer,number,item\nC1,1,{'x' * 200_000}\n", "items.csv: not CSV: field larger than field limit"),
    ),
    ids=lambda value: str(value)[:40],
)
def test_what_is_wrong_with_a_table_names_its_file_and_line(tmp_path: Path, table: str | bytes, message: str) -> None:
    with pytest.raises(YamlFileInvalid) as refused:
        load_channel_file(written(tmp_path, table))
    assert message in str(refused.value)


def test_a_table_that_is_not_there(tmp_path: Path) -> None:
    path = written(tmp_path)
    (tmp_path / "items.csv").unlink()
    with pytest.raises(YamlFileInvalid, match=r"items.csv: cannot be read: No such file"):
        load_channel_file(path)


@pytest.mark.parametrize("file", ("../items.csv", "/etc/hostname", "below/../../items.csv"))
def test_a_table_lies_nowhere_else(tmp_path: Path, file: str) -> None:
    folder = tmp_path / "channels"
    folder.mkdir()
    rule = TABLE.replace("items.csv", file)
    with pytest.raises(YamlFileInvalid, match=r"lies in the folder of its channel file"):
        load_channel_file(written(folder, rule=rule))


def test_nor_behind_a_link(tmp_path: Path) -> None:
    folder = tmp_path / "channels"
    folder.mkdir()
    (tmp_path / "secret.csv").write_text(ITEMS)
    path = written(folder)
    (folder / "items.csv").unlink()
    (folder / "items.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(YamlFileInvalid, match=r"lies in the folder of its channel file"):
        load_channel_file(path)


def test_a_table_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_BYTES", 10)
    with pytest.raises(YamlFileInvalid, match=r"more than the 10 bytes"):
        load_channel_file(written(tmp_path))


def test_a_column_that_is_not_there_is_an_undeclared_code_list(tmp_path: Path) -> None:
    with pytest.raises(YamlFileInvalid, match=r"the code list 'items.sku' is not declared"):
        load_channel_file(written(tmp_path, item="items.sku"))


def test_a_column_is_no_code_list_of_the_file_as_well(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_text(path.read_text().replace("code_lists:\n", "code_lists:\n  items.item: {a: b}\n", 1))
    with pytest.raises(YamlFileInvalid, match=r"portal.yaml:.*code_lists.items.item: is the name of a column"):
        load_channel_file(path)


@pytest.mark.parametrize("rule", ("tables: 3\n", "tables: {items: {file: items.csv}}\n"))
def test_a_rule_of_a_table_that_is_wrong(tmp_path: Path, rule: str) -> None:
    with pytest.raises(YamlFileInvalid, match=r"portal.yaml:.*tables"):
        load_channel_file(written(tmp_path, rule=rule))
