"""Stories in orders of arrival in which they failed once, as short as they can be told."""

from domain.messages.dispatch import Outcome
from domain.messages.orders import HoldKind, PromisePolicy, ReleaseGate
from domain.returns import ReturnCondition
from tests.convergence.arrivals import Arrival
from tests.convergence.story import Answers, Booked, Event, Story
from tests.orders_and_ledger.histories import (
    Adjust,
    Amend,
    AskReturn,
    Cancel,
    Deliver,
    DescribeCustomer,
    Hold,
    Inspect,
    Invoice,
    Pick,
    Place,
    Read,
    ReadAll,
    Receive,
    Return,
    Reverse,
    Ship,
    Show,
    Unpick,
    Wait,
)
from tests.orders_and_ledger.world import Wanted


def _in_order(
    title: str, orders: tuple[Wanted, ...], stock: tuple[Receive, ...], told: tuple[Event, ...], *arrives: int | Arrival
) -> tuple[Story, tuple[Arrival, ...]]:
    """As told, and as it arrives: events by their places."""
    story = Story(title, orders, (told,), stock)
    said = story.said[0]
    return story, tuple(said[each] if isinstance(each, int) else each for each in arrives)


FAILED_ONCE = (
    _in_order(
        "a voucher that is shipped although it is done is posted while an amendment waits in a dispute",
        (
            Wanted(
                PromisePolicy.FILL_OR_KILL,
                ReleaseGate.ACCEPTED,
                (("chair", 5), ("lamp", 2)),
                nothing_leaves=frozenset({1}),
            ),
        ),
        (),
        (
            *(Place(0), Pick(0, 2, "E", 3), Show(0, 4, (8, 7)), Hold(0, HoldKind.CUSTOMER)),
            *(Cancel(0, (1,), part=1), Ship(0, 1, "E", 4)),
        ),
        0,
        1,
        2,
        ReadAll(),
        3,
        4,
        5,
    ),
    _in_order(
        "units picked before the release are not asked for again",
        (Wanted(PromisePolicy.SHIP_AVAILABLE, ReleaseGate.BOOKED, (("lamp", 6),)),),
        (Receive("lamp", "E", 20),),
        (Place(0), Pick(0, 1, "E", 4), Pick(0, 1, "E", 2), Booked(0)),
        3,
        1,
        0,
        ReadAll(),
        2,
    ),
    _in_order(
        "goods that are picked unasked are watched while the rest waits for stock",
        (Wanted(PromisePolicy.SHIP_AVAILABLE, ReleaseGate.ACCEPTED, (("lamp", 6),)),),
        (),
        (Place(0), Pick(0, 1, "E", 1)),
        0,
        1,
    ),
    _in_order(
        "a claim that is picked whole when its order is accepted waits as an accepted one when the units are lost",
        (Wanted(PromisePolicy.SHIP_COMPLETE, ReleaseGate.ACCEPTED, (("lamp", 2), ("chair", 5))),),
        (Receive("chair", "E", 20),),
        (Place(0), Pick(0, 1, "W", 3), Unpick(0, 1, "W", 4, ReturnCondition.DAMAGED)),
        0,
        1,
        2,
    ),
    _in_order(
        "units that a claim was asked for are asked of others when it ships them",
        (
            Wanted(PromisePolicy.SHIP_AVAILABLE, ReleaseGate.ACCEPTED, (("chair", 5), ("lamp", 6))),
            Wanted(PromisePolicy.SHIP_AVAILABLE, ReleaseGate.BOOKED, (("chair", 5), ("chair", 5))),
        ),
        (Receive("chair", "E", 5),),
        (
            Place(0),
            Place(1),
            Receive("chair", "E", 4),
            Ship(1, 2, "E", 2),
            Pick(1, 2, "W", 4),
            Ship(0, 1, "W", 2),
            Ship(1, 2, "W", 3),
        ),
        5,
        0,
        2,
        6,
        4,
        1,
        3,
    ),
    _in_order(
        "an amendment goes on when its units are answered, also in a dispute",
        (Wanted(PromisePolicy.SHIP_COMPLETE, ReleaseGate.ACCEPTED, (("chair", 3), ("lamp", 4))),),
        (),
        (Place(0), Amend(0, 1, 2, 3), Amend(0, 2, 2, 5), Hold(0, HoldKind.PRICING)),
        0,
        ReadAll(),
        1,
        Wait(),
        2,
        3,
    ),
    _in_order(
        "goods that are all picked before their order is accepted are watched",
        (Wanted(PromisePolicy.SHIP_AVAILABLE, ReleaseGate.ACCEPTED, (("chair", 2),), known=True),),
        (Receive("chair", "E", 5),),
        (Place(0), DescribeCustomer(is_blocked=False), Pick(0, 1, "E", 4)),
        1,
        2,
        0,
    ),
    _in_order(
        "a line of which one claim is shipped and another one is held keeps its case",
        (Wanted(PromisePolicy.SHIP_AVAILABLE, ReleaseGate.BOOKED, (("lamp", 6),), known=True),),
        (),
        (Place(0), Pick(0, 1, "E", 4), Unpick(0, 1, "E", 4, ReturnCondition.RESTOCKED), Ship(0, 1, "E", 2)),
        0,
        1,
        ReadAll(),
        2,
        3,
    ),
    _in_order(
        "an order that ships complete is released when what it waited for has left unasked",
        (
            Wanted(PromisePolicy.SHIP_COMPLETE, ReleaseGate.BOOKED, (("lamp", 5), ("chair", 2))),
            Wanted(PromisePolicy.SHIP_AVAILABLE, ReleaseGate.ACCEPTED, (("chair", 3), ("lamp", 3)), known=True),
        ),
        (Receive("lamp", "E", 5), Receive("chair", "E", 5)),
        (Place(0), Place(1), Pick(1, 2, "E", 5), Ship(0, 1, "E", 5), Booked(0)),
        2,
        0,
        1,
        4,
        ReadAll(),
        3,
    ),
    _in_order(
        "an amendment waits for the cancellation of its line to be answered",
        (Wanted(PromisePolicy.SHIP_AVAILABLE, ReleaseGate.BOOKED, (("chair", 6), ("lamp", 5))),),
        (Receive("chair", "E", 5),),
        (Place(0), Show(0, 1, (3, 8), True), Show(0, 2, (7, 4)), Adjust("chair", "E", -4), Booked(0)),
        3,
        0,
        4,
        ReadAll(),
        1,
        2,
    ),
    _in_order(
        "what comes back while an amendment waits for units is counted as the ledger counts it",
        (Wanted(PromisePolicy.SHIP_COMPLETE, ReleaseGate.BOOKED, (("lamp", 4), ("chair", 5))),),
        (Receive("lamp", "E", 5), Receive("chair", "E", 20)),
        (
            *(Place(0), Ship(0, 2, "E", 3), Hold(0, HoldKind.CUSTOMER)),
            *(Amend(0, 1, 2, 2), Amend(0, 2, 1, 8, 10**9)),
            Reverse(0, 2, "E", 3, ReturnCondition.RESTOCKED),
        ),
        0,
        1,
        ReadAll(),
        2,
        3,
        4,
        5,
    ),
    _in_order(
        "what was shipped beyond a cancelled order and is reversed in parts stays cancelled",
        (Wanted(PromisePolicy.FILL_OR_KILL, ReleaseGate.BOOKED, (("lamp", 2), ("lamp", 6))),),
        (),
        (
            *(Ship(0, 1, "E", 3), Booked(0, Outcome.REJECTED_BUSINESS), Show(0, 4, (4, 8), True), Ship(0, 1, "E", 2)),
            Reverse(0, 1, "E", 3, ReturnCondition.DAMAGED),
            Reverse(0, 1, "E", 1, ReturnCondition.RESTOCKED),
        ),
        *range(6),
    ),
    _in_order(
        "what was shipped and reversed before an order ended is posted when more of it is shipped",
        (Wanted(PromisePolicy.SHIP_COMPLETE, ReleaseGate.ACCEPTED, (("chair", 6), ("lamp", 5))),),
        (),
        (
            *(Ship(0, 1, "E", 1), Reverse(0, 1, "E", 1, ReturnCondition.RESTOCKED)),
            *(Show(0, 4, (7, 8), True), Ship(0, 1, "E", 2)),
        ),
        *range(4),
    ),
    _in_order(
        "what a warehouse has picked too much is watched when it has stopped, while another line waits for stock",
        (Wanted(PromisePolicy.SHIP_AVAILABLE, ReleaseGate.ACCEPTED, (("lamp", 2), ("chair", 5))),),
        (),
        (Place(0), Pick(0, 1, "W", 3), Ship(0, 1, "E", 5), Answers(0, "W", accepts=True)),
        *range(4),
    ),
    _in_order(
        "a voucher that one warehouse has picked and another one has shipped is done, whatever the first one answers",
        (Wanted(PromisePolicy.SHIP_COMPLETE, ReleaseGate.BOOKED, (("chair", 3),), nothing_leaves=frozenset({1})),),
        (),
        (Place(0), Ship(0, 1, "E", 1), Pick(0, 1, "W", 3)),
        *(2, 1, 0),
    ),
    _in_order(
        "a claim that was given up in parts before the unit was known is given up whole",
        (Wanted(PromisePolicy.SHIP_COMPLETE, ReleaseGate.ACCEPTED, (("chair", 6),), pallets=frozenset({1})),),
        (Receive("chair", "E", 5, unit="EA"),),
        (Place(0), Ship(0, 1, "E", 5)),
        *(0, Wait(), 1, Wait()),
    ),
    _in_order(
        "what is open again when a warehouse puts back what it was to stop is released again",
        (
            Wanted(
                *(PromisePolicy.SHIP_AVAILABLE, ReleaseGate.ACCEPTED, (("lamp", 5), ("chair", 1)), True),
                nothing_leaves=frozenset({2}),
            ),
        ),
        (),
        (
            *(Place(0), Booked(0, Outcome.APPLIED), Ship(0, 1, "W", 1), Reverse(0, 1, "W", 1, ReturnCondition.MISSING)),
            *(DescribeCustomer(False), Receive("lamp", "W", 4), Pick(0, 1, "W", 4), Ship(0, 1, "E", 4)),
            Unpick(0, 1, "W", 3, ReturnCondition.RESTOCKED),
        ),
        *(0, 1, 3, 2, 4, 5, ReadAll(), *range(6, 9)),
    ),
    _in_order(
        "the ERP is told of what has left of a line that was given up before an amendment wanted it again",
        (
            Wanted(
                *(PromisePolicy.FILL_OR_KILL, ReleaseGate.ACCEPTED, (("lamp", 1), ("lamp", 4))),
                nothing_leaves=frozenset({1}),
            ),
        ),
        (),
        (Place(0), Amend(0, 1, 2, 3, 5), Ship(0, 2, "E", 2, shipment="t"), Show(0, 2, (5, 1), True)),
        *(0, ReadAll(), Wait(), 1, 2, 3),
    ),
    _in_order(
        "what is cancelled of a raise while the ERP is asked is told once, though what has left is told as well",
        (Wanted(PromisePolicy.SHIP_AVAILABLE, ReleaseGate.BOOKED, (("chair", 4), ("lamp", 2))),),
        (),
        (Place(0), Show(0, 4, (3, 3)), Ship(0, 1, "E", 5), Cancel(0, ())),
        *(0, 1, ReadAll(), 2, 3),
    ),
    _in_order(
        "the ERP is told of what has left of a raise, though the order is cancelled and another line was to be lowered",
        (
            Wanted(
                *(PromisePolicy.SHIP_AVAILABLE, ReleaseGate.ACCEPTED, (("chair", 1), ("lamp", 5))),
                window_ms=400,
                by_channel=frozenset({2}),
            ),
        ),
        (),
        (Place(0), Show(0, 2, (6, 4)), Show(0, 4, (5, 7), True), Ship(0, 1, "E", 4)),
        *(0, ReadAll(), 1, 3, 2),
    ),
    _in_order(
        "what has left of a cancelled line is not posted before it is known in which unit its item is kept",
        (
            Wanted(
                PromisePolicy.SHIP_AVAILABLE, ReleaseGate.ACCEPTED, (("chair", 1), ("lamp", 3)), pallets=frozenset({1})
            ),
        ),
        (Receive("chair", "E", 5, unit="EA"),),
        (Place(0), Cancel(0, (1,)), Ship(0, 1, "E", 1)),
        *(0, 1, Read("ledger", "lamp"), Read("orders", "lamp"), 2),
    ),
    _in_order(
        "what is cancelled of a raise while the ERP is asked is cancelled with the order, though goods leave then",
        (
            Wanted(
                *(PromisePolicy.SHIP_AVAILABLE, ReleaseGate.ACCEPTED, (("lamp", 4), ("lamp", 5))),
                by_channel=frozenset({2}),
            ),
        ),
        (Receive("lamp", "E", 5),),
        (
            *(Place(0), Show(0, 3, (6, 6)), Show(0, 4, (2, 2), True)),
            *(Unpick(0, 1, "E", 5, ReturnCondition.DAMAGED), Ship(0, 1, "E", 5, shipment="t")),
        ),
        *(0, ReadAll(), 1, ReadAll(), 2, ReadAll(), 3, 4),
    ),
    _in_order(
        "what comes back of a line is cancelled in the ERP, though the ERP has refused a raise that was cancelled",
        (Wanted(PromisePolicy.SHIP_AVAILABLE, ReleaseGate.ACCEPTED, (("lamp", 6),), by_channel=frozenset({1})),),
        (),
        (
            *(Place(0), Show(0, 1, (8,)), Ship(0, 1, "E", 1), Cancel(0, ())),
            *(
                Booked(0, Outcome.APPLIED, Outcome.REJECTED_BUSINESS),
                Reverse(0, 1, "E", 1, ReturnCondition.RESTOCKED),
            ),
        ),
        *range(6),
    ),
    _in_order(
        "the ERP is told what is due of an order that is cancelled while it is lowered, though more had left",
        (Wanted(PromisePolicy.SHIP_AVAILABLE, ReleaseGate.BOOKED, (("chair", 8),)),),
        (Receive("chair", "E", 20),),
        (
            *(
                Booked(0, Outcome.APPLIED),
                Place(0),
                Amend(0, 1, 1, 2),
                Ship(0, 1, "E", 6),
                Reverse(0, 1, "E", 1, ReturnCondition.RESTOCKED),
            ),
            *(Cancel(0, ()), Answers(0, "E", accepts=True)),
        ),
        *(0, 1, ReadAll(), 2, ReadAll(), 3, ReadAll(), 4, ReadAll(), 5, ReadAll(), 6),
    ),
    _in_order(
        "what is delivered of a shipment beyond what it had is delivered all the same, though the shipment is reversed",
        (Wanted(PromisePolicy.SHIP_AVAILABLE, ReleaseGate.BOOKED, (("lamp", 6),), by_channel=frozenset({1})),),
        (),
        (
            *(Place(0), Deliver(0, 1, 5, shipment="s"), Ship(0, 1, "C", 4, shipment="s")),
            Reverse(0, 1, "C", 4, ReturnCondition.INSPECT, shipment="s"),
        ),
        *(0, 2, 3, 1),
    ),
    _in_order(
        "a delivery of what a shipment never had is not taken back with the shipment",
        (
            Wanted(
                *(PromisePolicy.SHIP_COMPLETE, ReleaseGate.ACCEPTED, (("lamp", 4), ("chair", 2))),
                by_channel=frozenset({1}),
                window_ms=400,
            ),
        ),
        (),
        (
            *(Place(0), Deliver(0, 2, 2, shipment="s"), Ship(0, 1, "C", 1, shipment="s")),
            Reverse(0, 1, "C", 1, ReturnCondition.DAMAGED, shipment="s"),
        ),
        *(1, 0, 2, 3),
    ),
    _in_order(
        "a delivery is of the shipment that stands, though another warehouse takes its own under the number back",
        (Wanted(PromisePolicy.SHIP_AVAILABLE, ReleaseGate.ACCEPTED, (("lamp", 1),), by_channel=frozenset({1})),),
        (),
        (
            *(Place(0), Ship(0, 1, "E", 5, shipment="s"), Deliver(0, 1, 3, shipment="s")),
            *(Ship(0, 1, "C", 5, shipment="s"), Reverse(0, 1, "C", 5, ReturnCondition.DAMAGED, shipment="s")),
        ),
        *(3, 4, 0, 2, 1),
    ),
    _in_order(
        "what was picked for an order that comes too late moves to the line of the item on which it is counted",
        (Wanted(PromisePolicy.SHIP_AVAILABLE, ReleaseGate.BOOKED, (("lamp", 2), ("lamp", 6))),),
        (),
        (Place(0), Pick(0, 1, "E", 4)),
        *(1, Wait(), 0),
    ),
    _in_order(
        "a pick is of the lines of its item that the node has shipped before",
        (Wanted(PromisePolicy.FILL_OR_KILL, ReleaseGate.BOOKED, (("chair", 2), ("chair", 6))),),
        (),
        (Place(0), Pick(0, 1, "E", 4), Ship(0, 1, "E", 3, shipment="t"), Pick(0, 1, "W", 1)),
        *(2, 3, 0, 1),
    ),
    _in_order(
        "an inspection speaks of the goods of its return, on whichever line of their item they are counted",
        (Wanted(PromisePolicy.SHIP_AVAILABLE, ReleaseGate.BOOKED, (("chair", 5), ("chair", 4))),),
        (),
        (
            *(Place(0), Ship(0, 2, "E", 2, shipment="t"), Return(0, 1, "E", 1, ReturnCondition.INSPECT, asked_as=1)),
            Inspect(0, 1, "E", 2, ReturnCondition.MISSING, is_credited=False),
            Inspect(0, 1, "E", 3, ReturnCondition.MISSING, is_credited=True),
        ),
        *(1, 0, 2, 3, 4),
    ),
    _in_order(
        "what came back of one line before another one of its item was shipped is credited when that is",
        (Wanted(PromisePolicy.FILL_OR_KILL, ReleaseGate.BOOKED, (("lamp", 6), ("lamp", 5))),),
        (),
        (Place(0), Ship(0, 1, "E", 4, shipment="s"), Return(0, 2, "E", 1, ReturnCondition.DAMAGED)),
        *(2, 0, 1),
    ),
    _in_order(
        "what was delivered of one line before another one of its item was shipped waits for nothing when that is",
        (Wanted(PromisePolicy.FILL_OR_KILL, ReleaseGate.ACCEPTED, (("lamp", 2), ("lamp", 6))),),
        (),
        (Place(0), Ship(0, 1, "W", 5, shipment="s"), Deliver(0, 2, 4)),
        *(0, 2, 1),
    ),
    _in_order(
        "of a line in another unit no amount is taken for its own, though its invoice is cancelled",
        (Wanted(PromisePolicy.SHIP_AVAILABLE, ReleaseGate.BOOKED, (("chair", 2),), pallets=frozenset({1})),),
        (Receive("chair", "E", 5, unit="EA"),),
        (Place(0), Invoice(0, 1, 3, is_reversal=True, amount=700), Invoice(0, 1, 3, amount=0)),
        *(1, 0, 2),
    ),
    _in_order(
        "what is delivered beyond its shipment waits for it, though as much is taken back of a delivery of no shipment",
        (Wanted(PromisePolicy.FILL_OR_KILL, ReleaseGate.BOOKED, (("chair", 2), ("chair", 3))),),
        (),
        (
            *(Place(0), Ship(0, 1, "W", 4, shipment="s"), Deliver(0, 1, 5, shipment="s")),
            Deliver(0, 2, 4, is_reversal=True),
        ),
        *(1, 2, 3, 0),
    ),
    _in_order(
        "what is taken back of one line is of the delivery that another line of its item has",
        (Wanted(PromisePolicy.FILL_OR_KILL, ReleaseGate.BOOKED, (("lamp", 6), ("lamp", 1))),),
        (),
        (Place(0), Ship(0, 2, "W", 5, shipment="s"), Deliver(0, 2, 4, is_reversal=True), Deliver(0, 1, 4)),
        *(2, 0, 3, 1),
    ),
    _in_order(
        "what fill or kill cancels of a raise is not cancelled of the order when the ERP refuses the raise",
        (Wanted(PromisePolicy.FILL_OR_KILL, ReleaseGate.ACCEPTED, (("chair", 4), ("lamp", 4))),),
        (Receive("chair", "E", 5), Receive("lamp", "E", 20)),
        (Place(0), Show(0, 1, (7, 7)), Booked(0, amended=Outcome.REJECTED_BUSINESS)),
        *(0, 1, ReadAll(), Wait(), 2),
    ),
    _in_order(
        "what a refund cancels of a raise that the ERP refuses is not cancelled twice while a warehouse may stop",
        (Wanted(PromisePolicy.SHIP_AVAILABLE, ReleaseGate.ACCEPTED, (("chair", 2),)),),
        (Receive("chair", "E", 5),),
        (
            Place(0),
            Show(0, 1, (4,)),
            AskReturn(0, 2, 1, 4, unsent_first=True),
            Booked(0, amended=Outcome.REJECTED_BUSINESS),
        ),
        *(0, 1, 2, 3),
    ),
    _in_order(
        "the unit of what came back of an order in dispute is asked for when that ends without anything else",
        (Wanted(PromisePolicy.SHIP_COMPLETE, ReleaseGate.ACCEPTED, (("chair", 2),), known=True),),
        (),
        (
            *(Place(0), Cancel(0, ()), Ship(0, 1, "E", 2, shipment="t")),
            Return(0, 1, "E", 2, ReturnCondition.INSPECT, asked_as=1),
            Inspect(0, 1, "E", 1, ReturnCondition.RESTOCKED, is_credited=True, asked_as=1),
            Inspect(0, 1, "E", 1, ReturnCondition.DAMAGED, is_credited=True, asked_as=1),
        ),
        *(3, 2, 0, 4, 5, 1),
    ),
    _in_order(
        "what came back of one line makes up for what was shipped too much of another one of its item",
        (Wanted(PromisePolicy.SHIP_AVAILABLE, ReleaseGate.BOOKED, (("lamp", 5), ("lamp", 1), ("chair", 1))),),
        (Receive("lamp", "E", 20),),
        (
            *(Place(0), Ship(0, 1, "E", 5, shipment="t"), Ship(0, 1, "E", 3, shipment="s")),
            Return(0, 2, "E", 3, ReturnCondition.RESTOCKED),
        ),
        *(3, 0, 1, 2),
    ),
)
