"""Whatever a connector writes to `erp.responses.v1`, ends as an answer, a case, a count, a dead letter or a stop."""

from dataclasses import replace

import pytest

from connectors.log.port import LogFailed, Outgoing
from domain.dispatch.unknown_erps import MOST_NAMED, UnknownErps
from domain.identifiers import ChannelId, CommandId, CustomerId, DocumentKey, ErpId, OrderId, ShipmentId
from domain.messages.cases import CaseClass, CaseState, ExceptionRaised
from domain.messages.dispatch import (
    CommandType,
    Document,
    ErpAvailability,
    ErpRequested,
    ErpResponse,
    Outcome,
)
from operators.machines.dispatch import UNKNOWN_ERPS
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from tests.memory_log import MemoryTopics
from tests.unit.operators.steps.flow_runs import TOPICS, run

CODEC = Codec(load_contracts())
RESPONSES, INBOX = "erp.responses.v1", "dispatch.inbox.v1"
APPLIED = ErpResponse(
    ErpId("main"), CommandId("c-1"), CommandType.CREATE_SALES_ORDER, 1, Outcome.APPLIED, "SO-1", "", 0
)
DOWN = ErpAvailability(ErpId("main"), available=False, reason="away")
EVENT_ID = (("ce_id", b"0194e0b4-7d5c-5f6e-8a1b-2c3d4e5f6071"),)


def through_intake(answer: ErpResponse | ErpAvailability) -> MemoryTopics:
    topics = MemoryTopics(TOPICS)
    topics.append(Outgoing(RESPONSES, answer.erp_id, CODEC.encode(RESPONSES, answer), (), 0))
    run("intake", topics)
    return topics


def cases_of(topics: MemoryTopics) -> list[ExceptionRaised]:
    found = [CODEC.decode("exceptions.v1", record.value or b"") for record in topics.all_of("exceptions.v1")]
    return [case for case in found if isinstance(case, ExceptionRaised)]


@pytest.mark.parametrize("answer", (APPLIED, DOWN))
def test_an_answer_of_an_erp_without_a_file_is_a_case(answer: ErpResponse | ErpAvailability) -> None:
    topics = through_intake(replace(answer, erp_id=ErpId("sap")))
    run("dispatch", topics)
    (case,) = cases_of(topics)
    assert (CaseClass.ORPHAN_EVENT, "sap") == (case.case_class, case.subject)
    assert "no ERP file" in case.reason
    assert 1 == topics.offsets["orderline.dispatch", topics.of(INBOX)[0]]


def reports(topics: MemoryTopics, *reports: ErpResponse | ErpAvailability) -> MemoryTopics:
    for number, report in enumerate(reports):
        headers = (("ce_id", f"0194e0b4-7d5c-5f6e-8a1b-{number:012x}".encode()),)
        topics.append(Outgoing(INBOX, "any", CODEC.encode(INBOX, report), headers, 0))
    run("dispatch", topics)
    return topics


def test_an_erp_without_a_file_has_one_case_however_much_is_reported_about_it() -> None:
    answers = [replace(APPLIED, erp_id=ErpId("sap"), command_id=CommandId(f"c-{number}")) for number in range(20)]
    other = replace(APPLIED, erp_id=ErpId("oracle"))
    topics = reports(MemoryTopics(TOPICS), *answers, replace(DOWN, erp_id=ErpId("sap")), other)
    reports(topics, *answers)
    assert ["sap", "oracle"] == [case.subject for case in cases_of(topics)]
    (counted,) = [row for key, row in topics.states["orderline.dispatch", 0].items() if b"without a file" in key]
    assert 42 == counted[-1]


def test_ids_out_of_a_broken_program_open_a_bounded_number_of_cases() -> None:
    answers = [replace(APPLIED, erp_id=ErpId(f"erp-{number}")) for number in range(MOST_NAMED + 50)]
    cases = cases_of(reports(MemoryTopics(TOPICS), *answers))
    assert MOST_NAMED + 1 == len(cases)
    assert "other ERPs without a file" == cases[-1].subject


def test_the_case_is_resolved_by_the_first_report_after_the_erp_got_a_file() -> None:
    topics = MemoryTopics(TOPICS)
    row = UNKNOWN_ERPS.encode(UnknownErps((ErpId("sap"), ErpId("main"))))
    topics.states["orderline.dispatch", 0] = {UNKNOWN_ERPS.stored_key(""): row}
    reports(topics, DOWN, DOWN)
    found = [(case.subject, case.state) for case in cases_of(topics) if case.case_class is CaseClass.ORPHAN_EVENT]
    assert [("main", CaseState.RESOLVED)] == found


@pytest.mark.parametrize(
    "answer",
    (
        APPLIED,
        replace(APPLIED, command_id=CommandId("of another ERP"), attempt=-(2**63), retry_after_ms=2**63 - 1),
        replace(APPLIED, command_type=CommandType.QUERY_DOCUMENT, outcome=Outcome.NOT_FOUND),
    ),
)
def test_an_answer_to_an_unknown_command_is_counted(answer: ErpResponse) -> None:
    topics = through_intake(answer)
    run("dispatch", topics)
    assert [] == cases_of(topics)
    assert 1 == topics.offsets["orderline.dispatch", topics.of(INBOX)[0]]
    assert any(b"NO_SUCH_COMMAND" in key for key in topics.states["orderline.dispatch", 0])


@pytest.mark.parametrize(
    "answer",
    (
        replace(APPLIED, erp_id=ErpId("")),
        replace(APPLIED, erp_id=ErpId("x" * 201)),
        replace(DOWN, erp_id=ErpId("main\0command")),
        replace(APPLIED, command_id=CommandId("c" * 100_000)),
        replace(APPLIED, document_number="9" * 100_000),
    ),
)
def test_an_answer_with_an_id_that_is_none_is_a_case(answer: ErpResponse | ErpAvailability) -> None:
    topics = through_intake(answer)
    assert [] == topics.all_of(INBOX)
    assert [CaseClass.MALFORMED_PAYLOAD] == [case.case_class for case in cases_of(topics)]


def test_a_reason_as_long_as_an_error_page_is_cut_and_the_answer_counts() -> None:
    (record,) = through_intake(replace(APPLIED, reason="<html>" * 100_000)).all_of(INBOX)
    assert replace(APPLIED, reason=("<html>" * 200)[:1000]) == CODEC.decode(INBOX, record.value or b"")


def test_a_command_for_an_erp_whose_file_is_gone_stops_dispatch_with_the_remedy() -> None:
    document = Document(
        OrderId("portal:1"), ChannelId("portal"), CustomerId("K1"), "EUR", ShipmentId(""), "", "", "", ()
    )
    asked = ErpRequested(
        ErpId("sap"), CommandId("c-1"), CommandType.CREATE_SALES_ORDER, DocumentKey("d"), "b", 2, document
    )
    topics = MemoryTopics(TOPICS)
    topics.append(Outgoing(INBOX, "sap", CODEC.encode(INBOX, asked), EVENT_ID, 0))
    with pytest.raises(LogFailed, match=r"no ERP file for 'sap'.*put sap.yaml back"):
        run("dispatch", topics)
    assert {} == topics.offsets
