"""What rows of earlier versions mean after their upgrade."""

from domain.orders.warehouses.releases import ReleasedUnits
from operators.machines.orders import ORDERS, PARKED
from tests.unit.operators.engine.golden_rows import read_golden

GOLDEN = read_golden()


def test_an_order_of_version_two_released_its_units_where_it_was_sourced() -> None:
    order = ORDERS.decode(bytes.fromhex(GOLDEN["order"]["2"]))
    (line,) = order.lines
    assert (ReleasedUnits(line.node_id, line.known_to_warehouse),) == line.released_at
    assert line.node_id == line.picked_at


def test_a_credit_memo_that_waited_keeps_its_business_key_and_no_credit_is_held() -> None:
    order = ORDERS.decode(bytes.fromhex(GOLDEN["order"]["2"]))
    (waiting,) = order.unposted_returns
    assert f"{order.order_id}/{waiting.document.return_id}" == waiting.business_key
    assert ((), ()) == (order.held_credits, order.refused_commands)


def test_events_parked_by_version_one_are_known_by_their_message_ids_alone() -> None:
    parked = PARKED.decode(bytes.fromhex(GOLDEN["parked"]["1"]))
    (kept,) = parked.events
    facts = (kept.picked, kept.shipped, kept.returned)
    assert ["", "", ""] == [fact.document_id for fact in facts if fact is not None]
    assert "" == parked.case_key
