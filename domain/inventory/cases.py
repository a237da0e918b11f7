"""The exception cases of the ledger (docs/domain.md#exception-cases)."""

from typing import Final, NamedTuple

from domain.durations import duration_text
from domain.identifiers import ItemId, NodeId, OrderId, SourceId, TransferOrderId
from domain.inventory.accounts import OpenLoss
from domain.inventory.stock_facts.rows import ARRIVES_WITHIN_MS, TransferOrder
from domain.messages.cases import Case, CaseClass, CaseOrigin, CaseState
from domain.messages.inventory import Account
from domain.messages.stock import StockLine
from domain.messages.stock_movements import UnitsCounted
from domain.quantities import by_number, format_quantity, format_units

_ASK_FOR_WHAT_IS_IN_TRANSIT: Final = "ask {} and the carrier; have what is lost reported as received and SCRAPPED"


class Shortage(NamedTuple):
    """Units that left a node, or are lost, and that were not free there."""

    node_id: NodeId
    deed: str
    purpose: str
    """What it was done for, as people name it."""
    units: int
    promised: int = 0
    """Those of them that were there, and are promised already; all, if that is more."""
    in_all: int = 0
    """How many the node lacks now, with those of the facts before; 0: no more than these."""


def drift(item_id: ItemId, shortage: Shortage) -> Case:
    """Goods left a node that had fewer by its records. One case a node, until units cover what is missing."""
    node_id, deed, purpose, units, _, in_all = shortage
    lacks = f"; {node_id} lacks {format_units(in_all)} in all" if in_all > units else ""
    return Case(
        CaseClass.DRIFT,
        CaseOrigin.INVENTORY,
        subject=item_id,
        reason=f"{node_id} {deed} {format_units(units)} for {purpose} that {_why_not_free(shortage)}{lacks}",
        suggested_action=f"count the item at {node_id}, or find the receipt that is missing",
        key=node_id,
    )


def _why_not_free(shortage: Shortage) -> str:
    promised, absent = shortage.promised, shortage.units - shortage.promised
    if absent <= 0:
        return f"{by_number(shortage.units, 'is', 'are')} promised already"
    if promised <= 0:
        return "the ledger did not have"
    is_promised, was_absent = by_number(promised, "is", "are"), by_number(absent, "was", "were")
    return (
        f"are not free: {format_quantity(promised)} {is_promised} promised already, "
        f"{format_quantity(absent)} {was_absent} not there"
    )


def drift_resolved(item_id: ItemId, node_id: NodeId) -> Case:
    """The units that were missing are there now."""
    return Case(
        CaseClass.DRIFT,
        CaseOrigin.INVENTORY,
        subject=item_id,
        reason=f"{node_id} has all the units again that have left it or are promised",
        state=CaseState.RESOLVED,
        key=node_id,
    )


class Loss(NamedTuple):
    """What a warehouse reports that makes units unfit to be promised; `key` is the fact and its line."""

    node_id: NodeId
    source_id: SourceId
    deed: str
    key: str
    occurred_us: int = 0
    """When, if short picks after it may find the same units missing."""
    account: Account = Account.ADJUSTMENT
    """Where the units are now; those that are sent are written off here."""
    sent_with: TransferOrderId = TransferOrderId("")
    sent_to: NodeId = NodeId("")
    """The transfer order with which they were sent, and where to."""


def shrinkage(item_id: ItemId, loss: Loss, missing: int, before: int = 0) -> Case:
    """Promised units are gone or blocked; whoever is last in the queue waits again.

    `before`: units that are missing still by what the same key said until now, as of a line that is inspected in parts.
    """
    in_all = f", {format_quantity(before + missing)} with those of before" if before else ""
    return Case(
        CaseClass.SHRINKAGE,
        CaseOrigin.WAREHOUSE,
        subject=item_id,
        source_id=loss.source_id,
        reason=f"{loss.node_id} {loss.deed}, {format_quantity(missing)} more than are free to promise{in_all}",
        suggested_action=f"count the item at {loss.node_id}; customers may have to hear that their orders wait",
        key=loss.key,
    )


def shrinkage_resolved(item_id: ItemId, loss: OpenLoss, fact: str, *, had_left: bool) -> Case:
    """As many units have come as were missing; or had left before somebody counted, which is known only now."""
    return _shrinkage_over(
        item_id,
        loss,
        f"as many units as were missing at {loss.node_id} are explained, the last by {fact}, from before the count"
        if had_left
        else f"as many units as were missing have come to {loss.node_id}, the last with {fact}",
    )


def not_found_again(item_id: ItemId, loss: OpenLoss, account: Account) -> Case:
    """Whoever picked them, or was asked to, has said that they are gone, or where: nobody is promised them any more."""
    deed = "not found" if account is Account.ADJUSTMENT else f"put aside as {account}"
    words = f"as many units as were missing were {deed} at {loss.node_id}, and their order waits for others"
    return _shrinkage_over(item_id, loss, words)


def shrinkage_confirmed(item_id: ItemId, loss: OpenLoss) -> Case:
    """It is counted, or explained otherwise, and no order counts on the units any more."""
    return _shrinkage_over(item_id, loss, f"what is missing at {loss.node_id} is counted, and promised to nobody there")


def sent_units_arrived(item_id: ItemId, loss: OpenLoss) -> Case:
    """Nobody has to look for what was sent: it is where it was sent to."""
    where = f"transfer order {loss.sent_with} is under way to {loss.sent_to} any more"
    return _shrinkage_over(item_id, loss, f"nothing of {where}, and nobody waits for the item")


def _shrinkage_over(item_id: ItemId, loss: OpenLoss, reason: str) -> Case:
    return Case(
        CaseClass.SHRINKAGE,
        CaseOrigin.WAREHOUSE,
        subject=item_id,
        reason=reason,
        state=CaseState.RESOLVED,
        key=loss.key,
    )


def count_too_old(fact: UnitsCounted, line: StockLine) -> Case:
    """A count that nothing can be compared with any more. One case a node, until one can."""
    return Case(
        CaseClass.DRIFT,
        CaseOrigin.WAREHOUSE,
        subject=line.item_id,
        source_id=fact.provenance.source_id,
        reason=f"count {fact.count_id} of {fact.node_id} is older than the movements that are kept of the item there; "
        "it changes nothing",
        suggested_action=f"count the item at {fact.node_id} again, and send the count within days",
        key=f"{fact.node_id}/count",
    )


def counted_again(item_id: ItemId, node_id: NodeId) -> Case:
    """A later count could be applied."""
    return Case(
        CaseClass.DRIFT,
        CaseOrigin.WAREHOUSE,
        subject=item_id,
        reason=f"a count of the item at {node_id} is applied",
        state=CaseState.RESOLVED,
        key=f"{node_id}/count",
    )


def unblocked_too_many(item_id: ItemId, node_id: NodeId, account: Account, premature: int) -> Case:
    """More units left a blocked account than came into it. One case a node and account, until they have come."""
    return Case(
        CaseClass.DRIFT,
        CaseOrigin.INVENTORY,
        subject=item_id,
        reason=f"{node_id} has taken {format_quantity(premature)} more units out of {account} than came into it",
        suggested_action=f"find the status change or the receipt at {node_id} that is missing",
        key=f"{node_id}/{account}",
    )


def unblocked_resolved(item_id: ItemId, node_id: NodeId, account: Account) -> Case:
    """They have come."""
    return Case(
        CaseClass.DRIFT,
        CaseOrigin.INVENTORY,
        subject=item_id,
        reason=f"as many units came into {account} at {node_id} as have left it",
        state=CaseState.RESOLVED,
        key=f"{node_id}/{account}",
    )


def received_too_many(item_id: ItemId, order: TransferOrder, excess: int) -> Case:
    """More was received of a transfer order than was sent, as far as is known. One case an order, until it was."""
    return Case(
        CaseClass.DRIFT,
        CaseOrigin.INVENTORY,
        subject=item_id,
        reason=f"{order.to_node_id} reports {format_units(excess)} more of transfer order "
        f"{order.transfer_order_id}, as received or as lost, than {order.from_node_id} has sent",
        suggested_action=f"ask {order.from_node_id} what it sent, and count the item at both nodes",
        key="/".join(order),
    )


def received_of_unknown(item_id: ItemId, order: TransferOrder, units: int) -> Case:
    """Units came under the number of a transfer order, and it is not known which one it is. Likewise one case."""
    node_id, number = order.to_node_id, order.transfer_order_id
    came = f"{node_id} reports {format_units(units)} of transfer order {number}, as received or as lost"
    if order.from_node_id:
        came = f"{node_id} reports that {format_units(units)} of its transfer order {number} came back"
    return Case(
        CaseClass.DRIFT,
        CaseOrigin.INVENTORY,
        subject=item_id,
        reason=f"{came}, and it is not known which goods under way these are",
        suggested_action=f"ask {node_id} who sent them to which node, and count the item there",
        key="/".join(order),
    )


def received_as_sent(item_id: ItemId, order: TransferOrder, known: TransferOrder) -> Case:
    """The sending node has reported them; `known` is what they were received under."""
    return Case(
        CaseClass.DRIFT,
        CaseOrigin.INVENTORY,
        subject=item_id,
        reason=f"{order.from_node_id} has sent all units of transfer order {order.transfer_order_id} that "
        f"{known.to_node_id} reports",
        state=CaseState.RESOLVED,
        key="/".join(known),
    )


def not_arrived(item_id: ItemId, order: TransferOrder, units: int) -> Case:
    """Goods are in transit for too long. One case an item and order, until they arrive."""
    return Case(
        CaseClass.DRIFT,
        CaseOrigin.WAREHOUSE,
        subject=item_id,
        reason=f"{format_units(units)} of transfer order {order.transfer_order_id} from {order.from_node_id} "
        f"{by_number(units, 'has', 'have')} not arrived at {order.to_node_id}, "
        f"and nothing has moved for {duration_text(ARRIVES_WITHIN_MS)}",
        suggested_action=_ASK_FOR_WHAT_IS_IN_TRANSIT.format(order.to_node_id),
        key=f"{'/'.join(order)}/in transit",
    )


def still_not_arrived(item_id: ItemId, order: TransferOrder, units: int) -> Case:
    """Something of it has moved since the case was opened, and so many units are in transit now."""
    return Case(
        CaseClass.DRIFT,
        CaseOrigin.WAREHOUSE,
        subject=item_id,
        reason=f"{format_units(units)} of transfer order {order.transfer_order_id} from {order.from_node_id} "
        f"{by_number(units, 'has', 'have')} still not arrived at {order.to_node_id}",
        suggested_action=_ASK_FOR_WHAT_IS_IN_TRANSIT.format(order.to_node_id),
        key=f"{'/'.join(order)}/in transit",
    )


def arrived(item_id: ItemId, order: TransferOrder) -> Case:
    """They have, or are written off."""
    return Case(
        CaseClass.DRIFT,
        CaseOrigin.WAREHOUSE,
        subject=item_id,
        reason=f"nothing of transfer order {order.transfer_order_id} is in transit to {order.to_node_id} any more",
        state=CaseState.RESOLVED,
        key=f"{'/'.join(order)}/in transit",
    )


def asked_differently(item_id: ItemId, order_id: OrderId, reservation_id: str) -> Case:
    """A reservation was requested twice, with other content."""
    return Case(
        CaseClass.CONFLICTING_DUPLICATE,
        CaseOrigin.ORDER,
        subject=item_id,
        reason=f"reservation {reservation_id} of order {order_id} was requested twice, differently",
        suggested_action="find out which request is meant; the first one stays in force",
    )
