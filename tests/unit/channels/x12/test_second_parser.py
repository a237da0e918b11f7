"""The independent parser `ansi-x12` sees the same segments and envelopes in every regular interchange of ours.

It takes one interchange with a padded ISA in which nothing is wrong, so that is what both are asked about.
"""

import pytest
import x12
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.loads.interchanges import interchanges
from connectors.formats.documents import Defect
from connectors.formats.x12.documents import documents_of
from connectors.formats.x12.groups import Group
from connectors.formats.x12.interchanges import Interchange, read_x12
from connectors.formats.x12.segments import Segment, read_isa, segments_of
from demo.channels.feed import FeedRecordKind, demo_records
from tests.fixture_sets import OURS
from tests.unit.channels.x12.given import ISA, a_set, in_an_envelope

REGULAR = (
    "850.plain.edi",
    "850.two_sets.edi",
    "850.pipes_and_lines.edi",
    "850.one_line.edi",
    "850.no_ship_to.edi",
    "850.cancel.edi",
    "850.change.edi",
    "850.unknown_unit.edi",
    "850.wrong_total.edi",
    "855.acknowledgment.edi",
)
TEXTS = st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="*~>"), min_size=1, max_size=12)
SEGMENTS = st.lists(
    st.tuples(
        st.sampled_from(("REF", "N1", "PO1", "DTM", "K1", "SAC")), st.lists(TEXTS | st.just(""), max_size=8), TEXTS
    ),
    max_size=20,
).map(lambda drawn: ["*".join((name, *elements, last)) for name, elements, last in drawn])
KINDS = st.sampled_from(("850", "856", "997"))


def ours(text: str) -> list[Segment]:
    isa = read_isa(text)
    return [isa.segment, *segments_of(text[isa.end :], isa.delimiters)]


def theirs(text: str) -> list[Segment]:
    found = x12.tokenize_x12(text.encode()).segments
    padded = [[segment.tag, *(element.decode() for element in segment.elements)] for segment in found]
    return [[part.strip() for part in padded[0]], *padded[1:]]


def envelope(group: Group) -> tuple[Segment, list[tuple[Segment, int]]]:
    return group.gs, [(one.segments[0], len(one.segments)) for one in group.sets]


def check(text: str) -> None:
    assert theirs(text) == ours(text)
    parsed = x12.parse_x12_interchange(x12.tokenize_x12(text.encode()))
    (found,) = read_x12(text)
    assert isinstance(found, Interchange)
    assert all(one.defect is None for group in found.groups for one in group.sets)
    expected = [
        (
            [group.header.tag, *(element.decode() for element in group.header.elements)],
            [
                ([one.header.tag, *(element.decode() for element in one.header.elements)], len(one.all_segments))
                for one in group.transactions
            ],
        )
        for group in parsed.groups
    ]
    assert expected == [envelope(group) for group in found.groups]
    assert len(parsed.interchange_segments) == len(found.acknowledgements)


@pytest.mark.parametrize("name", REGULAR)
def test_both_read_our_samples_alike(name: str) -> None:
    check((OURS.folder / "x12" / name).read_text())


def test_both_read_the_orders_of_the_demo_and_of_the_benchmark_alike() -> None:
    of_demo = [
        (record.outgoing.value or b"").decode()
        for record in demo_records(7, 120)
        if record.kind is FeedRecordKind.ORIGINAL and "edi" in record.outgoing.topic
    ]
    regular = [text for text in of_demo if not any(isinstance(one, Defect) for one in documents_of(read_x12(text)))]
    assert len(regular) > 5
    for text in (*regular, *(one.text for one in interchanges(12))):
        check(text)


@given(st.lists(st.tuples(KINDS, SEGMENTS), min_size=1, max_size=4))
def test_both_read_any_regular_interchange_alike(sets: list[tuple[str, list[str]]]) -> None:
    check(
        in_an_envelope(
            *(a_set(kind, *body, number=f"{number:04}") for number, (kind, body) in enumerate(sets, start=1))
        )
    )


def test_ours_reads_what_the_other_refuses() -> None:
    """What is irregular and still clear; without this the comparison would prove that one of them is not needed."""
    one = in_an_envelope(a_set("850", "BEG*00*SA*PO-1**20260105"))
    for text in (
        one.replace(ISA, ISA.replace(" ", "")),
        f"\ufeff{one}",
        one + one,
        one[:-1],
        one.replace("GS*", "G\nS*"),
    ):
        assert all(isinstance(part, Interchange) for part in read_x12(text))
        with pytest.raises(x12.X12Error):
            x12.parse_x12_interchange(x12.tokenize_x12(text.encode()))
