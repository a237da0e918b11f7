"""Goods are delivered and invoiced after they are shipped; or, as far as anybody hears of it, before.

`given` is a history, `when` the event; `effects` are what comes of it (see `story`).
"""

import pytest

from domain.messages.cases import Case, CaseClass, CaseState
from domain.messages.orders import Numbered
from domain.messages.status import InvoicePosted, InvoiceStatus, OrderStatus, ShipmentDelivered
from domain.orders.facts.documents import document_in
from domain.orders.pending.answers import Awaited
from domain.orders.status import invoice_status_of, status_of
from tests.unit.orders.story import effects_of, story_of

BOOKED = "place available 5; answer 1:5; booked"
NEVER_SHIPPED = "line 1: 0.000007 invoiced, but at most 0.000005 can be shipped (0.000005 ordered): 0.000002 too many"
SHIPPED = f"{BOOKED}; ship 1:5; posted"


@pytest.mark.parametrize(
    ("history", "expected"),
    (
        (SHIPPED, OrderStatus.SHIPPED),
        (f"{SHIPPED}; deliver 1:3", OrderStatus.SHIPPED),
        (f"{SHIPPED}; deliver 1:3; deliver 1:2", OrderStatus.DELIVERED),
        (f"{SHIPPED}; deliver 1:5; undeliver 1:1", OrderStatus.SHIPPED),
        (f"{SHIPPED}; undeliver 1:1; deliver 1:5", OrderStatus.SHIPPED),
        (f"{SHIPPED}; deliver 1:7", OrderStatus.DELIVERED),
        (f"{SHIPPED}; deliver 1=lamp:5", OrderStatus.SHIPPED),
        (f"{BOOKED}; ship 1:2; deliver 1:2", OrderStatus.PARTIALLY_SHIPPED),
        (f"{SHIPPED}; deliver 1:5; unship 1:1", OrderStatus.PARTIALLY_SHIPPED),
        (f"{BOOKED}; deliver 1:5; ship 1:5", OrderStatus.DELIVERED),
    ),
)
def test_an_order_is_delivered_when_all_that_was_shipped_is(history: str, expected: OrderStatus) -> None:
    assert expected is status_of(story_of(history).order)


@pytest.mark.parametrize(
    ("history", "expected"),
    (
        (SHIPPED, InvoiceStatus.NONE),
        (f"{SHIPPED}; invoice 1:2", InvoiceStatus.PARTIAL),
        (f"{SHIPPED}; invoice 1:2; invoice 1:3", InvoiceStatus.INVOICED),
        (f"{SHIPPED}; invoice 1:5; uninvoice 1:5", InvoiceStatus.NONE),
        (f"{BOOKED}; ship 1:2; invoice 1:2", InvoiceStatus.PARTIAL),
        (f"{BOOKED}; invoice 1:5; ship 1:5", InvoiceStatus.INVOICED),
    ),
)
def test_the_invoice_status_is_separate_from_the_status(history: str, expected: InvoiceStatus) -> None:
    assert expected is invoice_status_of(story_of(history).order)


def test_subscribers_hear_of_each_delivery_and_each_invoice() -> None:
    story = story_of(SHIPPED)
    (delivered,) = (each for each in story.do("deliver 1:3").messages if isinstance(each, ShipmentDelivered))
    assert (3, "S", False) == (delivered.order.totals.delivered, delivered.shipment_id, delivered.is_reversal)
    (invoiced,) = (each for each in story.do("invoice 1:4").messages if isinstance(each, InvoicePosted))
    assert (4, 10_000, "EUR") == (invoiced.order.totals.invoiced, invoiced.value, invoiced.currency)
    (cancelled,) = (each for each in story.do("uninvoice 1:5").messages if isinstance(each, InvoicePosted))
    assert (0, True) == (cancelled.order.totals.invoiced, cancelled.is_reversal)


@pytest.mark.parametrize(
    ("event", "undone_by", "awaited", "case_class", "reason"),
    (
        (
            "deliver 1:7",
            "undeliver 1:2",
            Awaited.DELIVERED_SHIPMENT,
            CaseClass.OVER_SHIPMENT,
            "0.000002 of line 1 are delivered and not shipped",
        ),
        (
            "invoice 1:7",
            "uninvoice 1:2",
            Awaited.INVOICE_CANCELLATION,
            CaseClass.INVOICE_MISMATCH,
            NEVER_SHIPPED,
        ),
    ),
)
@pytest.mark.parametrize("is_shipped", (True, False))
def test_more_than_was_shipped_is_a_case_until_as_much_is_shipped_or_it_is_taken_back(  # noqa: PLR0913
    event: str, undone_by: str, awaited: Awaited, case_class: CaseClass, reason: str, *, is_shipped: bool
) -> None:
    story = story_of(f"{SHIPPED}; {event}")
    assert story.pending(awaited) is not None
    cases: list[Case] = []
    while not cases:
        cases = [each for each in story.do("timer").messages if isinstance(each, Case)]
    assert [(case_class, CaseState.OPEN, reason)] == [(case.case_class, case.state, case.reason) for case in cases]
    end = story.do("ship 1:2" if is_shipped else undone_by)
    assert (cases[0].key, CaseState.RESOLVED) in {
        (case.key, case.state) for case in end.messages if isinstance(case, Case)
    }
    assert story.pending(awaited) is None


@pytest.mark.parametrize(
    ("history", "end", "reason"),
    (
        (f"{SHIPPED}; deliver 1:7", "ship 1:2", "all that was delivered is shipped now"),
        (
            f"{SHIPPED}; deliver 1:7",
            "undeliver 1:2",
            "the delivery was taken back: nothing is delivered that was not shipped",
        ),
        (f"{BOOKED}; invoice 1:5", "ship 1:5", "all that was invoiced is shipped now"),
        (
            f"{BOOKED}; invoice 1:5",
            "uninvoice 1:5",
            "the invoice was cancelled: nothing is invoiced that was not shipped",
        ),
        (
            f"{BOOKED}; invoice 1:5; cancel",
            "warehouse accepts",
            "what was invoiced and not shipped will not be shipped any more",
        ),
    ),
)
def test_the_end_of_a_case_says_what_became_of_the_units(history: str, end: str, reason: str) -> None:
    story = story_of(history)
    opened = set[str]()
    while not opened:
        opened = {
            case.key for case in story.do("timer").messages if isinstance(case, Case) and "not shipped" in case.reason
        }
    ends = [case for case in story.do(end).messages if isinstance(case, Case) and case.key in opened]
    assert [(CaseState.RESOLVED, reason)] == [(case.state, case.reason) for case in ends]


def test_nobody_hears_of_an_invoice_whose_shipment_comes_in_time() -> None:
    story = story_of(f"{BOOKED}; invoice 1:5; deliver 1:5")
    assert "case" not in effects_of(story.do("ship 1:5"))
    assert (None, None) == (story.pending(Awaited.INVOICED_SHIPMENT), story.pending(Awaited.DELIVERED_SHIPMENT))


def test_a_reversed_shipment_leaves_its_invoice_without_goods() -> None:
    story = story_of(f"{SHIPPED}; invoice 1:5; unship 1:2")
    assert story.pending(Awaited.INVOICED_SHIPMENT) is not None


def test_deliveries_and_invoices_wait_for_their_order() -> None:
    story = story_of("deliver 1:5; invoice 1:5")
    assert "OrderReceived; ShipmentDelivered; InvoicePosted; asks 1:5" == effects_of(story.do("place available 5"))
    assert [(5, 5)] == [(line.delivered, line.invoiced) for line in story.order.lines]


def test_an_orphan_moves_nothing() -> None:
    assert "case ORPHAN_EVENT" == effects_of(story_of("deliver 1:5; invoice 1:5").do("timer"))


@pytest.mark.parametrize("sentence", ("deliver 1:5", "invoice 1:5"))
def test_an_order_with_a_case_is_closed_and_not_purged(sentence: str) -> None:
    story = story_of(f"{SHIPPED}; {sentence}; {sentence}")
    while not story.order.closed:
        story.do("timer")
    assert 0 == story.order.leaves_at_ms


@pytest.mark.parametrize("word", ("deliver", "invoice"))
def test_the_same_document_is_known_by_its_content_and_not_by_its_message(word: str) -> None:
    first, other, again = (story_of("").event(f"{word} {units}") for units in ("1:5", "1:4", "1:2 1:3"))
    assert isinstance(first, Numbered)
    assert isinstance(other, Numbered)
    assert isinstance(again, Numbered)
    assert document_in(first) == document_in(again)
    assert document_in(first) != document_in(other)
