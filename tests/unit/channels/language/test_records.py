"""How the bytes of a record become documents: roots, lines, encodings, and CSV in the dialect of its source."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.formats.documents import Defect
from connectors.formats.outcomes import UnreadableRecord
from connectors.formats.records.csv_records import read_csv
from connectors.formats.records.encodings import decoded
from schemas.channel_language.records import CsvDialect
from schemas.yaml_files import YamlFileInvalid
from tests.unit.channels.given import outcomes, verdict
from tests.unit.channels.language.market import HEAD, LINES, ORDER, market, placed, placing, verdicts

ONE = "placed market:M-1: 1 lines, 1 units, 1 EUR"
LINED = HEAD.replace("format: json", "format: json_lines")
CSV = HEAD.replace("format: json", "format: csv") + 'csv: {delimiter: ";", group_by: ref}\nnumbers: {decimal: ","}\n'


def numbered(number: int) -> dict[str, Any]:
    return {**ORDER, "ref": f"M-{number}"}


def test_each_element_of_a_list_is_a_document() -> None:
    body = json.dumps([numbered(1), 7, numbered(2), []]).encode()
    assert [
        ONE,
        "refused: : a document is not a JSON object",
        "placed market:M-2: 1 lines, 1 units, 1 EUR",
        "refused: : a document is not a JSON object",
    ] == verdicts(market(placing()), body)
    assert ["refused: : the record contains no document"] == verdicts(market(placing()), b"[]")


def test_each_line_is_a_document_and_one_that_is_none_does_not_stop_the_others() -> None:
    body = f"{json.dumps(numbered(1))}\r\n\n{{broken\n{json.dumps([numbered(2), numbered(3)])}\n".encode()
    assert [
        ONE,
        "refused: : line 3: not JSON: Expecting property name enclosed in double quotes at character 1",
        "placed market:M-2: 1 lines, 1 units, 1 EUR",
        "placed market:M-3: 1 lines, 1 units, 1 EUR",
    ] == verdicts(market(placing(), head=LINED), body)


def test_a_record_may_be_wrapped_or_not() -> None:
    head = HEAD + 'documents: [order, orders, "@document"]\n'
    for body in (ORDER, {"order": ORDER}, {"orders": [ORDER]}):
        assert [ONE] == verdicts(market(placing(), head=head), body)


def test_what_the_shop_answers_to_a_query_is_read_below_its_root() -> None:
    order = {"id": 7, "created_at": "2026-01-05T07:59:00Z", "currency": "EUR", "line_items": []}
    headers = (("X-Shopify-Topic", b"orders/create"), ("X-Shopify-Webhook-Id", b"w"))
    assert [verdict(one) for one in outcomes("shopify", order, headers)] == [
        verdict(one) for one in outcomes("shopify", {"order": order}, headers)
    ]


@pytest.mark.parametrize(
    ("expected", "value", "encodings"),
    (
        ("Müller", "Müller".encode(), ("utf-8",)),
        ("Müller", b"\xef\xbb\xbfM\xc3\xbcller", ("latin-1",)),
        ("Müller", b"M\xfcller", ("utf-8", "latin-1")),
        ("Müller", "Müller".encode(), ("utf-8", "latin-1")),
        ("M\u201cller", b"M\x93ller", ("utf-8", "windows-1252")),
        ("M\x81ller", b"M\x81ller", ("windows-1252", "latin-1")),
    ),
)
def test_the_first_encoding_that_fits_is_used(expected: str, value: bytes, encodings: tuple[str, ...]) -> None:
    assert expected == decoded(value, encodings)


@pytest.mark.parametrize(
    ("value", "encodings", "reason"),
    (
        (b"M\xfcller", ("utf-8",), "not utf-8: byte 1 cannot be decoded"),
        (b"\x81", ("utf-8", "windows-1252"), "not utf-8 or windows-1252: byte 0 cannot be decoded"),
        (b"\xef\xbb\xbf\xff", ("latin-1",), "not utf-8: byte 3 cannot be decoded"),
    ),
)
def test_bytes_that_no_encoding_fits_are_unreadable(value: bytes, encodings: tuple[str, ...], reason: str) -> None:
    with pytest.raises(UnreadableRecord, match=reason):
        decoded(value, encodings)


def test_a_name_in_latin_1_does_not_lose_the_interchange() -> None:
    interchange = (
        "ISA*00*          *00*          *ZZ*BUYER          *ZZ*US             *260105*0700*U*00401*000000001*0*P*>~"
        "GS*PO*BUYER*US*20260105*0700*1*X*004010~ST*850*0001~BEG*00*SA*PO-1**20260105~N1*ST*Müller & Söhne*92*1~"
        "N3*Hauptstraße 1~N4*Köln**50667*DE~PO1*1*2*EA*2.50**VN*LAMP-1~CTT*1~SE*8*0001~GE*1*1~IEA*1*000000001~"
    )
    found = [outcomes("edi_wholesale", interchange.encode(encoding)) for encoding in ("utf-8", "latin-1")]
    assert "Hauptstraße 1" in repr(found[1])
    assert found[0] == found[1]


MARKET_CSV = (
    "ref;ts;to;sku;qty;price\n"
    'M-1;2026-01-05T07:59:00Z;"Kowal; Ada";LAMP-1;2;12,50\n'
    "M-2;2026-01-05T07:59:00Z;Ben;PUMP-9;1;9,90\n"
    'M-1;2026-01-05T07:59:00Z;Kowal;"PUMP ""XL""";1;1\n'
)
IN_ROWS = LINES.replace("each: goods", "each: rows").replace('{path: id, default: "1"}', '"@position"')


def test_rows_with_one_number_are_one_order() -> None:
    file = market(placing(lines=IN_ROWS), head=CSV)
    assert [
        "placed market:M-1: 2 lines, 3 units, 26 EUR",
        "placed market:M-2: 1 lines, 1 units, 9.9 EUR",
    ] == verdicts(file, MARKET_CSV.encode())
    (first, _) = read_csv(MARKET_CSV, CsvDialect(delimiter=";", group_by="ref"))
    name, rows = _name_and_rows({"name": "", **first}) if isinstance(first, dict) else ("", [])
    assert ["LAMP-1", 'PUMP "XL"'] == [row["sku"] for row in rows]
    assert "Kowal; Ada" == rows[0]["to"]
    assert not name


def test_a_row_that_does_not_fit_refuses_its_order_and_no_other() -> None:
    file = market(placing(lines=IN_ROWS), head=CSV)
    body = MARKET_CSV + "M-2;2026;too short\n;2026-01-05;without its number;A;1;1\n"
    assert [
        "placed market:M-1: 2 lines, 3 units, 26 EUR",
        "refused: : row 4 has 3 fields, and there are 6 columns",
        "refused: : row 5 has no ref, by which the rows are grouped",
    ] == verdicts(file, body.encode())


def test_without_a_group_each_row_is_a_document() -> None:
    dialect = CsvDialect(delimiter="|", columns=("ref", "to", "sku"))
    assert [{"ref": "M-1", "to": "", "sku": "A"}, {"ref": "M-1", "to": "B", "sku": " C"}] == read_csv(
        "M-1||A\n\nM-1|B| C\n", dialect
    )


@pytest.mark.parametrize(
    ("text", "dialect", "reason"),
    (
        ("", CsvDialect(), "there is no row, not even one with the names of the columns"),
        ("a,,c\n1,2,3", CsvDialect(), "column 2 has no name in the first row"),
        ("a, b ,b\n1,2,3", CsvDialect(), "two columns are named 'b'"),
        (
            ",".join(f"c{number}" for number in range(1_001)),
            CsvDialect(),
            "there are 1001 columns; at most 1000 are read",
        ),
        ('a,b\n"1,2', CsvDialect(), "not CSV: unexpected end of data"),
        ('a,b\n"1"x,2', CsvDialect(), "not CSV: "),
        ("a,b\n1,2", CsvDialect(group_by="c"), "there is no column 'c', by which the rows are grouped"),
        ("a,b\n" + "1" * 200_000 + ",2", CsvDialect(), "not CSV: field larger than field limit"),
    ),
)
def test_what_is_no_csv_is_unreadable_with_a_reason(text: str, dialect: CsvDialect, reason: str) -> None:
    with pytest.raises(UnreadableRecord, match=reason):
        read_csv(text, dialect)


@pytest.mark.parametrize(
    ("head", "expected"),
    (
        (CSV.replace('";"', '":"'), "csv.delimiter: must be ',', ';'"),
        (HEAD + 'csv: {delimiter: ";"}\n', "csv is a dialect: it goes with `format: csv`"),
        (CSV + "documents: [a]\n", "documents are wrapped in JSON only"),
        (CSV.replace("group_by: ref", "group_by: ref, columns: [a, b]"), "group_by: 'ref' is not one of the columns"),
        (CSV.replace("group_by: ref", "columns: [a, a]"), "columns: a name is there twice"),
        (HEAD + "encoding: [utf-8, ebcdic]\n", "encoding.2: must be 'utf-8', 'latin-1' or 'windows-1252'"),
        (HEAD + "encoding: []\n", "encoding: must have at least 1 entry"),
    ),
)
def test_a_dialect_that_cannot_be_is_refused_with_the_file(head: str, expected: str) -> None:
    with pytest.raises(YamlFileInvalid) as refused:
        market(placing(), head=head)
    assert expected in str(refused.value)


@given(st.text(max_size=200), st.sampled_from([",", ";", "\t", "|"]), st.sampled_from(['"', "'", ""]))
def test_any_text_is_rows_or_no_csv(text: str, delimiter: str, quote: str) -> None:
    for group_by in (None, "a"):
        dialect = CsvDialect.model_validate({"delimiter": delimiter, "quote": quote, "group_by": group_by})
        with suppress(UnreadableRecord):
            assert isinstance(read_csv(f"a{delimiter}b\n{text}", dialect), list)


@given(st.lists(st.tuples(st.sampled_from("xyz"), st.text(st.characters(codec="latin-1"), max_size=8)), max_size=12))
def test_what_a_spreadsheet_writes_comes_back(rows: list[tuple[str, str]]) -> None:
    rows = [(name, text.replace("\r", "").replace("\x00", "")) for name, text in rows]
    text = "name;text\n" + "".join(f'{name};"{text.replace(chr(34), chr(34) * 2)}"\n' for name, text in rows)
    found = read_csv(text, CsvDialect(delimiter=";", group_by="name"))
    assert not any(isinstance(document, Defect) for document in found)
    read = {key: [row["text"] for row in lines] for key, lines in map(_name_and_rows, found)}
    assert {name: [text for other, text in rows if other == name] for name, _ in rows} == read


def _name_and_rows(document: Any) -> tuple[str, list[dict[str, str]]]:
    return document["name"], document["rows"]


HOSTILE = st.binary(max_size=300) | st.text(max_size=200).map(str.encode)


@given(HOSTILE)
def test_any_bytes_have_a_verdict_in_every_format(value: bytes) -> None:
    for head in (HEAD, LINED, CSV, HEAD.replace("format: json", "format: x12")):
        for outcome in verdicts(market(placing(lines=IN_ROWS), head=head), value):
            assert outcome.startswith(("refused: ", "unreadable: ", "placed "))


def test_an_order_of_a_list_keeps_what_no_rule_reads() -> None:
    assert {"colour": "red"} == placed(market(placing()), json.dumps([{**ORDER, "colour": "red"}]).encode()).extensions


QUEUED = HEAD.replace(
    "correlation_id", "json_texts: [Body, Body.Message]\ndocuments: [Body.Message.orders, Body]\ncorrelation_id"
)


def test_json_in_a_text_is_read_in_its_place() -> None:
    file = market(placing(), head=QUEUED)
    notification = json.dumps({"Type": "Notification", "Message": json.dumps({"orders": [ORDER, ORDER]})})
    assert ["placed market:M-1: 1 lines, 1 units, 1 EUR"] * 2 == verdicts(file, {"Body": notification})
    assert ["placed market:M-1: 1 lines, 1 units, 1 EUR"] == verdicts(file, {"Body": json.dumps(ORDER)})
    assert ["placed market:M-1: 1 lines, 1 units, 1 EUR"] == verdicts(file, {"Body": ORDER})


@pytest.mark.parametrize(
    ("body", "expected"),
    (
        ("plain words", "refused: : Body: not JSON: Expecting value at character 0"),
        ('{"a": 1, "a": 2}', "refused: : Body: the key 'a' is written twice in one object"),
        ("[" * 40 + "]" * 40, "refused: : Body: nested deeper than 32"),
        ("12", "refused: : Body: the root is neither a JSON object nor a list"),
    ),
)
def test_a_text_that_is_no_json_is_refused(body: str, expected: str) -> None:
    assert [expected] == verdicts(market(placing(), head=QUEUED), {"Body": body})


def test_only_json_holds_json_texts() -> None:
    with pytest.raises(YamlFileInvalid, match="json_texts are of JSON"):
        market(
            placing(),
            head=QUEUED.replace("format: json", "format: x12").replace("documents: [Body.Message.orders, Body]\n", ""),
        )
