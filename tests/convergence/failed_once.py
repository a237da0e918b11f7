"""Stories in orders of arrival in which they failed once, as short as they can be told."""

from domain.messages.orders import PromisePolicy, ReleaseGate
from tests.convergence.arrivals import Arrival, When
from tests.convergence.story import Booked, Event, Story
from tests.orders_and_ledger.histories import Pick, Place, Read, ReadAll, Receive, Ship, Wait
from tests.orders_and_ledger.world import Wanted


def _in_order(  # the story as it is told, and in which order it arrives: events by their places
    title: str,
    orders: tuple[Wanted, ...],
    stock: tuple[Receive, ...],
    told: tuple[Event, ...],
    *arrives: int | When,
) -> tuple[Story, tuple[Arrival, ...]]:
    story = Story(title, orders, (told,), stock, ("E", "W"))
    said = story.said[0]
    return story, tuple(said[each] if isinstance(each, int) else each for each in arrives)


def _wanted(promise: PromisePolicy, *lines: tuple[str, int], gate: ReleaseGate = ReleaseGate.BOOKED) -> Wanted:
    return Wanted(promise, gate, lines)


FAILED_ONCE = (
    _in_order(
        "units picked before the release are not asked for again",
        (_wanted(PromisePolicy.SHIP_AVAILABLE, ("lamp", 6)),),
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
        (_wanted(PromisePolicy.SHIP_AVAILABLE, ("lamp", 6), gate=ReleaseGate.ACCEPTED),),
        (),
        (Place(0), Pick(0, 1, "E", 1)),
        0,
        1,
    ),
    _in_order(
        "a claim that was asked for units is shipped, and others are asked",
        (
            _wanted(PromisePolicy.SHIP_AVAILABLE, ("lamp", 1), ("lamp", 3), gate=ReleaseGate.ACCEPTED),
            _wanted(PromisePolicy.SHIP_COMPLETE, ("chair", 4), ("lamp", 3)),
        ),
        (Receive("lamp", "E", 5),),
        (Place(0), Ship(1, 1, "E", 1), Ship(1, 2, "E", 3), Ship(0, 2, "E", 3)),
        0,
        1,
        Wait(),
        2,
        3,
    ),
    _in_order(
        "an order accepts before it hears that an earlier one asks for its units, and others are asked",
        (
            _wanted(PromisePolicy.SHIP_COMPLETE, ("lamp", 2)),
            _wanted(PromisePolicy.SHIP_COMPLETE, ("lamp", 2), ("chair", 1)),
            _wanted(PromisePolicy.FILL_OR_KILL, ("lamp", 3)),
        ),
        (Receive("lamp", "E", 4),),
        (Place(0), Place(1), Place(2)),
        1,
        2,
        ReadAll(),
        0,
        Read("ledger", "lamp"),
        Wait(),
        Wait(),
    ),
    _in_order(
        "an order that has not heard of all that it holds is asked again",
        (
            _wanted(PromisePolicy.SHIP_AVAILABLE, ("lamp", 5), ("lamp", 1)),
            _wanted(PromisePolicy.SHIP_COMPLETE, ("lamp", 4)),
        ),
        (),
        (Place(0), Place(1), Receive("lamp", "E", 1), Receive("lamp", "E", 1)),
        1,
        2,
        0,
        3,
        Read("ledger", "lamp"),
        Read("orders", "lamp"),
        Wait(),
        Wait(),
    ),
    _in_order(
        "units that an order hears of by a statement are released",
        (
            _wanted(PromisePolicy.SHIP_AVAILABLE, ("lamp", 2), ("lamp", 6)),
            _wanted(PromisePolicy.FILL_OR_KILL, ("lamp", 6)),
        ),
        (),
        (
            Place(0),
            Place(1),
            Receive("lamp", "E", 5),
            Receive("lamp", "W", 1),
            Pick(1, 1, "E", 4),
            Booked(0),
        ),
        5,
        0,
        2,
        1,
        ReadAll(),
        4,
        3,
    ),
)
