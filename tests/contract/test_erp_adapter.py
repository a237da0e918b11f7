"""The contract of `ErpAdapter`, with each fault that an ERP can have."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.erp.adapter import UNREACHABLE, ErpAdapter
from demo.erp.behaviour import ErpBehaviour
from domain.identifiers import CustomerId, ErpId
from domain.messages.dispatch import CommandType, ErpCommand, ErpResponse, Outcome
from tests.unit.erp.commands import DOCUMENT, PERMIT, cancel, create, post_shipment, query
from tests.unit.erp.running import RunningErp, adapter_to, running_erp, wait_until

QUICK = ErpBehaviour(latency_from_ms=0, latency_to_ms=0)
Start = Callable[[ErpBehaviour], RunningErp]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    with ExitStack() as stack:
        yield lambda behaviour: stack.enter_context(
            running_erp(tmp_path / "erp.sqlite", behaviour, call_timeout_ms=200)
        )


def outcome_of(response: ErpResponse) -> tuple[Outcome, str]:
    return response.outcome, response.document_number


def test_a_new_document_is_applied_with_its_number(start: Start) -> None:
    erp = start(QUICK)
    command = create("portal:P-1", attempt=3)
    assert ErpResponse(
        ErpId("main"), command.command_id, CommandType.CREATE_SALES_ORDER, 3, Outcome.APPLIED, "SO-000001", "", 0
    ) == erp.adapter.execute(command, PERMIT)


def test_each_kind_of_document_has_its_own_numbers(start: Start) -> None:
    erp = start(QUICK)
    commands = [create(), create("portal:P-2"), post_shipment("portal:P-1", "S-1"), cancel("portal:P-2")]
    numbers = [erp.adapter.execute(command, PERMIT).document_number for command in commands]
    assert ["SO-000001", "SO-000002", "SH-000001", "CA-000001"] == numbers


def test_the_same_again_is_a_duplicate_with_the_first_number(start: Start) -> None:
    erp = start(QUICK)
    erp.adapter.execute(create(), PERMIT)
    assert (Outcome.DUPLICATE, "SO-000001") == outcome_of(erp.adapter.execute(create(attempt=2), PERMIT))
    assert 1 == erp.statistics()["documents_per_business_key_max"]


def test_other_content_under_the_same_business_key_is_refused_for_good(start: Start) -> None:
    erp = start(QUICK)
    erp.adapter.execute(create(), PERMIT)
    response = erp.adapter.execute(create(document=replace(DOCUMENT, currency="USD")), PERMIT)
    assert Outcome.REJECTED_BUSINESS == response.outcome
    assert "OTHER_CONTENT" in response.reason


def test_an_order_of_a_blocked_customer_is_refused_for_good(start: Start) -> None:
    erp = start(replace(QUICK, blocked_customers=frozenset({"C-13"})))
    response = erp.adapter.execute(create(document=replace(DOCUMENT, customer_id=CustomerId("C-13"))), PERMIT)
    assert Outcome.REJECTED_BUSINESS == response.outcome
    assert "CUSTOMER_BLOCKED" in response.reason
    assert Outcome.NOT_FOUND == erp.adapter.find(create()).outcome


def test_a_cancellation_of_an_unknown_order_is_refused_for_good(start: Start) -> None:
    erp = start(QUICK)
    response = erp.adapter.execute(cancel("portal:P-9"), PERMIT)
    assert Outcome.REJECTED_BUSINESS == response.outcome
    assert "UNKNOWN_ORDER" in response.reason


def test_a_look_up_finds_what_is_there_and_is_sure_of_what_is_not(start: Start) -> None:
    erp = start(QUICK)
    erp.adapter.execute(create(), PERMIT)
    assert (Outcome.DUPLICATE, "SO-000001") == outcome_of(erp.adapter.find(query(create())))
    assert (Outcome.NOT_FOUND, "") == outcome_of(erp.adapter.find(query(create("portal:P-2"))))
    assert (Outcome.NOT_FOUND, "") == outcome_of(erp.adapter.find(query(cancel("portal:P-1"))))


def test_a_look_up_answers_for_the_query_and_its_attempt(start: Start) -> None:
    erp = start(QUICK)
    response = erp.adapter.find(query(create(attempt=2)))
    assert (CommandType.QUERY_DOCUMENT, 2) == (response.command_type, response.attempt)


@pytest.mark.parametrize("call", ("execute", "find"))
def test_an_erp_that_does_not_listen_got_nothing(call: str) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with adapter_to(unused.getsockname()[1]) as adapter:
            response = called(adapter, call, create())
            assert (Outcome.REJECTED_TRANSIENT, UNREACHABLE) == (response.outcome, response.reason)
            assert not adapter.reachable()


@pytest.mark.parametrize("call", ("execute", "find"))
def test_an_erp_that_is_down_books_nothing_and_says_when_to_come_back(start: Start, call: str) -> None:
    erp = start(QUICK)
    assert erp.adapter.reachable()
    erp.control(down=True)
    response = called(erp.adapter, call, create())
    assert (Outcome.REJECTED_TRANSIENT, UNREACHABLE, 1000) == (
        response.outcome,
        response.reason,
        response.retry_after_ms,
    )
    assert not erp.adapter.reachable()
    erp.control(down=False)
    assert erp.adapter.reachable()
    assert Outcome.NOT_FOUND == erp.adapter.find(create()).outcome


def test_a_call_over_the_rate_is_sent_back_for_a_second(tmp_path: Path) -> None:
    behaviour = replace(QUICK, calls_per_second=1)
    with running_erp(tmp_path / "erp.sqlite", behaviour, now_ms=lambda: 1_000_000) as erp:
        erp.adapter.execute(create(), PERMIT)
        response = erp.adapter.execute(create("portal:P-2"), PERMIT)
        assert (Outcome.REJECTED_TRANSIENT, 1000) == (response.outcome, response.retry_after_ms)
        assert {"sales_order": 1} == erp.statistics()["documents"]


def test_a_locked_document_may_be_tried_again(start: Start) -> None:
    erp = start(replace(QUICK, lock_per_mille=1000))
    response = erp.adapter.execute(create(), PERMIT)
    assert Outcome.REJECTED_TRANSIENT == response.outcome
    assert UNREACHABLE != response.reason
    assert Outcome.NOT_FOUND == erp.adapter.find(create()).outcome


def test_after_a_lost_answer_the_outcome_is_unknown_and_the_document_is_found(start: Start) -> None:
    erp = start(replace(QUICK, lose_answer_per_mille=1000))
    assert (Outcome.UNKNOWN, "") == outcome_of(erp.adapter.execute(create(), PERMIT))
    assert (Outcome.DUPLICATE, "SO-000001") == outcome_of(erp.adapter.find(create()))
    assert 1 == erp.statistics()["lost_answers"]


def test_no_call_is_repeated_by_the_client_itself(start: Start) -> None:
    erp = start(replace(QUICK, lose_answer_per_mille=1000))
    erp.adapter.execute(create(), PERMIT)
    assert (1, 1) == (erp.statistics()["calls"], erp.statistics()["calls_per_business_key_max"])


def test_a_late_booking_is_unknown_then_not_there_then_found(start: Start) -> None:
    erp = start(replace(QUICK, book_late_per_mille=1000, late_by_ms=500))
    assert (Outcome.UNKNOWN, "") == outcome_of(erp.adapter.execute(create(), PERMIT))
    assert (Outcome.NOT_FOUND, "") == outcome_of(erp.adapter.find(create()))
    wait_until(lambda: erp.adapter.find(create()).outcome is Outcome.DUPLICATE, "the late booking")


def test_an_answer_that_takes_too_long_is_unknown_and_may_still_be_booked(start: Start) -> None:
    erp = start(replace(QUICK, latency_from_ms=400, latency_to_ms=400))
    assert (Outcome.UNKNOWN, "") == outcome_of(erp.adapter.execute(create(), PERMIT))
    erp.control(latency_from_ms=0, latency_to_ms=0)
    wait_until(lambda: erp.adapter.find(create()).outcome is Outcome.DUPLICATE, "the slow booking")


def test_without_unique_keys_a_repeat_is_a_second_document_and_the_statistics_show_it(start: Start) -> None:
    erp = start(replace(QUICK, unique_keys=False))
    assert (Outcome.APPLIED, "SO-000001") == outcome_of(erp.adapter.execute(create(), PERMIT))
    assert (Outcome.APPLIED, "SO-000002") == outcome_of(erp.adapter.execute(create(attempt=2), PERMIT))
    statistics = erp.statistics()
    assert (2, 2) == (statistics["documents_per_business_key_max"], statistics["sales_orders_per_order_max"])
    assert (Outcome.DUPLICATE, "SO-000001") == outcome_of(erp.adapter.find(create()))


def called(adapter: ErpAdapter, call: str, command: ErpCommand) -> ErpResponse:
    return adapter.execute(command, PERMIT) if call == "execute" else adapter.find(command)
