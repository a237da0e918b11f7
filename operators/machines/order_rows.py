"""Rows of orders, and of what is parked for them, as earlier releases wrote them."""

from collections.abc import Iterator
from typing import Any

from domain.identifiers import NO_RESERVATION
from domain.orders.claims import Claim, HeldUnits
from domain.orders.pending.answers import MOST_SETTLED, Awaited, PendingAnswer

OF_A_LINE = (
    "line_id",
    "item_id",
    "unit",
    "unit_price",
    "ordered",
    "reservation_id",
    "node_id",
    "requested",
    "early_shipped",
    "early_released",
    "cancelled",
    "reserved",
    "allocated",
    "backordered",
    "released",
    "known_to_warehouse",
    "reached",
    "picked",
    "packed",
    "shipped",
    "delivered",
    "invoiced",
    "returned",
    "missing",
    "excess",
    "earlier_picks",
    "released_at",
    "picked_at",
)
"""The fields of a line up to version 3; the last two since then."""


_OF_A_LINE_WITH_CLAIMS = (
    "line_id",
    "item_id",
    "unit",
    "unit_price",
    "ordered",
    "cancelled",
    "released",
    "picked",
    "packed",
    "shipped",
    "delivered",
    "invoiced",
    "returned",
    "missing",
    "claims",
    "released_at",
)
"""Those of versions 4 to 11."""


_STANDARD_RETURNS = {
    "approval": "BY_PERSON",
    "approved_within_ms": 0,
    "decided_within_ms": 259_200_000,
    "arrives_within_ms": 2_592_000_000,
    "given_up_after_ms": 2_592_000_000,
    "opens_case": False,
}
"""Of orders that were placed before returns had rules."""

_FIRST_FIELDS = 8
"""How many fields a pending answer had first."""


def with_deadlines(order: Any) -> Any:  # noqa: ANN401 - as version 1 wrote it
    """Version 2 gives a cancellation a deadline: those that wait have none. No late answer has an open case."""
    pending = [{**each, "due_at_ms": 0} for each in order["pending_cancels"]]
    return {**order, "pending_cancels": pending, "late_answers": []}


def with_facts_in_full(order: Any) -> Any:  # noqa: ANN401 - as version 2 wrote it
    """Version 3 knows where units were released and picked, which answers came, and which credits are held.

    Version 2 held no credit: whatever was returned ahead of its shipment is credited already.
    """
    returns = [
        {**each, "business_key": f"{order['order_id']}/{each['document']['return_id']}"}
        for each in order["unposted_returns"]
    ]
    kept = {name: value for name, value in order.items() if name != "returns_ahead"}
    added: dict[str, Any] = {
        "unposted_returns": returns,
        "held_credits": [],
        "misdirected": [],
        "pending_stops": [],
        "answered_commands": [],
        "unshipped_picks": None,
        "refused_commands": [],
        "lines": [_with_places(line) for line in order["lines"]],
    }
    return {**kept, **added}


def _with_places(line: Any) -> Any:  # noqa: ANN401 - as version 2 wrote it: the fields of a line in their order
    """Version 2 knew one node a line."""
    node_id, known = line[OF_A_LINE.index("node_id")], line[OF_A_LINE.index("known_to_warehouse")]
    return [*line, [[node_id, known]] if known else [], node_id]


def with_document_ids(parked: Any) -> Any:  # noqa: ANN401 - as version 1 wrote it
    """Version 2 names the business documents of parked events, and their case; those of before have neither."""
    return {**parked, "events": [_with_document_id(kept) for kept in parked["events"]], "case_key": ""}


def _with_document_id(kept: Any) -> Any:  # noqa: ANN401 - as version 1 wrote it
    numbered = {name: {**kept[name], "document_id": ""} for name in ("picked", "shipped", "returned") if kept[name]}
    return {**kept, **numbered}


def with_claims(order: Any) -> Any:  # noqa: ANN401 - as version 3 wrote it
    """Version 4 keeps the claims of a line. Version 3 had one, at one node, and former ones with picked units.

    The ledger has not numbered what it said about them: it states them after the order's next message.
    """
    policy = {**order["policy"], "split": False}
    return {**order, "policy": policy, "lines": [_with_claims(line) for line in order["lines"]]}


def _with_claims(line: Any) -> Any:  # noqa: ANN401 - as version 3 wrote it
    row = dict(zip(OF_A_LINE, line, strict=True))
    kept = [*_former_claims(row), _claim(row)]
    claims = [claim for claim in kept if claim[1] or claim[2]]
    return [claims if name == "claims" else row[name] for name in _OF_A_LINE_WITH_CLAIMS]


def _former_claims(row: dict[str, Any]) -> list[Any]:
    return [
        _packed(Claim(units["reservation_id"], held=(HeldUnits(row["picked_at"], picked=units["quantity"]),)))
        for units in row["earlier_picks"]
    ]


def _claim(row: dict[str, Any]) -> Any:  # noqa: ANN401 - as it is stored
    in_picking = max(0, row["picked"] - row["shipped"])
    picked = in_picking - sum(units["quantity"] for units in row["earlier_picks"])
    unanswered = row["requested"] - row["early_shipped"] - row["early_released"]
    is_claimed = row["reservation_id"] != NO_RESERVATION
    places: dict[str, HeldUnits] = {}
    if is_claimed and (row["reserved"] or row["allocated"] > in_picking):
        places[row["node_id"]] = HeldUnits(row["node_id"], row["reserved"], max(0, row["allocated"] - in_picking))
    if picked:
        place = places.get(row["picked_at"]) or HeldUnits(row["picked_at"])
        places[row["picked_at"]] = place._replace(picked=picked)
    return _packed(
        Claim(
            row["reservation_id"],
            waiting=unanswered + row["backordered"] if is_claimed else 0,
            held=tuple(places[node_id] for node_id in sorted(places)),
            is_answered=not row["requested"],
        )
    )


def _packed(claim: Claim) -> list[Any]:
    return [*claim[:2], [list(held) for held in claim.held], *claim[3:6]]


def with_own_number(order: Any) -> Any:  # noqa: ANN401 - as version 4 wrote it
    """Version 5 keeps the channel's own number; before, an order's id was always CHANNEL:NUMBER."""
    number = order["order_id"].partition(":")[2]
    added = {"channel_order_id": number, "unposted": [_numbered(each, number) for each in order["unposted"]]}
    return {**order, **added, "unposted_returns": [_numbered(each, number) for each in order["unposted_returns"]]}


def _numbered(unposted: Any, number: str) -> Any:  # noqa: ANN401 - as version 4 wrote it
    return {**unposted, "document": {**unposted["document"], "channel_order_id": number}}


def with_all_lines_published(order: Any) -> Any:  # noqa: ANN401 - as version 5 wrote it
    """Version 6 knows which lines have changed that no event carries yet. Version 5 published all."""
    return {**order, "unpublished": []}


def with_held_lines(order: Any) -> Any:  # noqa: ANN401 - as version 6 wrote it
    """Version 7 knows lines that are held for their unit; before, none was."""
    return {**order, "held_lines": []}


def with_rows_of_their_own(parked: Any) -> Any:  # noqa: ANN401 - as version 2 wrote it
    """Since version 3 further events have rows of their own; those that version 2 kept here stay here."""
    return {**parked, "first_event_id": "", "parked": 0, "size_bytes": 0}


def with_deadlines_of_warehouses(order: Any) -> Any:  # noqa: ANN401 - as version 7 wrote it
    """Version 8 asks who acts on what a warehouse was asked for, from the next command on."""
    return {**order, "asked_units": None, "refused_stops": []}


def with_lines_counted(parked: Any) -> Any:  # noqa: ANN401 - as version 3 wrote it
    """Version 4 counts the lines of the events; before, one each is assumed."""
    return {**parked, "lines": parked["parked"]}


def with_holds(order: Any) -> Any:  # noqa: ANN401 - as version 9 wrote it
    """Version 10 can be held; before, no channel had holds."""
    return {**order, "holds": [], "policy": {**order["policy"], "holds": []}}


def with_unwanted_units(order: Any) -> Any:  # noqa: ANN401 - as version 11 wrote it
    """Version 12 knows which picked units of a line are cancelled if they are put back; before, none was."""
    return {**order, "lines": [[*line, 0] for line in order["lines"]]}


def with_unpicks(parked: Any) -> Any:  # noqa: ANN401 - as version 2 of an event wrote it
    """Version 3 of a parked event may undo a pick."""
    return {**parked, "unpicked": None, "short_picked": None}


def with_unpicks_in_head(parked: Any) -> Any:  # noqa: ANN401 - as version 5 wrote it
    """Version 6 likewise, of the events that the head itself keeps."""
    return {**parked, "events": [with_unpicks(each) for each in parked["events"]]}


def with_hold_requests(parked: Any) -> Any:  # noqa: ANN401 - as version 1 of an event wrote it
    """Version 2 of a parked event may be a request about a hold."""
    return {**parked, "hold": None, "hold_release": None}


def with_hold_requests_in_head(parked: Any) -> Any:  # noqa: ANN401 - as version 4 wrote it
    """Version 5 likewise, of the events that the head itself keeps."""
    return {**parked, "events": [with_hold_requests(each) for each in parked["events"]]}


def with_commands_counted(order: Any) -> Any:  # noqa: ANN401 - as version 8 wrote it
    """Version 9 counts the commands without an outcome; before, it named them."""
    return {**order, "open_commands": len(order["open_commands"])}


def with_checks(order: Any) -> Any:  # noqa: ANN401 - as version 9 wrote it
    """Version 10 asks whether it is a second order; before, none was asked."""
    return {
        **order,
        "purchase_order_id": "",
        "life": 1,
        "checks_due": [],
        "held_as_duplicate": False,
        "has_namesake": False,
    }


def with_refused_postings(order: Any) -> Any:  # noqa: ANN401 - as version 12 wrote it
    """Version 13 keeps what the ERP refused, so that it can be asked for again. Version 12 named the commands.

    The only one of a refused order is its booking.
    """
    refused = order["refused_commands"]
    is_booking = order["erp_status"] == "REJECTED" and len(refused) == 1
    kept = {name: value for name, value in order.items() if name != "refused_commands"}
    command_type = "CREATE_SALES_ORDER" if is_booking else None
    return {**kept, "refusals": [{"command_id": each, "command_type": command_type} for each in refused]}


def with_budgets(order: Any) -> Any:  # noqa: ANN401 - as version 13 wrote it
    """Version 14 has budgets; before, no channel had any."""
    policy = {**order["policy"], "budgets": [], "budgets_paused_by": []}
    return {**order, "policy": policy, "budgets": None}


def with_pending_answers(order: Any) -> Any:  # noqa: ANN401 - as version 14 wrote it
    """Version 15 keeps what others owe the order in one table. Version 14 had a field for each, and names of cases."""
    gone = (
        "wake_at_ms",
        "checks_due",
        "pending_cancels",
        "pending_stops",
        "refused_stops",
        "asked_units",
        "unshipped_picks",
        "late_answers",
        "answered_commands",
    )
    kept = {name: value for name, value in order.items() if name not in gone}
    settled = [[each["command_id"], each["accepted"]] for each in order["answered_commands"][-MOST_SETTLED:]]
    pending = [list(row)[:_FIRST_FIELDS] for row in (*_of_the_stage(order), *_of_warehouses(order))]
    return {**kept, "settled_commands": settled, "pending_answers": pending}


def _of_the_stage(order: Any) -> Iterator[PendingAnswer]:  # noqa: ANN401 - as version 14 wrote it
    stage, due_at_ms, late = order["stage"], order["wake_at_ms"], order["late_answers"]
    if "PURCHASE_ORDER" in order["checks_due"]:
        home_due_ms = due_at_ms if stage == "CHECKING" else 0
        yield PendingAnswer(Awaited.PURCHASE_ORDER, "purchase order", 0, home_due_ms, "purchase order" in late)
    if "ERP" in order["checks_due"]:
        yield PendingAnswer(Awaited.LOOK_UP, "look-up", 0, 0)
    if stage == "RESERVING" or "ledger" in late:
        ledger_due_ms = due_at_ms if stage == "RESERVING" else 0
        yield PendingAnswer(Awaited.RESERVATION, "ledger", 0, ledger_due_ms, "ledger" in late)
    if stage == "WAITING":
        yield PendingAnswer(Awaited.UNITS, "units", 0, due_at_ms)
    if stage == "RETRYING":
        yield PendingAnswer(Awaited.NEXT_TRY, "next try", 0, due_at_ms)


def _of_warehouses(order: Any) -> Iterator[PendingAnswer]:  # noqa: ANN401 - as version 14 wrote it
    for awaited, name in (
        (Awaited.CANCELLATION, "pending_cancels"),
        (Awaited.STOP, "pending_stops"),
        (Awaited.SURPLUS, "refused_stops"),
    ):
        for each in order[name]:
            is_open = awaited is Awaited.SURPLUS
            is_late = is_open or each["command_id"] in order["late_answers"]
            due_at_ms = 0 if is_open else each["due_at_ms"]
            about = (each["node_id"], each["line_ids"], each.get("reason", ""))
            yield PendingAnswer(awaited, each["command_id"], 0, due_at_ms, is_late, *about)
    if asked := order["asked_units"]:
        key, acted_at_ms = f"asked/{asked['due_at_ms']}", asked["acted_at_ms"]
        yield PendingAnswer(Awaited.ACTION, key, acted_at_ms, asked["due_at_ms"], asked["is_reported"])
    if picked := order["unshipped_picks"]:
        key = f"picked/{picked['due_at_ms']}"
        yield PendingAnswer(Awaited.SHIPMENT, key, 0, picked["due_at_ms"], picked["is_reported"])


def with_parts_of_lines(order: Any) -> Any:  # noqa: ANN401 - as version 15 wrote it
    """Version 16 may wait for the stop of a part of a line; before, for whole lines only."""
    return {**order, "pending_answers": [[*pending, []] for pending in order["pending_answers"]]}


def with_cancelled_parts(parked: Any) -> Any:  # noqa: ANN401 - as version 3 of an event wrote it
    """Version 4 of a parked event may cancel parts of lines."""
    cancel = parked["cancel"]
    return {**parked, "cancel": cancel and {**cancel, "parts": []}}


def with_cancelled_parts_in_head(parked: Any) -> Any:  # noqa: ANN401 - as version 6 wrote it
    """Version 7 likewise, of the events that the head itself keeps."""
    return {**parked, "events": [with_cancelled_parts(each) for each in parked["events"]]}


def with_validation(order: Any) -> Any:  # noqa: ANN401 - as version 16 wrote it
    """Version 17 is checked against master data, if its channel wants it; before, no channel did."""
    checks = {"known_items_only": False, "known_customers_only": False, "master_data_max_age_ms": 0}
    return {**order, "policy": {**order["policy"], **checks}, "validated_on_cache": False}


def with_promise_dates(order: Any) -> Any:  # noqa: ANN401 - as version 17 wrote it
    """Version 18 knows the promise date of each claim; before, none had one."""
    at = _OF_A_LINE_WITH_CLAIMS.index("claims")
    lines = [[*line[:at], [[*claim, 0] for claim in line[at]], *line[at + 1 :]] for line in order["lines"]]
    return {**order, "lines": lines}


def with_outages(order: Any) -> Any:  # noqa: ANN401 - as version 18 wrote it
    """Version 19 may wait for a dependency; before, no order did."""
    return {**order, "outage_waits": [], "failed_policies": []}


def with_amendments(order: Any) -> Any:  # noqa: ANN401 - as version 19 wrote it
    """Version 20 can be amended; before, no order was."""
    return {**order, "amendments": [], "amended_to": 0}


def with_amend_requests(parked: Any) -> Any:  # noqa: ANN401 - as version 4 of an event wrote it
    """Version 5 of a parked event may be an amendment."""
    return {**parked, "amend": None}


def with_amend_requests_in_head(parked: Any) -> Any:  # noqa: ANN401 - as version 7 wrote it
    """Version 8 likewise, of the events that the head itself keeps."""
    return {**parked, "events": [with_amend_requests(each) for each in parked["events"]]}


def with_requested_days(order: Any) -> Any:  # noqa: ANN401 - as version 20 wrote it
    """Version 21 may be wanted on a day; before, every order was wanted when it was placed."""
    amendments = [[*each, []] for each in order["amendments"]]
    return {**order, "requested": [], "amendments": amendments}


def with_requested_days_in_event(parked: Any) -> Any:  # noqa: ANN401 - as version 5 of an event wrote it
    """Version 6 of a parked event may amend days."""
    amend = parked["amend"]
    return {**parked, "amend": amend and {**amend, "requested": []}}


def with_requested_days_in_head(parked: Any) -> Any:  # noqa: ANN401 - as version 8 wrote it
    """Version 9 likewise, of the events that the head itself keeps."""
    return {**parked, "events": [with_requested_days_in_event(each) for each in parked["events"]]}


def with_followed_customers(order: Any) -> Any:  # noqa: ANN401 - as version 21 wrote it
    """Version 22 follows its customer until it is released; version 21 only while it was held for him."""
    held = any(each["kind"] == "CUSTOMER" and each["held_by"] == "orderline" for each in order["holds"])
    return {**order, "follows_customer": held}


def with_returns(order: Any) -> Any:  # noqa: ANN401 - as version 22 wrote it
    """Version 23 knows which returns are announced, and by which rules; before, none was asked for."""
    waiting = [{**each, "posted": "ReturnReceived"} for each in order["unposted_returns"]]
    held = [{**each, "lines": _with_known_prices(each["lines"])} for each in order["held_credits"]]
    added = {
        "lines": [[*line, 0] for line in order["lines"]],
        "unposted_returns": waiting,
        "held_credits": held,
        "last_shipped_us": 0,
    }
    return {**order, **added, "policy": {**order["policy"], "returns": _STANDARD_RETURNS}}


def with_return_requests(parked: Any) -> Any:  # noqa: ANN401 - as version 6 of an event wrote it
    """Version 7 of a parked event may ask for a return, or decide about one."""
    back = parked["returned"]
    returned = back and {**back, "lines": _with_known_prices(back["lines"])}
    added = {"return_request": None, "return_authorised": None, "return_declined": None}
    return {**parked, **added, "returned": returned}


def _with_known_prices(lines: list[Any]) -> list[Any]:
    """Before, every source said what a unit was worth."""
    return [{**line, "at_order_price": False} for line in lines]


def with_return_requests_in_head(parked: Any) -> Any:  # noqa: ANN401 - as version 9 wrote it
    """Version 10 likewise, of the events that the head itself keeps."""
    return {**parked, "events": [with_return_requests(each) for each in parked["events"]]}


def with_pictures(order: Any) -> Any:  # noqa: ANN401 - as version 23 wrote it
    """Version 24 is compared with pictures; before, no channel sent any."""
    return {**order, "picture": None}


def with_bookings_due(order: Any) -> Any:  # noqa: ANN401 - as version 24 wrote it
    """Version 25 may wait with its booking; before, an accepted order was booked at once."""
    return {**order, "booking_due": False}


def with_inspections(order: Any) -> Any:  # noqa: ANN401 - as version 25 wrote it
    """Version 26 knows what came back and is not credited; before, nothing was inspected."""
    returns = {**order["policy"]["returns"], "inspected_within_ms": 604_800_000}
    lines = [[*line, 0] for line in order["lines"]]
    return {**order, "lines": lines, "policy": {**order["policy"], "returns": returns}}


def with_inspected_lines(kept: Any) -> Any:  # noqa: ANN401 - as version 1 of a return wrote it
    """Version 2 of a return likewise."""
    return {**kept, "lines": [[*line, 0, 0, 0] for line in kept["lines"]], "uncredited": []}


def with_parked_inspections(parked: Any) -> Any:  # noqa: ANN401 - as version 7 of an event wrote it
    """Version 8 of a parked event may be an inspection."""
    return {**parked, "return_inspected": None}


def with_parked_inspections_in_head(parked: Any) -> Any:  # noqa: ANN401 - as version 10 wrote it
    """Version 11 likewise, of the events that the head itself keeps."""
    return {**parked, "events": [with_parked_inspections(each) for each in parked["events"]]}


def with_birth_in_erp(order: Any) -> Any:  # noqa: ANN401 - as version 26 wrote it
    """Version 27 may have been entered in its ERP; before, each was booked there by us."""
    unposted = [_without_number(each) for each in order["unposted"]]
    returns = [_without_number(each) for each in order["unposted_returns"]]
    refusals = [_without_number(each) for each in order["refusals"]]
    added = {"unposted": unposted, "unposted_returns": returns, "refusals": refusals}
    return {**order, **added, "is_born_in_erp": False}


def _without_number(posting: Any) -> Any:  # noqa: ANN401 - as version 26 wrote it
    document = posting.get("document")
    return {**posting, "document": {**document, "sales_order_number": ""}} if document else posting


def with_reversals(order: Any) -> Any:  # noqa: ANN401 - as version 27 wrote it
    """Version 28 can have its shipments reversed; what waited to be posted before was a shipment.

    What was shipped of a cancelled line is cancelled if it comes back; a line is known to be cancelled by its picked
    units, or by its order.
    """
    unposted = [_posted_as_shipment(each) for each in order["unposted"]]
    lines = [_with_unwanted_shipments(line, order["stage"] == "CANCELLED") for line in order["lines"]]
    return {**order, "held_reversals": [], "unposted": unposted, "lines": lines}


def _with_unwanted_shipments(line: Any, is_cancelled: bool) -> Any:  # noqa: ANN401, FBT001 - as version 27 wrote it
    picked, shipped, unwanted = line[7], line[9], line[16]
    if is_cancelled:
        unwanted = max(0, picked - shipped)
    return [*line[:16], unwanted + shipped if is_cancelled or unwanted else 0, *line[17:]]


def _posted_as_shipment(unposted: Any) -> Any:  # noqa: ANN401 - as version 27 wrote it
    document = unposted["document"]
    business_key = f"{document['order_id']}/{document['shipment_id']}/{unposted['cause_event_id']}"
    return {**unposted, "posted_as": "ShipmentConfirmed", "business_key": business_key}


def with_shipment_reversals(parked: Any) -> Any:  # noqa: ANN401 - as version 8 of an event wrote it
    """Version 9 of a parked event may reverse a shipment."""
    return {**parked, "shipment_reversed": None}


def with_shipment_reversals_in_head(parked: Any) -> Any:  # noqa: ANN401 - as version 11 wrote it
    """Version 12 likewise, of the events that the head itself keeps."""
    return {**parked, "events": [with_shipment_reversals(each) for each in parked["events"]]}


def with_raised_lines(order: Any) -> Any:  # noqa: ANN401 - as version 28 wrote it
    """Version 29 knows when its lines were raised; before, what was added waited as if it had been ordered at first."""
    return {**order, "amendments": [[*each, 0] for each in order["amendments"]], "raised": []}


def with_duplicates(order: Any) -> Any:  # noqa: ANN401 - as version 29 wrote it
    """Version 30 knows for which order it is held; one that was held before waits for a person."""
    return {**order, "duplicate_of": ""}


def with_deliveries(parked: Any) -> Any:  # noqa: ANN401 - as version 9 of an event wrote it
    """Version 10 of a parked event may be a delivery or an invoice."""
    return {**parked, "delivered": None, "invoiced": None}


def with_deliveries_in_head(parked: Any) -> Any:  # noqa: ANN401 - as version 12 wrote it
    """Version 13 likewise, of the events that the head itself keeps."""
    return {**parked, "events": [with_deliveries(each) for each in parked["events"]]}


def with_early_amendments(order: Any) -> Any:  # noqa: ANN401 - as version 30 wrote it
    """Version 31 lets revisions wait for those before them; version 30 refused them."""
    return {**order, "early_amendments": []}


def with_budgets_from_shipment(order: Any) -> Any:  # noqa: ANN401 - as version 31 wrote it
    """Version 32 has budgets for what was shipped, perhaps with a daily cut-off; before, all ran from the receipt."""
    budgets = order["budgets"]
    if budgets is None:
        return order
    due, breached = ([{**each, "daily": []} for each in budgets[name]] for name in ("due", "breached"))
    return {**order, "budgets": {**budgets, "due": due, "breached": breached}}


def with_invoice_amounts(order: Any) -> Any:  # noqa: ANN401 - as version 32 wrote it
    """Version 33 counts the amounts of invoices, and the invoiced units of other lines; before, no amount was read."""
    others = [{**each, "invoiced": 0} for each in order["misdirected"]]
    return {**order, "lines": [[*line, 0, 0, 0] for line in order["lines"]], "misdirected": others}


def with_parked_amounts(parked: Any) -> Any:  # noqa: ANN401 - as version 10 of an event wrote it
    """Version 11 of a parked invoice has amounts."""
    invoiced = parked["invoiced"]
    return {**parked, "invoiced": invoiced and {**invoiced, "amounts": []}}


def with_parked_amounts_in_head(parked: Any) -> Any:  # noqa: ANN401 - as version 13 wrote it
    """Version 14 likewise, of the events that the head itself keeps."""
    return {**parked, "events": [with_parked_amounts(each) for each in parked["events"]]}


def with_fallbacks(order: Any) -> Any:  # noqa: ANN401 - as version 33 wrote it
    """Version 34 may be sourced elsewhere while a warehouse is away, and waits for a single one."""
    waits = [{**each, "node_id": ""} for each in order["outage_waits"]]
    return {**order, "outage_waits": waits, "policy": {**order["policy"], "fallbacks": []}}


def with_reports(order: Any) -> Any:  # noqa: ANN401 - as version 34 wrote it
    """Version 35 is compared with what other systems say; no change of before is so late that it matters."""
    return {**order, "reports": [], "changed_at_ms": 0}


def with_deliveries_of_others(order: Any) -> Any:  # noqa: ANN401 - as version 35 wrote it
    """Version 36 counts the delivered units of other lines; before, nobody did, and they have no case."""
    return {**order, "misdirected": [{**each, "delivered": 0} for each in order["misdirected"]]}


def with_more_told(order: Any) -> Any:  # noqa: ANN401 - as version 36 wrote it
    """Version 37 knows whether an ERP has more on an order than is wanted; before, what was reversed was not told."""
    amendments = {name: [[*each, False] for each in order[name]] for name in ("amendments", "early_amendments")}
    return {**order, **amendments}


def with_overbooked_units(order: Any) -> Any:  # noqa: ANN401 - as version 40 wrote it
    """Version 41 knows what its ERP has on it although it is cancelled, and what amendments made wanted again.

    Of what was booked before, nothing is known of it.
    """
    amendments = {name: [[*each, [], []] for each in order[name]] for name in ("amendments", "early_amendments")}
    return {**order, **amendments, "overbooked": []}


def with_parked_reports(parked: Any) -> Any:  # noqa: ANN401 - as version 11 of an event wrote it
    """Version 12 of a parked event may be a report."""
    return {**parked, "reported": None}


def with_parked_reports_in_head(parked: Any) -> Any:  # noqa: ANN401 - as version 14 wrote it
    """Version 15 likewise, of the events that the head itself keeps."""
    return {**parked, "events": [with_parked_reports(each) for each in parked["events"]]}


def with_lists(order: Any) -> Any:  # noqa: ANN401 - as version 37 wrote it
    """Version 38 may be missing in another system's list; before, no list was compared."""
    return {**order, "reports": [{**report, "is_missing": False} for report in order["reports"]]}


def with_sourcing(order: Any) -> Any:  # noqa: ANN401 - as version 38 wrote it
    """Version 39 knows in whose place others were asked; what version 38 asked for there waits there."""
    return {**order, "sourced_instead_of": []}


def with_emptied_pictures(order: Any) -> Any:  # noqa: ANN401 - as version 41 wrote it
    """Version 42 knows whether a channel has shown the order as cancelled; before, nobody noted it."""
    picture = order["picture"]
    return {**order, "picture": picture and {**picture, "was_empty": False}}


def with_release_window(order: Any) -> Any:  # noqa: ANN401 - as version 42 wrote it
    """Version 43 may gather releases; what was placed before is released at once, as it was."""
    return {**order, "policy": {**order["policy"], "release_window_ms": 0}}


def with_watched_cases(order: Any) -> Any:  # noqa: ANN401 - as version 43 wrote it
    """Version 44 knows which open cases end by themselves; those that version 43 opened are closed by people."""
    return {**order, "watched_cases": []}


def with_untold_cancellations(order: Any) -> Any:  # noqa: ANN401 - as version 44 wrote it
    """Version 45 knows which cancellations an ERP is not told of during an amendment; before, nobody noted it."""
    amendments = {name: [[*each, []] for each in order[name]] for name in ("amendments", "early_amendments")}
    return {**order, **amendments}


def with_kept_units(order: Any) -> Any:  # noqa: ANN401 - as version 45 wrote it
    """Version 46 knows of lines in another unit than the item's; the ledger says it when it hears of one again."""
    return {**order, "lines": [[*line, "", True] for line in order["lines"]]}


def with_hold_decisions(order: Any) -> Any:  # noqa: ANN401 - as version 47 wrote it
    """Version 48 knows when holds were decided; before, the last word that came was the last one."""
    return {**order, "hold_decisions": []}


def with_raises_answered(order: Any) -> Any:  # noqa: ANN401 - as version 48 wrote it
    """Version 49 posts what has left when its ERP has accepted that it has so much; before, it did not wait."""
    names = ("amendments", "early_amendments")
    amendments = {name: [_with_told_units(each) for each in order[name]] for name in names}
    refusals = [{**each, "raised_lines": []} for each in order["refusals"]]
    return {**order, **amendments, "refusals": refusals, "unanswered_raises": []}


def with_refused_lines(order: Any) -> Any:  # noqa: ANN401 - as version 49 wrote it
    """Version 50 knows which lines its ERP has refused; before, what left for them was posted all the same."""
    return {**order, "refused_lines": []}


_HAS_TOLD_MORE = 12
"""Its place among the fields of an amendment, up to version 48; the lines that it names are the third."""


def _with_told_units(amendment: Any) -> Any:  # noqa: ANN401 - as version 48 wrote it
    """How much was told of which line, nobody noted."""
    told = [{**part, "quantity": 0} for part in amendment[2]] if amendment[_HAS_TOLD_MORE] else []
    return [*amendment[:_HAS_TOLD_MORE], told, *amendment[_HAS_TOLD_MORE + 1 :]]


def with_returns_of_others(order: Any) -> Any:  # noqa: ANN401 - as version 51 wrote it
    """Version 52 counts what came back of other lines and items; before, nobody did, and the case of it stays open."""
    new = {"returned": 0, "is_decided": False}
    return {**order, "misdirected": [{**each, **new} for each in order["misdirected"]]}


def with_cancelled_invoices(order: Any) -> Any:  # noqa: ANN401 - as version 52 wrote it
    """Version 53 counts the units whose invoices were cancelled; before, nobody noted it."""
    return {**order, "lines": [[*line, 0] for line in order["lines"]]}


def with_refusals_to_stop(order: Any) -> Any:  # noqa: ANN401 - as version 39 wrote it
    """Version 40 knows which warehouses have refused to stop a line; before, nobody noted it."""
    at = _OF_A_LINE_WITH_CLAIMS.index("released_at")
    lines = [[*line[:at], [[*asked, False] for asked in line[at]], *line[at + 1 :]] for line in order["lines"]]
    return {**order, "lines": lines}


def with_picks(order: Any) -> Any:  # noqa: ANN401 - as version 46 wrote it
    """Version 47 counts what is in picking by node; of what was shipped before its pick, no node is known."""
    lines = [[*line, _picks_of(line)] for line in order["lines"]]
    return {**order, "lines": lines, "misdirected": [_with_picks(each) for each in order["misdirected"]]}


def _picks_of(line: Any) -> list[list[Any]]:  # noqa: ANN401 - as version 46 wrote it
    row = dict(zip(_OF_A_LINE_WITH_CLAIMS, line, strict=False))
    picked: dict[str, int] = {}
    for _, _, held, *_ in row["claims"]:
        for node_id, _, _, units in held:
            picked[node_id] = picked.get(node_id, 0) + units
    ahead = min(0, row["picked"] - row["shipped"])
    return [list(each) for each in (*picked.items(), ("", ahead)) if each[1]]


def _with_picks(units: Any) -> Any:  # noqa: ANN401 - as version 46 wrote it
    left = units["picked"] - units["shipped"]
    picks = [[units["picked_at"] if left > 0 else "", left]] if left else []
    return {**{name: value for name, value in units.items() if name != "picked_at"}, "picks": picks}


def with_clocks_by_warehouse(order: Any) -> Any:  # noqa: ANN401 - as version 50 wrote it
    """Version 51 watches each warehouse by itself; before, one row watched all, and its open case names all."""
    pending = [row for each in order["pending_answers"] for row in _by_warehouse(order, each)]
    return {**order, "pending_answers": pending}


def _by_warehouse(order: Any, pending: Any) -> list[Any]:  # noqa: ANN401 - as version 50 wrote it
    """The first one keeps the row, and its case; where that is open, the others are watched from the next event on."""
    awaited, key, since_ms, due_at_ms, is_late, _, *rest = pending
    if awaited not in {"ACTION", "SHIPMENT"}:
        return [pending]
    first, *others = (_asked_nodes(order) if awaited == "ACTION" else _picked_nodes(order)) or [""]
    rows = [[awaited, key, since_ms, due_at_ms, is_late, first, *rest]]
    if not is_late:
        rows += [[awaited, f"{key}/{node_id}", since_ms, due_at_ms, is_late, node_id, *rest] for node_id in others]
    return rows


def _asked_nodes(order: Any) -> list[str]:  # noqa: ANN401 - as version 50 wrote it
    at = _OF_A_LINE_WITH_CLAIMS.index("released_at")
    return sorted({asked[0] for line in order["lines"] for asked in line[at]})


def _picked_nodes(order: Any) -> list[str]:  # noqa: ANN401 - as version 50 wrote it
    at = _OF_A_LINE_WITH_CLAIMS.index("claims")
    held = {units[0] for line in order["lines"] for claim in line[at] for units in claim[2] if units[3] > 0}
    return sorted(held | {at[0] for units in order["misdirected"] for at in units["picks"] if at[1] > 0})


def with_unasked_picks(order: Any) -> Any:  # noqa: ANN401 - as version 53 wrote it
    """Version 54 notes by node what was picked without a command; before, that followed from the sums of the line."""
    at = _OF_A_LINE_WITH_CLAIMS.index("released_at")
    lines = [[*line[:at], _with_unasked(line), *line[at + 1 :]] for line in order["lines"]]
    return {**order, "lines": lines}


def _with_unasked(line: Any) -> list[list[Any]]:  # noqa: ANN401 - as version 53 wrote it
    row = dict(zip(_OF_A_LINE_WITH_CLAIMS, line, strict=False))
    beyond = max(0, sum(asked[1] for asked in row["released_at"]) + row["shipped"] - row["released"])
    return [[*asked, min(asked[1], beyond)] for asked in row["released_at"]]


def with_what_has_left_of_pictures(order: Any) -> Any:  # noqa: ANN401 - as version 54 wrote it
    """Version 55 ends the case of a picture when goods are back; before, it ended with the next picture."""
    picture = order["picture"]
    if picture is None:
        return order
    content_hash = "" if picture["has_case"] else picture["content_hash"]
    return {**order, "picture": {**picture, "content_hash": content_hash, "left": []}}


def with_parked_picks(units: Any) -> Any:  # noqa: ANN401 - as version 1 wrote it
    """Version 2 of parked units counts them likewise; before, nobody noted where they were."""
    left = units["picked"] - units["shipped"]
    return {"line_id": units["line_id"], "item_id": units["item_id"], "picks": [["", left]] if left else []}
