"""Reading EDIFACT: separators, service segments, counts, groups; a bad message does not touch its neighbours."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.formats.documents import Defect, LazyNode, SourceDocument
from connectors.formats.edifact.documents import edifact_documents_of
from connectors.formats.edifact.encodings import decoded_edifact
from connectors.formats.edifact.groups import SHAPES
from connectors.formats.edifact.interchanges import read_edifact
from connectors.formats.outcomes import UnreadableRecord
from tests.fixture_sets import FixtureSet
from tests.unit.channels.edifact.given import UNB, a_message, document, interchange

ORDER = a_message("ORDERS", "BGM+220+PO-1+9", "DTM+137:20260105:102", "LIN+1++4000862141404:EN", "QTY+21:8", "UNS+S")
TEXTS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=12)


def seen(text: str) -> list[str]:
    """What became of a text, one line a document."""
    try:
        found = edifact_documents_of(read_edifact(text))
    except UnreadableRecord as unreadable:
        return [f"unreadable: {unreadable.reason}"]
    return [f"{one.field}: {one.reason}" if isinstance(one, Defect) else number_of(one) for one in found]


def number_of(found: SourceDocument) -> str:
    begin = found["BGM"]
    assert isinstance(begin, LazyNode)
    return str(begin["02"])


def released(text: str) -> str:
    return "".join(f"?{character}" if character in "?:+'" else character for character in text)


@pytest.mark.parametrize(
    ("find", "replace"),
    (
        ("'", "'\r\n"),
        ("'", "'\n\t  "),
        ("UNB", "UNA:+.? 'UNB"),
        ("UNB", "\ufeffUNA:+.? '\r\nUNB"),
        ("UNZ+1+REF7'", "UNZ+1+REF7"),
        ("UNZ+1", "UNZ+0001"),
        ("''", "'"),
        ("UNS+S'", "UNS+S''"),
    ),
)
def test_line_ends_and_the_advice_are_the_senders_choice(find: str, replace: str) -> None:
    assert ["PO-1"] == seen(interchange(ORDER).replace(find, replace).replace("+5+1''", "+5+1'"))


def test_the_separators_are_those_of_the_advice() -> None:
    text = interchange(ORDER).translate(str.maketrans(":+'", "*|~"))
    assert ["PO-1"] == seen(f"UNA*|.! ~{text}")
    assert ["PO-1"] == seen("UNA:+.  '" + interchange(ORDER))
    assert ["PO-1"] == seen("UNA:+.? \n" + interchange(ORDER).replace("'", "\n"))


def test_text_that_was_wrapped_is_read_as_if_it_were_not() -> None:
    text = interchange(ORDER)
    assert ["PO-1"] == seen("\r\n".join(text[start : start + 80] for start in range(0, len(text), 80)))


def test_what_is_released_is_text() -> None:
    found = document("ORDERS", "BGM+220+PO?+1?:2?'3??+9", "FTX+AAI+++FIRST?: A:SECOND ?'UNB?+ LINE")
    assert "PO+1:2'3?" == found["BGM"]["02"]
    assert ("FIRST: A", "SECOND 'UNB+ LINE") == (found["FTX"][0]["04"], found["FTX"][0]["04-2"])


def test_components_have_numbers_and_the_first_is_the_element() -> None:
    found = document("ORDERS", "BGM+220+PO-1+9", "DTM+137:20260105:102", "NAD+BY+5412345::9++:SECOND NAME")
    assert {"01": "137", "01-1": "137", "01-2": "20260105", "01-3": "102"} == found["DTM"]["137"]
    party = found["NAD"]["BY"]
    assert ("5412345", "9", "SECOND NAME") == (party["02"], party["02-3"], party["04-2"])
    assert {"04", "04-1", "02-2"}.isdisjoint(party)


@pytest.mark.parametrize(
    ("written", "read"), (("19,95", "19.95"), (",5", ".5"), ("-1,5", "-1.5"), ("1,000,5", "1,000,5"))
)
def test_a_number_with_a_comma_is_read_with_a_point(written: str, read: str) -> None:
    found = document("ORDERS", "BGM+220+PO-1+9", "LIN+1", f"PRI+AAA:{written}", f"FTX+AAI+++{written}")
    assert (read, written) == (found["LIN"][0]["PRI"]["AAA"]["01-2"], found["LIN"][0]["FTX"][0]["04"])


def test_an_order_has_its_parties_lines_and_totals() -> None:
    found = document(
        "ORDERS",
        "BGM+220+PO-1+9",
        "DTM+137:20260105:102",
        "RFF+CT:C-5",
        "DTM+171:20251201:102",
        "NAD+BY+5412345000013::9",
        "RFF+VA:ATU123",
        "CTA+OC+:ADA",
        "COM+a@b.example:EM",
        "NAD+DP+5412345000020::9",
        "LOC+11+GATE 4",
        "CUX+2:EUR:9",
        "ALC+C++++FC",
        "MOA+8:15",
        "LIN+1++4000862141404:EN",
        "PIA+1+LAMP-1:SA+CUST-1:IN",
        "IMD+F++:::LAMP",
        "QTY+21:8:PCE",
        "PRI+AAA:12.5:CA::1:PCE",
        "RFF+LI:10",
        "DTM+171:20251202:102",
        "ALC+A",
        "MOA+204:2",
        "LIN+2++ABC:SA",
        "QTY+21:3",
        "UNS+S",
        "MOA+79:100",
        "CNT+2:2",
    )
    assert ("20260105", "20251201") == (found["DTM"]["137"]["01-2"], found["RFF"]["CT"]["DTM"]["171"]["01-2"])
    buyer = found["NAD"]["BY"]
    assert ("ATU123", "a@b.example") == (buyer["RFF"]["VA"]["01-2"], buyer["CTA"]["OC"]["COM"][0]["01"])
    assert "GATE 4" == found["NAD"]["DP"]["LOC"]["11"]["02"]
    first, second = found["LIN"]
    assert {"EN": "4000862141404", "SA": "LAMP-1", "IN": "CUST-1"} == first["ids"]
    assert ("8", "LAMP", "12.5", "1") == (
        first["QTY"]["21"]["01-2"],
        first["IMD"][0]["03-4"],
        first["PRI"]["AAA"]["01-2"],
        first["PRI"]["AAA"]["01-5"],
    )
    assert ("20251202", "2") == (first["RFF"]["LI"]["DTM"]["171"]["01-2"], first["ALC"][0]["MOA"]["204"]["01-2"])
    assert ({"SA": "ABC"}, "3") == (second["ids"], second["QTY"]["21"]["01-2"])
    assert ("15", "100", "2") == (
        found["ALC"][0]["MOA"]["8"]["01-2"],
        found["MOA"]["79"]["01-2"],
        found["CNT"]["2"]["01-2"],
    )


def test_a_despatch_advice_has_lines_and_packages_in_its_levels() -> None:
    found = document(
        "DESADV",
        "BGM+351+S-1+9",
        "CPS+1",
        "PAC+1++201",
        "CPS+2+1",
        "PAC+2++CT",
        "PCI+33E",
        "GIN+BJ+00340123450000000018",
        "LIN+1++LAMP-1:SA",
        "QTY+12:8",
        "CPS+3+1",
        "LIN+2++PUMP-9:SA",
        "QTY+12:2",
        "CNT+2:2",
    )
    first, second, third = found["CPS"]
    assert "LIN" not in first
    assert "00340123450000000018" == second["PAC"][0]["PCI"][0]["GIN"][0]["02"]
    assert [("LAMP-1", "8"), ("PUMP-9", "2")] == [
        (line["ids"]["SA"], line["QTY"]["12"]["01-2"]) for level in (second, third) for line in level["LIN"]
    ]
    assert "2" == found["CNT"]["2"]["01-2"]


@pytest.mark.parametrize(
    ("find", "replace", "expected"),
    (
        ("UNT+7+1", "UNT+8+1", "UNT.01: UNT counts 8 segments, 7 were found"),
        ("UNT+7+1", "UNT+7+2", "UNT.02: reference 1 in UNH and 2 in UNT"),
        ("UNT+7+1'", "", "UNT: the message ends without UNT"),
        ("QTY+21:8", "qty+21:8", "qty: 'qty' is not a segment name"),
        ("QTY+21:8", f"QTY{'+' * 100}", "QTY: more than 99 elements or components"),
        ("QTY+21:8", f"QTY+{':' * 99}1", "QTY: more than 99 elements or components"),
        ("BGM+220+PO-1+9'DTM+137:20260105:102'", "BGM+220+PO-1'BGM+220+PO-1'", "BGM: BGM occurs twice"),
    ),
)
def test_a_bad_message_is_a_defect_and_the_good_ones_go_on(find: str, replace: str, expected: str) -> None:
    assert find in ORDER
    good = ORDER.replace("PO-1", "PO-8").replace("UNH+1+", "UNH+8+").replace("UNT+7+1", "UNT+7+8")
    assert ["PO-8", expected, "PO-8"] == seen(interchange(good, ORDER.replace(find, replace), good))


@pytest.mark.parametrize(
    ("find", "replace", "expected"),
    (
        ("UNB", "UNX", "does not begin with UNB"),
        ("UNZ+1+REF7'", "", "the interchange ends without UNZ"),
        ("UNZ+1+REF7", "UNZ+1+REF8", "reference REF7 in UNB and REF8 in UNZ"),
        ("UNZ+1", "UNZ+2", "UNZ counts 2 messages, 1 were found"),
        ("UNZ+1", "UNZ+one", "UNZ counts one messages, 1 were found"),
        ("UNT+7+1'", "UNT+7+1'QTY+1:1'", "segment 'QTY' is outside a message"),
        ("UNH+1", "QTY+1:1'UNH+1", "segment 'QTY' is outside a message"),
        ("REF7'UNH", "REF7?'UNH", "segment 'BGM' is outside a message"),
        ("REF7'UNH", "REF7'UNZ+0+REF7'UNH", "'UNH' after UNZ does not begin an interchange"),
    ),
)
def test_an_envelope_that_cannot_be_read_makes_the_interchange_unreadable(
    find: str, replace: str, expected: str
) -> None:
    text = interchange(ORDER)
    assert find in text
    broken = text.replace(find, replace, 1)
    assert [f"unreadable: {expected}"] == seen(broken)
    assert [f"UNB: {expected}", "PO-1"] == seen(f"{broken}{'' if broken.endswith(chr(39)) else chr(39)}\n{text}")


@pytest.mark.parametrize("advice", ("UNA:::? '", "UNAA+.? '", "UNA:+.+ '", "UNA:+"))
def test_an_advice_without_separators_of_use_is_unreadable(advice: str) -> None:
    assert seen(advice)[0].startswith("unreadable: UNA gives no usable separators")


def test_several_interchanges_have_separators_of_their_own() -> None:
    other = "UNA*|.! ~" + interchange(ORDER).translate(str.maketrans(":+'", "*|~"))
    assert ["PO-1"] * 3 == seen(f"{interchange(ORDER)}\r\n{other}{interchange(ORDER)}")


def test_a_text_that_looks_like_the_begin_of_an_interchange_begins_none() -> None:
    text = interchange(a_message("ORDERS", "BGM+220+PO-1+9", "FTX+AAI+++A?'UNB?+B ?'UNA:?+.?? ?'"))
    assert ["PO-1"] == seen(text)


def test_messages_in_groups_know_their_group() -> None:
    grouped = f"{UNB}UNG+ORDERS+A+B+260105:0600+G1+UN+D:96A'{ORDER}UNE+1+G1'UNZ+1+REF7'"
    (found,) = edifact_documents_of(read_edifact(grouped))
    assert not isinstance(found, Defect)
    group: Any = found["UNG"]
    assert ("ORDERS", "G1") == (group["01"], group["05"])
    assert ["unreadable: UNZ counts 2 groups, 1 were found"] == seen(grouped.replace("UNZ+1", "UNZ+2"))


def test_an_interchange_without_a_message_is_a_defect() -> None:
    assert ["UNB: the interchange contains no message"] == seen(f"{UNB}UNZ+0+REF7'")


@pytest.mark.parametrize("kind", sorted(SHAPES))
def test_every_kind_of_message_keeps_every_segment_wherever_it_stands(kind: str) -> None:
    names = (
        "RFF",
        "NAD",
        "LOC",
        "LIN",
        "QTY",
        "PRI",
        "MOA",
        "ALC",
        "CPS",
        "PAC",
        "PCI",
        "INV",
        "TAX",
        "FTX",
        "XYZ",
        "CNT",
    )
    texts = {f"{name}-{number}" for number in range(3) for name in names}
    segments = [f"{name}+Q{number}:{name}-{number}" for number in range(3) for name in (*names, *reversed(names))]
    found = document(kind, *segments)
    assert set() == texts - set(texts_of(found))


def texts_of(node: object) -> list[str]:
    if isinstance(node, dict | LazyNode):
        return [text for _, inner in node.items() for text in texts_of(inner)]
    if isinstance(node, list):
        return [text for inner in node for text in texts_of(inner)]
    return [str(node)]


@given(st.lists(st.lists(st.lists(TEXTS, min_size=1, max_size=4), min_size=1, max_size=5), max_size=8))
def test_every_text_comes_back_as_it_was_written(segments: list[list[list[str]]]) -> None:
    written = ["+".join(("FTX", *(":".join(map(released, parts)) for parts in elements))) for elements in segments]
    found = document("ORDERS", "BGM+220+PO-1+9", *written)
    assert segments == [
        [[node[f"{number:02}-{place}"] for place in range(1, len(parts) + 1)] for number, parts in enumerate(one, 1)]
        for one, node in zip(segments, found.get("FTX", []), strict=True)
    ]


@given(st.text(st.sampled_from("UNABZHT+:'? \n1REF7ORDS") | st.characters(), max_size=200))
def test_any_text_is_read_or_refused_with_a_reason(text: str) -> None:
    for value in (text, f"{UNB}{text}", f"UNA{text}", interchange(text)):
        assert seen_or_defects(value)


def seen_or_defects(text: str) -> bool:
    try:
        return bool(edifact_documents_of(read_edifact(text)))
    except UnreadableRecord as unreadable:
        return bool(unreadable.reason)


@pytest.mark.parametrize(
    ("named", "encoding", "text"),
    (
        ("UNOA", "latin-1", "HÉBERT"),
        ("UNOC", "latin-1", "HÉBERT"),
        ("UNOC", "utf-8", "HÉBERT"),
        ("UNOD", "iso-8859-2", "ŁÓDŹ"),
        ("UNOE", "iso-8859-5", "Юг"),
        ("UNOF", "iso-8859-7", "Φως"),
        ("UNOY", "utf-8", "ŁÓDŹ"),
    ),
)
def test_letters_are_those_of_the_set_that_unb_names(named: str, encoding: str, text: str) -> None:
    assert text in decoded_edifact(f"{UNB.replace('UNOC', named)}{text}".encode(encoding))


@pytest.mark.parametrize(
    ("value", "reason"),
    (
        (UNB.replace("UNOC", "UNOY").encode() + b"\xc9", "UNOY names no other character set"),
        (b"\xc9", "no UNB names no other character set"),
        (UNB.replace("UNOC", "UNOF").encode() + b"\xc9\xd2\xff", "neither UTF-8 nor iso-8859-7"),
    ),
)
def test_bytes_of_no_known_set_are_unreadable(value: bytes, reason: str) -> None:
    with pytest.raises(UnreadableRecord, match=reason):
        decoded_edifact(value)


def test_every_file_of_others_is_read_or_refused_with_a_reason(fixtures: FixtureSet) -> None:
    found = {path.name: seen_of(path.read_bytes()) for path in fixtures.files(fixtures.edifact)}
    assert VERDICTS[fixtures.name] == found


def seen_of(value: bytes) -> list[str]:
    return seen(decoded_edifact(value))


VERDICTS: dict[str, dict[str, list[str]]] = {
    "ours": {
        "orders.plain.edi": ["HT-5101"],
        "orders.two_messages.edi": ["HT-5102", "UNT.01: UNT counts 9 segments, 8 were found"],
    },
    "theirs": {
        "order.edi": ["unreadable: the interchange ends without UNZ"],
        "order2.edi": ["unreadable: the interchange ends without UNZ"],
        "wikipedia_de.edi": ["unreadable: reference 1 in UNB and 1234567 in UNZ"],
    },
}
