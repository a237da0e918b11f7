"""What rows of earlier versions mean after their upgrade."""

import pytest
from msgspec import msgpack

from domain.identifiers import NodeId, ReservationId
from domain.orders.claims import Claim, HeldUnits
from domain.orders.lines import violations
from domain.orders.state import Order
from domain.orders.warehouses.picks import SOMEWHERE, PickedAt
from operators.machines.dispatch import COMMANDS
from operators.machines.order_rows import OF_A_LINE
from operators.machines.orders import ORDERS
from operators.machines.parked_events import PARKED, PARKED_UNITS
from tests.unit.operators.engine.golden_rows import read_golden

GOLDEN = read_golden()


def line_of_version_3(**changed: object) -> list[object]:
    """Ordered 10 of which 2 are shipped, 3 picked, 1 more allocated, and 4 wait; all at the same node."""
    row: dict[str, object] = dict.fromkeys(OF_A_LINE, 0)
    row |= {
        "line_id": "1",
        "item_id": "lamp",
        "unit": "EA",
        "unit_price": 100,
        "ordered": 10,
        "shipped": 2,
        "picked": 5,
    }
    row |= {"reservation_id": "claim", "node_id": "E", "picked_at": "E", "earlier_picks": [], "released_at": [["E", 4]]}
    row |= {"allocated": 4, "backordered": 4, "released": 6, "known_to_warehouse": 4, "reached": 6}
    return list((row | changed).values())


def order_of_version_3(*lines: list[object]) -> Order:
    golden = bytes.fromhex(GOLDEN["order"]["3"])
    row = msgpack.decode(golden[1:])
    return ORDERS.decode(golden[:1] + msgpack.encode(row | {"lines": lines}))


@pytest.mark.parametrize(
    ("changed", "expected"),
    (
        ({}, (Claim(ReservationId("claim"), 4, (HeldUnits(NodeId("E"), 0, 1, 3),)),)),
        (
            {"picked_at": "W"},
            (Claim(ReservationId("claim"), 4, (HeldUnits(NodeId("E"), 0, 1), HeldUnits(NodeId("W"), picked=3))),),
        ),
        (
            {"earlier_picks": [{"reservation_id": "before", "quantity": 2}]},
            (
                Claim(ReservationId("before"), 0, (HeldUnits(NodeId("E"), picked=2),)),
                Claim(ReservationId("claim"), 4, (HeldUnits(NodeId("E"), 0, 1, 1),)),
            ),
        ),
        (
            {"allocated": 3, "backordered": 0, "requested": 6, "early_shipped": 1},
            (Claim(ReservationId("claim"), 5, (HeldUnits(NodeId("E"), picked=3),), is_answered=False),),
        ),
        ({"reservation_id": "", "allocated": 0, "backordered": 8, "picked": 2, "shipped": 2}, ()),
    ),
)
def test_a_line_of_version_three_has_its_units_under_claims(changed: dict[str, object], expected: object) -> None:
    """What the order counted then, it counts now."""
    (line,) = order_of_version_3(line_of_version_3(**changed)).lines
    assert expected == line.claims
    assert () == violations(line)


def test_an_order_of_version_two_released_its_units_where_it_was_sourced() -> None:
    order = ORDERS.decode(bytes.fromhex(GOLDEN["order"]["2"]))
    (line,) = order.lines
    assert ["a node_id"] == [units.node_id for units in line.released_at]


def test_an_order_of_version_fourteen_waits_for_the_same_answers() -> None:
    """Its cases keep their keys, so the answers resolve them."""
    golden = bytes.fromhex(GOLDEN["order"]["14"])
    row = msgpack.decode(golden[1:])
    (cancel,), (stop,) = row["pending_cancels"], row["pending_stops"]
    changed = {
        "stage": "RESERVING",
        "wake_at_ms": 9,
        "late_answers": ["ledger", "stop"],
        "pending_cancels": [cancel | {"command_id": "cancel", "due_at_ms": 5}],
        "pending_stops": [stop | {"command_id": "stop", "due_at_ms": 6}],
        "refused_stops": [stop | {"command_id": "refused"}],
        "asked_units": {"due_at_ms": 7, "acted_at_ms": 3, "is_reported": False},
        "unshipped_picks": {"due_at_ms": 8, "is_reported": True},
    }
    order = ORDERS.decode(golden[:1] + msgpack.encode(row | changed))
    assert {
        ("PURCHASE_ORDER", "purchase order", 0, 0, False),
        ("RESERVATION", "ledger", 0, 9, True),
        ("CANCELLATION", "cancel", 0, 5, False),
        ("STOP", "stop", 0, 6, True),
        ("SURPLUS", "refused", 0, 0, True),
        ("ACTION", "asked/7", 3, 7, False),
        ("SHIPMENT", "picked/8", 0, 8, True),
    } == {pending[:5] for pending in order.pending_answers}
    named = {pending.key: (pending.node_id, pending.line_ids) for pending in order.pending_answers}
    assert ("a node_id", ("a line_ids",)) == named["cancel"] == named["stop"] == named["refused"]
    assert [("a command_id", True, ())] == list(order.settled_commands)


@pytest.mark.parametrize(("stage", "awaited"), (("WAITING", "UNITS"), ("RETRYING", "NEXT_TRY")))
def test_an_order_of_version_fourteen_keeps_its_patience(stage: str, awaited: str) -> None:
    golden = bytes.fromhex(GOLDEN["order"]["14"])
    row = msgpack.decode(golden[1:]) | {"stage": stage, "wake_at_ms": 9, "late_answers": []}
    order = ORDERS.decode(golden[:1] + msgpack.encode(row))
    assert [9] == [pending.due_at_ms for pending in order.pending_answers if pending.awaited == awaited]


@pytest.mark.parametrize(
    ("stage", "unwanted", "expected"),
    (("ACCEPTED", 0, 0), ("ACCEPTED", 3, 5), ("CANCELLED", 3, 5), ("CANCELLED", 0, 5)),
)
def test_what_a_cancelled_line_of_version_twenty_seven_has_shipped_is_cancelled_if_it_comes_back(
    stage: str, unwanted: int, expected: int
) -> None:
    golden = bytes.fromhex(GOLDEN["order"]["27"])
    row = msgpack.decode(golden[1:])
    (line,) = row["lines"]
    line = [*line[:7], 5, line[8], 2, *line[10:16], unwanted, *line[17:]]
    order = ORDERS.decode(golden[:1] + msgpack.encode(row | {"stage": stage, "lines": [line]}))
    assert [(5, 2, expected)] == [(line.picked, line.shipped, line.unwanted) for line in order.lines]


def test_a_credit_memo_that_waited_keeps_its_business_key_and_no_credit_is_held() -> None:
    order = ORDERS.decode(bytes.fromhex(GOLDEN["order"]["2"]))
    (waiting,) = order.unposted_returns
    assert f"{order.order_id}/{waiting.document.return_id}" == waiting.business_key
    assert ((), ()) == (order.held_credits, order.refusals)


def test_events_parked_by_version_one_are_known_by_their_message_ids_alone() -> None:
    parked = PARKED.decode(bytes.fromhex(GOLDEN["parked"]["1"]))
    (kept,) = parked.events
    facts = (kept.picked, kept.shipped, kept.returned)
    assert ["", "", ""] == [fact.document_id for fact in facts if fact is not None]
    assert "" == parked.case_key


def test_what_knew_its_order_by_channel_and_number_gets_the_number() -> None:
    order = ORDERS.decode(bytes.fromhex(GOLDEN["order"]["4"]).replace(b"a order_id", b"a:order_id"))
    documents = [each.document for each in order.unposted] + [each.document for each in order.unposted_returns]
    assert {"order_id"} == {order.channel_order_id, *(document.channel_order_id for document in documents)}
    command = COMMANDS.decode(bytes.fromhex(GOLDEN["command"]["1"]).replace(b"a order_id", b"a:order_id"))
    assert "order_id" == command.request.document.channel_order_id


def test_what_is_in_picking_is_where_the_claims_have_it_and_what_left_before_its_pick_is_of_any_node() -> None:
    order = order_of_version_3(line_of_version_3(), line_of_version_3(line_id="2", picked=0))
    picked, ahead = order.lines
    assert (PickedAt(NodeId("E"), 3),) == picked.picks
    assert (PickedAt(SOMEWHERE, -2),) == ahead.picks
    assert () == violations(picked)


def test_parked_units_of_an_earlier_release_are_at_some_node() -> None:
    row = {"line_id": "1", "item_id": "lamp", "picked": 5, "shipped": 2}
    units = PARKED_UNITS.decode(b"\x01" + msgpack.encode(row))
    assert (PickedAt(SOMEWHERE, 3),) == units.picks


@pytest.mark.parametrize(
    ("is_late", "expected"),
    (
        (False, [("ACTION", "asked/5", 3, 9, False, "E"), ("ACTION", "asked/5/W", 3, 9, False, "W")]),
        (True, [("ACTION", "asked/5", 3, 9, True, "E")]),
    ),
)
def test_what_warehouses_were_asked_for_in_version_50_is_watched_by_warehouse(is_late: bool, expected: object) -> None:
    golden = bytes.fromhex(GOLDEN["order"]["50"])
    row = msgpack.decode(golden[1:])
    at = next(at for at, value in enumerate(row["lines"][0]) if isinstance(value, list) and value[0][0] == "a node_id")
    line = [*row["lines"][0][:at], [["W", 1, False], ["E", 2, False]], *row["lines"][0][at + 1 :]]
    pending = ["ACTION", "asked/5", 3, 9, is_late, "", [], "", []]
    order = ORDERS.decode(golden[:1] + msgpack.encode(row | {"lines": [line], "pending_answers": [pending]}))
    assert expected == [each[:6] for each in order.pending_answers]


def test_what_was_picked_unasked_in_version_53_follows_from_the_sums_of_the_line() -> None:
    order = order_of_version_3(line_of_version_3(released_at=[["E", 5]], released=6, shipped=3))
    assert [(NodeId("E"), 5, 2)] == [(at.node_id, at.quantity, at.unasked) for at in order.lines[0].released_at]
