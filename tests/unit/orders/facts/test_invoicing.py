"""Invoices are compared with what is ordered, cancelled and shipped, and with the order's prices.

A unit costs 10: 5,000 units come to 50,000, which is 5 of the currency.
"""

import pytest

from domain.messages.cases import Case, CaseClass, CaseState
from domain.messages.status import InvoiceStatus
from domain.orders.facts import misdirected
from domain.orders.pending.answers import Awaited
from domain.orders.status import invoice_status_of
from tests.unit.orders.story import Story, effects_of, story_of

BOOKED = "place available 5; answer 1:5; booked"
SHIPPED = f"{BOOKED}; ship 1:5; posted"
UNITS = "5000000000"
DEAR = f"place available {UNITS}; answer 1:{UNITS}; booked; ship 1:{UNITS}; posted"
THIRDS = ("1:1000000000", "1:2000000000", "1:2000000000")
DISCOUNTED = f"place available {UNITS} discounted; answer 1:{UNITS}; booked; ship 1:{UNITS}; posted"
TWO_DISCOUNTED = (
    f"place available {UNITS} {UNITS} discounted; answer 1:{UNITS} 2:{UNITS}; booked; ship 1:{UNITS} 2:{UNITS}; posted"
)

CREDITED = "credited, and their invoice is cancelled: 0.00000{} of line 1"


def cases_of(story: Story, sentence: str) -> list[Case]:
    return [each for each in story.do(sentence).messages if isinstance(each, Case)]


def mismatch_after(history: str) -> Case | None:
    """The case INVOICE_MISMATCH that is open in the end, when all deadlines of the invoices are past."""
    return mismatch_in(story_of(history))


def mismatch_in(story: Story) -> Case | None:
    kinds = (
        Awaited.INVOICE_CANCELLATION,
        Awaited.INVOICE_CORRECTION,
        Awaited.INVOICE_OF_CREDIT,
        Awaited.INVOICE_BEFORE_CREDIT,
    )
    while any(pending and pending.due_at_ms and not pending.is_late for pending in map(story.pending, kinds)):
        for case in cases_of(story, "timer"):
            if case.case_class is CaseClass.INVOICE_MISMATCH:
                return case
    return None


@pytest.mark.parametrize(
    ("history", "expected"),
    (
        (f"{SHIPPED}; invoice 1:5", ""),
        (
            f"{SHIPPED}; invoice 1:6",
            "line 1: 0.000006 invoiced, but at most 0.000005 can be shipped (0.000005 ordered): 0.000001 too many",
        ),
        (f"{BOOKED}; ship 1:2; invoice 1:5", ""),
        (f"{BOOKED}; ship 1:2; cancel; warehouse accepts; invoice 1:2", ""),
        (
            f"{BOOKED}; cancel; warehouse accepts; invoice 1:5",
            "0 can be shipped (0.000005 ordered, 0.000005 cancelled)",
        ),
        (
            f"{BOOKED}; invoice 1:5; cancel; warehouse accepts",
            "0 can be shipped (0.000005 ordered, 0.000005 cancelled)",
        ),
        (f"{SHIPPED}; ship 1:2; invoice 1:9", "at most 0.000007 can be shipped (0.000005 ordered, 0.000007 shipped)"),
        (f"{BOOKED}; cancel; warehouse accepts; invoice 1:5; ship 1:5", ""),
        (f"{BOOKED}; cancel; warehouse accepts; invoice 1:5; uninvoice 1:5", ""),
        (f"{SHIPPED}; invoice 1=lamp:2", "0.000002 of lamp on line '1' (which is for item 1) invoiced and not shipped"),
        (
            f"{SHIPPED}; invoice 7:2",
            "0.000002 of item 7 on line '7' (which the order does not have) invoiced and not shipped",
        ),
        (f"{SHIPPED}; invoice 1=lamp:2; uninvoice 1=lamp:2", ""),
        (f"{BOOKED}; ship 1=lamp:2; invoice 1=lamp:2", ""),
        (
            f"{BOOKED}; ship 1=lamp:2; invoice 1=lamp:2; return 1=lamp:2:restocked:unpriced",
            "0.000002 of lamp on line '1' (which is for item 1) invoiced and sent back",
        ),
        (f"{SHIPPED}; invoice 1:5; return 1:5; uninvoice 1:5", CREDITED.format(5)),
        (f"{SHIPPED}; invoice 1:5; uninvoice 1:5; return 1:5", CREDITED.format(5)),
        (f"{SHIPPED}; uninvoice 1:5; return 1:5; invoice 1:5", CREDITED.format(5)),
        (f"{BOOKED}; invoice 1:5; return 1:5; uninvoice 1:5; ship 1:5", CREDITED.format(5)),
        (f"{SHIPPED}; invoice 1:5; return 1:2:missing; uninvoice 1:5; invoice 1:3", CREDITED.format(2)),
        (f"{SHIPPED}; invoice 1:5; return 1:2; uninvoice 1:5; invoice 1:5", ""),
        (f"{SHIPPED}; invoice 1:5; return 1:2:inspect; uninvoice 1:5", ""),
        (f"{SHIPPED}; invoice 1:5; invoice 1:5; return 1:2; uninvoice 1:5", ""),
        (f"{SHIPPED}; return 1:5", ""),
        (
            f"{BOOKED}; ship 1=lamp:2; invoice 1=lamp:2; return 1=lamp:2:restocked:unpriced; uninvoice 1=lamp:2",
            "",
        ),
    ),
)
def test_what_is_invoiced_and_can_never_be_shipped_is_a_case(history: str, expected: str) -> None:
    case = mismatch_after(history)
    assert bool(expected) == (case is not None)
    assert expected in (case.reason if case else "")


def test_a_case_about_a_cancelled_line_is_resolved_when_its_invoice_is_cancelled() -> None:
    story = story_of(f"{BOOKED}; cancel; warehouse accepts; invoice 1:5")
    opened = mismatch_in(story)
    assert opened is not None
    assert [] == [case for case in cases_of(story, "uninvoice 1:3") if case.key == opened.key]
    (resolved,) = (case for case in cases_of(story, "uninvoice 1:2") if case.key == opened.key)
    assert (CaseState.OPEN, CaseState.RESOLVED) == (opened.state, resolved.state)


@pytest.mark.parametrize(
    ("history", "expected"),
    (
        (f"{DEAR}; invoice 1:{UNITS}@50000", ""),
        (f"{DEAR}; invoice 1:{UNITS}@50100", ""),
        (f"{DEAR}; invoice 1:{UNITS}@50101", "line 1 at 5.0101 and not 5 EUR"),
        (f"{DEAR}; invoice 1:{UNITS}@49000", "line 1 at 4.9 and not 5 EUR"),
        (f"{DEAR}; invoice 1:{UNITS}@50000 USD", "line 1 at 0 and not 5 EUR; an invoice in USD counts as 0"),
        (f"{DEAR}; invoice 1:{UNITS}@60000; uninvoice 1:{UNITS}@60000", ""),
        (f"{DEAR}; uninvoice 1:{UNITS}@60000; invoice 1:{UNITS}@60000", ""),
        (f"{DEAR}; invoice 1:{UNITS}@60000; uninvoice 1:{UNITS}@50000", "line 1 at 1 and not 0 EUR"),
        (f"{DEAR}; invoice 1:2000000000@20000; invoice 1:3000000000@30000", ""),
        (f"{DEAR}; invoice 1:{UNITS}", ""),
        (f"{DISCOUNTED}; invoice 1:{UNITS}@50000", ""),
        (f"{DISCOUNTED}; invoice 1:{UNITS}@45000", ""),
        (
            f"{DISCOUNTED}; invoice 1:{UNITS}@44000",
            "line 1 at 4.4 and not 5 EUR; an invoice may spread over the lines 0.5 that is taken off the whole order",
        ),
        (f"{DISCOUNTED}; invoice 1:{UNITS}@44900", ""),
        (f"{DISCOUNTED}; invoice 1:{UNITS}@44899", "line 1 at 4.4899 and not 5 EUR"),
        (f"{DISCOUNTED}; invoice {THIRDS[0]}@15000; invoice {THIRDS[1]}@15000; invoice {THIRDS[2]}@14700", ""),
        (
            f"{DISCOUNTED}; invoice {THIRDS[0]}@15000; invoice {THIRDS[1]}@15000; invoice {THIRDS[2]}@14699",
            "line 1 at 4.4699 and not 5 EUR",
        ),
        (f"{TWO_DISCOUNTED}; invoice 1:{UNITS}@45000 2:{UNITS}@49800", ""),
        (
            f"{TWO_DISCOUNTED}; invoice 1:{UNITS}@45000 2:{UNITS}@49799",
            "line 1 at 4.5 and not 5 EUR, line 2 at 4.9799 and not 5 EUR",
        ),
        (f"{TWO_DISCOUNTED}; invoice 1:{UNITS}@44900 2:{UNITS}@50200", "line 2 at 5.02 and not 5 EUR"),
    ),
)
def test_an_invoice_at_another_amount_than_quantity_times_price_is_a_case(history: str, expected: str) -> None:
    case = mismatch_after(history)
    assert bool(expected) == (case is not None)
    assert expected in (case.reason if case else "")


def test_the_impact_of_a_case_is_the_difference() -> None:
    amounts, units = (
        mismatch_after(f"{DEAR}; {invoice}") for invoice in (f"invoice 1:{UNITS}@62500", f"invoice 1:{UNITS} 1:{UNITS}")
    )
    assert amounts is not None
    assert units is not None
    assert ((12_500, "EUR"), (50_000, "EUR")) == (
        (amounts.impact.value, amounts.impact.currency),
        (units.impact.value, units.impact.currency),
    )


def test_nobody_hears_of_an_invoice_that_is_corrected_at_once() -> None:
    story = story_of(f"{SHIPPED}; invoice 1:7")
    assert "case" not in effects_of(story.do("uninvoice 1:2"))
    assert story.pending(Awaited.INVOICE_CANCELLATION) is None


def test_what_there_is_no_room_to_count_is_a_case_at_once() -> None:
    story = story_of(SHIPPED)
    for number in range(misdirected.MOST_COUNTED):
        story.do(f"invoice {number + 7}:1")
    assert "InvoicePosted; case INVOICE_MISMATCH" == effects_of(story.do("invoice 6:2"))


def test_units_of_other_lines_count_once_each() -> None:
    story = story_of(f"{SHIPPED}; ship 1=lamp:2; invoice 1=lamp:2; invoice 1=lamp:1; uninvoice 1=lamp:1")
    counted = [(each.line_id, each.item_id, each.shipped, each.invoiced) for each in story.order.misdirected]
    assert [("1", "lamp", 2, 2)] == counted


NEVER = "credited, and never invoiced: 0.00000{} of line 1"
WITH_BUDGET = "place available 5 INVOICE<3600; answer 1:5; booked; ship 1:5; posted"


@pytest.mark.parametrize(
    ("history", "expected"),
    (
        (f"{SHIPPED}; return 1:2; invoice 1:3", NEVER.format(2)),
        (f"{SHIPPED}; invoice 1:3; return 1:2", NEVER.format(2)),
        (f"{SHIPPED}; invoice 1:3; return 1:2:missing", NEVER.format(2)),
        (f"{SHIPPED}; return 1:2; invoice 1:4", NEVER.format(1)),
        (f"{BOOKED}; return 1:2; invoice 1:3; ship 1:5; posted", NEVER.format(2)),
        (f"{WITH_BUDGET}; return 1:5", NEVER.format(5)),
        (f"{WITH_BUDGET}; return 1:5; invoice 1:5", ""),
        (f"{SHIPPED}; return 1:2; invoice 1:5", ""),
        (f"{SHIPPED}; invoice 1:3; return 1:2; invoice 1:2", ""),
        (f"{SHIPPED}; invoice 1:3; return 1:2:inspect", ""),
        (f"{SHIPPED}; invoice 1:3; return 1:2; unship 1:2", ""),
        (f"{SHIPPED}; return 1:5", ""),
    ),
)
def test_a_credit_of_what_is_never_invoiced_is_a_case_where_invoices_are_reported(history: str, expected: str) -> None:
    case = mismatch_after(history)
    assert expected == ("" if case is None else case.reason)


def test_the_invoice_of_what_is_credited_ends_its_case() -> None:
    story = story_of(f"{DEAR}; invoice 1:3000000000; return 1:2000000000")
    case = mismatch_in(story)
    assert case is not None
    assert (20_000, CaseState.OPEN) == (case.impact.value, case.state)
    (resolved,) = cases_of(story, "invoice 1:2000000000")
    assert CaseState.RESOLVED is resolved.state


def test_the_invoice_has_as_long_as_its_budget_also_if_its_goods_come_back() -> None:
    story = story_of(f"{WITH_BUDGET}; return 1:5")
    pending = story.pending(Awaited.INVOICE_BEFORE_CREDIT)
    assert pending is not None
    shipped_ms = story.order.last_shipped_us // 1_000
    assert max(shipped_ms + 3_600_000, pending.since_ms + 900_000) == pending.due_at_ms


@pytest.mark.parametrize(
    ("history", "expected"),
    (
        (f"{SHIPPED}; return 1:2; invoice 1:3", InvoiceStatus.INVOICED),
        (f"{SHIPPED}; return 1:2; invoice 1:2", InvoiceStatus.PARTIAL),
        (f"{SHIPPED}; return 1:2:inspect; invoice 1:3", InvoiceStatus.PARTIAL),
        (f"{SHIPPED}; return 1:5", InvoiceStatus.NONE),
    ),
)
def test_what_is_credited_needs_no_invoice_to_be_invoiced_in_full(history: str, expected: InvoiceStatus) -> None:
    assert expected == invoice_status_of(story_of(history).order)
