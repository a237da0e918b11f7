"""Reports to a channel: only the newest stock is sent, no order hears of them, and a refusal is a case to retry."""

from dataclasses import replace

import pytest

from domain.dispatch import transitions
from domain.dispatch.decision import DispatchDecision, DispatchVerdict
from domain.dispatch.rows import CommandState
from domain.identifiers import (
    ChannelId,
    CommandId,
    CustomerId,
    DocumentKey,
    ErpId,
    EventId,
    ItemId,
    LineId,
    OrderId,
    ShipmentId,
)
from domain.messages.cases import CaseClass, CaseState
from domain.messages.dispatch import CommandType, Document, DocumentLine, ErpRequested, Outcome
from domain.quantities import UNIT
from tests.unit.dispatch.story import POLICY, SECOND_MS, Story

BLOCKED = replace(POLICY, max_in_flight=1)
"""One call at a time, so what is asked for meanwhile waits."""


def stock(name: str, quantity: int, item: str = "LAMP") -> ErpRequested:
    line = DocumentLine(LineId(""), ItemId(item), quantity * UNIT, "EA", 0)
    return report(name, f"shop:{item}", line)


def shipment(name: str, number: str = "S1") -> ErpRequested:
    line = DocumentLine(LineId("1"), ItemId("LAMP"), UNIT, "EA", 0)
    return report(name, f"shop:1/{number}", line, number)


def report(name: str, key: str, line: DocumentLine, number: str = "") -> ErpRequested:
    """Of a shipment with this number; without one, of an item's stock."""
    kind = CommandType.REPORT_SHIPMENT if number else CommandType.REPORT_AVAILABILITY
    order_id = OrderId("shop:1" if number else "")
    document = Document(
        order_id, ChannelId("shop"), CustomerId(""), "EUR", ShipmentId(number), "UPS", "1Z", "", (line,)
    )
    return ErpRequested(ErpId("main"), CommandId(name), kind, DocumentKey(order_id or key), key, 3, document)


def sent(story: Story) -> list[str]:
    return [command.command_id for command in story.released]


def case_of(decision: DispatchDecision) -> tuple[CaseClass, CaseState, str]:
    (case,) = decision.cases
    return case.case_class, case.state, case.reason


def retry(story: Story, key: str, event: str = "e1") -> str:
    """A person's decision; why it is refused, else the command that is asked for."""
    decision = transitions.retried(story.rows, story.policy, key, EventId(event), story.now_ms)
    if isinstance(decision, str):
        return decision
    story.take(decision)
    return sent(story)[-1]


@pytest.fixture
def busy() -> Story:
    """Another call is in progress."""
    story = Story(BLOCKED)
    story.ask(shipment("busy"))
    return story


def test_of_the_stock_of_an_item_only_the_newest_is_sent(busy: Story) -> None:
    for name, units in (("a", 5), ("b", 4), ("c", 3)):
        busy.ask(stock(name, units))
    assert DispatchVerdict.SUPERSEDES == busy.last_verdict
    busy.ask(stock("other", 9, "BOLT"))
    busy.answer("busy", Outcome.APPLIED)
    busy.answer("c", Outcome.APPLIED)
    assert ["busy", "c", "other"] == sent(busy)
    assert {"other"} == set(busy.rows.commands)


def test_what_is_in_flight_is_waited_for() -> None:
    story = Story()
    for name, units in (("a", 5), ("b", 4), ("c", 3)):
        story.ask(stock(name, units))
    assert ["a"] == sent(story)
    story.answer("a", Outcome.APPLIED)
    assert ["a", "c"] == sent(story)


def test_a_shop_that_asks_to_wait_gets_the_newest_afterwards() -> None:
    story = Story()
    story.ask(stock("a", 5))
    story.answer("a", Outcome.REJECTED_TRANSIENT)
    story.ask(stock("b", 4))
    assert ["a", "b"] == sent(story)
    story.wait(60 * SECOND_MS)
    assert ["a", "b"] == sent(story)


def test_one_that_may_still_be_executed_is_settled_before_the_newest() -> None:
    story = Story()
    story.ask(stock("a", 5))
    story.answer("a", Outcome.UNKNOWN)
    story.ask(stock("b", 4))
    assert ["a"] == sent(story)
    story.wait(POLICY.settle_after_ms)
    story.answer("a", Outcome.DUPLICATE)
    assert ["a", "a", "b"] == sent(story)


def test_shipments_are_all_told_in_their_order(busy: Story) -> None:
    for number in ("S1", "S2", "S3"):
        busy.ask(shipment(number, number))
    for name in ("busy", "S1", "S2"):
        busy.answer(name, Outcome.APPLIED)
    assert ["busy", "S1", "S2", "S3"] == sent(busy)


@pytest.mark.parametrize("outcome", (Outcome.APPLIED, Outcome.DUPLICATE, Outcome.REJECTED_BUSINESS))
@pytest.mark.parametrize("wanted", (stock("a", 5), shipment("a")))
def test_no_order_hears_of_them(wanted: ErpRequested, outcome: Outcome) -> None:
    story = Story()
    story.ask(wanted)
    assert () == story.answer("a", outcome).outcomes


@pytest.mark.parametrize(
    ("wanted", "reason"),
    (
        (shipment("a"), "main refuses shipment S1 of order shop:1: because"),
        (stock("a", 5), "main refuses the stock of LAMP (5): because"),
    ),
)
def test_a_refusal_is_a_case_that_a_retry_resolves(wanted: ErpRequested, reason: str) -> None:
    story, key = Story(), wanted.business_key
    story.ask(wanted)
    refused = story.answer("a", Outcome.REJECTED_BUSINESS)
    assert (CaseClass.TRANSFORMATION_FAILED, CaseState.OPEN, reason) == case_of(refused)
    again = retry(story, key)
    assert again not in {"a", ""}
    accepted = story.answer(again, Outcome.APPLIED)
    assert CaseState.RESOLVED == case_of(accepted)[1]
    assert refused.cases[0].key == accepted.cases[0].key
    assert "it is accepted meanwhile, or a person has closed it" == retry(story, key)


def test_a_retry_that_is_refused_again_can_be_retried_again() -> None:
    story = Story()
    story.ask(shipment("a"))
    story.answer("a", Outcome.REJECTED_BUSINESS)
    again = retry(story, "shop:1/S1")
    assert CaseState.OPEN == case_of(story.answer(again, Outcome.REJECTED_BUSINESS))[1]
    assert again != retry(story, "shop:1/S1", "e2")


def test_a_newer_stock_that_is_accepted_resolves_the_case() -> None:
    story = Story()
    story.ask(stock("a", 5))
    story.answer("a", Outcome.REJECTED_BUSINESS)
    story.ask(stock("b", 4))
    assert (CaseState.RESOLVED, "main has the stock of LAMP (4)") == case_of(story.answer("b", Outcome.APPLIED))[1:]


def test_a_case_that_a_person_closes_is_let_go() -> None:
    story = Story()
    story.ask(shipment("a"))
    story.answer("a", Outcome.REJECTED_BUSINESS)
    decision = transitions.let_go(story.rows, story.policy, "shop:1/S1", story.now_ms)
    assert DispatchVerdict.LET_GO == decision.verdict
    story.take(decision)
    assert {} == story.rows.refused_reports
    assert "it is accepted meanwhile, or a person has closed it" == retry(story, "shop:1/S1")


def test_one_shipment_that_is_refused_stops_no_other() -> None:
    story = Story()
    for number in ("S1", "S2"):
        story.ask(shipment(number, number))
    story.answer("S1", Outcome.REJECTED_BUSINESS)
    assert ["S1", "S2"] == sent(story)
    assert CommandState.IN_FLIGHT == story.state_of("S2")


def test_a_stock_that_is_tried_for_ever_is_a_case_of_its_item() -> None:
    story = Story()
    story.ask(stock("a", 5))
    for _ in range(20):
        decision = story.answer("a", Outcome.REJECTED_TRANSIENT)
        story.wait(600 * SECOND_MS)
    assert [("LAMP", CaseClass.DEPENDENCY_TIMEOUT)] == [(case.subject, case.case_class) for case in decision.cases]
