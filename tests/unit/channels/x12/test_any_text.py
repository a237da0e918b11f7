"""Whatever text comes, the reader answers with documents, defects or `UnreadableRecord`, in time linear in its size."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.formats.documents import Defect, SourceDocument
from connectors.formats.outcomes import UnreadableRecord
from connectors.formats.x12.documents import documents_of
from connectors.formats.x12.interchanges import read_x12
from connectors.formats.x12.loops import SHAPES
from tests.unit.channels.x12.given import GS, ISA, a_set, in_an_envelope

PIECES = st.sampled_from(
    (
        *(
            "ISA",
            ISA,
            ISA[:-1],
            GS,
            "GE*1*7~",
            "IEA*1*000000007~",
            "ST*850*0001~",
            "ST*856*0001~",
            "SE*2*0001~",
            "TA1*1~",
        ),
        *(
            "HL*1**S~",
            "HL*2*1*O~",
            "HL*2*2*O~",
            "PO1*1*VN~",
            "PO1*1*2*EA*1**VN*X~",
            "SDQ*EA*92*1~",
            "N1*ST~",
            "N1~",
            "~",
        ),
        *("*", ">", "\n", "\r\n", "\ufeff", " ", "\x00", "\u00a0", "all*1~", "repeated~", "ids*a~", "01*x~", "9" * 30),
    )
)
BODIES = st.lists(
    st.tuples(
        st.sampled_from(
            ("HL", "PO1", "N1", "REF", "SAC", "SLN", "LIN", "QTY", "SDQ", "AK3", "LX", "W12", "all", "01", "BEG")
        ),
        st.lists(st.sampled_from(("", "1", "2", "S", "VN", "A>B", ">", "all", "01")), max_size=9),
    ),
    max_size=25,
).map(lambda drawn: ["*".join((name, *elements)) for name, elements in drawn])


def answers(text: str) -> list[SourceDocument | Defect]:
    """What the reader says; nothing but the declared exception comes out of it."""
    try:
        found = documents_of(read_x12(text))
    except UnreadableRecord as unreadable:
        found = [Defect("", unreadable.reason, {})]
    assert found
    for one in found:
        if isinstance(one, Defect):
            assert one.reason
            assert len(one.field) + len(one.reason) < 300
        json.dumps(one.document if isinstance(one, Defect) else one, default=lambda node: dict(node.items()))
    return found


@given(st.text(max_size=300))
def test_any_text_has_an_answer(text: str) -> None:
    answers(text)
    answers(ISA + text)
    answers(in_an_envelope("ST*850*0001~" + text))


@given(st.lists(PIECES, max_size=30).map("".join))
def test_any_order_of_pieces_of_interchanges_has_an_answer(text: str) -> None:
    answers(text)
    answers(ISA + GS + text)


@given(st.sampled_from(sorted(SHAPES)), BODIES)
def test_any_order_of_segments_in_any_kind_of_set_has_an_answer(kind: str, body: list[str]) -> None:
    assert 1 == len(answers(in_an_envelope(a_set(kind, *body))))


@given(st.lists(st.sampled_from(("good", "short", "no end", "wrong count")), min_size=1, max_size=6))
def test_each_set_has_an_answer_of_its_own(kinds: list[str]) -> None:
    good = a_set("850", "BEG*00*SA*PO-1**20260105")
    texts = {
        "good": good,
        "short": a_set("850"),
        "no end": good.replace("SE*3*0001~", ""),
        "wrong count": good.replace("SE*3", "SE*4"),
    }
    found = answers(in_an_envelope(*(texts[kind] for kind in kinds)))
    assert [kind in {"no end", "wrong count"} for kind in kinds] == [isinstance(one, Defect) for one in found]


MEGA = 1_000_000
OPEN = f"{ISA}{GS}ST*850*0001~"


HOSTILE = {
    "names of interchanges": (OPEN, "ISA"),
    "interchanges": ("", ISA),
    "interchanges of other delimiters": ("", ISA.replace("~", "\n")),
    "lines with interchanges": ("?", "\nISA*"),
    "blanks": (OPEN, " "),
    "blanks before delimiters": (OPEN, "   *"),
    "line ends": (OPEN, "\r\n"),
    "components": (OPEN, ">"),
    "components in elements": (OPEN, "A>B*"),
    "terminators": (OPEN, "~"),
    "elements": (OPEN, "*"),
    "sets": (f"{ISA}{GS}", "ST*850*1~SE*2*1~"),
    "groups": (ISA, "GS*PO~GE*0~"),
    "segments before the end of a group": (f"{ISA}GS*", "GS*"),
    "levels in levels": (OPEN, "HL*1*1*I~"),
    "equal segments": (OPEN, "REF*A~"),
    "parties": (OPEN, "N1*ST~"),
    "lines": (OPEN, "PO1*1*VN*X~"),
    "ends of interchanges": (OPEN, "IEA*1*1~"),
}
"""What begins a text, and what is repeated in it."""


@pytest.mark.parametrize("name", HOSTILE)
def test_a_text_of_four_times_the_size_takes_about_four_times_as_long(name: str) -> None:
    begin, repeated = HOSTILE[name]

    def seconds(size: int) -> float:
        text = begin + repeated * (size // len(repeated)) + "~SE*1*0001~GE*1*7~IEA*1*000000007~"
        before = time.process_time()
        answers(text)
        return time.process_time() - before

    assert seconds(MEGA) < 8 * seconds(MEGA // 4) + 1
