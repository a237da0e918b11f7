"""What partners say of what we sent."""

import pytest

from connectors.formats.x12.interchanges import Interchange, read_x12
from connectors.formats.x12.sending.received_acknowledgements import acknowledgements_of
from domain.identifiers import PartnerId
from domain.messages.edi.events import AcknowledgedAs, AcknowledgementReceived
from tests.unit.channels.x12.given import ISA, a_set, in_an_envelope

BUYER = PartnerId("buyer")


def said(text: str) -> list[AcknowledgementReceived]:
    (part,) = read_x12(text)
    assert isinstance(part, Interchange)
    return list(acknowledgements_of(part, BUYER))


def of_a_997(*segments: str, kind: str = "997") -> list[AcknowledgementReceived]:
    return said(in_an_envelope(a_set(kind, *segments)))


@pytest.mark.parametrize(
    ("code", "expected"),
    (
        ("A", AcknowledgedAs.ACCEPTED),
        ("E", AcknowledgedAs.ACCEPTED_WITH_ERRORS),
        ("P", AcknowledgedAs.REJECTED),
        ("R", AcknowledgedAs.REJECTED),
        ("M", AcknowledgedAs.REJECTED),
        ("", AcknowledgedAs.REJECTED),
    ),
)
def test_the_verdict_on_a_group_is_that_on_its_document(code: str, expected: AcknowledgedAs) -> None:
    assert [AcknowledgementReceived(BUYER, "PR", "7", expected, "")] == of_a_997("AK1*PR*7", f"AK9*{code}*1*1*1")


def test_a_rejection_says_why_in_the_codes_of_the_partner() -> None:
    (found,) = of_a_997("AK1*SH*9", "AK2*856*0001", "AK3*MAN*13**8", "AK4*2**1", "AK5*R*5", "AK9*R*1*1*0")
    assert "AK3 MAN 13 8; AK4 2 1; AK5 R 5" == found.reason


def test_a_999_is_read_like_a_997() -> None:
    (found,) = of_a_997("AK1*IN*3*005010", "AK2*810*0001", "IK5*A", "AK9*A*1*1*1", kind="999")
    assert ("IN", "3", AcknowledgedAs.ACCEPTED) == (found.functional_id, found.control_number, found.acknowledged_as)


def test_what_is_incomplete_or_no_acknowledgement_says_nothing() -> None:
    assert [] == of_a_997("AK1*PR*7")
    assert [] == of_a_997("AK9*A*1*1*1")
    assert [] == of_a_997("BEG*00*SA*PO-1**20260105", kind="850")
    assert [] == said(in_an_envelope(a_set("997", "AK1*PR*7", "AK9*A*1*1*1").replace("SE*4", "SE*5")))


def test_a_ta1_is_told_when_it_rejects() -> None:
    accepts, rejects = "TA1*000000005*260105*0600*A*000~", "TA1*000000006*260105*0600*R*021~"
    assert [AcknowledgementReceived(BUYER, "", "000000006", AcknowledgedAs.REJECTED, "TA1 021")] == said(
        f"{ISA}{accepts}{rejects}IEA*0*000000007~"
    )
