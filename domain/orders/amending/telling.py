"""What the ERP is told of an amendment: the order as it is to be, before it is told that goods of it have left."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from domain.identifiers import NO_COMMAND, CommandId, LineId
from domain.messages.dispatch import PostedEvent
from domain.orders.amending.amendments import Amendment, AmendmentStep
from domain.orders.amending.noting import with_notes
from domain.orders.decision import OrderDecision, booking_key, sales_document
from domain.orders.erp import raises, unposted
from domain.orders.erp.booking import is_posted_to
from domain.orders.erp.cancellations import parts_of, units_of
from domain.orders.erp.withheld import coming_back
from domain.orders.lines import OrderLine
from domain.orders.money.repricing import with_prices
from domain.orders.money.taxing import with_money, with_taxes
from domain.orders.requested_days import amended
from domain.orders.state import Order

AS_ASKED: Final = "amended"
"""The word of the message that asks the ERP for the amendment."""


def tell(decision: OrderDecision, amendment: Amendment, word: str, units: Mapping[LineId, int]) -> CommandId:
    """The whole order with these quantities; the word tells one message about the amendment from another.

    It says what is cancelled as well.
    """
    order = decision.order
    key = amendment_key(order, word, amendment.number)
    document = sales_document(_as_amended(order, amendment), units, amendment.reason)
    command_id = decision.post(PostedEvent.ORDER_AMENDED, key, document)
    if command_id != NO_COMMAND:
        unposted.drop_cancellations(decision)
    return command_id


def amendment_key(order: Order, word: str, number: str) -> str:
    """The key by which the ERP is queried for a message about the amendment with that number."""
    return f"{booking_key(order)}/{word}/{number}"


def _as_amended(order: Order, amendment: Amendment) -> Order:
    """With the address, the days, the money and the notes that it is to have; once that is decided, as it is."""
    if amendment.step is AmendmentStep.WAREHOUSES:
        return order
    ship_to = amendment.ship_to[0] if amendment.ship_to else order.ship_to
    days = amended(order.policy.promise, order.requested, amendment.requested) if amendment.requested else ()
    now = replace(order, ship_to=ship_to, requested=days or order.requested)
    return with_papers(now, amendment)


def with_papers(order: Order, amendment: Amendment) -> Order:
    """With what the customer pays, and what a person is to read, if the amendment changes it."""
    for money in amendment.money:
        order = with_money(order, money.charges, money.adjustments)
    if amendment.states_taxes:
        order = with_taxes(order, amendment.taxes)
    return with_prices(with_notes(order, amendment.notes), amendment.described_lines)


def must_wait(order: Order) -> bool:
    """Whether more has left of a line than the ERP has on the order, and it is not known yet whether that can be so.

    It is soon: when the ledger has answered, and the ERP.
    """
    amendment = next(iter(order.amendments), None)
    if amendment is None or amendment.step not in {AmendmentStep.UNITS, AmendmentStep.ERP}:
        return False
    is_asked = amendment.step is AmendmentStep.ERP
    return any(_left(order, units_of(amendment.fewer if is_asked else amendment.more)))


def waits_for_reversals(order: Order, amendment: Amendment) -> bool:
    """Whether the ERP has more of a line as shipped than the amendment leaves: what takes it back is told first.

    That waits itself, with a case, or for a dependency.
    """
    fewer = units_of(amendment.fewer)
    if not fewer or not (order.unposted or order.refusals) or not is_posted_to(order):
        return False
    back = coming_back(order)
    changed = (line for line in order.lines if line.line_id in fewer and line.line_id in back)
    return any(line.due_quantity - fewer[line.line_id] < line.shipped + back[line.line_id] for line in changed)


def tell_what_has_left(decision: OrderDecision, shipment_key: str) -> bool:
    """While warehouses are asked to stop, more may leave than the ERP was told: it has that on the order first.

    `shipment_key`: of the shipment that is posted next. It may be reversed before the end. Returns whether it is told.
    """
    amendment = next(iter(decision.order.amendments), None)
    if amendment is None or amendment.step is not AmendmentStep.WAREHOUSES or amendment.command_id == NO_COMMAND:
        return False
    less, told = units_of(amendment.fewer), units_of(amendment.told)
    beyond = {
        line.line_id: line.shipped for line in _left(decision.order, less) if line.shipped > told.get(line.line_id, 0)
    }
    if not beyond:
        return False
    units = {
        line.line_id: max(line.due_quantity - less.get(line.line_id, 0), min(line.shipped, line.ordered))
        for line in decision.order.lines
    }
    raises.await_answer(decision, tell(decision, amendment, f"what has left/{shipment_key}", units), beyond)
    amendment = amendment._replace(told=parts_of({**told, **beyond}))
    decision.order = replace(decision.order, amendments=(amendment, *decision.order.amendments[1:]))
    return True


def _left(order: Order, less: Mapping[LineId, int]) -> Iterator[OrderLine]:
    """The lines of which more has left than is ordered, less what the ERP is told to take off.

    What is done without a shipment is posted to nobody.
    """
    changed = (line for line in order.lines if line.line_id in less)
    return (line for line in changed if line.sent > line.ordered - line.cancelled - less[line.line_id])
