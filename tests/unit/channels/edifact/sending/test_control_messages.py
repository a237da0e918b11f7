"""CONTRL and APERAK: what we say of an interchange, and what a partner says of ours."""

import pytest

from connectors.formats.edifact.interchanges import EdifactInterchange, EdifactPart, NoEdifact, read_edifact
from connectors.formats.edifact.sending.acknowledgements import answer_to
from connectors.formats.edifact.sending.receipts import receipt_of
from connectors.formats.edifact.sending.received_acknowledgements import acknowledgements_of
from connectors.formats.edifact.sending.writing import Notation
from domain.identifiers import PartnerId, SourceId
from domain.messages.edi.events import AcknowledgedAs, AcknowledgementReceived, InterchangeReceived
from tests.unit.channels.edifact.given import UNB, a_message, interchange
from tests.unit.channels.edifact.sending.given import segments_of
from tests.unit.channels.x12.sending.given import NOW_US

KAI = PartnerId("werkzeug_kai")
ORDER = a_message("ORDERS", "BGM+220+KW-1+9", "LIN+1", "QTY+21:8:PCE")
UCI = "UCI+REF7+4012345000009:14+5412345000013:14"
KIND = "ORDERS:D:96A:UN:EAN008"


def receipt(text: str, kinds: frozenset[str] | None = None) -> InterchangeReceived | None:
    (part,) = parts(text)
    return receipt_of(part, KAI, SourceId("edifact_wholesale"), kinds)


def parts(text: str) -> tuple[EdifactPart, ...]:
    """What is read, or what is wrong with all of it."""
    try:
        return read_edifact(text)
    except NoEdifact as none:
        return none.parts


def answer(text: str, kinds: frozenset[str] | None = None, notation: Notation = Notation()) -> list[str]:  # noqa: B008
    """The raw segments of the CONTRL, from UNH to UNT."""
    found = receipt(text, kinds)
    assert found is not None
    return segments_of(answer_to(found, notation, "3", NOW_US), notation)[1:-1]


def test_an_interchange_is_acknowledged_message_by_message() -> None:
    second = a_message("ORDERS", "BGM+220+KW-2+9", reference="2")
    assert [
        "UNH+1+CONTRL:D:3:UN",
        f"{UCI}+7",
        f"UCM+1+{KIND}+7",
        f"UCM+2+{KIND}+7",
        "UNT+5+1",
    ] == answer(interchange(ORDER, second))


def test_the_answer_goes_back_to_the_sender_and_a_test_answers_a_test() -> None:
    found = receipt(interchange(ORDER, unb=UNB[:-1] + "++++++1'"))
    assert found is not None
    text = answer_to(found, Notation(), "3", NOW_US)
    assert "UNB+UNOC:3+5412345000013:14+4012345000009:14+260106:0230+3++++++1" == segments_of(text, Notation())[0]


@pytest.mark.parametrize(
    ("message", "expected"),
    (
        (ORDER.replace("UNT+5", "UNT+6"), [f"UCM+1+{KIND}+4+29"]),
        (ORDER.replace("UNT+5+1", "UNT+5+9"), [f"UCM+1+{KIND}+4+28"]),
        (ORDER.replace("UNT+5+1'", ""), [f"UCM+1+{KIND}+4+13"]),
        (ORDER.replace("LIN+1", "lin+1"), [f"UCM+1+{KIND}+4", "UCS+3+15"]),
        (ORDER.replace("LIN+1", "LIN" + "+1" * 100), [f"UCM+1+{KIND}+4", "UCS+3+16"]),
    ),
)
def test_a_wrong_message_is_rejected_with_its_place_and_the_others_are_not(message: str, expected: list[str]) -> None:
    good = a_message("ORDERS", "BGM+220+KW-2+9", reference="2")
    text = interchange(message, good)
    assert [f"{UCI}+7", *expected, f"UCM+2+{KIND}+7"] == answer(text)[1:-1]


def test_a_message_that_nobody_reads_is_rejected_by_its_kind() -> None:
    text = interchange(a_message("PRICAT", "BGM+9+P-1+9"))
    assert ["UCM+1+PRICAT:D:96A:UN:EAN008+4", "UCS+1", "UCD+14+3"] == answer(text, frozenset({"ORDERS"}))[2:-1]


@pytest.mark.parametrize(
    ("text", "fault"),
    (
        (interchange(ORDER).replace("UNZ+1", "UNZ+2"), "29"),
        (interchange(ORDER).replace("UNZ+1+REF7", "UNZ+1+REF8"), "28"),
        (interchange(ORDER).replace("UNZ+1+REF7'", ""), "13"),
        (interchange(ORDER).replace(ORDER, f"BGM+1'{ORDER}"), "33"),
        (interchange(ORDER) + "BGM+1'", "33"),
        (interchange(), "32"),
    ),
)
def test_an_interchange_with_a_wrong_envelope_is_rejected_as_a_whole(text: str, fault: str) -> None:
    assert [f"{UCI}+4+{fault}"] == answer(text)[1:-1]


def test_an_acknowledgement_is_not_acknowledged_and_nobody_can_be_answered_without_unb() -> None:
    assert receipt(interchange(a_message("CONTRL", f"{UCI}+7"))) is None
    assert receipt(interchange(a_message("APERAK", "BGM+312+A+9"))) is None
    assert receipt("BGM+1'") is None


def test_beside_an_acknowledgement_only_the_others_are_acknowledged() -> None:
    text = interchange(a_message("CONTRL", f"{UCI}+7"), ORDER.replace("UNH+1+", "UNH+2+").replace("+5+1'", "+5+2'"))
    assert [f"{UCI}+7", f"UCM+2+{KIND}+7"] == answer(text)[1:-1]


def test_syntax_version_4_has_a_control_message_of_its_own() -> None:
    assert "UNH+1+CONTRL:4:1:UN" == answer(interchange(ORDER), notation=Notation(version=4))[0]


def test_the_same_content_is_known_again() -> None:
    first, other = receipt(interchange(ORDER)), receipt(interchange(ORDER.replace("KW-1", "KW-2")))
    assert first is not None
    assert other is not None
    assert first == receipt(interchange(ORDER))
    assert first.content_hash != other.content_hash


def said(kind: str, *segments: str) -> list[AcknowledgementReceived]:
    (part,) = parts(interchange(a_message(kind, *segments)))
    assert isinstance(part, EdifactInterchange)
    return list(acknowledgements_of(part, KAI))


OURS = "UCI+7+5412345000013:14+4012345000009:14"


@pytest.mark.parametrize(
    ("segments", "verdict", "reason"),
    (
        ((f"{OURS}+7",), AcknowledgedAs.ACCEPTED, ""),
        ((f"{OURS}+8",), AcknowledgedAs.ACCEPTED, ""),
        ((f"{OURS}+7", "UCM+1+ORDRSP:D:96A:UN+7"), AcknowledgedAs.ACCEPTED, ""),
        ((f"{OURS}+4+23",), AcknowledgedAs.REJECTED, "UCI 4 23"),
        (
            (f"{OURS}+7", "UCM+1+ORDRSP:D:96A:UN+4+13", "UCS+5+13", "UCD+12+2:1"),
            AcknowledgedAs.REJECTED,
            "UCI 7; UCM 1 ORDRSP:D:96A:UN 4 13; UCS 5 13; UCD 12 2:1",
        ),
        ((OURS,), AcknowledgedAs.REJECTED, "UCI"),
    ),
)
def test_a_control_message_accepts_or_rejects_an_interchange_of_ours(
    segments: tuple[str, ...], verdict: AcknowledgedAs, reason: str
) -> None:
    assert [AcknowledgementReceived(KAI, "", "7", verdict, reason)] == said("CONTRL", *segments)


@pytest.mark.parametrize(
    ("segments", "verdict", "number"),
    (
        (("BGM+312+A-1+9", "RFF+ACW:ORDRSP7"), AcknowledgedAs.ACCEPTED, "ORDRSP7"),
        (("BGM+305+A-1+9+AP", "RFF+IV:I1", "RFF+ON:KW-1"), AcknowledgedAs.ACCEPTED, "I1"),
        (("BGM+313+A-1+9", "RFF+DQ:S1"), AcknowledgedAs.REJECTED, "S1"),
        (("BGM+312+A-1+27", "RFF+DM:S1"), AcknowledgedAs.REJECTED, "S1"),
        (("BGM+312+A-1+9+RE", "RFF+IV:I1"), AcknowledgedAs.REJECTED, "I1"),
        (("BGM+312+A-1+9", "RFF+IV:I1", "ERC+42"), AcknowledgedAs.REJECTED, "I1"),
    ),
)
def test_an_application_accepts_or_rejects_a_document_of_ours(
    segments: tuple[str, ...], verdict: AcknowledgedAs, number: str
) -> None:
    (found,) = said("APERAK", *segments)
    assert (verdict, "", number) == (found.acknowledged_as, found.control_number, found.document_number)


def test_an_application_that_names_no_document_says_nothing() -> None:
    assert [] == said("APERAK", "BGM+313+A-1+9", "RFF+ON:KW-1")
    assert [] == said("APERAK", "RFF+IV:I1")
    assert [] == said("CONTRL", "UCM+1+ORDRSP:D:96A:UN+7")
