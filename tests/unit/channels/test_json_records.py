"""Reading JSON: exact numbers, and a verdict for every kind of hostile bytes."""

import pytest

from connectors.formats.documents import SourceNode
from connectors.formats.outcomes import UnreadableRecord
from connectors.formats.records.encodings import decoded
from connectors.formats.records.json_records import DEEPEST
from connectors.formats.records.json_records import read_json as read_text


def read_json(value: bytes) -> SourceNode:
    return read_text(decoded(value, ("utf-8",)))


def test_numbers_stay_what_the_source_wrote() -> None:
    document = read_json(b'{"a": 0.1, "b": 1e400, "c": 12345678901234567890123, "d": -0.0, "e": true, "f": null}')
    expected = {"a": "0.1", "b": "1e400", "c": "12345678901234567890123", "d": "-0.0", "e": True, "f": None}
    assert expected == document


@pytest.mark.parametrize(
    ("written_out", "number"),
    (
        ("820982911946154508", "8.20982911946154508E17"),
        ("1000", "1e3"),
        ("-100", "-1E+2"),
        ("0.0015", "1.5e-3"),
        ("1.0", "1.0"),
        ("1e28", "1e28"),
        ("1e-99", "1e-99"),
        ("0e9999999999999999999", "0e9999999999999999999"),
        ("1" * 400 + "e1", "1" * 400 + "e1"),
    ),
)
def test_a_number_with_an_exponent_is_written_out_where_that_is_short(written_out: str, number: str) -> None:
    assert {"a": written_out} == read_json(f'{{"a": {number}}}'.encode())
    assert {"a": number} == read_json(f'{{"a": "{number}"}}'.encode())


@pytest.mark.parametrize(
    ("value", "reason"),
    (
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"7", "neither a JSON object nor a list"),
        (b'"text"', "neither a JSON object nor a list"),
        (b"\xff\xfe{}", "not utf-8: byte 0"),
        (b"\xef\xbb\xbf{", "not JSON"),
        (b'{"a": NaN}', "NaN is not a JSON number"),
        (b'{"a": -Infinity}', "-Infinity is not a JSON number"),
        (b'{"a": 1, "b": {"c": 1, "c": 2}}', "the key 'c' is written twice"),
        (b'{"a": "\\ud800"}', "surrogate"),
        (b'{"\\uDFFF": 1}', "surrogate"),
        (b'{"a": 01}', "not JSON"),
        (b'{"a": 1} x', "not JSON"),
        (b'{"a":' * 100_000, "nested deeper"),
        (b"[" * 100_000 + b"]" * 100_000, "nested deeper"),
        (b'{"a":' * (DEEPEST + 2) + b"1" + b"}" * (DEEPEST + 2), "nested deeper"),
    ),
)
def test_what_is_no_document_is_unreadable_with_a_reason(value: bytes, reason: str) -> None:
    with pytest.raises(UnreadableRecord, match=reason):
        read_json(value)


def test_a_whole_surrogate_pair_is_a_character() -> None:
    assert {"a": "😀"} == read_json(b'{"a": "\\ud83d\\ude00"}')


def test_the_deepest_document_allowed_is_read() -> None:
    assert read_json(b'{"a":' * DEEPEST + b"1" + b"}" * DEEPEST)


def test_many_keys_with_one_repeated_cost_no_quadratic_time() -> None:
    keys = ",".join(f'"k{number}":1' for number in range(100_000))
    with pytest.raises(UnreadableRecord, match="'last' is written twice"):
        read_json(f'{{{keys},"last":1,"last":2}}'.encode())
