"""What happens when an answer is late: ask again, go on without it, or have a person call.

| awaited | within | late |
|---|---|---|
| PURCHASE_ORDER, CUSTOMER | `answer_within_ms` | a case; asked again |
| RESERVATION | `answer_within_ms` | a case; what was asked for is given up, and asked for again |
| UNITS | the promise policy's patience | promised as backordered, given back, or the rest is cancelled |
| STOCK | `stocked_within_ms`, or the day on which announced supply covers it | a case |
| NEXT_TRY | `retry_after_ms` | asked for again |
| RELEASE_WINDOW | the channel's `release_window_ms` | what is ready is released, together |
| CANCELLATION, STOP, AMENDMENT | `cancelled_within_ms` | a case: one of each warehouse |
| REVISION | `revision_within_ms` | what has come after it is refused |
| ACTION, SHIPMENT | `acted_within_ms`, `shipped_within_ms` after the last act | a case |
| CHANNEL_SHIPMENT | `channel_ships_within_ms` after its last shipment | a case |
| REVERSED_SHIPMENT, REVERSED_DELIVERY, CANCELLED_INVOICE | `premature_reversal_limit_ms` | a case |
| DELIVERY | `undelivered_within_ms` after the last shipment | a case, unless a budget of the channel opens one |
| DELIVERED_SHIPMENT, INVOICED_SHIPMENT | `unshipped_within_ms` | a case |
| INVOICE_CANCELLATION, INVOICE_CORRECTION, INVOICE_OF_CREDIT | `invoice_corrected_within_ms` | a case |
| INVOICE_BEFORE_CREDIT | the INVOICE budget, else `invoiced_within_ms` | a case |
| AGREEMENT | `in_flight_s` of the report | a case, if the order did not change meanwhile |
| DEPENDENCY | `held_within_ms` | a case |
| RETURN_DECISION | `decided_within_ms` of the channel's returns | a case |
| RETURNED_GOODS | `arrives_within_ms`, then `given_up_after_ms` | a case, then the return is closed |
| INSPECTION | `inspected_within_ms` | a case |
| LOOK_UP, RETURN_DOCUMENT, SURPLUS, RETURNED_SHIPMENT, WAREHOUSE | | never: its case is open, or dispatch asks again |
"""

from typing import assert_never

from domain.orders import gathering
from domain.orders.amending import early
from domain.orders.decision import OrderDecision
from domain.orders.facts import after_shipping, invoicing, reversing, taken_back
from domain.orders.identity import checking
from domain.orders.outages import waiting
from domain.orders.parcels import undelivered
from domain.orders.pending import awaiting, backorders, inaction
from domain.orders.pending.answers import Awaited, PendingAnswer
from domain.orders.reports import watching
from domain.orders.returns import lateness as late_returns
from domain.orders.warehouses import releasing
from domain.orders.without_stock import shipped_by_channel


def woken(decision: OrderDecision, due_at_ms: int) -> None:
    """A deadline: what is still awaited by now is late."""
    for pending in decision.order.pending_answers:
        if pending.due_at_ms == due_at_ms and pending in decision.order.pending_answers:
            _late(decision, pending)


def _late(decision: OrderDecision, pending: PendingAnswer) -> None:  # noqa: C901, PLR0912, PLR0915  one row a kind
    match pending.awaited:
        case Awaited.PURCHASE_ORDER | Awaited.CUSTOMER:
            checking.home_is_late(decision, pending)
        case Awaited.RESERVATION:
            gathering.ledger_is_late(decision, pending)
        case Awaited.UNITS:
            gathering.waited_enough(decision, pending)
        case Awaited.STOCK:
            backorders.is_late(decision, pending)
        case Awaited.NEXT_TRY:
            gathering.try_again(decision)
        case Awaited.RELEASE_WINDOW:
            releasing.window_has_passed(decision, pending)
        case Awaited.REVISION:
            early.is_late(decision, pending)
        case Awaited.CANCELLATION | Awaited.STOP | Awaited.AMENDMENT:
            awaiting.report_unanswered(decision, pending)
            inaction.give_way(decision, pending)
        case Awaited.ACTION | Awaited.SHIPMENT:
            inaction.deadline_passed(decision, pending)
        case Awaited.CHANNEL_SHIPMENT:
            shipped_by_channel.is_late(decision, pending)
        case Awaited.REVERSED_SHIPMENT:
            reversing.shipment_is_late(decision, pending)
        case Awaited.DELIVERED_SHIPMENT | Awaited.INVOICED_SHIPMENT:
            after_shipping.shipment_is_late(decision, pending)
        case Awaited.DELIVERY:
            undelivered.is_late(decision, pending)
        case Awaited.REVERSED_DELIVERY | Awaited.CANCELLED_INVOICE:
            taken_back.is_late(decision, pending)
        case Awaited.INVOICE_CANCELLATION:
            invoicing.cancellation_is_late(decision, pending)
        case Awaited.INVOICE_CORRECTION:
            invoicing.correction_is_late(decision, pending)
        case Awaited.INVOICE_OF_CREDIT:
            invoicing.invoice_of_credit_is_late(decision, pending)
        case Awaited.INVOICE_BEFORE_CREDIT:
            invoicing.invoice_before_credit_is_late(decision, pending)
        case Awaited.AGREEMENT:
            watching.is_late(decision, pending)
        case Awaited.DEPENDENCY:
            waiting.dependency_is_late(decision, pending)
        case Awaited.RETURN_DECISION:
            late_returns.decision_is_late(decision, pending)
        case Awaited.RETURNED_GOODS:
            late_returns.goods_are_late(decision, pending)
        case Awaited.INSPECTION:
            late_returns.inspection_is_late(decision, pending)
        case (
            Awaited.LOOK_UP | Awaited.RETURN_DOCUMENT | Awaited.SURPLUS | Awaited.RETURNED_SHIPMENT | Awaited.WAREHOUSE
        ):
            return
        case _:
            assert_never(pending.awaited)
