"""Returns always apply: the ledger, the subscribers and the ERP get each once; an excess credit is a case later.

`given` is a history, `when` the event; `effects` and `status` are what comes of it (see `story`).
"""

from dataclasses import replace
from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.identifiers import CorrelationId, DocumentKey, EventId, NodeId, OrderId, ReturnId, SourceId
from domain.messages.cases import Case, CaseClass
from domain.messages.dispatch import ErpRequested
from domain.messages.orders import OrderReturned
from domain.messages.status import ReturnCredited, ReturnReceived, ReturnStatus
from domain.orders.decision import return_key
from domain.orders.status import return_status_of
from domain.provenance import Provenance
from domain.quantities import UNIT
from tests.unit.orders.story import ORDER_ID, RULES, effects_of, flow_status_of, story_of

SHIPPED = "place available 5; answer 1:5; booked; ship 1:5"
BOOKED = "place available 5; answer 1:5; booked"
ONE_MORE = "shipped 1:1; ShipmentConfirmed; POST_SHIPMENT 1:1; "
FOUR_MORE = "shipped 1:4; ShipmentConfirmed; POST_SHIPMENT 1:4; "


@pytest.mark.parametrize(
    ("given", "when", "effects", "status"),
    (
        (
            SHIPPED,
            "return 1:2",
            "took back 1:2; ReturnReceived; POST_CREDIT_MEMO 1:2",
            "ACCEPTED; 1: shipped 5 returned 2",
        ),
        (
            SHIPPED,
            "return 1:2 1:2:damaged 1:1:missing",
            "took back 1:2 1:2; ReturnReceived; POST_CREDIT_MEMO 1:2 1:2 1:1",
            "ACCEPTED; 1: shipped 5 returned 4 missing 1",
        ),
        (
            SHIPPED,
            "return 1:1:missing",
            "ReturnReceived; POST_CREDIT_MEMO 1:1",
            "ACCEPTED; 1: shipped 5 missing 1",
        ),
        (SHIPPED, "return refund", "ReturnReceived; POST_CREDIT_MEMO POST:18", "ACCEPTED; 1: shipped 5"),
        (
            SHIPPED,
            "return 1:1 refund",
            "took back 1:1; ReturnReceived; POST_CREDIT_MEMO 1:1 POST:18",
            "ACCEPTED; 1: shipped 5 returned 1",
        ),
        (
            SHIPPED,
            "return 9:1",
            "took back 9:1; case INVOICE_MISMATCH; ReturnReceived",
            "ACCEPTED; 1: shipped 5",
        ),
        (
            "place available 5; answer 1:5; booked",
            "return 1:2",
            "took back 1:2; ReturnReceived",
            "ACCEPTED; 1: allocated 5 returned 2",
        ),
        (
            "place available 5; answer 1:2; booked; ship 1:2; cancel",
            "return 1:2",
            "took back 1:2; ReturnReceived; POST_CREDIT_MEMO 1:2",
            "CANCELLED; 1: cancelled 3 shipped 2 returned 2",
        ),
        ("place available charged", "return refund", "ReturnReceived; POST_CREDIT_MEMO POST:18", "ACCEPTED"),
    ),
)
def test_a_return_of_a_known_order_applies(given: str, when: str, effects: str, status: str) -> None:
    story = story_of(given)
    assert effects == effects_of(story.do(when))
    assert status == flow_status_of(story)


@pytest.mark.parametrize(
    ("given", "when", "effects", "status"),
    (
        ("", "return 1:2", "", "parked"),
        ("return 1:2", "timer", "took back 1:2; case ORPHAN_EVENT", "parked"),
        ("return 1:2:missing refund", "timer", "case ORPHAN_EVENT", "parked"),
        ("return 1:2; timer", "return 1:1:damaged", "took back 1:1", "parked"),
        (
            "return 1:2",
            "place available 5",
            "OrderReceived; took back 1:2; ReturnReceived; asks 1:5",
            "RESERVING; 1: unanswered 5 returned 2",
        ),
        (
            "return 1:2; timer",
            "place available 5",
            "OrderReceived; ReturnReceived; case ORPHAN_EVENT RESOLVED; asks 1:5",
            "RESERVING; 1: unanswered 5 returned 2",
        ),
        (
            "ship 1:5; return 1:2",
            "place available 5",
            "OrderReceived; shipped 1:5; ShipmentConfirmed; took back 1:2; ReturnReceived; asks 1:0",
            "RESERVING; 1: shipped 5 returned 2",
        ),
        (
            "ship 1:5; return 1:2; place available 5",
            "answer 1:0",
            "CREATE_SALES_ORDER 1:5; OrderAccepted; POST_SHIPMENT 1:5; POST_CREDIT_MEMO 1:2",
            "ACCEPTED; 1: shipped 5 returned 2",
        ),
        (
            "place kill 5; return 1:1 refund",
            "ship 1:5",
            "shipped 1:5; ShipmentConfirmed; ReturnCredited",
            "RESERVING; 1: shipped 5 returned 1",
        ),
        (
            "place kill 5; return 1:1 refund; ship 1:5",
            "old answer 1",
            (
                "CREATE_SALES_ORDER 1:5; OrderAccepted; "
                "POST_SHIPMENT 1:5; POST_CREDIT_MEMO POST:18; POST_CREDIT_MEMO 1:1"
            ),
            "ACCEPTED; 1: shipped 5 returned 1",
        ),
    ),
)
def test_a_return_that_overtakes_waits_and_moves_goods_once(given: str, when: str, effects: str, status: str) -> None:
    story = story_of(given)
    assert effects == effects_of(story.do(when))
    assert status == flow_status_of(story)


@pytest.mark.parametrize(
    ("history", "cases"),
    (
        (f"{SHIPPED}; return 1:5", 0),
        (f"{SHIPPED}; return 1:6; timer; timer", 1),
        (f"{SHIPPED}; return 1:3 1:3:missing; timer; timer", 1),
        (f"{SHIPPED}; return 1:4; return 1:4; return 1:4; timer; timer; timer", 2),
        (f"{BOOKED}; return 1:2; timer; timer", 1),
        (f"{BOOKED}; return 1:2; ship 1:2; timer; timer", 0),
        (f"{BOOKED}; return 1:2; ship 1:1; timer; timer", 1),
        ("return 1:2; place available 5; answer 1:5; timer; timer; timer", 1),
    ),
)
def test_what_is_returned_beyond_what_was_shipped_is_a_case_once_the_shipment_had_its_time(
    history: str, cases: int
) -> None:
    story = story_of("")
    found = [
        message for step in history.split("; ") for message in story.do(step).messages if isinstance(message, Case)
    ]
    assert [CaseClass.INVOICE_MISMATCH] * cases == [case.case_class for case in found]
    assert all(held.due_at_ms == 0 for held in story.order.held_credits)


def test_the_case_names_return_and_lines_and_comes_at_its_deadline() -> None:
    story = story_of(f"place available {5 * UNIT}; answer 1:{5 * UNIT}; ship 1:{2 * UNIT}")
    returned_at_ms = story.now_ms
    story.do(f"return 1:{3 * UNIT}")
    while any(held.due_at_ms for held in story.order.held_credits):
        messages = story.do("timer").messages
    (case,) = (message for message in messages if isinstance(message, Case))
    assert returned_at_ms + RULES.premature_return_limit_ms == story.now_ms
    reason = "return R4: 1 of line 1 not credited, it has 3 returned or refunded of 2 shipped"
    assert (ORDER_ID, f"{ORDER_ID}/R4", reason) == (case.subject, case.key, case.reason)


EARLY = ", and came back before what is not credited had left"


@pytest.mark.parametrize(
    ("given", "then", "said"),
    (
        (
            f"{BOOKED}; return 1:4; wait 1h",
            "late ship 1:3",
            ("1 of line 1 not credited, it has 4 returned of 3 shipped",),
        ),
        (f"{BOOKED}; return 1:4; wait 1h", "late ship 1:4", ("the units of return R4 were shipped",)),
        (
            f"{BOOKED}; return 1:4; wait 1h; late ship 1:1",
            "late ship 1:2",
            ("1 of line 1 not credited, it has 4 returned of 3 shipped",),
        ),
        (
            f"{SHIPPED}; return 1:7; wait 1h",
            "unship 1:1",
            ("2 of line 1 not credited, it has 7 returned of 4 shipped",),
        ),
        (
            f"{BOOKED}; return 1:2; return 1:3; wait 1h",
            "late ship 1:3",
            (
                "the units of return R4 were shipped",
                "2 of line 1 not credited, it has 5 returned of 3 shipped",
            ),
        ),
        (
            "place available 3 3; answer 1:3 2:3; booked; return 1:2 2:2; wait 1h",
            "late ship 2:2",
            ("2 of line 1 not credited, it has 2 returned of 0 shipped",),
        ),
        (
            f"{BOOKED}; return 1:4; wait 1h",
            "ship 1:3",
            (f"4 of line 1 not credited, it has 4 returned of 3 shipped{EARLY}",),
        ),
        (f"{BOOKED}; return 1:4", "ship 1:3", ()),
        (f"{BOOKED}; return 1:4; wait 1h", "pick 1:2", ()),
    ),
    ids=(
        "a part",
        "all",
        "another part",
        "a reversal",
        "two returns",
        "one line of two",
        "what left later",
        "no case yet",
        "nothing of it",
    ),
)
def test_an_open_case_says_what_is_not_credited_yet(given: str, then: str, said: tuple[str, ...]) -> None:
    verdict = story_of(given).do(then)
    mismatches = [
        each.reason.split(": ")[-1].replace("0.00000", "").replace("returned or refunded", "returned")
        for each in verdict.messages
        if isinstance(each, Case) and each.case_class is CaseClass.INVOICE_MISMATCH
    ]
    assert list(said) == [each for each in mismatches if "reversed" not in each]


def test_nothing_more_is_said_of_a_case_that_a_person_has_closed() -> None:
    story = story_of(f"{BOOKED}; return 1:4; wait 1h")
    case, action = story.decision("dismiss return")
    story.take_decision(replace(case, key=f"{ORDER_ID}/R4"), action)
    assert not [each for each in story.do("ship 1:3").messages if isinstance(each, Case)]


def test_what_came_back_of_a_line_before_it_was_added_is_returned_and_left_to_finance() -> None:
    story = story_of("place available 5; answer 1:5; booked; ship 3:2; return 3:2")
    effects = effects_of(story.do("amend 1 +3:2")) + effects_of(story.do("amendment applied"))
    assert "POST_CREDIT_MEMO" not in effects
    assert (2, 2, 0) == (story.order.lines[1].shipped, story.order.lines[1].returned, story.order.lines[1].credited)


def test_a_credit_for_lines_that_the_order_does_not_have_names_some_of_them() -> None:
    units = " ".join(f"{line}:{UNIT}" for line in range(2, 8))
    verdict = story_of("place available 5").do(f"return {units}")
    (case,) = (message for message in verdict.messages if isinstance(message, Case))
    assert "1 of item 2 on line '2' (which the order does not have), 1 of item 3 on line '3'" in case.reason
    assert case.reason.endswith("(which the order does not have) and 2 more")


def test_each_report_of_a_return_has_a_case_of_its_own_for_lines_that_the_order_does_not_have() -> None:
    story = story_of("place available 5")
    verdicts = [story.do("bring R1 2:1"), story.do("bring R1 3:1")]
    cases = [message for verdict in verdicts for message in verdict.messages if isinstance(message, Case)]
    assert 2 == len({case.key for case in cases})


def test_the_credit_is_published_and_the_erp_gets_one_document_a_return() -> None:
    verdict = story_of(f"place available CLF {5 * UNIT}; answer 1:{5 * UNIT}; ship 1:{5 * UNIT}").do(
        f"return 1:{2 * UNIT} 1:{UNIT}:missing refund"
    )
    (received,) = (message for message in verdict.messages if isinstance(message, ReturnReceived))
    (asked,) = (message for message in verdict.messages if isinstance(message, ErpRequested))
    assert ("R4", 3 * 10 + 18, ReturnStatus.PARTIAL) == (
        received.return_id,
        received.credit,
        received.order.return_status,
    )
    assert (f"{ORDER_ID}/R4", DocumentKey(ORDER_ID), "R4") == (
        asked.business_key,
        asked.document_key,
        asked.document.return_id,
    )


@pytest.mark.parametrize(
    ("history", "expected"),
    (
        (SHIPPED, ReturnStatus.NONE),
        (f"{SHIPPED}; return refund", ReturnStatus.NONE),
        (f"{SHIPPED}; return 1:4", ReturnStatus.PARTIAL),
        (f"{SHIPPED}; return 1:4; return 1:1:missing", ReturnStatus.FULL),
        ("place available 5; answer 1:2; ship 1:2; return 1:2", ReturnStatus.PARTIAL),
        ("place available 5; answer 1:2; ship 1:2; return 1:2; cancel", ReturnStatus.FULL),
    ),
)
def test_the_return_status_is_separate_from_the_status(history: str, expected: ReturnStatus) -> None:
    assert expected is return_status_of(story_of(history).order)


@pytest.mark.parametrize(
    ("given", "when", "effects"),
    (
        (SHIPPED, "return 1:8", "took back 1:8; ReturnReceived; POST_CREDIT_MEMO 1:5"),
        (f"{SHIPPED}; return 1:8", "ship 1:1", ONE_MORE + "ReturnCredited; POST_CREDIT_MEMO 1:1"),
        (f"{SHIPPED}; return 1:8", "ship 1:4", FOUR_MORE + "ReturnCredited; POST_CREDIT_MEMO 1:3"),
        (f"{SHIPPED}; return 1:8", "return 1:1", "took back 1:1; ReturnReceived"),
        (SHIPPED, "return 1:8:missing", "ReturnReceived; POST_CREDIT_MEMO 1:5"),
        (SHIPPED, "return 1:4 1:4:damaged", "took back 1:4 1:4; ReturnReceived; POST_CREDIT_MEMO 1:4 1:1"),
        (f"{SHIPPED}; return 1:4", "return 1:4 refund", "took back 1:4; ReturnReceived; POST_CREDIT_MEMO 1:1 POST:18"),
        (BOOKED, "return 1:2", "took back 1:2; ReturnReceived"),
        (
            f"{BOOKED}; return 1:2; return 1:3",
            "ship 1:4",
            (
                "shipped 1:4; ShipmentConfirmed; POST_SHIPMENT 1:4; ReturnCredited; POST_CREDIT_MEMO 1:2; "
                "ReturnCredited; POST_CREDIT_MEMO 1:2"
            ),
        ),
        (
            f"{BOOKED}; return 1:2; timer; timer",
            "late ship 1:2",
            (
                "shipped 1:2; ShipmentConfirmed; POST_SHIPMENT 1:2; ReturnCredited; POST_CREDIT_MEMO 1:2; "
                "case INVOICE_MISMATCH RESOLVED"
            ),
        ),
        (
            "place kill 5; answer 1:0; timer; return 1:1",
            "ship 1:2",
            (
                "shipped 1:2; case OVER_SHIPMENT; ShipmentConfirmed; CREATE_SALES_ORDER 1:2; OrderAccepted; "
                "POST_SHIPMENT 1:2; ReturnCredited; POST_CREDIT_MEMO 1:1"
            ),
        ),
    ),
)
def test_only_what_was_shipped_is_credited_and_the_rest_when_its_shipment_comes(
    given: str, when: str, effects: str
) -> None:
    assert effects == effects_of(story_of(given).do(when))


def test_memos_of_one_return_have_keys_of_their_own_and_say_what_they_are_worth() -> None:
    story = story_of(f"{BOOKED}; return 1:5")
    asked, told = [], []
    for step in ("ship 1:2", "ship 1:3"):
        messages = story.do(step).messages
        asked += [each for each in messages if isinstance(each, ErpRequested) and each.document.return_id]
        told += [each for each in messages if isinstance(each, ReturnCredited)]
    assert [("R4", 2), ("R4", 3)] == [(each.document.return_id, each.document.lines[0].quantity) for each in asked]
    assert 2 == len({each.business_key for each in asked})
    assert all(each.business_key.startswith(f"{ORDER_ID}/R4/") for each in asked)
    assert [2, 3] == [sum(line.quantity for line in each.lines) for each in told]


def test_what_is_told_of_a_return_is_what_is_credited_now() -> None:
    verdict = story_of(f"place available CLF {5 * UNIT}; answer 1:{5 * UNIT}; ship 1:{5 * UNIT}").do(
        f"return 1:{8 * UNIT} 1=lamp:{UNIT} 9:{UNIT}"
    )
    (told,) = (message for message in verdict.messages if isinstance(message, ReturnReceived))
    assert 5 * 10 == told.credit


@pytest.mark.parametrize(
    ("given", "when", "effects"),
    (
        ("place kill 5 charged; answer 1:0; timer", "return refund", "ReturnReceived; case INVOICE_MISMATCH"),
        (
            "place kill 5 charged; return refund; answer 1:0",
            "timer",
            "gives up 1:5; OrderRejected; case INVOICE_MISMATCH",
        ),
        (
            "return refund; cancel",
            "place available 5 charged",
            "OrderReceived; ReturnReceived; OrderCancelled; case INVOICE_MISMATCH",
        ),
        (
            "place kill 5 charged; answer 1:0; timer; return refund",
            "ship 1:1",
            (
                "shipped 1:1; case OVER_SHIPMENT; ShipmentConfirmed; CREATE_SALES_ORDER 1:1 POST:18; OrderAccepted; "
                "POST_SHIPMENT 1:1; case INVOICE_MISMATCH RESOLVED; POST_CREDIT_MEMO POST:18"
            ),
        ),
        ("place kill 5 charged; answer 1:0; timer; return refund", "timer", ""),
    ),
)
def test_a_refund_of_an_order_that_was_never_accepted_is_a_case(given: str, when: str, effects: str) -> None:
    assert effects == effects_of(story_of(given).do(when))


NAME = st.text("a/%", min_size=1, max_size=4)
NUMBER = st.lists(NAME, min_size=1, max_size=2)


@given(NAME, NUMBER)
def test_the_business_key_of_a_memo_says_order_and_return(order_id: str, number: list[str]) -> None:
    """A number of two parts is that of a return which comes in parts, as the channel file joins them."""
    order, *parts = return_key(_return_of(order_id, number), EventId("e")).split("/")
    assert (order_id, number) == (unquote(order), [unquote(part) for part in parts])


def _return_of(order_id: str, number: list[str]) -> OrderReturned:
    provenance = Provenance(SourceId("s"), CorrelationId("m"), 0, "", 0, 0)
    document_id = "/".join(quote(part, safe="") for part in number)
    return OrderReturned(OrderId(order_id), provenance, NodeId("n"), ReturnId("r"), "", (), (), document_id)
