"""The shop that an order comes from is told of what has left of its own lines, once, and of nothing else."""

from dataclasses import replace

import pytest

from domain.identifiers import ErpId, SourceId
from domain.messages.cases import Case, CaseClass
from domain.messages.dispatch import CommandType, ErpRequested, PostedEvent, Posting
from domain.messages.orders import OrderAmendRequested
from domain.orders.transitions import OrderVerdict
from tests.unit.orders.story import ERP, POSTINGS, RULES, Story

SHOP, OTHER_SHOP = ErpId("webshop"), ErpId("marketplace")
OWN, AGENTS, ELSEWHERE = SourceId("source"), SourceId("customer_service"), SourceId("elsewhere")
REPORTS = {PostedEvent.SHIPMENT_CONFIRMED: Posting(CommandType.REPORT_SHIPMENT, 1)}
TOLD = replace(
    RULES,
    postings={ERP: POSTINGS, SHOP: REPORTS, OTHER_SHOP: REPORTS},
    reports_to={OWN: SHOP, ELSEWHERE: OTHER_SHOP},
)


def reports(verdict: OrderVerdict) -> list[str]:
    """`webshop 1:3` for each report."""
    return [
        " ".join([message.erp_id, *(f"{line.line_id}:{line.quantity}" for line in message.document.lines)])
        for message in verdict.messages
        if isinstance(message, ErpRequested) and message.command_type is CommandType.REPORT_SHIPMENT
    ]


def story_with(history: str, *, told: bool = True) -> Story:
    story = Story()
    story.rules = TOLD if told else RULES
    for sentence in filter(None, history.split("; ")):
        story.do(sentence)
    return story


@pytest.mark.parametrize(
    ("given", "when", "told"),
    (
        ("place available 5 3; answer 1:5 2:3; booked", "ship 1:2 2:3", ["webshop 1:2 2:3"]),
        ("place available 5 3; answer 1:5 2:3; booked; ship 1:2", "ship 1:3 as T", ["webshop 1:3"]),
        ("place available 5; answer 1:5", "ship 1:5", ["webshop 1:5"]),
        ("place available 5; answer 1:5; booked", "ship 1:7", ["webshop 1:7"]),
        ("place available 5; answer 1:5; booked; cancel", "ship 1:2", ["webshop 1:2"]),
        ("place available 5 3; answer 1:5 2:3; booked", "ship 1:2 2=lamp:3", ["webshop 1:2"]),
        ("place available 5; answer 1:5; booked", "ship 1=lamp:3", []),
        ("place available 2channel; booked", "ship@C 1:2", []),
        ("place available 5; answer 1:5; booked", "pick 1:5", []),
        ("place available 5; answer 1:5; erp refuses", "ship 1:5", ["webshop 1:5"]),
        ("ship 1:2", "place available 5", ["webshop 1:2"]),
    ),
)
def test_the_shop_hears_of_what_has_left_of_its_own_lines(given: str, when: str, told: list[str]) -> None:
    assert told == reports(story_with(given).do(when))
    assert [] == reports(story_with(given, told=False).do(when))


def cases(verdict: OrderVerdict) -> list[str]:
    """What shops have to take back."""
    of_class = CaseClass.TRANSFORMATION_FAILED
    return [each.reason for each in verdict.messages if isinstance(each, Case) and each.case_class is of_class]


@pytest.mark.parametrize(
    ("given", "when", "asked"),
    (
        ("ship 1:2", "unship 1:2", "webshop has shipment S, of which 0.000002 of line 1 did not leave, or came back"),
        ("ship 1:2", "unship 1:1", "webshop has shipment S, of which 0.000001 of line 1 did not leave, or came back"),
        ("unship 1:2", "ship 1:2", "webshop has shipment S, of which 0.000002 of line 1 did not leave, or came back"),
        ("ship 1:2 1=lamp:1", "unship 1=lamp:1", ""),
        ("ship 1:2", "return 1:2", ""),
    ),
)
def test_a_person_takes_back_in_the_shop_what_did_not_leave(given: str, when: str, asked: str) -> None:
    history = f"place available 5; answer 1:5; booked; {given}"
    assert list(filter(None, [asked])) == cases(story_with(history).do(when))
    assert [] == cases(story_with(history, told=False).do(when))


def test_of_lines_that_the_shop_has_not_got_nothing_is_taken_back() -> None:
    story = amended_by(AGENTS)
    story.do("ship 3:6")
    assert [] == cases(story.do("unship 3:6"))


def test_what_leaves_instead_is_reported() -> None:
    story = story_with("place available 5; answer 1:5; booked; ship 1:5; unship 1:5")
    assert ["webshop 1:5"] == reports(story.do("ship 1:5 as T"))


def test_a_report_names_the_shipment_and_stays_in_sequence_with_its_order() -> None:
    story = story_with("place available 5; answer 1:5; booked")
    verdict = story.do("ship 1:2")
    (report,) = (each for each in verdict.messages if isinstance(each, ErpRequested) and each.erp_id == SHOP)
    (posted,) = (each for each in verdict.messages if isinstance(each, ErpRequested) and each.erp_id == ERP)
    assert posted.business_key == report.business_key
    assert f"{story.order.order_id}/S/event {story.events}" == report.business_key
    assert (str(story.order.order_id), 1, "S") == (
        str(report.document_key),
        report.priority_class,
        str(report.document.shipment_id),
    )
    assert posted.command_id != report.command_id
    assert posted.document == report.document


def amended_by(source: SourceId) -> Story:
    """Line 3 is added by a source, and all of the order is there."""
    story = story_with("place available 5; answer 1:5; booked")
    asked = story.event("amend 1 +3:6")
    assert isinstance(asked, OrderAmendRequested)
    story.take(replace(asked, provenance=replace(asked.provenance, source_id=source)))
    for sentence in ("answer 3:6", "amendment applied"):
        story.do(sentence)
    return story


@pytest.mark.parametrize(
    ("source", "told"), ((OWN, ["webshop 1:5 3:6"]), (AGENTS, ["webshop 1:5"]), (ELSEWHERE, ["webshop 1:5"]))
)
def test_a_line_that_the_shop_has_not_got_is_none_of_its_business(source: SourceId, told: list[str]) -> None:
    assert told == reports(amended_by(source).do("ship 1:5 3:6"))


def test_a_shipment_of_lines_that_the_shop_has_not_got_is_not_reported() -> None:
    assert [] == reports(amended_by(AGENTS).do("ship 3:6"))


def test_no_order_waits_for_what_a_shop_says() -> None:
    told, untold = (
        story_with("place available 5; answer 1:5; booked"),
        story_with("place available 5; answer 1:5; booked"),
    )
    untold.rules = RULES
    told.do("ship 1:5")
    untold.do("ship 1:5")
    assert untold.order == told.order


def test_a_shop_that_is_told_of_no_shipments_is_not() -> None:
    story = story_with("place available 5; answer 1:5; booked")
    story.rules = replace(TOLD, postings={ERP: POSTINGS, SHOP: {}})
    assert [] == reports(story.do("ship 1:5"))


def test_units_of_a_line_that_left_before_the_shop_added_it_are_reported_then() -> None:
    story = story_with("place available 5; answer 1:5; booked; ship 3:2")
    verdicts = [story.do(each) for each in ("amend 1 +3:6", "answer 3:4", "amendment applied")]
    assert ["webshop 3:2"] == [told for verdict in verdicts for told in reports(verdict)]
