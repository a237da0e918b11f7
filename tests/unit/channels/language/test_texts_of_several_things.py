"""Values that are a piece of a text, a GS1 key in an EPC, the element of a list itself, or said to be none."""

from typing import Any

import pytest

from connectors.formats.expressions.gs1_keys import LONGEST_EPC, check_digit, gs1_key
from schemas.yaml_files import YamlFileInvalid
from tests.unit.channels.language.market import LINES, ORDER, market, placed, placing, verdicts


def item_of(source: str, **fields: Any) -> str:
    lines = LINES.replace("item_id: sku", f"item_id: {source}")
    return placed(market(placing(lines=lines)), {**ORDER, "goods": [fields]}).lines[0].item_id


def refusal_of(source: str, **fields: Any) -> str:
    lines = LINES.replace("item_id: sku", f"item_id: {source}")
    (found,) = verdicts(market(placing(lines=lines)), {**ORDER, "goods": [fields]})
    return found


@pytest.mark.parametrize(
    ("number", "text", "expected"),
    (
        (-1, "https://shop.example/orders/723", "723"),
        (1, "https://shop.example/orders/723", "https:"),
        (-2, "a/b", "a"),
        (2, "a/ b ", "b"),
    ),
)
def test_a_piece_is_counted_from_the_beginning_or_the_end(number: int, text: str, expected: str) -> None:
    assert expected == item_of(f"{{path: link, piece: {{separator: '/', number: {number}}}}}", link=text)


@pytest.mark.parametrize("text", ("a/b", "a/b/", "a/b/ "))
def test_a_piece_that_is_not_there_is_missing(text: str) -> None:
    source = "{path: link, piece: {separator: '/', number: 3}"
    assert refusal_of(f"{source}}}", link=text).startswith("refused: lines.1.item_id: is missing (link)")
    assert "other" == item_of(f"{source}, default: other}}", link=text)


def test_a_piece_has_a_number() -> None:
    with pytest.raises(YamlFileInvalid, match=r"pieces are counted from 1, or from -1 at the end"):
        market(placing(lines=LINES.replace("item_id: sku", "item_id: {path: a, piece: {separator: '/', number: 0}}")))


def test_a_text_may_stand_for_no_value() -> None:
    first = "{first: [{path: variation, none: ['0', 'n/a']}, product]}"
    assert "product" == item_of(first, variation=0, product="product")
    assert "product" == item_of(first, variation="n/a", product="product")
    assert "00" == item_of(first, variation="00", product="product")


def test_the_elements_of_a_list_may_be_the_values_themselves() -> None:
    lines = LINES.replace("item_id: sku", 'item_id: "@value"').replace('{path: id, default: "1"}', '"@position"')
    order = placed(market(placing(lines=lines)), {**ORDER, "goods": ["LAMP-1", 42]})
    assert [("1", "LAMP-1"), ("2", "42")] == [(line.line_id, line.item_id) for line in order.lines]


GTIN = "04012345111118"


@pytest.mark.parametrize(
    ("text", "wanted", "expected"),
    (
        ("urn:epc:id:sgtin:4012345.011111.987", "gtin", GTIN),
        ("urn:epc:id:sgtin:4012345.011111.987", "serial", "987"),
        ("urn:epc:id:sgtin:4012345.011111.%2F1", "serial", "/1"),
        ("urn:epc:class:lgtin:4012345.011111.LOT", "gtin", GTIN),
        ("urn:epc:idpat:sgtin:4012345.011111.*", "gtin", GTIN),
        ("urn:epc:idpat:sgtin:4012345.011111.*", "serial", None),
        ("https://id.gs1.org/01/04012345111118/21/987", "gtin", GTIN),
        ("https://id.gs1.org/01/04012345111118/21/987?17=261231", "serial", "987"),
        ("https://example.com/shop/01/4012345111118", "gtin", GTIN),
        ("https://example.com/01/04012345111118/10/21/21/S1", "serial", "S1"),
        ("https://example.com/01/04012345111117", "gtin", None),
        ("urn:epc:id:sscc:4012345.0111111111", "sscc", "040123451111111110"),
        ("https://example.com/00/040123451111111110", "sscc", "040123451111111110"),
        ("urn:epc:id:sgln:4012345.11111.0", "gln", "4012345111118"),
        ("urn:epc:id:pgln:4012345.11111", "gln", "4012345111118"),
        ("https://example.com/414/4012345111118/254/A1", "gln", "4012345111118"),
        # The examples of the EPC Tag Data Standard.
        ("urn:epc:id:sgtin:0614141.812345.6789", "gtin", "80614141123458"),
        ("urn:epc:id:sscc:0614141.1234567890", "sscc", "106141412345678908"),
        ("urn:epc:id:sgln:0614141.12345.5678", "gln", "0614141123452"),
        ("urn:epc:id:sgtin:4012345.011111.987", "sscc", None),
        ("urn:epc:id:sgtin:401234.011111.987", "gtin", None),
        ("urn:epc:id:sgtin:40123a5.011111.987", "gtin", None),
        ("urn:epc:id:sgtin:4012345", "gtin", None),
        ("urn:epc:id", "gtin", None),
        ("LAMP-1", "gtin", None),
        ("https://example.com", "gtin", None),
        ("https://example.com/01", "gtin", None),
        ("urn:epc:id:sgtin:4012345.011111." + "9" * LONGEST_EPC, "gtin", None),
        ("urn:epc:id:sgtin:4012345.011111." + "9" * 21, "serial", None),
    ),
)
def test_an_epc_says_its_gs1_key(text: str, wanted: str, expected: str | None) -> None:
    assert expected == gs1_key(text, wanted)


def test_a_key_that_an_epc_does_not_say_is_refused() -> None:
    assert GTIN == item_of("{path: epc, gs1: gtin}", epc="urn:epc:id:sgtin:4012345.011111.987")
    expected = "refused: lines.1.item_id: 'LAMP-1' is no EPC or GS1 Digital Link with a gtin"
    assert expected == refusal_of("{path: epc, gs1: gtin}", epc="LAMP-1")


@pytest.mark.parametrize(("digits", "expected"), (("629104150021", "3"), ("9638507", "4"), ("0000000000000", "0")))
def test_the_check_digit_is_that_of_the_standard(digits: str, expected: str) -> None:
    assert expected == check_digit(digits)
