"""Envelopes as they come: wrapped, indented, short, several in one text; a broken one does not touch its neighbours."""

from textwrap import wrap

import pytest

from connectors.formats.documents import Defect, LazyNode
from connectors.formats.outcomes import UnreadableRecord
from connectors.formats.x12.documents import documents_of
from connectors.formats.x12.interchanges import Interchange, UnreadableInterchange, read_x12
from tests.unit.channels.x12.given import GS, ISA, a_set, document, in_an_envelope

SET = a_set("850", "BEG*00*SA*PO-1**20260105", "N1*ST*HARBOR TOOLS OF THE NORTH*92*0007", "PO1*1*2*EA*1.5**VP*L-1")
PLAIN = in_an_envelope(SET)


def only(text: str) -> Interchange:
    (found,) = read_x12(text)
    assert isinstance(found, Interchange), found
    return found


def folded(text: str, width: int, line_end: str = "\n") -> str:
    return line_end.join(text[start : start + width] for start in range(0, len(text), width))


def ways(text: str) -> list[str]:
    """What became of each interchange."""
    return ["read" if isinstance(part, Interchange) else part.reason for part in read_x12(text)]


@pytest.mark.parametrize("width", (20, 60, 79, 80, 81, 105, 106, 120))
@pytest.mark.parametrize("line_end", ("\n", "\r\n", "\r"))
def test_a_text_that_was_wrapped_is_read_as_if_it_were_not(width: int, line_end: str) -> None:
    assert only(PLAIN) == only(folded(PLAIN, width, line_end))


def test_a_text_that_was_wrapped_in_the_name_of_an_envelope_is_read_as_if_it_were_not() -> None:
    two = PLAIN + PLAIN
    for width in range(60, 200):
        assert read_x12(two) == read_x12(folded(two, width)), width


def test_a_wrapped_line_does_not_lose_blanks_inside_an_element() -> None:
    lines = wrap(PLAIN, 80, drop_whitespace=False, break_on_hyphens=False)
    found = documents_of(read_x12("\n".join(lines)))
    assert [document("850", *SET.split("~")[1:-2])] == found


@pytest.mark.parametrize("isa", (ISA.replace("  ", ""), ISA.replace(" ", ""), ISA.replace("BUYER ", "BUYER  ")))
def test_elements_of_isa_may_be_shorter_or_longer_than_they_should_be(isa: str) -> None:
    assert only(PLAIN) == only(in_an_envelope(SET, isa=isa))


@pytest.mark.parametrize(
    "terminator", ("\n", "\r\n", "\r", "\n\n", "~\n", "~\r\n", "~  \n", "'\t", "\x1c", "|\n", "\n   ")
)
def test_a_terminator_may_be_a_line_end_or_have_one_behind_it(terminator: str) -> None:
    found = only(PLAIN.replace("~", terminator))
    assert only(PLAIN).groups == found.groups
    assert only(PLAIN).isa == found.isa


@pytest.mark.parametrize("before", ("\ufeff", " \n", "\r\n\r\n", "\x00", "\u00a0", "\ufeff\n  "))
def test_what_is_white_before_and_behind_means_nothing(before: str) -> None:
    assert only(PLAIN) == only(before + PLAIN + before)


def test_the_repetition_separator_counts_from_version_00402_on() -> None:
    assert "^" == only(PLAIN.replace("*U*00401*", "*^*00501*")).delimiters.repetition
    assert "" == only(PLAIN).delimiters.repetition
    assert "" == only(PLAIN.replace("*U*00401*", "*U*00501*")).delimiters.repetition


def test_several_interchanges_have_delimiters_of_their_own() -> None:
    other = PLAIN.replace("*", "|").replace("~", "\n")
    for between in ("", "\n", "\r\n\r\n", "   "):
        assert ["read"] * 3 == ways(PLAIN + between + other + between + PLAIN)


def test_the_word_isa_in_an_element_begins_no_interchange() -> None:
    text = in_an_envelope(a_set("850", "REF*ISA*1", "REF*IA*ISA", "MSG*ISA", "N1*ST*ISA*92*ISA"))
    assert ["read", "read"] == ways(text + text)


def test_an_interchange_whose_last_line_has_no_terminator_ends_there() -> None:
    assert ["read", "read"] == ways(f"{PLAIN[:-1]}\n{PLAIN}")


@pytest.mark.parametrize(
    ("broken", "expected"),
    (
        (
            PLAIN.replace("IEA*1*000000007", "IEA*1*000000008"),
            "control number 000000007 in ISA13 and 000000008 in IEA02",
        ),
        (PLAIN.replace("IEA*1*", "IEA*2*"), "IEA01 counts 2 groups, 1 were found"),
        (PLAIN.replace("IEA*1*000000007~", ""), "the interchange ends without IEA"),
        (PLAIN.replace("GE*1*7~", ""), "the functional group 7 ends without GE"),
        (PLAIN.replace(GS, f"{GS}REF*A*B~"), "segment 'REF' is outside a transaction set"),
        (PLAIN.replace("GE*", "REF*A~GE*"), "segment 'REF' is outside a transaction set"),
        (PLAIN.replace("*P*>~", "*P*>"), "the ISA segment gives no usable delimiters: '*>G'"),
    ),
)
def test_a_broken_interchange_is_refused_and_those_beside_it_are_read(broken: str, expected: str) -> None:
    first, middle, last = ways(f"{PLAIN}\n{broken}\n{PLAIN}")
    assert ("read", "read") == (first, last)
    assert expected == middle
    with pytest.raises(UnreadableRecord, match="^" + expected.replace("*", r"\*")):
        read_x12(broken)


def test_the_refusal_of_a_broken_interchange_has_its_envelope() -> None:
    good, broken = documents_of(read_x12(PLAIN + PLAIN.replace("IEA*1*", "IEA*2*")))
    assert not isinstance(good, Defect)
    assert isinstance(broken, Defect)
    assert isinstance(isa := broken.document["ISA"], LazyNode)
    assert "000000007" == isa["13"]


def test_what_stands_behind_an_interchange_and_is_none_is_refused() -> None:
    (first, second) = read_x12(f"{PLAIN}Best regards~")
    assert isinstance(first, Interchange)
    assert UnreadableInterchange(None, "'Best regards' after IEA does not begin with an ISA segment") == second


def test_what_stands_before_an_interchange_and_is_none_is_refused() -> None:
    assert ["does not begin with an ISA segment of 16 elements", "read"] == ways(f"Subject: orders\n\n{PLAIN}")


def test_parts_that_are_no_interchange_are_looked_at_a_hundred_times_at_most() -> None:
    assert 101 == len(ways(PLAIN + "\nISA*" * 200))


def test_a_segment_of_more_elements_than_have_numbers_is_a_defect() -> None:
    text = in_an_envelope(a_set("850", "BEG*00*SA*PO-1", "K1" + "*A" * 100), SET)
    first, second = documents_of(read_x12(text))
    assert isinstance(first, Defect)
    assert ("K1", "K1 has 100 elements, at most 99 are read") == (first.field, first.reason)
    assert not isinstance(second, Defect)


@pytest.mark.parametrize("name", ("all", "repeated", "ids", "01", "", "PO1\u00e9"))
def test_a_segment_with_the_name_of_something_else_is_a_defect(name: str) -> None:
    text = in_an_envelope(a_set("850", "BEG*00*SA*PO-1", f"{name}*01*X", f"{name}*01*X", "PO1*1", f"{name}*01*X"))
    (found,) = documents_of(read_x12(text))
    assert isinstance(found, Defect)
