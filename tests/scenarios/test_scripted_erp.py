"""The ERP of a scenario: one document for each business key, and the fates that the scenario gives it."""

import pytest

from dataflows.scenarios.scripted_erp import ErpFate, ScriptedErp
from domain.messages.dispatch import CommandType, ErpCommand, Outcome
from tests.unit.erp.commands import create, query

KEY = (CommandType.CREATE_SALES_ORDER, "portal:1")
CREATE = create("portal:1")
QUERY = query(CREATE)


def outcomes_of(erp: ScriptedErp, *commands: ErpCommand) -> list[Outcome | None]:
    responses = [erp.execute(command) for command in commands]
    return [None if response is None else response.outcome for response in responses]


def test_one_business_key_makes_one_document() -> None:
    assert [Outcome.APPLIED, Outcome.DUPLICATE] == outcomes_of(ScriptedErp(), CREATE, CREATE)


@pytest.mark.parametrize(
    ("fate", "outcome", "is_booked"),
    (
        (ErpFate.APPLIED, Outcome.APPLIED, True),
        (ErpFate.ANSWER_LOST, Outcome.UNKNOWN, True),
        (ErpFate.UNKNOWN, Outcome.UNKNOWN, False),
        (ErpFate.REJECTED_BUSINESS, Outcome.REJECTED_BUSINESS, False),
        (ErpFate.REJECTED_TRANSIENT, Outcome.REJECTED_TRANSIENT, False),
        (ErpFate.SILENT, None, False),
    ),
)
def test_a_fate_is_one_call_and_the_next_call_is_ordinary(
    fate: ErpFate, outcome: Outcome | None, *, is_booked: bool
) -> None:
    erp = ScriptedErp()
    erp.script(*KEY, [fate], "")

    expected = [outcome, Outcome.DUPLICATE if is_booked else Outcome.NOT_FOUND]
    assert expected == outcomes_of(erp, CREATE, QUERY)


def test_a_query_can_be_given_a_wrong_answer() -> None:
    erp = ScriptedErp()
    erp.script(*KEY, [ErpFate.ANSWER_LOST, ErpFate.NOT_FOUND], "")

    assert [Outcome.UNKNOWN, Outcome.NOT_FOUND, Outcome.DUPLICATE] == outcomes_of(erp, CREATE, QUERY, QUERY)


def test_what_somebody_else_booked_is_found_and_is_no_effect_of_the_call() -> None:
    erp = ScriptedErp()
    erp.keep(*KEY, "SO-9")
    found = [erp.execute(QUERY), erp.execute(CREATE)]
    assert [(Outcome.DUPLICATE, "SO-9", False), (Outcome.DUPLICATE, "SO-9", True)] == [
        (each.outcome, each.document_number, each.sent_now) for each in found if each is not None
    ]


def test_an_unavailable_erp_executes_nothing() -> None:
    erp = ScriptedErp()
    erp.available = False
    refused = outcomes_of(erp, CREATE)
    erp.available = True

    assert [Outcome.REJECTED_TRANSIENT] == refused
    assert [Outcome.NOT_FOUND] == outcomes_of(erp, QUERY)
