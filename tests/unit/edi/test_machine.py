"""What a partner is told, when, once, and what becomes of it."""

from dataclasses import replace
from typing import Any

import pytest

from domain.identifiers import CaseId, CommandId, CorrelationId, ItemId, LineId, NodeId, OrderId, SourceId
from domain.messages.case_actions import CaseDismissed, CaseRetried
from domain.messages.cases import CaseChange, CaseHome
from domain.messages.edi.documents import WarehouseOrder, WarehouseOrderLine
from domain.messages.edi.events import (
    AcknowledgedAs,
    AcknowledgementReceived,
    PartnerLinesAdded,
    PartnerStep,
    PartnerStockChanged,
    PartnerWarehouseOrdered,
)
from domain.messages.status import RepricedLine
from domain.provenance import Provenance
from domain.quantities import UNIT
from operators.machines.edi import advising, rows
from schemas.partner_files.agreed import Usage
from schemas.partner_files.loader import AnyPartnerFile
from schemas.partner_files.x12_partner import X12Section
from tests.unit.edi.story import (
    DAY_MS,
    DOCK,
    FILE,
    HARBOR,
    HOUR_MS,
    MINUTE_MS,
    ORDER_ID,
    START_MS,
    Story,
    acknowledgement,
    body,
    cases,
    documents,
    line,
    moved,
    received,
    step_line,
    units,
)

ACCEPTED = moved(PartnerStep.ACCEPTED, step_line("1", 10, allocated=10))
SHIPPED = moved(
    PartnerStep.SHIPPED,
    step_line("1", 10, shipped=10),
    moved=(units("1", 10),),
    document_number="S1",
    node_id="central",
)
INVOICED = moved(PartnerStep.INVOICED, moved=(units("1", 10, 250_000),), document_number="I1", value=250_000)


def other_file(**changed: Any) -> AnyPartnerFile:
    return FILE.model_copy(update=changed)


def answered() -> Story:
    """An order that is placed and answered."""
    story = Story()
    story.placed(line("1", 10))
    (sent,) = documents(story.takes(ACCEPTED))
    assert "855" == sent.kind
    return story


def decision(change: CaseChange, kind: type = CaseRetried) -> Any:
    provenance = Provenance(SourceId("operations"), CorrelationId("d"), 0, "h", 0, 0)
    return kind(CaseId(change.case_id), CaseHome.EDI, change.home_key, provenance, "Ann", "mended")


def test_an_interchange_is_acknowledged_once() -> None:
    story = Story()
    (sent,) = documents(story.takes(received()))
    assert ("997", "31", 1, 1, 0) == (
        sent.kind,
        sent.number,
        sent.interchange_number,
        sent.group_number,
        sent.acknowledge_by_ms,
    )
    assert ["AK1*PO*31", "AK9*A*1*1*1"] == body(sent)
    story.restart()
    assert [] == story.takes(received())
    (other,) = documents(story.takes(received(content_hash="b")))
    assert 2 == other.interchange_number


def test_a_repeated_interchange_is_acknowledged_again_where_that_is_agreed() -> None:
    story = Story(other_file(answers_duplicates=True))
    assert ["997", "997"] == [sent.kind for _ in "12" for sent in documents(story.takes(received()))]


def test_an_interchange_is_forgotten_after_the_agreed_days() -> None:
    story = Story()
    story.takes(received())
    story.passes(90 * DAY_MS)
    assert [] == list(story.rows.rows(rows.RECEIVED))
    assert ["997"] == [sent.kind for sent in documents(story.takes(received()))]


def test_a_partner_that_wants_no_acknowledgement_gets_none() -> None:
    wanted = {kind: terms for kind, terms in FILE.documents.items() if kind.value != "997"}
    assert [] == Story(other_file(documents=wanted)).takes(received())


def test_an_order_is_answered_once_by_what_becomes_of_its_lines() -> None:
    story = Story()
    story.placed(line("1", 10), line("2", 4), line("3", 2))
    friday_us = (START_MS + 4 * DAY_MS) * 1000
    said = (
        step_line("1", 10, allocated=6, backordered=4, promised_us=friday_us),
        step_line("2", 4, cancelled=1, allocated=3),
        step_line("3", 2, cancelled=2),
    )
    (sent,) = documents(story.takes(moved(PartnerStep.ACCEPTED, *said)))
    found = [segment for segment in body(sent) if segment.startswith(("BAK", "ACK"))]
    assert [
        "BAK*00*AC*PO-1*20260105*****20260105",
        "ACK*IA*6*EA",
        "ACK*IB*4*EA*068*20260109",
        "ACK*IQ*3*EA",
        "ACK*IR*1*EA",
        "ACK*IR*2*EA",
    ] == found
    assert [] == documents(story.takes(ACCEPTED))


@pytest.mark.parametrize("step", (PartnerStep.REJECTED, PartnerStep.CANCELLED))
def test_an_order_that_ends_before_it_is_accepted_is_rejected(step: PartnerStep) -> None:
    story = Story()
    story.placed(line("1", 10))
    (sent,) = documents(story.takes(moved(step, step_line("1", 10, cancelled=10))))
    assert ("855", "BAK*00*RD*PO-1*20260105*****20260105", "ACK*IR*10*EA") == (sent.kind, body(sent)[0], body(sent)[-2])


def test_what_is_cancelled_in_part_before_the_acceptance_is_said_by_the_answer() -> None:
    story = Story()
    story.placed(line("1", 10))
    assert [] == story.takes(moved(PartnerStep.CANCELLED, step_line("1", 10, cancelled=4)))
    (sent,) = documents(story.takes(moved(PartnerStep.ACCEPTED)))
    assert ["ACK*IQ*6*EA", "ACK*IR*4*EA"] == body(sent)[-3:-1]


def test_the_same_order_again_changes_nothing() -> None:
    story = answered()
    story.placed(line("1", 99))
    assert [] == documents(story.takes(ACCEPTED))
    (sent,) = documents(story.takes(SHIPPED))
    assert "SN1*1*10*EA**10*EA" in body(sent)


def test_a_change_is_answered_by_what_is_ordered_now() -> None:
    story = answered()
    story.takes(PartnerLinesAdded(HARBOR, ORDER_ID, (line("2", 5),)))
    now = (step_line("1", 8, allocated=8), step_line("2", 5, allocated=5))
    (sent,) = documents(story.takes(moved(PartnerStep.AMENDED, *now, revision=1)))
    assert ("865", "BCA*00*AD*PO-1**1*20260105****20260105") == (sent.kind, body(sent)[0])
    assert ["POC*1*QD*8", "ACK*IA*8*EA", "POC*2*AI*5", "ACK*IA*5*EA"] == [
        segment.partition("**")[0] for segment in body(sent) if segment.startswith(("POC", "ACK"))
    ]


def test_the_answer_to_a_change_says_which_price_counts() -> None:
    story = answered()
    story.takes(PartnerLinesAdded(HARBOR, ORDER_ID, (line("2", 5),)))
    now = (step_line("1", 8, allocated=8), step_line("2", 5, allocated=5))
    said = {"repriced": (RepricedLine(LineId("2"), 30_000, 1),), "disputed_lines": (LineId("1"),)}
    (sent,) = documents(story.takes(moved(PartnerStep.AMENDED, *now, revision=1, **said)))
    assert "BCA*00*AC*PO-1**1*20260105****20260105" == body(sent)[0]
    assert ["POC*1*QD*8**EA*2.5", "ACK*IE*8*EA", "POC*2*AI*5**EA*3", "ACK*IA*5*EA"] == [
        segment.partition("**VN")[0] for segment in body(sent) if segment.startswith(("POC", "ACK"))
    ]


@pytest.mark.parametrize(("ordered", "change"), ((10, "PC"), (8, "PQ"), (12, "PQ")))
def test_a_price_that_is_taken_is_answered_and_invoiced(ordered: int, change: str) -> None:
    story = answered()
    repriced = (RepricedLine(LineId("1"), 20_000, 1),)
    now = step_line("1", ordered, allocated=ordered)
    (sent,) = documents(story.takes(moved(PartnerStep.AMENDED, now, revision=1, repriced=repriced)))
    assert f"POC*1*{change}*{ordered}**EA*2" in [segment.partition("**VN")[0] for segment in body(sent)]
    (again,) = documents(story.takes(moved(PartnerStep.AMENDED, now, revision=2)))
    assert f"POC*1*NC*{ordered}**EA*2" in [segment.partition("**VN")[0] for segment in body(again)]


def test_a_change_before_the_answer_is_answered_and_the_order_after_it_by_what_is_ordered_then() -> None:
    story = Story()
    story.placed(line("1", 10), line("2", 3))
    now = (step_line("1", 12), step_line("2", 3, cancelled=3))
    (sent,) = documents(story.takes(moved(PartnerStep.AMENDED, *now, revision=1)))
    assert ["POC*1*QI*12", "POC*2*DI*0"] == [each.partition("**")[0] for each in body(sent) if each.startswith("POC")]
    (sent,) = documents(story.takes(moved(PartnerStep.ACCEPTED, step_line("1", 12, allocated=12))))
    assert ("855", "BAK*00*AD*PO-1*20260105*****20260105") == (sent.kind, body(sent)[0])
    assert ["PO1*1*12*EA*2.5**VN*ITEM-1", "ACK*IA*12*EA", "CTT*1"] == body(sent)[-3:]


def test_a_cancellation_after_the_answer_is_answered_and_a_refused_one_says_why() -> None:
    story = answered()
    refused = moved(PartnerStep.CANCEL_REFUSED, reason="is picked already")
    (sent,) = documents(story.takes(refused))
    assert "BCA*00*RD*PO-1***20260105****20260105" == body(sent)[0]
    assert "MSG*is picked already" in body(sent)
    (sent,) = documents(story.takes(moved(PartnerStep.CANCELLED, step_line("1", 10, cancelled=10))))
    assert ["POC*1*DI*0", "ACK*ID*10*EA"] == [segment.partition("**")[0] for segment in body(sent)[-3:-1]]


def test_new_promise_dates_are_reported_after_the_answer_only() -> None:
    story = Story()
    story.placed(line("1", 10))
    said = moved(PartnerStep.REPROMISED, step_line("1", 10, backordered=10, promised_us=(START_MS + DAY_MS) * 1000))
    assert [] == story.takes(said)
    story.takes(ACCEPTED)
    (sent,) = documents(story.takes(said))
    assert ("870", "ISR*BO*20260106") == (sent.kind, body(sent)[-2])


def test_each_shipment_gets_the_next_label_unless_it_has_one() -> None:
    story = answered()
    labels = []
    for document_number in ("S1", "006141411234567890", "S2"):
        (sent,) = documents(story.takes(replace(SHIPPED, document_number=document_number)))
        labels += [segment for segment in body(sent) if segment.startswith("MAN")]
    assert ["MAN*GM*00006141410000000012", "MAN*GM*00006141411234567890", "MAN*GM*00006141410000000029"] == labels


def test_another_item_than_the_lines_is_named_by_our_number_alone() -> None:
    story = answered()
    strange = replace(units("1", 2), item_id=ItemId("OTHER"))
    (sent,) = documents(story.takes(replace(SHIPPED, moved=(strange,))))
    assert "LIN*1*VP*OTHER" in body(sent)


def test_an_invoice_is_at_the_prices_that_it_states_and_a_cancelled_one_is_a_credit() -> None:
    story = answered()
    (sent,) = documents(story.takes(replace(INVOICED, moved=(units("1", 10, 240_000),), value=300_000)))
    assert "IT1*1*10*EA*2.4**VN*ITEM-1" in body(sent)
    assert ["TDS*3000", "SAC*C*ZZZZ***600**********charges and taxes as invoiced"] == body(sent)[-3:-1]
    (sent,) = documents(story.takes(replace(INVOICED, moved=(units("1", 10),), value=0, is_reversal=True)))
    assert ["BIG*20260105*I1*20260105*PO-1***CR", "TDS*2500"] == [body(sent)[0], body(sent)[-2]]


def test_control_numbers_count_up_over_restarts_and_kinds() -> None:
    story = Story()
    story.placed(line("1", 10))
    numbers = []
    for message in (received(), ACCEPTED, SHIPPED, INVOICED):
        numbers += [(sent.interchange_number, sent.group_number) for sent in documents(story.takes(message))]
        story.restart()
    assert [(1, 1), (2, 2), (3, 3), (4, 4)] == numbers


def test_a_late_acknowledgement_is_a_case_that_ends_with_it() -> None:
    story = answered()
    assert [] == story.passes(DAY_MS - 1)
    assert [("PARTNER_OUTAGE", "OPEN")] == cases(story.passes(1))
    accepted = acknowledgement(1, "PR", AcknowledgedAs.ACCEPTED_WITH_ERRORS)
    assert [("PARTNER_OUTAGE", "RESOLVED")] == cases(story.takes(accepted))
    assert [] == story.takes(accepted)
    assert [] == [*story.rows.rows(rows.SENT), *story.rows.rows(rows.SENT_IN)]


def test_an_acknowledgement_in_time_leaves_nothing_behind() -> None:
    story = answered()
    assert [] == story.takes(acknowledgement(1, "PR", AcknowledgedAs.ACCEPTED))
    assert [] == cases(story.passes(2 * DAY_MS))


def test_a_rejection_is_a_case_until_a_later_acknowledgement_accepts() -> None:
    story = answered()
    rejects = acknowledgement(1, "PR", AcknowledgedAs.REJECTED)
    (opened,) = story.takes(rejects)
    assert "harbor_tools rejects 855 PO-1 (interchange 1): AK5 R 5" == opened.case.reason
    assert [] == cases(story.passes(2 * DAY_MS)), "it has been acknowledged"
    assert [("TRANSFORMATION_FAILED", "RESOLVED")] == cases(
        story.takes(acknowledgement(1, "PR", AcknowledgedAs.ACCEPTED))
    )


def test_what_is_rejected_for_good_is_forgotten_after_the_agreed_days() -> None:
    story = answered()
    story.takes(acknowledgement(1, "PR", AcknowledgedAs.REJECTED))
    story.passes(90 * DAY_MS)
    assert [] == [*story.rows.rows(rows.SENT), *story.rows.rows(rows.SENT_IN)]


def test_a_late_rejection_ends_one_case_and_opens_another() -> None:
    story = answered()
    story.passes(DAY_MS)
    assert [("PARTNER_OUTAGE", "RESOLVED"), ("TRANSFORMATION_FAILED", "OPEN")] == cases(
        story.takes(acknowledgement(1, "PR", AcknowledgedAs.REJECTED))
    )


def test_a_ta1_rejects_by_the_number_of_the_interchange() -> None:
    story = Story()
    story.takes(received())
    story.placed(line("1", 10))
    story.takes(ACCEPTED)
    rejects = AcknowledgementReceived(HARBOR, "", "000000002", AcknowledgedAs.REJECTED, "TA1 021")
    assert [("TRANSFORMATION_FAILED", "OPEN")] == cases(story.takes(rejects))


@pytest.mark.parametrize(("group", "functional_id"), ((1, "SH"), (7, "PR")))
def test_an_acknowledgement_of_something_else_closes_nothing(group: int, functional_id: str) -> None:
    story = answered()
    assert [] == story.takes(acknowledgement(group, functional_id, AcknowledgedAs.ACCEPTED))
    assert [("PARTNER_OUTAGE", "OPEN")] == cases(story.passes(DAY_MS))


def test_an_order_that_is_not_answered_in_time_is_a_case_that_ends_with_the_late_answer() -> None:
    story = Story()
    story.placed(line("1", 10))
    assert [] == story.passes(4 * HOUR_MS - 1)
    assert [("DEPENDENCY_TIMEOUT", "OPEN")] == cases(story.passes(1))
    story.now_ms += MINUTE_MS
    effects = story.takes(ACCEPTED)
    assert [True] == [sent.is_late for sent in documents(effects)]
    assert [("DEPENDENCY_TIMEOUT", "RESOLVED")] == cases(effects)


def test_goods_that_are_not_invoiced_in_time_are_a_case_that_ends_with_the_invoice() -> None:
    story = answered()
    story.takes(acknowledgement(1, "PR", AcknowledgedAs.ACCEPTED))
    story.takes(SHIPPED)
    story.takes(acknowledgement(2, "SH", AcknowledgedAs.ACCEPTED))
    assert [("DEPENDENCY_TIMEOUT", "OPEN")] == cases(story.passes(2 * DAY_MS))
    story.now_ms += 1
    assert [("DEPENDENCY_TIMEOUT", "RESOLVED")] == cases(story.takes(INVOICED))


def test_what_cannot_be_written_is_a_case_uses_no_number_and_is_written_when_the_case_is_retried() -> None:
    story = Story()
    story.placed(line("1", 10, "XPX"))
    (opened,) = story.takes(ACCEPTED)
    assert "855 PO-1 for harbor_tools cannot be written: 355: the partner file has no X12 code of the unit 'XPX'" == (
        opened.case.reason
    )
    (sent,) = documents(story.takes(received()))
    assert 1 == sent.interchange_number
    story.restart(other_file(units={**FILE.units, "XPX": "PF"}))
    effects = story.takes(decision(opened))
    assert [("855", 2)] == [(sent.kind, sent.interchange_number) for sent in documents(effects)]
    assert [("TRANSFORMATION_FAILED", "RETRYING"), ("TRANSFORMATION_FAILED", "RESOLVED")] == cases(effects)
    assert [] == list(story.rows.rows(rows.UNWRITTEN))


def test_what_can_still_not_be_written_stays_a_case_and_a_dismissed_one_is_given_up() -> None:
    story = Story()
    story.placed(line("1", 10, "XPX"))
    (opened,) = story.takes(ACCEPTED)
    assert [("TRANSFORMATION_FAILED", "RETRYING"), ("TRANSFORMATION_FAILED", "OPEN")] == cases(
        story.takes(decision(opened))
    )
    story.takes(
        replace(decision(opened, CaseDismissed), provenance=Provenance(SourceId("o"), CorrelationId("x"), 0, "h", 0, 0))
    )
    assert [] == list(story.rows.rows(rows.UNWRITTEN))


def test_without_labels_a_shipment_must_have_its_own() -> None:
    story = Story(other_file(labels=None))
    story.placed(line("1", 10))
    story.takes(ACCEPTED)
    assert [("TRANSFORMATION_FAILED", "OPEN")] == cases(story.takes(SHIPPED))
    own = replace(SHIPPED, tracking_number="00006141411234567890", document_number="S2")
    assert ["856"] == [sent.kind for sent in documents(story.takes(own))]


def test_the_last_label_is_used_once() -> None:
    last = FILE.labels.model_copy(update={"last": 1}) if FILE.labels else None
    story = Story(other_file(labels=last))
    story.placed(line("1", 10))
    assert ["856"] == [sent.kind for sent in documents(story.takes(SHIPPED))]
    assert [("TRANSFORMATION_FAILED", "OPEN")] == cases(story.takes(replace(SHIPPED, document_number="S2")))


def test_a_shipment_of_an_order_from_before_the_partner_file_is_a_case() -> None:
    story = Story()
    assert [("TRANSFORMATION_FAILED", "OPEN")] == cases(story.takes(SHIPPED))
    assert [] == story.takes(ACCEPTED)


def stock(item: str, available: int, version: int = 1, unit: str = "EA") -> PartnerStockChanged:
    return PartnerStockChanged(HARBOR, ItemId(item), available * UNIT, unit, version, START_MS)


def test_changes_of_stock_are_gathered_into_one_advice() -> None:
    story = Story()
    for each in (stock("A", 5, 2), stock("B", 7), stock("A", 4, 3), stock("A", 9, 1), stock("C", 1, unit="")):
        assert [] == story.takes(each)
    (sent,) = documents(story.passes(HOUR_MS))
    assert ["BIA*00*SI*1*20260105*0400", "LIN*1*VP*A", "QTY*33*4*EA", "LIN*2*VP*B", "QTY*33*7*EA", "CTT*2"] == body(
        sent
    )
    assert [] == documents(story.passes(DAY_MS - 1))
    story.takes(stock("A", 3, 4))
    assert ["846"] == [sent.kind for sent in documents(story.passes(HOUR_MS))]


def test_an_item_that_cannot_be_written_does_not_keep_the_others_back() -> None:
    story = Story()
    for each in (stock("A", 5), stock("Ü", 7), stock("C", 1, unit="XPX")):
        story.takes(each)
    effects = story.passes(HOUR_MS)
    assert ["LIN*1*VP*A"] == [each for sent in documents(effects) for each in body(sent) if each.startswith("LIN")]
    assert [("TRANSFORMATION_FAILED", "OPEN")] * 2 == cases(effects)


def test_very_many_changes_are_several_advices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advising, "MOST_ITEMS", 2)
    story = Story()
    for item in "ABCDE":
        story.takes(stock(item, 1))
    found = [*documents(story.passes(HOUR_MS)), *documents(story.passes(1)), *documents(story.passes(1))]
    assert ["CTT*2", "CTT*2", "CTT*1"] == [body(sent)[-1] for sent in found]
    assert [] == list(story.rows.rows(rows.ADVICE_DUE))


WAREHOUSE_ORDER = WarehouseOrder(
    OrderId("web:1"), CommandId("c1"), "", is_cancelled=False, commanded_us=START_MS * 1000, node_id=NodeId("west"),
    ship_to=(DOCK,), lines=(WarehouseOrderLine(LineId("1"), ItemId("A"), 3 * UNIT, "EA"),),
)  # fmt: skip


def a_warehouse(**changed: Any) -> AnyPartnerFile:
    return other_file(documents={"940": X12Section()}, nodes=frozenset({"west"}), **changed)


def test_a_warehouse_is_told_what_to_ship_and_a_word_that_is_missing_can_be_added() -> None:
    story = Story(a_warehouse(units={}))
    (opened,) = story.takes(PartnerWarehouseOrdered(HARBOR, WAREHOUSE_ORDER))
    story.restart(a_warehouse())
    effects = story.takes(decision(opened))
    (sent,) = documents(effects)
    assert ("940", "W05*N*web:1", "W76*3") == (sent.kind, body(sent)[0], body(sent)[-1])
    assert ("TRANSFORMATION_FAILED", "RESOLVED") == cases(effects)[-1]


def cancelled(*line_ids: str) -> PartnerWarehouseOrdered:
    lines = tuple(WarehouseOrderLine(LineId(line_id), ItemId(""), 0, "EA") for line_id in line_ids)
    return PartnerWarehouseOrdered(HARBOR, replace(WAREHOUSE_ORDER, is_cancelled=True, ship_to=(), lines=lines))


def test_a_warehouse_is_told_to_stop_an_order_and_never_more_than_was_cancelled() -> None:
    story = Story(a_warehouse())
    more = replace(WAREHOUSE_ORDER, lines=(replace(WAREHOUSE_ORDER.lines[0], line_id=LineId("2")),))
    for order in (WAREHOUSE_ORDER, more):
        assert ["940"] == [sent.kind for sent in documents(story.takes(PartnerWarehouseOrdered(HARBOR, order)))]
    (opened,) = story.takes(cancelled("2"))
    assert opened.case.reason.endswith("a 940 stops a whole order: have lines 2 stopped by hand")
    (sent,) = documents(story.takes(cancelled("1", "2")))
    assert ["W05*F*web:1", "N1*WH*west*92*west", "W66*PP", "W76*0"] == body(sent)
    assert [] == list(story.rows.rows(rows.RELEASED))
    assert [("TRANSFORMATION_FAILED", "OPEN")] == cases(story.takes(cancelled("1"))), "nothing is known to be stopped"


def test_what_was_released_is_forgotten_after_the_agreed_days() -> None:
    story = Story(a_warehouse())
    story.takes(PartnerWarehouseOrdered(HARBOR, WAREHOUSE_ORDER))
    story.passes(90 * DAY_MS)
    assert [] == list(story.rows.rows(rows.RELEASED))


def test_a_partner_in_test_gets_tests() -> None:
    story = Story(other_file(usage=Usage.TEST))
    story.placed(line("1", 10))
    (sent,) = documents(story.takes(ACCEPTED))
    assert sent.is_test
    assert "*0*T*>~" in sent.content


def test_a_closed_order_is_forgotten_after_the_agreed_days_and_may_come_again() -> None:
    story = answered()
    story.takes(moved(PartnerStep.CLOSED))
    story.passes(90 * DAY_MS)
    assert [] == list(story.rows.rows(rows.ORDERS))
    story.placed(line("1", 4))
    (sent,) = documents(story.takes(moved(PartnerStep.ACCEPTED, step_line("1", 4, allocated=4))))
    assert "ACK*IA*4*EA" in body(sent)
