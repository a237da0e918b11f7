"""The stories that the rules of orders and stock know today, one or more for each of them."""

from dataclasses import replace

from domain.messages.decisions.events import Check, CheckOutcome
from domain.messages.dispatch import Outcome
from domain.messages.orders import HoldKind, PromisePolicy, ReleaseGate
from domain.returns import ReturnCondition
from tests.convergence.story import Answers, Booked, Story
from tests.orders_and_ledger.histories import (
    Adjust,
    Amend,
    Announce,
    AskReturn,
    Cancel,
    Decide,
    DecideReturn,
    Deliver,
    Describe,
    DescribeCustomer,
    Hold,
    Inspect,
    Invoice,
    Miss,
    Pick,
    Place,
    Receive,
    Return,
    Reverse,
    Ship,
    Show,
    Unhold,
    Unpick,
)
from tests.orders_and_ledger.world import CHANNEL_NODE, Wanted

SHIPS_WHAT_IS_THERE = PromisePolicy.SHIP_AVAILABLE
SHIPS_COMPLETE = PromisePolicy.SHIP_COMPLETE
KILLS = PromisePolicy.FILL_OR_KILL


def lamps(
    quantity: int = 5, promise: PromisePolicy = SHIPS_WHAT_IS_THERE, gate: ReleaseGate = ReleaseGate.BOOKED
) -> Wanted:
    return Wanted(promise, gate, (("lamp", quantity),))


def lamps_and_chairs(promise: PromisePolicy = SHIPS_WHAT_IS_THERE) -> Wanted:
    return Wanted(promise, ReleaseGate.BOOKED, (("lamp", 5), ("chair", 4)))


FIVE_LAMPS = (Receive("lamp", "E", 5),)
AMPLE = (Receive("lamp", "E", 20), Receive("chair", "E", 20))
BACK = ReturnCondition.RESTOCKED

IN_PIECES = (Receive("lamp", "E", 20, unit="EA"), Receive("chair", "E", 20, unit="EA"))


def pallets_of_lamps(promise: PromisePolicy = SHIPS_WHAT_IS_THERE, gate: ReleaseGate = ReleaseGate.BOOKED) -> Wanted:
    """Two pallets of lamps and four chairs."""
    return Wanted(promise, gate, (("lamp", 2), ("chair", 4)), pallets=frozenset({1}))


STORIES = (
    Story(
        "a gift card is refunded, before it is done or after that, and the lamps beside it are shipped",
        (Wanted(SHIPS_COMPLETE, ReleaseGate.BOOKED, (("lamp", 5), ("chair", 2)), nothing_leaves=frozenset({2})),),
        (
            (Place(0),),
            (Receive("lamp", "E", 3), Ship(0, 1, "E", 5)),
            (Return(0, 2, "E", 1, ReturnCondition.MISSING),),
            (Booked(0),),
        ),
        stock=(Receive("lamp", "E", 2),),
    ),
    Story(
        "a warehouse ships a voucher that is no goods, and takes a part of it back",
        (Wanted(SHIPS_WHAT_IS_THERE, ReleaseGate.BOOKED, (("chair", 4),), nothing_leaves=frozenset({1})),),
        ((Place(0),), (Pick(0, 1, "E", 3), Ship(0, 1, "E", 3), Reverse(0, 1, "E", 1, BACK)), (Booked(0),)),
        stock=AMPLE,
    ),
    Story(
        "a service is held, raised and delivered",
        (Wanted(KILLS, ReleaseGate.ACCEPTED, (("chair", 4),), nothing_leaves=frozenset({1})),),
        (
            (Place(0), Amend(0, 1, 1, 6)),
            (Hold(0, HoldKind.FRAUD), Unhold(0, HoldKind.FRAUD)),
            (Booked(0),),
            (Deliver(0, 1, 4),),
        ),
    ),
    Story(
        "the channel ships a line in parts, one of them too much, and ours ships the rest",
        (Wanted(SHIPS_COMPLETE, ReleaseGate.BOOKED, (("lamp", 5), ("chair", 4)), by_channel=frozenset({2})),),
        (
            (Place(0),),
            (Ship(0, 2, CHANNEL_NODE, 3), Ship(0, 2, CHANNEL_NODE, 3, shipment="t")),
            (Ship(0, 1, "E", 5),),
            (Return(0, 2, CHANNEL_NODE, 2, BACK),),
            (Booked(0),),
        ),
        stock=AMPLE,
    ),
    Story(
        "a line that the channel ships is cancelled, and leaves all the same",
        (Wanted(KILLS, ReleaseGate.BOOKED, (("chair", 4),), by_channel=frozenset({1})),),
        ((Place(0), Cancel(0, ())), (Ship(0, 1, CHANNEL_NODE, 4), Reverse(0, 1, CHANNEL_NODE, 1, BACK)), (Booked(0),)),
        stock=AMPLE,
    ),
    Story(
        "goods leave for an order that is held because it may be another one once more",
        (Wanted(SHIPS_WHAT_IS_THERE, ReleaseGate.BOOKED, (("chair", 5),), known=True),),
        ((Place(0),), (Hold(0, HoldKind.DUPLICATE), Unhold(0, HoldKind.DUPLICATE)), (Ship(0, 1, "E", 5),)),
    ),
    Story(
        "goods of items that nobody has described leave all the same, and some come back",
        (Wanted(SHIPS_WHAT_IS_THERE, ReleaseGate.ACCEPTED, (("chair", 6), ("lamp", 3)), known=True),),
        (
            (Place(0), DescribeCustomer(is_blocked=False)),
            (Ship(0, 1, "E", 6), Ship(0, 2, "E", 4), Reverse(0, 1, "E", 1, BACK)),
        ),
    ),
    Story(
        "pieces are shipped for pallets, delivered, invoiced and returned",
        (pallets_of_lamps(),),
        (
            (Place(0),),
            (Ship(0, 1, "E", 2), Ship(0, 2, "E", 4)),
            (Deliver(0, 1, 2), Invoice(0, 1, 2)),
            (Return(0, 1, "E", 1, BACK),),
            (Booked(0),),
        ),
        stock=IN_PIECES,
    ),
    Story(
        "many pieces are shipped for two pallets, and come back undelivered",
        (pallets_of_lamps(SHIPS_COMPLETE),),
        (
            (Place(0),),
            (Ship(0, 1, "E", 9), Reverse(0, 1, "E", 9, BACK)),
            (Ship(0, 2, "E", 4, shipment="t"),),
            (Booked(0),),
        ),
        stock=IN_PIECES,
    ),
    Story(
        "pieces are picked for pallets and put back, and the line is cancelled",
        (pallets_of_lamps(),),
        (
            (Place(0), Cancel(0, (1,))),
            (Pick(0, 1, "E", 3), Unpick(0, 1, "E", 3, BACK)),
            (Ship(0, 1, "E", 1),),
            (Booked(0),),
        ),
        stock=IN_PIECES,
    ),
    Story(
        "releases are gathered while lamps come one by one",
        (Wanted(SHIPS_WHAT_IS_THERE, ReleaseGate.BOOKED, (("lamp", 5),), window_ms=400),),
        (
            (Place(0),),
            (Receive("lamp", "E", 1), Receive("lamp", "E", 1), Ship(0, 1, "E", 2)),
            (Booked(0),),
        ),
        stock=(Receive("lamp", "E", 2),),
    ),
    Story(
        "a return is authorised automatically and comes in two parcels",
        (lamps(),),
        (
            (Place(0), AskReturn(0, 1, 1, 3)),
            (Ship(0, 1, "E", 5),),
            (Return(0, 1, "E", 2, BACK, asked_as=1), Return(0, 1, "E", 1, BACK, asked_as=1)),
            (Booked(0),),
        ),
        stock=FIVE_LAMPS,
    ),
    Story(
        "a shop pays units back and does not say whether they have left, and its customer cancels one",
        (lamps(),),
        (
            (Place(0), AskReturn(0, 1, 1, 3, unsent_first=True), Cancel(0, (1,), 1)),
            (Ship(0, 1, "E", 3),),
            (Return(0, 1, "E", 2, BACK, asked_as=1),),
            (Booked(0),),
        ),
        stock=FIVE_LAMPS,
    ),
    Story(
        "a person authorises a return that comes in part, and another one that asks for too much",
        (lamps(5, SHIPS_COMPLETE),),
        (
            (Place(0), AskReturn(0, 1, 1, 3), AskReturn(0, 2, 1, 3), DecideReturn(0, 1, is_authorised=True)),
            (Ship(0, 1, "E", 5),),
            (Return(0, 1, "E", 2, BACK, asked_as=1),),
        ),
        stock=FIVE_LAMPS,
    ),
    Story(
        "a return is inspected: one lamp is credited, one is not, and one was inspected before it came",
        (lamps(),),
        (
            (Place(0), AskReturn(0, 1, 1, 3)),
            (Ship(0, 1, "E", 5),),
            (Return(0, 1, "E", 2, ReturnCondition.INSPECT, asked_as=1),),
            (Return(0, 1, "E", 1, ReturnCondition.INSPECT, asked_as=1),),
            (
                Inspect(0, 1, "E", 2, BACK, is_credited=True),
                Inspect(0, 1, "E", 1, ReturnCondition.MISSING, is_credited=False),
            ),
        ),
        stock=FIVE_LAMPS,
    ),
    Story(
        "what an inspection has refused is accepted by a later one, in the condition in which it is",
        (lamps(),),
        (
            (Place(0),),
            (Ship(0, 1, "E", 5),),
            (Return(0, 1, "E", 3, ReturnCondition.INSPECT, asked_as=1),),
            (Inspect(0, 1, "E", 2, BACK, is_credited=False), Inspect(0, 1, "E", 3, BACK, is_credited=True)),
        ),
        stock=FIVE_LAMPS,
    ),
    Story(
        "goods that an inspection did not find are found, and of the others one is damaged after all",
        (lamps(),),
        (
            (Place(0),),
            (Ship(0, 1, "E", 5),),
            (Return(0, 1, "E", 3, ReturnCondition.INSPECT, asked_as=1),),
            (Inspect(0, 1, "E", 2, ReturnCondition.MISSING, is_credited=False),),
            (
                Inspect(0, 1, "E", 1, BACK, is_credited=True),
                Inspect(0, 1, "E", 2, BACK, is_credited=True),
                Inspect(0, 1, "E", 1, ReturnCondition.DAMAGED, is_credited=False),
            ),
        ),
        stock=FIVE_LAMPS,
    ),
    Story(
        "a return is declined, and comes all the same",
        (lamps(5, SHIPS_COMPLETE),),
        (
            (Place(0), AskReturn(0, 1, 1, 3), DecideReturn(0, 1, is_authorised=False)),
            (Ship(0, 1, "E", 5),),
            (Return(0, 1, "E", 3, BACK, asked_as=1),),
        ),
        stock=FIVE_LAMPS,
    ),
    Story(
        "an order is promised the day of its supply, which moves twice",
        (lamps(),),
        (
            (Place(0),),
            (Announce("lamp", "E", 5, 3, 1), Announce("lamp", "E", 5, 9, 2), Announce("lamp", "E", 4, 2, 3)),
            (Receive("lamp", "E", 1),),
            (Booked(0),),
        ),
    ),
    Story(
        "supply is received in part before it is announced",
        (lamps(),),
        (
            (Place(0),),
            (Receive("lamp", "E", 2, announced=True),),
            (Announce("lamp", "E", 5, 3, 1), Announce("lamp", "E", 6, 3, 2)),
            (Booked(0),),
        ),
    ),
    Story(
        "two orders that ship complete share what is announced",
        (lamps(5, SHIPS_COMPLETE), lamps(4, SHIPS_COMPLETE)),
        (
            (Place(0), Place(1)),
            (Announce("lamp", "E", 6, 3, 1), Announce("lamp", "E", 9, 4, 2)),
            (Receive("lamp", "E", 6, announced=True),),
        ),
    ),
    Story(
        "an order is picked, shipped and booked",
        (lamps(),),
        ((Place(0),), (Receive("lamp", "E", 5),), (Pick(0, 1, "E", 5), Ship(0, 1, "E", 5)), (Booked(0),)),
    ),
    Story(
        "two shipments, and a receipt for each",
        (lamps(),),
        (
            (Place(0),),
            (Receive("lamp", "E", 2), Receive("lamp", "E", 3)),
            (Ship(0, 1, "E", 2), Ship(0, 1, "E", 3)),
            (Booked(0),),
        ),
    ),
    Story(
        "a shipment comes before its order and its stock",
        (lamps(),),
        ((Ship(0, 1, "E", 3),), (Place(0),), (Receive("lamp", "E", 5),), (Booked(0),)),
    ),
    Story(
        "a cancellation crosses the picks",
        (lamps(),),
        (
            (Place(0), Cancel(0, ())),
            (Pick(0, 1, "E", 2), Answers(0, "E", accepts=True), Ship(0, 1, "E", 2)),
            (Booked(0),),
        ),
        stock=FIVE_LAMPS,
    ),
    Story(
        "a cancellation that a warehouse refuses",
        (lamps(),),
        (
            (Place(0), Cancel(0, ())),
            (Pick(0, 1, "E", 5), Answers(0, "E", accepts=False), Ship(0, 1, "E", 5)),
            (Booked(0),),
        ),
        stock=FIVE_LAMPS,
    ),
    Story(
        "a warehouse never answers a cancellation",
        (lamps_and_chairs(),),
        ((Place(0), Cancel(0, (1,))), (Ship(0, 2, "E", 4), Ship(0, 1, "E", 2)), (Booked(0),)),
        stock=AMPLE,
    ),
    Story(
        "shipments answer a cancellation",
        (lamps(),),
        ((Place(0), Cancel(0, ())), (Ship(0, 1, "E", 3), Ship(0, 1, "E", 2)), (Booked(0),)),
        stock=FIVE_LAMPS,
    ),
    Story(
        "a line is cancelled, the other is shipped",
        (lamps_and_chairs(),),
        ((Place(0), Cancel(0, (1,))), (Ship(0, 2, "E", 4),), (Booked(0),), (Answers(0, "E", accepts=True),)),
        stock=AMPLE,
    ),
    Story(
        "a part of a line is cancelled while it is picked, the rest is shipped",
        (lamps(),),
        (
            (Place(0), Cancel(0, (1,), part=2)),
            (Answers(0, "E", accepts=True), Pick(0, 1, "E", 3), Ship(0, 1, "E", 3)),
            (Booked(0),),
        ),
        stock=FIVE_LAMPS,
    ),
    Story(
        "a warehouse refuses to stop a part, and the line is cancelled after that",
        (lamps(),),
        (
            (Place(0), Cancel(0, (1,), part=2), Cancel(0, (1,))),
            (Answers(0, "E", accepts=False), Ship(0, 1, "E", 1)),
            (Booked(0),),
        ),
        stock=FIVE_LAMPS,
    ),
    Story(
        "a line is raised and lowered while it is picked",
        (lamps(),),
        (
            (Place(0), Amend(0, 1, 1, 7), Amend(0, 2, 1, 3)),
            (Answers(0, "E", accepts=True), Pick(0, 1, "E", 2), Ship(0, 1, "E", 2)),
            (Booked(0),),
        ),
        stock=AMPLE,
    ),
    Story(
        "the ERP refuses a raise of which a part is cancelled",
        (lamps(),),
        (
            (Place(0), Amend(0, 1, 1, 8), Cancel(0, (1,), part=2), Cancel(0, (1,), part=2)),
            (Answers(0, "E", accepts=True),),
            (Booked(0, amended=Outcome.REJECTED_BUSINESS),),
        ),
        stock=FIVE_LAMPS,
    ),
    Story(
        "revisions overtake each other, and their order",
        (lamps(),),
        ((Place(0), Amend(0, 1, 1, 7)), (Amend(0, 2, 1, 3),), (Amend(0, 3, 1, 4),), (Booked(0),)),
        stock=AMPLE,
    ),
    Story(
        "goods leave before the order is raised to what was sent",
        (lamps(),),
        ((Place(0), Amend(0, 1, 1, 7)), (Ship(0, 1, "E", 7),), (Booked(0),)),
        stock=AMPLE,
    ),
    Story(
        "promised units are written off, and as many come",
        (lamps(), lamps(2)),
        (
            (Place(0), Place(1)),
            (Adjust("lamp", "E", -3), Receive("lamp", "E", 2), Receive("lamp", "E", 2)),
            (Booked(0),),
        ),
        stock=FIVE_LAMPS,
    ),
    Story(
        "an order that is wanted later waits behind one that is wanted now, and is then wanted at once",
        (replace(lamps(), days=((10**9, ""),)), lamps()),
        (
            (Place(0), Amend(0, 1, 1, 5, 1)),
            (Place(1),),
            (Receive("lamp", "E", 5), Receive("lamp", "E", 5)),
            (Booked(1),),
        ),
    ),
    Story(
        "of two orders that ship complete, and each hold a part, the first one is wanted later",
        (lamps_and_chairs(SHIPS_COMPLETE), lamps_and_chairs(SHIPS_COMPLETE)),
        (
            (Place(0), Amend(0, 1, 1, 5, 10**9)),
            (Place(1),),
            (Receive("lamp", "E", 5), Receive("chair", "E", 4)),
        ),
    ),
    Story(
        "an order is shown again and again, by two pollers, while it is picked and shipped",
        (lamps(),),
        (
            (Show(0, 1, (5,)), Show(0, 3, (4,))),
            (Show(0, 1, (5,)), Show(0, 2, (7,))),
            (Pick(0, 1, "E", 2), Ship(0, 1, "E", 2)),
            (Booked(0),),
        ),
        stock=AMPLE,
    ),
    Story(
        "a picture shows an order as cancelled whose goods leave",
        (lamps(),),
        (
            (Place(0), Show(0, 2, (5,), is_cancelled=True)),
            (Answers(0, "E", accepts=False), Ship(0, 1, "E", 5)),
            (Booked(0),),
        ),
        stock=FIVE_LAMPS,
    ),
    Story(
        "shipments answer an amendment",
        (lamps(),),
        ((Place(0), Amend(0, 1, 1, 2)), (Ship(0, 1, "E", 3), Ship(0, 1, "E", 2)), (Booked(0),)),
        stock=FIVE_LAMPS,
    ),
    Story(
        "a warehouse does not stop what an amendment lowers, and the order is cancelled",
        (lamps(),),
        (
            (Place(0), Amend(0, 1, 1, 2), Cancel(0, ())),
            (Answers(0, "E", accepts=False), Ship(0, 1, "E", 3)),
            (Booked(0),),
        ),
        stock=FIVE_LAMPS,
    ),
    Story(
        "a cancelled order is shipped all the same, and comes back",
        (lamps(10),),
        ((Place(0), Cancel(0, ())), (Ship(0, 1, "E", 4),), (Return(0, 1, "E", 4, BACK),), (Booked(0),)),
        stock=FIVE_LAMPS,
    ),
    Story(
        "more is shipped than was ordered",
        (lamps(),),
        ((Place(0),), (Pick(0, 1, "E", 7), Ship(0, 1, "E", 7)), (Receive("lamp", "E", 9),), (Booked(0),)),
    ),
    Story(
        "more is picked than is shipped",
        (lamps(),),
        ((Place(0),), (Pick(0, 1, "E", 7), Ship(0, 1, "E", 5)), (Receive("lamp", "E", 9),), (Booked(0),)),
    ),
    Story(
        "another item is picked and shipped, then the right one",
        (lamps(),),
        (
            (Place(0),),
            (Pick(0, 1, "E", 2, other=True), Ship(0, 1, "E", 2, other=True), Ship(0, 1, "E", 5)),
            (Booked(0),),
        ),
        stock=AMPLE,
    ),
    Story(
        "a line that the order does not have is picked and shipped",
        (lamps(),),
        ((Place(0),), (Pick(0, 3, "E", 2), Ship(0, 3, "E", 2), Ship(0, 1, "E", 5)), (Booked(0),)),
        stock=AMPLE,
    ),
    Story(
        "another item comes back",
        (lamps(),),
        (
            (Place(0),),
            (Ship(0, 1, "E", 5),),
            (Return(0, 1, "E", 2, BACK, other=True), Return(0, 1, "E", 3, BACK)),
            (Booked(0),),
        ),
        stock=AMPLE,
    ),
    Story(
        "another item is shipped and comes back",
        (lamps(),),
        (
            (Place(0),),
            (Ship(0, 1, "E", 2, other=True),),
            (Return(0, 1, "E", 2, BACK, other=True),),
            (Invoice(0, 1, 2, other=True),),
        ),
        stock=AMPLE,
    ),
    Story(
        "returns come before their shipments",
        (lamps(),),
        (
            (Place(0),),
            (Ship(0, 1, "E", 5),),
            (Return(0, 1, "E", 4, BACK), Return(0, 1, "E", 1, ReturnCondition.DAMAGED)),
            (Booked(0),),
        ),
        stock=FIVE_LAMPS,
    ),
    Story(
        "more comes back than was shipped",
        (lamps(),),
        (
            (Place(0),),
            (Ship(0, 1, "E", 3),),
            (Return(0, 1, "E", 2, ReturnCondition.MISSING), Return(0, 1, "E", 4, BACK)),
            (Booked(0),),
        ),
        stock=FIVE_LAMPS,
    ),
    Story(
        "goods come back and fill an order that waits",
        (lamps(), lamps(3)),
        ((Place(0), Place(1)), (Ship(0, 1, "E", 5),), (Return(0, 1, "E", 5, BACK),), (Booked(0),), (Booked(1),)),
        stock=FIVE_LAMPS,
    ),
    Story(
        "goods are shipped before their receipt, then a new order asks",
        (lamps(), lamps()),
        ((Place(0), Place(1)), (Ship(0, 1, "E", 5),), (Receive("lamp", "E", 5),), (Booked(0),)),
    ),
    Story(
        "promised units are written off",
        (lamps(6),),
        ((Place(0),), (Adjust("lamp", "E", -2), Receive("lamp", "E", 2)), (Booked(0),), (Ship(0, 1, "E", 4),)),
        stock=(Receive("lamp", "E", 6),),
    ),
    Story(
        "more is written off than there is, and found again",
        (lamps(),),
        ((Place(0),), (Adjust("lamp", "E", -7), Adjust("lamp", "E", 4)), (Ship(0, 1, "E", 5),), (Booked(0),)),
        stock=FIVE_LAMPS,
    ),
    Story(
        "another warehouse ships",
        (lamps(),),
        (
            (Place(0),),
            (Answers(0, "E", accepts=True),),
            (Ship(0, 1, "W", 3),),
            (Ship(0, 1, "E", 2),),
            (Booked(0),),
        ),
        stock=FIVE_LAMPS,
        nodes=("E", "W"),
    ),
    Story(
        "another warehouse ships, and the first one does not stop",
        (lamps(),),
        ((Place(0),), (Answers(0, "E", accepts=False), Ship(0, 1, "E", 5)), (Ship(0, 1, "W", 5),), (Booked(0),)),
        stock=FIVE_LAMPS,
        nodes=("E", "W"),
    ),
    Story(
        "a warehouse refuses to stop and ships, and what another one had shipped comes back",
        (lamps(),),
        (
            (Place(0),),
            (Answers(0, "E", accepts=False), Ship(0, 1, "E", 5)),
            (Ship(0, 1, "W", 5), Reverse(0, 1, "W", 5, BACK)),
            (Booked(0),),
        ),
        stock=AMPLE,
        nodes=("E", "W"),
    ),
    Story(
        "a warehouse refuses to stop and does not find it, and what another one had shipped comes back",
        (lamps(),),
        (
            (Place(0),),
            (Answers(0, "E", accepts=False), Miss(0, 1, "E", 2)),
            (Ship(0, 1, "W", 5), Reverse(0, 1, "W", 5, BACK)),
            (Booked(0),),
        ),
        stock=AMPLE,
        nodes=("E", "W"),
    ),
    Story(
        "a warehouse refuses to stop, and a part that another one had shipped comes back damaged",
        (lamps(),),
        (
            (Place(0),),
            (Answers(0, "E", accepts=False),),
            (Ship(0, 1, "W", 2), Reverse(0, 1, "W", 2, ReturnCondition.DAMAGED)),
            (Booked(0),),
        ),
        stock=AMPLE,
        nodes=("E", "W"),
    ),
    Story(
        "two warehouses serve one line",
        (lamps(10),),
        (
            (Place(0),),
            (Receive("lamp", "E", 6), Ship(0, 1, "E", 6)),
            (Receive("lamp", "W", 4), Ship(0, 1, "W", 4)),
            (Booked(0),),
        ),
        nodes=("E", "W"),
    ),
    Story(
        "two warehouses pick and ship one line",
        (lamps(4),),
        ((Place(0),), (Pick(0, 1, "E", 2), Ship(0, 1, "E", 2)), (Pick(0, 1, "W", 2), Ship(0, 1, "W", 2)), (Booked(0),)),
        stock=(Receive("lamp", "E", 2), Receive("lamp", "W", 2)),
        nodes=("E", "W"),
    ),
    Story(
        "two warehouses pick one line and one of them ships",
        (lamps(4),),
        ((Place(0),), (Pick(0, 1, "E", 2), Ship(0, 1, "E", 2)), (Pick(0, 1, "W", 2),), (Booked(0),)),
        stock=(Receive("lamp", "E", 2), Receive("lamp", "W", 2)),
        nodes=("E", "W"),
    ),
    Story(
        "picked goods are put back",
        (lamps(),),
        ((Place(0),), (Pick(0, 1, "E", 4), Unpick(0, 1, "E", 3, BACK), Ship(0, 1, "E", 1)), (Booked(0),)),
        stock=FIVE_LAMPS,
    ),
    Story(
        "a shipment did not leave, and is shipped again",
        (lamps(),),
        (
            (Place(0),),
            (Pick(0, 1, "E", 4), Ship(0, 1, "E", 4), Reverse(0, 1, "E", 3, BACK), Ship(0, 1, "E", 2)),
            (Booked(0),),
        ),
        stock=FIVE_LAMPS,
    ),
    Story(
        "two warehouses number their shipments alike, and one of them reverses its own",
        (lamps(),),
        (
            (Place(0),),
            (Ship(0, 1, "E", 3),),
            (Ship(0, 1, "W", 2), Reverse(0, 1, "W", 2, BACK), Ship(0, 1, "W", 2, shipment="t")),
            (Booked(0),),
        ),
        stock=(Receive("lamp", "E", 3), Receive("lamp", "W", 2)),
        nodes=("E", "W"),
    ),
    Story(
        "another warehouse tells that a shipment has come back, and ships what is left under its own number",
        (lamps(),),
        (
            (Place(0),),
            (Ship(0, 1, "E", 5),),
            (Reverse(0, 1, "W", 2, BACK), Ship(0, 1, "W", 2, shipment="t")),
            (Booked(0),),
        ),
        stock=FIVE_LAMPS,
        nodes=("E", "W"),
    ),
    Story(
        "a part of a shipment is damaged before it leaves, and another order waits",
        (lamps(), lamps(2)),
        (
            (Place(0), Place(1)),
            (Ship(0, 1, "E", 5), Reverse(0, 1, "E", 2, ReturnCondition.DAMAGED)),
            (Reverse(0, 1, "E", 1, ReturnCondition.MISSING),),
            (Booked(0),),
        ),
        stock=FIVE_LAMPS,
    ),
    Story(
        "what was shipped although it was cancelled comes back",
        (lamps(),),
        (
            (Place(0), Cancel(0, ())),
            (Pick(0, 1, "E", 2), Answers(0, "E", accepts=True), Ship(0, 1, "E", 2), Reverse(0, 1, "E", 2, BACK)),
            (Booked(0),),
        ),
        stock=FIVE_LAMPS,
    ),
    Story(
        "goods are delivered and invoiced, as far as anybody hears before they are shipped",
        (lamps(),),
        (
            (Place(0),),
            (Ship(0, 1, "E", 5),),
            (Deliver(0, 1, 3), Deliver(0, 1, 3), Deliver(0, 1, 1, is_reversal=True)),
            (Invoice(0, 1, 5),),
            (Booked(0),),
        ),
        stock=FIVE_LAMPS,
    ),
    Story(
        "a parcel is delivered twice, one is not, and one is delivered and comes back",
        (lamps(),),
        (
            (Place(0),),
            (Ship(0, 1, "E", 2, shipment="t"), Ship(0, 1, "E", 3), Reverse(0, 1, "E", 1, BACK)),
            (Deliver(0, 1, 3, shipment="s"), Deliver(0, 1, 3, shipment="s")),
            (Booked(0),),
        ),
        stock=FIVE_LAMPS,
    ),
    Story(
        "another item and another line are delivered, and one of them was shipped",
        (lamps(),),
        (
            (Place(0),),
            (Ship(0, 3, "E", 2), Ship(0, 1, "E", 5)),
            (Deliver(0, 3, 2), Deliver(0, 1, 5), Deliver(0, 1, 2, other=True)),
            (Booked(0),),
        ),
        stock=AMPLE,
    ),
    Story(
        "more is taken back than was delivered, and more is cancelled than was invoiced",
        (lamps(),),
        (
            (Place(0),),
            (Ship(0, 1, "E", 5),),
            (Deliver(0, 1, 2), Deliver(0, 1, 3, is_reversal=True)),
            (Invoice(0, 1, 4, is_reversal=True), Invoice(0, 1, 3)),
            (Invoice(0, 1, 1, is_reversal=True, other=True),),
        ),
        stock=FIVE_LAMPS,
    ),
    Story(
        "an invoice of a cancelled line is cancelled as well",
        (lamps(),),
        (
            (Place(0), Cancel(0, ())),
            (Invoice(0, 1, 5), Invoice(0, 1, 3, is_reversal=True)),
            (Invoice(0, 1, 1, other=True),),
            (Booked(0),),
        ),
        stock=FIVE_LAMPS,
    ),
    Story(
        "an invoice states too much, and is cancelled and written anew",
        (lamps(),),
        (
            (Place(0),),
            (Ship(0, 1, "E", 5),),
            (
                Invoice(0, 1, 3, amount=700),
                Invoice(0, 1, 3, is_reversal=True, amount=700),
                Invoice(0, 1, 3, amount=0),
                Invoice(0, 1, 2, amount=900),
            ),
        ),
        stock=FIVE_LAMPS,
    ),
    Story(
        "more is invoiced than is shipped, and a part of it is cancelled",
        (lamps(),),
        (
            (Place(0),),
            (Ship(0, 1, "E", 3), Reverse(0, 1, "E", 1, BACK)),
            (Invoice(0, 1, 5), Invoice(0, 1, 2, is_reversal=True)),
            (Booked(0),),
        ),
        stock=FIVE_LAMPS,
    ),
    Story(
        "picked goods are damaged, and others are shipped",
        (lamps(),),
        (
            (Place(0),),
            (Pick(0, 1, "E", 4), Unpick(0, 1, "E", 2, ReturnCondition.DAMAGED), Ship(0, 1, "E", 5)),
            (Booked(0),),
        ),
        stock=AMPLE,
    ),
    Story(
        "the warehouse does not find all of it",
        (lamps(),),
        ((Place(0),), (Pick(0, 1, "E", 3), Miss(0, 1, "E", 2)), (Receive("lamp", "E", 2),), (Booked(0),)),
        stock=FIVE_LAMPS,
    ),
    Story(
        "a line is cancelled while it is picked, and put back",
        (lamps(),),
        (
            (Place(0), Cancel(0, ())),
            (Pick(0, 1, "E", 2), Answers(0, "E", accepts=True), Unpick(0, 1, "E", 2, BACK)),
            (Booked(0),),
        ),
        stock=FIVE_LAMPS,
    ),
    Story(
        "an order ships complete",
        (lamps_and_chairs(SHIPS_COMPLETE),),
        (
            (Place(0),),
            (Receive("lamp", "E", 5), Receive("chair", "E", 4)),
            (Ship(0, 1, "E", 5), Ship(0, 2, "E", 4)),
            (Booked(0),),
        ),
    ),
    Story(
        "an order that ships complete is shipped in part all the same",
        (lamps_and_chairs(SHIPS_COMPLETE),),
        ((Place(0),), (Receive("lamp", "E", 5),), (Pick(0, 1, "E", 2), Ship(0, 1, "E", 2)), (Booked(0),)),
    ),
    Story(
        "two orders that ship complete each hold what the other lacks",
        (lamps_and_chairs(SHIPS_COMPLETE), lamps_and_chairs(SHIPS_COMPLETE)),
        ((Place(0), Place(1)), (Receive("lamp", "E", 5), Receive("chair", "E", 4)), (Booked(0),), (Booked(1),)),
    ),
    Story(
        "fill or kill gets all of it",
        (lamps(promise=KILLS),),
        ((Place(0),), (Ship(0, 1, "E", 5),), (Return(0, 1, "E", 2, BACK),), (Booked(0),)),
        stock=FIVE_LAMPS,
    ),
    Story(
        "fill or kill gets nothing and is shipped all the same",
        (lamps(promise=KILLS),),
        ((Place(0),), (Ship(0, 1, "E", 2),), (Receive("lamp", "E", 3),), (Return(0, 1, "E", 1, BACK),)),
    ),
    Story(
        "a receipt comes for an order that waits",
        (lamps(), lamps()),
        (
            (Place(0), Place(1)),
            (Receive("lamp", "E", 3), Receive("lamp", "E", 4), Receive("lamp", "E", 3)),
            (Booked(0),),
        ),
    ),
    Story(
        "the ERP refuses the order, which is on its way",
        (lamps(gate=ReleaseGate.ACCEPTED),),
        (
            (Place(0),),
            (Booked(0, Outcome.REJECTED_BUSINESS),),
            (Ship(0, 1, "E", 3),),
            (Receive("lamp", "E", 3), Receive("lamp", "E", 2)),
            (Return(0, 1, "E", 1, BACK),),
        ),
    ),
    Story(
        "the ERP refuses the order, which is cancelled",
        (lamps(),),
        ((Place(0), Cancel(0, ())), (Booked(0, Outcome.REJECTED_BUSINESS),), (Pick(0, 1, "E", 1),)),
        stock=FIVE_LAMPS,
    ),
    Story(
        "an order is held for its customer's credit, and let go",
        (lamps(),),
        (
            (Place(0),),
            (Hold(0, HoldKind.CREDIT), Unhold(0, HoldKind.CREDIT)),
            (Receive("lamp", "E", 5),),
            (Ship(0, 1, "E", 2),),
            (Booked(0),),
        ),
    ),
    Story(
        "services refuse an order, and let it go",
        (lamps(),),
        (
            (Place(0),),
            (Decide(0, Check.CREDIT, CheckOutcome.REFUSED), Decide(0, Check.CREDIT, CheckOutcome.APPROVED)),
            (Decide(0, Check.PAYMENT, CheckOutcome.FAILED), Decide(0, Check.PAYMENT, CheckOutcome.CAPTURED)),
            (Ship(0, 1, "E", 2),),
        ),
        stock=FIVE_LAMPS,
    ),
    Story(
        "an order is shipped that its payment service does not let go",
        (lamps(),),
        (
            (Place(0),),
            (Decide(0, Check.PAYMENT, CheckOutcome.AUTHORISED), Decide(0, Check.PAYMENT, CheckOutcome.FAILED)),
            (Decide(0, Check.FRAUD, CheckOutcome.REFUSED),),
            (Ship(0, 1, "E", 5), Reverse(0, 1, "E", 2, BACK)),
        ),
        stock=FIVE_LAMPS,
    ),
    Story(
        "the taxes of an order are calculated while it is amended",
        (lamps(),),
        (
            (Place(0), Amend(0, 1, 1, 4)),
            (Decide(0, Check.TAX, CheckOutcome.FAILED), Decide(0, Check.TAX, CheckOutcome.CALCULATED)),
            (Ship(0, 1, "E", 2),),
            (Booked(0),),
        ),
        stock=FIVE_LAMPS,
    ),
    Story(
        "an order is held, and nobody lets it go",
        (lamps(),),
        ((Place(0),), (Hold(0, HoldKind.MANUAL),), (Ship(0, 1, "E", 2), Ship(0, 1, "E", 3)), (Booked(0),)),
        stock=FIVE_LAMPS,
    ),
    Story(
        "a held order leaves and comes back, and nobody lets it go",
        (lamps(),),
        (
            (Place(0),),
            (Hold(0, HoldKind.FRAUD),),
            (Ship(0, 1, "E", 5), Reverse(0, 1, "E", 5, BACK)),
            (Booked(0),),
        ),
        stock=FIVE_LAMPS,
    ),
    Story(
        "a held order leaves and comes back, and is let go",
        (lamps(gate=ReleaseGate.ACCEPTED),),
        (
            (Place(0),),
            (Hold(0, HoldKind.CREDIT), Unhold(0, HoldKind.CREDIT)),
            (Ship(0, 1, "E", 5), Reverse(0, 1, "E", 2, ReturnCondition.DAMAGED)),
            (Booked(0),),
        ),
        stock=(Receive("lamp", "E", 9),),
    ),
    Story(
        "a held order leaves, and is amended or cancelled",
        (lamps(),),
        (
            (Place(0), Amend(0, 1, 1, 7), Cancel(0, (1,), part=1)),
            (Hold(0, HoldKind.MANUAL),),
            (Ship(0, 1, "E", 5), Reverse(0, 1, "E", 1, BACK)),
        ),
        stock=AMPLE,
    ),
    Story(
        "an order in dispute is shipped all the same",
        (lamps(promise=SHIPS_COMPLETE),),
        (
            (Place(0),),
            (Hold(0, HoldKind.PRICING), Unhold(0, HoldKind.PRICING)),
            (Receive("lamp", "E", 5), Ship(0, 1, "E", 5)),
            (Return(0, 1, "E", 1, BACK),),
        ),
    ),
    Story(
        "the master data of items and customer comes at any time",
        (Wanted(SHIPS_WHAT_IS_THERE, ReleaseGate.BOOKED, (("lamp", 5), ("chair", 4)), known=True),),
        (
            (Place(0),),
            (Describe("lamp"), DescribeCustomer(), Describe("chair")),
            (Receive("lamp", "E", 5), Ship(0, 1, "E", 2)),
            (Booked(0),),
        ),
        stock=(Receive("chair", "E", 4),),
    ),
    Story(
        "an order that ships complete waits for the master data of an item, and another one does not",
        (
            Wanted(SHIPS_COMPLETE, ReleaseGate.BOOKED, (("lamp", 5), ("chair", 4)), known=True),
            Wanted(SHIPS_COMPLETE, ReleaseGate.BOOKED, (("lamp", 3),)),
        ),
        ((Place(0), Place(1)), (Describe("lamp"), Describe("chair"), DescribeCustomer()), (Booked(0), Booked(1))),
        stock=(Receive("lamp", "E", 5), Receive("chair", "E", 4)),
    ),
    Story(
        "the customer is blocked for a while",
        (Wanted(SHIPS_WHAT_IS_THERE, ReleaseGate.ACCEPTED, (("lamp", 5),), known=True),),
        ((Place(0),), (DescribeCustomer(is_blocked=True), DescribeCustomer()), (Describe("lamp"),), (Booked(0),)),
        stock=FIVE_LAMPS,
    ),
    Story(
        "an item is discontinued, and nobody describes the customer",
        (Wanted(KILLS, ReleaseGate.BOOKED, (("lamp", 5), ("chair", 4)), known=True),),
        ((Place(0), Cancel(0, (1,))), (Describe("chair"), Describe("lamp", is_discontinued=True)), (Booked(0),)),
        stock=AMPLE,
    ),
    Story(
        "no order ever comes",
        (lamps(),),
        ((Pick(0, 1, "E", 3), Ship(0, 1, "E", 3)), (Return(0, 1, "E", 1, BACK),), (Receive("lamp", "E", 5),)),
    ),
    Story(
        "units are found while two lines wait for them",
        (Wanted(SHIPS_WHAT_IS_THERE, ReleaseGate.BOOKED, (("lamp", 3), ("lamp", 2))),),
        (
            (Place(0),),
            (Adjust("lamp", "E", 2), Adjust("lamp", "E", 3)),
            (Pick(0, 1, "E", 3), Ship(0, 2, "E", 2)),
            (Booked(0),),
        ),
    ),
)
