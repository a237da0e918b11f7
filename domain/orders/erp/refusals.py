"""Postings that the ERP refused: each is a case ORDER_REJECTED, which a person can retry once the data is mended.

```
 refused ──retried──▶ asked for again ──accepted──▶ resolved
    ▲ └────────────────booked after all──────────────────▲
    └──────refused again───┘
```
A retry is a new command with the same business key. An order is booked, or amended, as it is then, and what waited is
posted after it; any other document is the one that was refused. The ERP has a cancellation, and an earlier amendment,
by a later amendment that it accepts (docs/domain.md#what-the-erp-refuses).
"""

from collections.abc import Iterator
from typing import Final

from domain.identifiers import CommandId, LineId, command_id_of
from domain.messages.cases import CaseClass, CaseOrigin, CaseState
from domain.messages.dispatch import CommandType, Document, Outcome, PostedEvent
from domain.messages.orders import ErpOutcomeReceived
from domain.messages.status import ErpCommandRefused, ErpCommandRetried, ErpStatus
from domain.orders.amending.amendments import AmendmentStep
from domain.orders.cases import state_case
from domain.orders.decision import OrderDecision, booking_key, sales_document, units_due, units_to_book
from domain.orders.erp import overbooked, unposted
from domain.orders.erp.booking import awaits_booking, has_ended_unshipped
from domain.orders.state import Order, RefusedPosting
from domain.values import replace

MOST_REFUSALS: Final = 100
"""Postings of one order that are kept; a further one has a case, and cannot be retried."""
MOST_KEPT_LINES: Final = 2_000
"""Lines of their documents together; one that would exceed this is kept without its document."""

_WITH_ERP: Final = frozenset({AmendmentStep.ERP, AmendmentStep.WAREHOUSES})
_BOOKING: Final = CommandType.CREATE_SALES_ORDER
_WHOLE: Final = frozenset({_BOOKING, CommandType.AMEND_SALES_ORDER})
_CHANGES: Final = frozenset({CommandType.AMEND_SALES_ORDER, CommandType.CANCEL_SALES_ORDER})
_OF_BOOKING: Final = "mend the order or the ERP's master data and retry the case, or cancel the order"
_OF_POSTING: Final = (
    "mend the document or the master data in the ERP and retry the case, or enter it there by hand and resolve the case"
)
_UNKNOWN: Final = "the ERP has not refused it, or it is settled"
_NOT_CARRIED_OUT: Final = "an amendment that is refused is over, and is not retried: send it as a later revision"
_UNDER_WAY: Final = "it is being retried: the ERP's answer decides"
_UNITS_OPEN: Final = "units of the refused order are open, and nobody else gets them: retry it, or cancel them first"
_NOT_KEPT: Final = "its document is not kept: create it in the ERP by hand, then resolve the case"
_NOT_BOOKED: Final = "the ERP has somebody else's document under the order's key: decide about that first"
_ORDER_FIRST: Final = "the ERP has refused the order itself: retry that first"
_AMENDED: Final = "an amendment is under way: the ERP gets the whole order with that"
_NOT_POSTED: Final = "the ERP file does not post it any more"


def is_booking_refused(order: Order) -> bool:
    """Whether the ERP has refused the order itself and has not accepted it since, retries included."""
    return order.erp_status is ErpStatus.REJECTED or any(each.command_type is _BOOKING for each in order.refusals)


def refused(decision: OrderDecision, event: ErpOutcomeReceived, raised_lines: tuple[LineId, ...] = ()) -> None:
    """A person has to look; a retry that is refused opens the same case again, with the new reason.

    `raised_lines`: of which it told the ERP that more is on the order.
    """
    if event.command_type is _BOOKING:
        decision.order = replace(decision.order, erp_status=ErpStatus.REJECTED)
        unposted.drop_cancellations(decision)
    known = _retried_as(decision.order, event.command_id)
    key = known.command_id if known else event.command_id
    others = tuple(each for each in decision.order.refusals if each is not known)
    if len(others) < MOST_REFUSALS:
        kept = _kept(decision.order, key, event)
        others = (*others, replace(kept, raised_lines=known.raised_lines if known else raised_lines))
    decision.order = replace(decision.order, refusals=others)
    decision.publish(ErpCommandRefused, command_type=event.command_type, reason=event.reason)
    _open(decision, key, event.command_type, event.reason)
    resolve_all(decision)


def watch(decision: OrderDecision) -> None:
    """After every change: what is open of an order that the ERP has refused waits with the case.

    So does what has left, or came back. If the case is closed, it is one again. When nothing of the order is left,
    nobody waits any more.
    """
    order = decision.order
    if order.erp_status is not ErpStatus.REJECTED:
        return
    if has_ended_unshipped(order):
        resolve_all(decision)
    elif not any(each.command_type is _BOOKING for each in order.refusals):
        if order.unposted or order.unposted_returns:
            _open_again(decision, "it is refused, and goods have left since, or came back")
        elif _has_open_units(order):
            _open_again(decision, "it is refused, and units of it are open")


def _has_open_units(order: Order) -> bool:
    return any(line.open_quantity for line in order.lines)


def _open_again(decision: OrderDecision, reason: str) -> None:
    order = decision.order
    key = command_id_of(order.policy.erp_id, booking_key(order), _BOOKING, decision.cause.event_id)
    again = RefusedPosting(key, _BOOKING, booking_key(order))
    decision.order = replace(order, refusals=(*order.refusals, again))
    _open(decision, key, _BOOKING, reason)


def accepted(decision: OrderDecision, event: ErpOutcomeReceived) -> None:
    """The outcome of a retry resolves its case; so does any booking of the order that of its booking."""
    known = [each for each in decision.order.refusals if _is_settled_by(each, event)]
    number = f" as {event.document_number}" if event.document_number else ""
    reason = f"the ERP has accepted {event.command_type}{number}"
    if event.is_foreign:
        reason = f"the ERP has a document that is not this order's{number}: the order is held for that"
    for posting in known:
        _replace(decision, posting)
        _resolve(decision, posting.command_id, reason)
        others = [each for each in posting.booked_as if each and event.document_number not in {"", each}]
        for other in others:
            _state_second_document(decision, posting, event, other)


def of_key(order: Order, command_type: CommandType, business_key: str) -> RefusedPosting | None:
    """What is refused, or being retried, under this key."""
    own = (each for each in order.refusals if each.command_type is command_type)
    return next((each for each in own if each.business_key == business_key), None)


def book_after_all(decision: OrderDecision, posting: RefusedPosting, event: ErpOutcomeReceived) -> None:
    """The ERP has it, and nobody has asked for it again: its case ends."""
    _replace(decision, posting)
    number = f" as {event.document_number}" if event.document_number else ""
    reason = (
        f"the ERP has refused {event.command_type} ({event.reason or 'no reason given'}), and has it after all{number}"
    )
    _resolve(decision, posting.command_id, reason)


def book_meanwhile(decision: OrderDecision, posting: RefusedPosting, document_number: str) -> None:
    """The ERP has it while it is being retried: the retry may find that, or make a second document."""
    _replace(decision, posting, replace(posting, booked_as=(document_number,)))


def as_booked_meanwhile(order: Order, event: ErpOutcomeReceived) -> ErpOutcomeReceived:
    """A retry is refused of what the ERP has meanwhile: it has that."""
    known = _retried_as(order, event.command_id) if event.command_id else None
    if known is None or not known.booked_as or event.outcome is not Outcome.REJECTED_BUSINESS:
        return event
    return replace(event, outcome=Outcome.DUPLICATE, document_number=known.booked_as[0], business_key="", refused=())


def has_whole_order(decision: OrderDecision, event: ErpOutcomeReceived) -> None:
    """The ERP has accepted how the order is to be: what it had refused of changes before is in that."""
    for posting in decision.order.refusals:
        if posting.command_type in _CHANGES and posting.retried_as != event.command_id:
            _replace(decision, posting)
            reason = "the ERP has the whole order as it is to be, by a later amendment"
            _resolve(decision, posting.command_id, reason)


def retry(decision: OrderDecision, command_id: CommandId) -> str:
    """Ask for a refused posting again; returns why not, empty when it is asked for."""
    posting = next((each for each in decision.order.refusals if each.command_id == command_id), None)
    if posting is None:
        is_of_amendment = any(row.key == command_id for row in decision.order.watched_cases)
        return _NOT_CARRIED_OUT if is_of_amendment else _UNKNOWN
    document = _document_now(decision.order, posting)
    if reason := _why_not(decision.order, posting, document):
        return reason
    command_type = posting.command_type
    event = posted_as(decision, command_type) if command_type else None
    if event is None or document is None or command_type is None:
        return _NOT_POSTED
    retried_as = decision.post(event, posting.business_key or decision.order.order_id, document)
    if command_type in _WHOLE:
        units = units_to_book(decision.order) if command_type is _BOOKING else units_due(decision.order)
        decision.order = replace(decision.order, overbooked=overbooked.now_in(decision.order, units))
    _replace(decision, posting, replace(posting, retried_as=retried_as))
    decision.publish(ErpCommandRetried, command_type=command_type)
    return ""


def _document_now(order: Order, posting: RefusedPosting) -> Document | None:
    """An order is booked, and amended, as it is now; anything else is the document that was refused."""
    match posting.command_type:
        case CommandType.CREATE_SALES_ORDER:
            return sales_document(order, units_to_book(order))
        case CommandType.AMEND_SALES_ORDER:
            reason = posting.document.reason if posting.document else ""
            return sales_document(order, units_due(order), reason)
        case _:
            return posting.document


def _why_not(order: Order, posting: RefusedPosting, document: Document | None) -> str:
    if posting.retried_as:
        return _UNDER_WAY
    if document is None or posting.command_type is None:
        return _NOT_KEPT
    if awaits_booking(order):
        return _NOT_BOOKED
    if posting.command_type in _CHANGES and any(each.step in _WITH_ERP for each in order.amendments[:1]):
        return _AMENDED
    return _ORDER_FIRST if posting.command_type is not _BOOKING and is_booking_refused(order) else ""


def let_go(decision: OrderDecision, command_id: CommandId) -> str:
    """A person closes the case: nobody waits for this posting any more, and nothing else changes; returns why not.

    Not while it is being retried: a refused order would then be released before the ERP has answered. Nor while units
    of a refused order are open: it would keep them for ever. What waited with it is not posted any more.
    """
    for posting in decision.order.refusals:
        if posting.command_id == command_id:
            if posting.retried_as:
                return _UNDER_WAY
            if posting.command_type is _BOOKING and _has_open_units(decision.order):
                return _UNITS_OPEN
            _replace(decision, posting)
            if posting.command_type is _BOOKING:
                decision.order = replace(decision.order, unposted=(), unposted_returns=())
    return ""


def resolve_all(decision: OrderDecision) -> None:
    """The ERP has refused the order, and now nothing of it is left: nobody has to mend it any more."""
    order = decision.order
    if order.erp_status is not ErpStatus.REJECTED or not (order.refusals and has_ended_unshipped(order)):
        return
    for posting in decision.order.refusals:
        _resolve(decision, posting.command_id, "the order is cancelled")
    decision.order = replace(decision.order, refusals=())


def _kept(order: Order, key: CommandId, event: ErpOutcomeReceived) -> RefusedPosting:
    """With its document, if there is room for it."""
    document = event.refused[0] if event.refused else None
    kept_lines = sum(len(each.document.lines) for each in order.refusals if each.document)
    if document is not None and kept_lines + len(document.lines) > MOST_KEPT_LINES:
        document = None
    return RefusedPosting(key, event.command_type, event.business_key, document)


def _retried_as(order: Order, command_id: CommandId) -> RefusedPosting | None:
    return next((each for each in order.refusals if each.retried_as == command_id), None)


def _is_settled_by(posting: RefusedPosting, event: ErpOutcomeReceived) -> bool:
    is_booking = event.command_type is _BOOKING and posting.command_type is _BOOKING
    return posting.retried_as == event.command_id or is_booking


def posted_as(decision: OrderDecision, command_type: CommandType) -> PostedEvent | None:
    """The step of an order that the ERP file posts with such a command."""
    table = decision.rules.postings.get(decision.order.policy.erp_id, {})
    return next((event for event, posting in table.items() if posting.command_type is command_type), None)


def _replace(decision: OrderDecision, posting: RefusedPosting, *by: RefusedPosting) -> None:
    def kept() -> Iterator[RefusedPosting]:
        for each in decision.order.refusals:
            yield from by if each is posting else (each,)

    decision.order = replace(decision.order, refusals=tuple(kept()))


def _open(decision: OrderDecision, command_id: CommandId, command_type: CommandType, reason: str) -> None:
    words, action = f"{command_type}: {reason}", _OF_BOOKING if command_type is _BOOKING else _OF_POSTING
    state_case(decision, CaseClass.ORDER_REJECTED, CaseOrigin.ERP, command_id, CaseState.OPEN, words, action)


def _state_second_document(
    decision: OrderDecision, posting: RefusedPosting, event: ErpOutcomeReceived, first: str
) -> None:
    """The retry has made another document than the one by which the ERP has what it had refused."""
    what = f"{event.command_type} {posting.business_key}"
    reason = f"{what} was refused, and is booked as {first} after all, and as {event.document_number} when retried"
    key = f"{posting.command_id}/{event.document_number}"
    action = "keep one document and cancel the other in the ERP, then resolve the case"
    state_case(decision, CaseClass.DUPLICATE_DOCUMENT, CaseOrigin.ERP, key, CaseState.OPEN, reason, action)


def _resolve(decision: OrderDecision, command_id: CommandId, reason: str) -> None:
    state_case(decision, CaseClass.ORDER_REJECTED, CaseOrigin.ERP, command_id, CaseState.RESOLVED, reason, "")
