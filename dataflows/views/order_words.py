"""What a record says about an order, in one sentence."""

from collections.abc import Callable, Iterable, Mapping, Sized
from datetime import UTC, datetime
from typing import Any

from dataflows.views.partner_words import PARTNER_WORDS
from domain.durations import duration_text
from domain.fulfilment import Fulfilment
from domain.messages import customers, inventory, parcels
from domain.messages import orders as events
from domain.messages import status as status_events
from domain.messages.case_actions import (
    CaseAction,
    CaseActionRefused,
    CaseDismissed,
    CaseResolved,
    CaseRetried,
    CaseReversed,
)
from domain.messages.cases import CaseReported, ExceptionRaised
from domain.messages.decisions.events import OrderDecided
from domain.messages.dispatch import CommandType, ErpCommand, ErpRequested, ErpResponse
from domain.messages.notifications.events import CustomerNotification
from domain.messages.returns import requests as returns
from domain.messages.returns.inspections import OrderReturnInspected
from domain.messages.warehouse import WarehouseCancelCommanded, WarehouseReleaseCommanded
from domain.money.amounts import format_amount
from domain.money.charges import Charge, scaled_worth
from domain.money.prices import amount_of
from domain.papers import RequestedDay
from domain.quantities import format_quantity

_MOST_LINES = 4
_FROM_SHIPMENT = (events.BudgetStage.DELIVERY, events.BudgetStage.INVOICE)


def sentence_of(message: object) -> str:
    """The sentence; the type's name for a message that has none of its own."""
    words = _WORDS.get(type(message))
    if words is not None:
        return words(message)
    if isinstance(message, status_events.StatusEvent):
        return _status_event(message)
    return type(message).__name__


def _lines(lines: Iterable[Any]) -> str:
    """Quantities and items of the first lines."""
    return _first([f"{format_quantity(line.quantity)} x {line.item_id}{_apart(line)}" for line in lines])


def _apart(line: Any) -> str:  # noqa: ANN401 - a line of any event
    """What is said of a line that needs none of our stock."""
    return _APART[getattr(line, "fulfilment", Fulfilment.STOCK)]


_APART: Mapping[Fulfilment, str] = {
    Fulfilment.STOCK: "",
    Fulfilment.NONE: " (nothing leaves)",
    Fulfilment.CHANNEL: " (the channel ships it)",
}


def _first(parts: list[str]) -> str:
    more = len(parts) - _MOST_LINES
    return ", ".join(parts[:_MOST_LINES]) + (f" and {more} more" if more > 0 else "")


def _count(lines: Sized) -> str:
    return "1 line" if len(lines) == 1 else f"{len(lines)} lines"


def _placed(placed: events.OrderPlaced) -> str:
    goods = ", ".join(filter(None, (_lines(placed.lines), _charges(placed.charges, placed.currency))))
    born = f", in the ERP already as {placed.erp_document_number}" if placed.erp_document_number else ""
    return f"{_from(placed)} placed the order: {goods}{_wanted(placed.requested)}{born}"


def _pictured(picture: events.OrderPictured) -> str:
    lines = "cancelled" if picture.is_cancelled else _lines(picture.placed.lines)
    return f"{_from(picture)} shows the order: {lines}"


def _wanted(requested: tuple[RequestedDay, ...]) -> str:
    """On which days, if any were said; days of many lines as the first and the last one."""
    if not requested:
        return ""
    days = sorted({each.requested_us for each in requested})
    first, last = (day_of(us) for us in (days[0], days[-1]))
    return f", wanted on {first}" if first == last else f", wanted from {first} to {last}"


def _charges(charges: tuple[Charge, ...], currency: str) -> str:
    """The sum of the charges; empty when there are none."""
    if not charges:
        return ""
    return f"charges of {format_amount(amount_of(scaled_worth(charges)))} {currency}".rstrip()


def _from(message: Any) -> str:  # noqa: ANN401 - any message with provenance
    provenance = message.provenance
    return f"{provenance.source_id} ({provenance.correlation_id})"


def _cancel(request: events.OrderCancelRequested) -> str:
    parts = [f"{format_quantity(part.quantity)} of line {part.line_id}" for part in request.parts]
    named = [f"line {line_id}" for line_id in request.line_ids] + parts
    what = ", ".join(named) or "the order"
    return f"{_from(request)} asked to cancel {what}" + (f": {request.reason}" if request.reason else "")


def _amend(request: events.OrderAmendRequested) -> str:
    changes = [f"{format_quantity(part.quantity)} of line {part.line_id}" for part in request.quantities]
    changes += [f"line {line.line_id} with {_lines([line])}" for line in request.added]
    changes += ["another address"] * bool(request.ship_to)
    changes += [
        f"line {each.line_id} on {day_of(each.requested_us)}"
        if each.line_id
        else f"all of it on {day_of(each.requested_us)}"
        for each in request.requested
    ]
    changes += [
        f"line {each.line_id} at {format_amount(each.unit_price)}"
        + (f" for {each.price_basis}" if each.price_basis > 1 else "")
        for each in request.described_lines
        if each.states_price
    ]
    changes += [f"charge {each.code}" for each in request.charges] + ["notes"] * bool(request.notes)
    words = f"{_from(request)} asked to amend the order (revision {request.provenance.revision}): {', '.join(changes)}"
    return words + (f": {request.reason}" if request.reason else "")


def _hold(request: events.OrderHoldRequested) -> str:
    return f"{_asks(request)} to hold the order ({request.hold})" + (f": {request.reason}" if request.reason else "")


def _hold_release(request: events.OrderHoldReleaseRequested) -> str:
    what = f"to release the order from its {request.hold} hold"
    return f"{_asks(request)} {what}" + (f": {request.reason}" if request.reason else "")


def _decided(decided: OrderDecided) -> str:
    by = f" for {decided.decided_by}" if decided.decided_by else ""
    amount = f" {format_amount(decided.value)} {decided.currency}".rstrip() if decided.value else ""
    found = [f"{decided.outcome.lower().replace('_', ' ')}{amount}"]
    found += [f"to {each.street}, {each.postal_code} {each.city}" for each in decided.address]
    found += [f"{tax.code} of {format_amount(tax.value)}" for tax in decided.taxes]
    named = f" {decided.reference}" if decided.reference else ""
    why = f": {decided.reason}" if decided.reason else ""
    return f"{_from(decided)} decided{by} about the {decided.check.lower()}{named}: {', '.join(found)}{why}"


def _asks(request: events.HoldRequest) -> str:
    return f"{_from(request)} asked" + (f" for {request.requested_by}" if request.requested_by else "")


def _picked(fact: events.OrderPicked) -> str:
    return f"{_from(fact)} picked at {fact.node_id}: {_lines(fact.lines)}"


def _unpicked(fact: events.OrderUnpicked) -> str:
    why = f": {fact.reason}" if fact.reason else ""
    return f"{_from(fact)} took out of picking at {fact.node_id}: {_returned_lines(fact.lines)}{why}"


def _short_picked(fact: events.OrderShortPicked) -> str:
    why = f": {fact.reason}" if fact.reason else ""
    return f"{_from(fact)} did not find at {fact.node_id}: {_lines(fact.lines)}{why}"


def _shipped(fact: events.OrderShipped) -> str:
    return f"{_from(fact)} shipped {fact.shipment_id} from {fact.node_id}: {_lines(fact.lines)}"


def _return_requested(request: returns.OrderReturnRequested) -> str:
    lines = _first([f"{format_quantity(line.quantity)} of line {line.line_id}" for line in request.lines])
    why = f": {request.reason}" if request.reason else ""
    return f"{_from(request)} asked to send back {request.return_id}: {lines}{why}"


def _return_inspected(fact: OrderReturnInspected) -> str:
    lines = [
        f"{format_quantity(line.quantity)} x {line.item_id} {line.condition.lower()}"
        + ("" if line.is_credited else ", not credited")
        for line in fact.lines
    ]
    why = f": {fact.reason}" if fact.reason else ""
    return f"{_from(fact)} inspected {fact.return_id} at {fact.node_id}: {_first(lines)}{why}"


def _units_inspected(fact: inventory.UnitsInspected) -> str:
    return f"the ledger records the inspection of {fact.return_id}: {_returned_lines(fact.lines)}"


def _return_decided(decided: returns.ReturnDecision) -> str:
    verb = "authorised" if isinstance(decided, returns.OrderReturnAuthorised) else "declined"
    by = f" for {decided.decided_by}" if decided.decided_by else ""
    return f"{_from(decided)} {verb} return {decided.return_id}{by}" + (f": {decided.reason}" if decided.reason else "")


def _shipment_reversed(fact: events.OrderShipmentReversed) -> str:
    why = f": {fact.reason}" if fact.reason else ""
    what = f"{fact.shipment_id} with {fact.reversal_id} at {fact.node_id}: {_returned_lines(fact.lines)}"
    return f"{_from(fact)} reversed {what}{why}"


def _delivered(fact: events.OrderDelivered) -> str:
    verb = "takes back that it delivered" if fact.is_reversal else "delivered"
    shipment = f" of {fact.shipment_id}" if fact.shipment_id else ""
    return f"{_from(fact)} {verb} {fact.delivery_id}{shipment}: {_lines(fact.lines)}"


def _invoiced(fact: events.OrderInvoiced) -> str:
    verb = "cancelled an invoice with" if fact.is_reversal else "invoiced"
    value = f", worth {format_amount(fact.value)} {fact.currency}" if fact.value else ""
    stated = [f"{format_amount(each.value)} {fact.currency} for line {each.line_id}" for each in fact.amounts]
    amounts = f", {', '.join(stated)}" if stated else ""
    return f"{_from(fact)} {verb} {fact.invoice_id}: {_lines(fact.lines)}{value}{amounts}"


def _as_reported(fact: events.OrderReported) -> str:
    document = f" as {fact.document_number}" if fact.document_number else ""
    lines = ", ".join(f"line {each.line_id}: {format_quantity(each.ordered)}" for each in fact.lines)
    return f"{_from(fact)} has it{document}: {fact.status.lower()}{f', {lines}' if lines else ''}"


def _returned(fact: events.OrderReturned) -> str:
    what = ", ".join(filter(None, (_returned_lines(fact.lines), _charges(fact.charges, ""))))
    return f"{_from(fact)} took back {fact.return_id} at {fact.node_id}: {what}"


def _returned_lines(lines: Iterable[Any]) -> str:
    """As `_lines`, with the condition of the goods."""
    descriptions = [f"{format_quantity(line.quantity)} x {line.item_id} {line.condition.lower()}" for line in lines]
    return _first(descriptions)


def _warehouse_accepted(answer: events.WarehouseAccepted) -> str:
    return f"{_from(answer)} carried out command {answer.command_id}"


def _warehouse_refused(answer: events.WarehouseRefused) -> str:
    return f"{_from(answer)} refused command {answer.command_id}: {answer.reason}"


def _claimed_number(claim: events.PurchaseOrderClaimed) -> str:
    return f"asks whether another order has the purchase order {claim.purchase_order_id}"


def _given_up_number(given_up: events.PurchaseOrderGivenUp) -> str:
    return f"no longer counts as an order for the purchase order {given_up.purchase_order_id}"


def _answered_number(answer: events.PurchaseOrderAnswered) -> str:
    return f"{answer.duplicate_of or 'no other order'} has the same purchase order"


def _asked_customer(asked: customers.CustomerAsked) -> str:
    return f"asks whether the customer {asked.customer_id} is known, and may order"


def _no_longer_awaited(told: customers.CustomerNoLongerAwaited) -> str:
    return f"does not wait for the customer {told.customer_id} any more"


def _described_customer(described: customers.CustomerDescribed) -> str:
    status = "blocked" if described.is_blocked else "active"
    why = f": {described.reason}" if described.reason else ""
    return f"{_from(described)} describes the customer {described.customer_id} as {status}{why}"


def _answered_customer(answer: events.CustomerAnswered) -> str:
    if not answer.is_known:
        return f"no master data has come of the customer {answer.customer_id}"
    status = "blocked" if answer.is_blocked else "active"
    why = f": {answer.reason}" if answer.reason else ""
    return f"the customer {answer.customer_id} is {status}{why} (master data of {_time(answer.described_at_us)})"


def _reported_parcel(report: parcels.ParcelReported) -> str:
    expected = f", expected {_time(report.estimated_us)}" if report.estimated_us else ""
    taken = f", taken by {report.signed_by}" if report.signed_by else ""
    why = f": {report.reason}" if report.reason else ""
    return f"{_from(report)} reports the parcel {report.parcel_id} as {report.status}{expected}{taken}{why}"


def _sent_parcel(sent: events.ParcelSent) -> str:
    return f"has {_lines(sent.lines)} in the parcel {sent.parcel_id}"


def _told_of_parcel(told: events.ParcelTold) -> str:
    return _reported_parcel(told.report)


def _tracked(event: status_events.ShipmentTracked) -> str:
    expected = f", expected {_time(event.estimated_us)}" if event.estimated_us else ""
    taken = f", taken by {event.signed_by}" if event.signed_by else ""
    why = f": {event.reason}" if event.reason else ""
    return f"the parcel {event.tracking_number} of {event.shipment_id} is {event.status}{expected}{taken}{why}"


def _checked(reference: status_events.CheckedReference) -> str:
    """With the version of the master data, and what follows from it."""
    version = f"master data of {_time(reference.as_of_us)}" if reference.as_of_us else "no master data"
    found = (version, *(("too old",) if reference.is_stale else ()), *(() if reference.is_valid else ("held",)))
    return f"{reference.kind.lower()} {reference.reference_id}: {', '.join(found)}"


def _time(at_us: int) -> str:
    return datetime.fromtimestamp(at_us // 1_000_000, UTC).strftime("%Y-%m-%d %H:%M:%S")


def _reservations(answer: events.ReservationsAnswered) -> str:
    sums = (
        ("granted", sum(line.granted for line in answer.lines)),
        ("backordered", sum(line.backordered for line in answer.lines)),
        ("denied", sum(line.denied for line in answer.lines)),
    )
    granted = ", ".join(f"{format_quantity(units)} {word}" for word, units in sums if units) or "nothing available"
    return f"the ledger on {_count(answer.lines)}: {granted}"


def _filled(filled: events.BackorderFilled) -> str:
    return f"stock arrived: {format_quantity(sum(line.quantity for line in filled.lines))} of the backorder filled"


def _stated(stated: events.ReservationsStated) -> str:
    if stated.reason is events.PromiseReason.UNMOVED:
        return f"the ledger states what {_count(stated.lines)} holds"
    return f"the ledger moves the promise date of {_count(stated.lines)} ({stated.reason.lower()})"


def _outcome(outcome: events.ErpOutcomeReceived) -> str:
    number = f" as {outcome.document_number}" if outcome.document_number else ""
    reason = f": {outcome.reason}" if outcome.reason else ""
    whose = ", which is not this order's" if outcome.is_foreign and outcome.document_number else ""
    after_all = " after it had refused it" if outcome.was_refused else ""
    return f"{outcome.erp_id}: {_command(outcome.command_type)} {outcome.outcome}{number}{whose}{after_all}{reason}"


def _requested(asked: inventory.ReservationsRequested) -> str:
    return f"the ledger is to reserve {_lines(asked.lines)}"


def _confirmed(confirmed: inventory.ReservationsConfirmed) -> str:
    return f"the ledger is to keep as promised: {_lines(confirmed.lines)}"


def _recalled(recalled: events.ReservationsRecalled) -> str:
    units = ", ".join(f"{format_quantity(line.quantity)} of line {line.line_id}" for line in recalled.lines)
    return f"the ledger asks for units back: {units}"


def _given_back(given: inventory.ReservationsGivenBack) -> str:
    kept = sum(line.kept for line in given.lines)
    return f"gave back {_lines(given.lines)}" + (f", kept {format_quantity(kept)}" if kept else "")


def _released(released: inventory.ReservationsReleased) -> str:
    return f"the ledger is to release {_lines(released.lines)}"


def _moved(moved: inventory.ReservationsMoved) -> str:
    when = f"on {day_of(moved.requested_us)}" if moved.requested_us else "as soon as possible"
    since = f", and waits since {_time(moved.placed_at_us)}" if moved.placed_at_us else ""
    return f"the ledger is to expect that {_count(moved.lines)} is wanted {when}{since}"


def _units_picked(fact: inventory.UnitsPicked) -> str:
    return f"the ledger records the pick at {fact.node_id}: {_lines(fact.lines)}"


def _units_unpicked(fact: inventory.UnitsUnpicked) -> str:
    return f"the ledger records out of picking at {fact.node_id}: {_returned_lines(fact.lines)}"


def _units_short_picked(fact: inventory.UnitsShortPicked) -> str:
    return f"the ledger records missing at {fact.node_id}: {_lines(fact.lines)}"


def _units_shipped(fact: inventory.UnitsShipped) -> str:
    return f"the ledger records shipment {fact.shipment_id}: {_lines(fact.lines)}"


def _units_reversed(fact: inventory.UnitsReversed) -> str:
    return f"the ledger records reversal {fact.reversal_id} at {fact.node_id}: {_returned_lines(fact.lines)}"


def _units_returned(fact: inventory.UnitsReturned) -> str:
    return f"the ledger records return {fact.return_id}: {_returned_lines(fact.lines)}"


def _notified(news: CustomerNotification) -> str:
    units = ", ".join(f"{format_quantity(line.quantity)} of line {line.line_id}" for line in news.lines)
    return f"the customer is to hear: {news.kind}{f', {units}' if units else ''}"


def _erp_requested(asked: ErpRequested) -> str:
    what = "look up" if asked.only_look_up else _command(asked.command_type)
    return f"{asked.erp_id} is to {what} {asked.business_key} (P{asked.priority_class}, command {asked.command_id})"


def _erp_command(command: ErpCommand) -> str:
    if command.command_type is CommandType.QUERY_DOCUMENT:
        what = f"check whether it executed {_command(command.queried_type)} {command.business_key}"
    else:
        what = f"{_command(command.command_type)} {command.business_key}"
    return f"to {command.erp_id}, attempt {command.attempt}: {what} (command {command.command_id})"


def _erp_response(response: ErpResponse) -> str:
    number = f", document {response.document_number}" if response.document_number else ""
    reason = f": {response.reason}" if response.reason else ""
    return (
        f"{response.erp_id} on attempt {response.attempt} ({_command(response.command_type)}): "
        f"{response.outcome}{number}{reason}"
    )


def _command(command_type: CommandType) -> str:
    return command_type.lower().replace("_", " ")


def _release(command: WarehouseReleaseCommanded) -> str:
    return f"{command.node_id} is to pick and ship {_lines(command.lines)} (command {command.command_id})"


def _stop(command: WarehouseCancelCommanded) -> str:
    return f"{command.node_id} is to cancel lines {', '.join(command.line_ids)} (command {command.command_id})"


def _case(case: ExceptionRaised) -> str:
    about = "" if not case.subject else f" about {case.subject}"
    remedy = f"; {case.suggested_action}" if case.suggested_action else ""
    by = f" by {case.who} ({case.why})" if case.who else ""
    return f"{case.case_class} {case.state}{by}{about}: {case.reason}{remedy}"


def _reported(report: CaseReported) -> str:
    return f"to be kept: {_case(report.case)}"


def _decision(action: CaseAction) -> str:
    return f"{action.who} {_VERBS[type(action)]} case {action.case_id}: {action.why}"


def _decision_refused(refused: CaseActionRefused) -> str:
    return f"{refused.action} of case {refused.case_id} by {refused.who} is refused: {refused.reason}"


def _status_event(event: Any) -> str:  # noqa: ANN401 - any of the status events
    order = event.order
    change = f"{type(event).__name__}, version {order.version}: {order.status}, ERP {order.erp_status}"
    particulars = (
        ("document_number", "document"),
        ("dependency", "away"),
        ("action", "action"),
        ("policy_version", "policy"),
        ("check", "check"),
        ("outcome", "outcome"),
        ("reference", "reference"),
        ("hold", "hold"),
        ("held_by", "by"),
        ("released_by", "by"),
        ("decided_by", "by"),
        ("reason", "reason"),
        ("shipment_id", "shipment"),
        ("reversal_id", "reversal"),
        ("delivery_id", "delivery"),
        ("invoice_id", "invoice"),
        ("return_id", "return"),
        ("authorisation_number", "number"),
        ("authorised_by", "by"),
        ("declined_by", "by"),
        ("correlation_id", "message"),
    )
    found = [f"{word} {getattr(event, name)}" for name, word in particulars if getattr(event, name, "")]
    if isinstance(event, status_events.OrderHeld) and event.sleeps:
        found.append("sleeps until something of the order is open again")
    if isinstance(event, status_events.OrderReceived):
        found.append(f"worth {format_amount(order.value)} {order.currency}")
    if isinstance(event, status_events.SlaBreached):
        since = " of the last shipment" if event.stage in _FROM_SHIPMENT else ""
        found.append(f"no {event.stage} within {duration_text(event.budget_ms)}{since}")
    if isinstance(event, status_events.FailurePolicyApplied) and event.node_id:
        found.append(f"at {event.node_id}")
    if isinstance(event, status_events.FallbackNodesAsked):
        found.append(f"{', '.join(event.away)} away: asks for stock at {', '.join(event.nodes)} instead")
    if isinstance(event, status_events.OrderValidated):
        found.append(_first([_checked(each) for each in event.references]))
    if isinstance(event, status_events.OrderRepromised):
        found += [f"line {line.line_id} {day_of(line.before_us)} → {day_of(line.promised_us)}" for line in event.lines]
    if isinstance(event, status_events.ReturnCredited | status_events.ReturnInspected):
        found.append(f"credit {format_amount(event.credit)} {order.currency}")
    if isinstance(event, status_events.ReturnReceived):
        found.append(f"credit {format_amount(event.credit)} {order.currency}, returned {order.return_status.lower()}")
    return ", ".join((change, *found))


def _decision_recorded(event: status_events.DecisionRecorded) -> str:
    amount = f", {format_amount(event.value)} {event.currency}" if event.value else ""
    return f"{_status_event(event)}{amount}"


def _lines_done(event: status_events.LinesDone) -> str:
    return f"{_status_event(event)}: {_lines(event.lines)}, of which nothing leaves"


def day_of(at_us: int) -> str:
    """A promised day; there may be none."""
    return str(datetime.fromtimestamp(at_us // 1_000_000, UTC).date()) if at_us else "no date"


_VERBS: Mapping[type, str] = {
    CaseDismissed: "dismisses",
    CaseResolved: "resolves",
    CaseRetried: "retries",
    CaseReversed: "reverses",
}
_WORDS: Mapping[type, Callable[[Any], str]] = {
    **PARTNER_WORDS,
    events.OrderPlaced: _placed,
    events.OrderPictured: _pictured,
    events.OrderCancelRequested: _cancel,
    events.OrderAmendRequested: _amend,
    events.OrderHoldRequested: _hold,
    events.OrderHoldReleaseRequested: _hold_release,
    OrderDecided: _decided,
    events.OrderPicked: _picked,
    events.OrderUnpicked: _unpicked,
    events.OrderShortPicked: _short_picked,
    events.OrderShipped: _shipped,
    returns.OrderReturnRequested: _return_requested,
    returns.OrderReturnAuthorised: _return_decided,
    returns.OrderReturnDeclined: _return_decided,
    events.OrderShipmentReversed: _shipment_reversed,
    events.OrderDelivered: _delivered,
    events.OrderInvoiced: _invoiced,
    events.OrderReported: _as_reported,
    events.OrderReturned: _returned,
    OrderReturnInspected: _return_inspected,
    events.WarehouseAccepted: _warehouse_accepted,
    events.WarehouseRefused: _warehouse_refused,
    status_events.OrderArchived: _status_event,
    CustomerNotification: _notified,
    status_events.LinesDone: _lines_done,
    status_events.DecisionRecorded: _decision_recorded,
    events.PurchaseOrderClaimed: _claimed_number,
    events.PurchaseOrderGivenUp: _given_up_number,
    events.PurchaseOrderAnswered: _answered_number,
    customers.CustomerAsked: _asked_customer,
    customers.CustomerNoLongerAwaited: _no_longer_awaited,
    customers.CustomerDescribed: _described_customer,
    parcels.ParcelReported: _reported_parcel,
    events.ParcelSent: _sent_parcel,
    events.ParcelTold: _told_of_parcel,
    status_events.ShipmentTracked: _tracked,
    events.CustomerAnswered: _answered_customer,
    events.ReservationsAnswered: _reservations,
    events.BackorderFilled: _filled,
    events.ReservationsRecalled: _recalled,
    events.ReservationsStated: _stated,
    events.ErpOutcomeReceived: _outcome,
    inventory.ReservationsRequested: _requested,
    inventory.ReservationsConfirmed: _confirmed,
    inventory.ReservationsReleased: _released,
    inventory.ReservationsMoved: _moved,
    inventory.ReservationsGivenBack: _given_back,
    inventory.UnitsPicked: _units_picked,
    inventory.UnitsUnpicked: _units_unpicked,
    inventory.UnitsShortPicked: _units_short_picked,
    inventory.UnitsShipped: _units_shipped,
    inventory.UnitsReversed: _units_reversed,
    inventory.UnitsReturned: _units_returned,
    inventory.UnitsInspected: _units_inspected,
    ErpRequested: _erp_requested,
    ErpCommand: _erp_command,
    ErpResponse: _erp_response,
    WarehouseReleaseCommanded: _release,
    WarehouseCancelCommanded: _stop,
    ExceptionRaised: _case,
    CaseReported: _reported,
    CaseDismissed: _decision,
    CaseResolved: _decision,
    CaseRetried: _decision,
    CaseReversed: _decision,
    CaseActionRefused: _decision_refused,
}
