"""A partner that is written EDIFACT, at the EDI machine: the same steps as in X12, in its messages."""

from dataclasses import replace
from typing import Any

import pytest

from connectors.formats.edifact.interchanges import EdifactInterchange, read_edifact
from connectors.formats.mapping import map_with_interchanges
from connectors.log.port import Record
from domain.addresses import Address
from domain.identifiers import OrderId, PartnerId, SourceId
from domain.messages.edi.documents import PartnerOrder
from domain.messages.edi.events import (
    AcknowledgedAs,
    AcknowledgementReceived,
    EdiDocumentSent,
    InterchangeReceived,
    PartnerOrderPlaced,
    PartnerStep,
)
from operators.machines.edi.partners import NO_PARTNERS, Partners
from operators.machines.edi.received import of_envelopes
from schemas.partner_files.loader import load_partner_files
from tests.unit.channels.edifact.given import a_message
from tests.unit.edi.story import (
    CHANNELS,
    DAY_MS,
    HOUR_MS,
    START_MS,
    Story,
    cases,
    documents,
    line,
    moved,
    step_line,
    units,
)

KAI = PartnerId("werkzeug_kai")
FILE = load_partner_files(CHANNELS.values())[KAI]
ORDER_ID = OrderId("edifact_wholesale:5412345000037:KW-1")
ORDER = PartnerOrder(ORDER_ID, "KW-1", "", START_MS * 1000, "EUR", Address("Lager", "Kai 1", "Linz", "4020", "", "AT"))
UNB = "UNB+UNOC:3+5412345000037:14+5412345000013:14+260105:0600+REF7'"
CHANNEL = CHANNELS[SourceId("edifact_wholesale")]


def story(**changes: Any) -> Story:
    told = Story(FILE.model_copy(update=changes))
    assert [] == told.takes(PartnerOrderPlaced(KAI, ORDER, (line("1", 24), line("2", 5))))
    return told


def step(told: Story, name: PartnerStep, *lines: Any, **said: Any) -> list[Any]:
    return told.takes(moved(name, *lines, partner_id=KAI, order_id=ORDER_ID, **said))


def accepted(told: Story) -> EdiDocumentSent:
    (answer,) = documents(step(told, PartnerStep.ACCEPTED, step_line("1", 24, allocated=24), step_line("2", 5)))
    return answer


def control(verdict: AcknowledgedAs, interchange: str = "1") -> AcknowledgementReceived:
    return AcknowledgementReceived(KAI, "", interchange, verdict, "UCI 4 12")


def application(verdict: AcknowledgedAs, number: str) -> AcknowledgementReceived:
    return AcknowledgementReceived(KAI, "", "", verdict, "ERC 42", number)


def unb(document: EdiDocumentSent) -> list[str]:
    (part,) = read_edifact(document.content)
    assert isinstance(part, EdifactInterchange)
    return ["+".join((each[0], *map(":".join, each.elements))) for each in (part.unb, *part.messages[0].segments[:2])]


def test_an_order_goes_from_its_answer_to_its_invoice() -> None:
    told = story()
    answer = accepted(told)
    (notice,) = documents(
        step(told, PartnerStep.SHIPPED, step_line("1", 24, shipped=24), moved=(units("1", 24),), document_number="S1")
    )
    (invoice,) = documents(
        step(told, PartnerStep.INVOICED, moved=(units("1", 24, 600_000),), document_number="I1", value=714_000)
    )
    assert [("ORDRSP", "KW-1"), ("DESADV", "S1"), ("INVOIC", "I1")] == [
        (each.kind, each.number) for each in (answer, notice, invoice)
    ]
    assert [(1, 0), (2, 0), (3, 0)] == [
        (each.interchange_number, each.group_number) for each in (answer, notice, invoice)
    ]
    assert ("latin-1", "D96A:EAN005", False) == (answer.encoding, answer.version, answer.is_late)
    assert [
        "UNB+UNOC:3+5412345000013:14+5412345000037:14+260105:0800+1++++1",
        "UNH+1+ORDRSP:D:96A:UN:EAN005",
        "BGM+231+ORDRSP1+29",
    ] == unb(answer)


def test_a_change_is_answered_by_an_ordrsp_unless_the_partner_wants_none() -> None:
    told = story()
    accepted(told)
    (change,) = documents(step(told, PartnerStep.AMENDED, step_line("1", 20, allocated=20), revision=1))
    assert ("ORDRSP", "BGM+231+ORDRSP2+29") == (change.kind, unb(change)[2])
    sections = {kind: each.model_copy(update={"changes": False}) for kind, each in FILE.documents.items()}
    told = story(documents=sections)
    accepted(told)
    assert [] == step(told, PartnerStep.AMENDED, step_line("1", 20, allocated=20), revision=1)


def test_an_answer_that_is_late_is_a_case_by_the_name_that_the_partner_knows() -> None:
    told = story()
    (overdue,) = told.passes(5 * HOUR_MS)
    assert "edifact_wholesale:5412345000037:KW-1 is not answered: ORDRSP to werkzeug_kai is overdue" == (
        overdue.case.reason
    )
    effects = step(told, PartnerStep.ACCEPTED, step_line("1", 24), step_line("2", 5))
    assert documents(effects)[0].is_late
    assert [("DEPENDENCY_TIMEOUT", "RESOLVED")] == cases(effects)


def test_a_control_message_closes_what_it_accepts() -> None:
    told = story()
    accepted(told)
    assert [] == told.takes(control(AcknowledgedAs.ACCEPTED))
    assert [] == told.passes(2 * DAY_MS)


def test_a_control_message_that_does_not_come_is_a_case_until_it_comes() -> None:
    told = story()
    accepted(told)
    assert [("PARTNER_OUTAGE", "OPEN")] == cases(told.passes(2 * DAY_MS))
    assert [("PARTNER_OUTAGE", "RESOLVED")] == cases(told.takes(control(AcknowledgedAs.ACCEPTED)))


@pytest.mark.parametrize("number", ("ORDRSP1", "1"))
def test_what_the_application_rejects_stays_rejected_whatever_its_system_says_of_the_interchange(number: str) -> None:
    told = story()
    accepted(told)
    effects = told.takes(application(AcknowledgedAs.REJECTED, number))
    assert [("TRANSFORMATION_FAILED", "OPEN")] == cases(effects)
    assert "werkzeug_kai rejects ORDRSP KW-1 (interchange 1): ERC 42" == effects[0].case.reason
    assert [] == told.takes(control(AcknowledgedAs.ACCEPTED))
    assert [("TRANSFORMATION_FAILED", "RESOLVED")] == cases(told.takes(application(AcknowledgedAs.ACCEPTED, number)))


def test_what_the_application_rejects_after_its_system_has_accepted_it_is_a_case() -> None:
    told = story()
    accepted(told)
    assert [] == told.takes(control(AcknowledgedAs.ACCEPTED))
    effects = told.takes(application(AcknowledgedAs.REJECTED, "ORDRSP1"))
    assert [("TRANSFORMATION_FAILED", "OPEN")] == cases(effects)
    assert "werkzeug_kai rejects document ORDRSP1: ERC 42" == effects[0].case.reason
    assert [] == told.takes(application(AcknowledgedAs.ACCEPTED, "UNKNOWN"))


def test_of_a_partner_whose_application_acknowledges_a_control_message_closes_nothing() -> None:
    told = story(acknowledged_by="APERAK")
    accepted(told)
    assert [] == told.takes(control(AcknowledgedAs.ACCEPTED))
    assert [("PARTNER_OUTAGE", "OPEN")] == cases(told.passes(2 * DAY_MS))
    assert [("PARTNER_OUTAGE", "RESOLVED")] == cases(told.takes(application(AcknowledgedAs.ACCEPTED, "ORDRSP1")))


def test_of_two_notices_of_one_shipment_the_application_means_the_last() -> None:
    told = story(acknowledged_by="APERAK")
    step(told, PartnerStep.SHIPPED, step_line("1", 24, shipped=24), moved=(units("1", 24),), document_number="S1")
    (again,) = documents(
        step(told, PartnerStep.REVERSED, step_line("1", 24, shipped=20), moved=(units("1", 4),), document_number="S1")
    )
    assert "BGM+351+S1+5" == unb(again)[2]
    assert [] == told.takes(application(AcknowledgedAs.ACCEPTED, "S1"))
    overdue = told.passes(2 * DAY_MS)
    assert ["werkzeug_kai has not acknowledged DESADV S1 (interchange 1) in time"] == [
        each.case.reason for each in overdue if "acknowledged" in each.case.reason
    ]


def record(text: str) -> Record:
    return Record("source.edifact_wholesale.v1", 0, 0, START_MS, None, text.encode(), ())


def said(text: str, partners: Partners) -> list[Any]:
    return list(of_envelopes(CHANNEL, map_with_interchanges(CHANNEL, record(text)).interchanges, partners))


PARTNERS = Partners([FILE], CHANNELS.values())
PLACED = a_message("ORDERS", "BGM+220+KW-1+9", "LIN+1", "QTY+21:8:PCE", "PRI+AAA:1")


def test_an_interchange_of_the_partner_is_answered_once_by_a_control_message() -> None:
    (receipt,) = said(f"{UNB}{PLACED}UNZ+1+REF7'", PARTNERS)
    assert isinstance(receipt, InterchangeReceived)
    told = story()
    (sent,) = documents(told.takes(receipt))
    assert ("CONTRL", "REF7", 1, 0, 0, "") == (
        sent.kind,
        sent.number,
        sent.interchange_number,
        sent.group_number,
        sent.acknowledge_by_ms,
        sent.version,
    )
    assert "UCI+REF7+5412345000037:14+5412345000013:14+7" == unb(sent)[2]
    assert [] == told.takes(receipt)
    (other,) = documents(told.takes(replace(receipt, content_hash="other")))
    assert 2 == other.interchange_number


def test_a_dead_letter_is_answered_and_a_stranger_is_not() -> None:
    text = f"{UNB}{PLACED}UNZ+2+REF7'"
    (receipt,) = said(text, PARTNERS)
    assert "29" == receipt.fault
    assert [] == said(text, NO_PARTNERS)
    assert [] == said(text.replace("5412345000037:14", "5412345000037:ZZ"), PARTNERS)


def test_a_rejection_by_a_stranger_is_a_case() -> None:
    control_message = a_message("CONTRL", "UCI+9+5412345000013:14+5412345000037:14+4+23")
    (case,) = said(f"{UNB}{control_message}UNZ+1+REF7'", NO_PARTNERS)
    assert "14/5412345000037, which has no partner file, rejects 9: UCI 4 23" == case.reason
    (acknowledgement,) = said(f"{UNB}{control_message}UNZ+1+REF7'", PARTNERS)
    assert (KAI, "9", AcknowledgedAs.REJECTED) == (
        acknowledgement.partner_id,
        acknowledgement.control_number,
        acknowledgement.acknowledged_as,
    )


def test_a_message_of_a_kind_that_no_rule_reads_is_rejected() -> None:
    assert frozenset({"ORDERS", "ORDCHG", "CONTRL", "APERAK"}) == CHANNEL.kinds_read
    (receipt,) = said(f"{UNB}{a_message('PRICAT', 'BGM+9+P+9')}UNZ+1+REF7'", PARTNERS)
    assert 0 == receipt.groups[0].accepted_sets
