"""The returns of an order are rows of their own, and go with it."""

from domain.identifiers import OrderId, ReturnId
from domain.orders.returns.rows import OrderReturn, ReturnStage
from operators.machines.returns import ReturnRows
from tests.memory_state import MemoryRows


def test_the_returns_of_an_order_survive_a_restart_and_go_with_it() -> None:
    rows = MemoryRows()
    kept = OrderReturn(ReturnId("R1"), ReturnStage.AUTHORISED)
    ReturnRows(rows.partition.state, OrderId("shop:1")).keep((kept,))
    ReturnRows(rows.partition.state, OrderId("shop:10")).keep((kept,))
    rows.restart()
    own, other = (ReturnRows(rows.partition.state, OrderId(order_id)) for order_id in ("shop:1", "shop:10"))
    assert kept == own.named(ReturnId("R1"))
    own.delete()
    assert (None, kept) == (own.named(ReturnId("R1")), other.named(ReturnId("R1")))
