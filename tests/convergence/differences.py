"""What may differ between two orders of arrival of a story, and by which rule (docs/domain.md#any-order-of-arrival)."""

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from domain.messages.dispatch import Outcome
from domain.messages.orders import HoldKind, PromisePolicy
from tests.convergence.model import Count
from tests.convergence.story import Booked, Story
from tests.orders_and_ledger.histories import (
    ITEMS,
    Adjust,
    Amend,
    AskReturn,
    Cancel,
    Describe,
    DescribeCustomer,
    Hold,
    Inspect,
    Miss,
    Pick,
    Receive,
    Return,
    Reverse,
    Ship,
    Show,
    Unpick,
)


class Rule(NamedTuple):
    """`concerns` a story: then these views may differ."""

    reason: str
    views: frozenset[str]
    concerns: Callable[[Story], bool]


_CLAIMS = frozenset({"held", "promised", "places", "accounts", "asked", "released", "status", "cases"})
_NODES = frozenset({"promised", "places", "accounts", "asked", "released", "status", "cases"})
_ALL_OF_AN_ORDER = _CLAIMS | {"cancelled", "booked"}


def _cancels(story: Story) -> bool:
    return any(
        isinstance(event, Cancel)
        or (isinstance(event, Show) and event.is_cancelled)
        or (isinstance(event, AskReturn) and event.unsent_first)
        for event in story.told
    )


def _amends(story: Story) -> bool:
    return any(isinstance(event, Amend | Show) for event in story.told)


def _kills(story: Story) -> bool:
    return any(order.promise is PromisePolicy.FILL_OR_KILL for order in story.orders)


def _ships_complete(story: Story) -> bool:
    return any(order.promise is PromisePolicy.SHIP_COMPLETE for order in story.orders)


def _asks_for_returns(story: Story) -> bool:
    return any(isinstance(event, AskReturn) for event in story.told)


def _is_held(story: Story) -> bool:
    return any(isinstance(event, Hold) for event in story.told)


def _is_disputed(story: Story) -> bool:
    disputes = {HoldKind.CUSTOMER, HoldKind.PRICING, HoldKind.DUPLICATE}
    return _has_no_known_customer(story) or any(
        isinstance(event, Hold) and event.kind in disputes for event in story.told
    )


def _has_no_known_customer(story: Story) -> bool:
    """An order that nobody's master data ever lets go on is in dispute to the end."""
    is_described = any(isinstance(event, DescribeCustomer) for event in story.told)
    return any(order.known for order in story.orders) and not is_described


def _is_withdrawn(story: Story) -> bool:
    return any(
        (isinstance(event, Describe) and event.is_discontinued)
        or (isinstance(event, DescribeCustomer) and event.is_blocked)
        for event in story.told
    )


def _moves_for_an_order(story: Story) -> bool:
    return any(isinstance(event, Pick | Unpick | Miss | Ship | Reverse) for event in story.told)


def _loses(story: Story) -> bool:
    return any(isinstance(event, Miss | Unpick) for event in story.told)


def _is_refused(story: Story) -> bool:
    answers = (each.event for each in story.all_said if isinstance(each.event, Booked))
    return any(answer.outcome is Outcome.REJECTED_BUSINESS for answer in answers)


def _runs_short(story: Story) -> bool:
    """More may be wanted or taken of an item than there is from the beginning, and not by one order line alone."""
    count = Count(story)
    wanted: Counter[str] = Counter()
    lines: Counter[str] = Counter()
    taken: Counter[str] = Counter()
    for line in count.lines():
        wanted[line.moved[2]] += line.in_all
        lines[line.moved[2]] += len(line.ordered)
    for moved in {*count.picked, *count.shipped}:
        taken[moved[2]] += max(0, max(count.picked[moved], count.shipped[moved]) - count.ordered(moved))
    for event in story.told:
        if isinstance(event, Adjust):
            taken[event.item] += max(0, -event.quantity)
        elif isinstance(event, Miss | Unpick | Reverse | Inspect):
            taken[count.moved(event)[2]] += event.quantity
    stock = Counter(dict.fromkeys(ITEMS, 0))
    stock.update({each.item: each.quantity for each in story.stock})
    return any((lines[item] > 1 or taken[item]) and wanted[item] + taken[item] > there for item, there in stock.items())


def _has_a_choice_of_nodes(story: Story) -> bool:
    supply: dict[str, set[str]] = {item: set() for item in ITEMS}
    for event in story.told:
        if isinstance(event, Receive | Adjust):
            supply[event.item].add(event.node)
        elif isinstance(event, Return | Reverse):
            for nodes in supply.values():
                nodes.add(event.node)
    return any(len(nodes) > 1 for nodes in supply.values())


def _ships_from_several(story: Story) -> bool:
    return len({event.node for event in story.told if isinstance(event, Pick | Ship | Reverse | Receive)}) > 1


def _credits_what_is_reversed(story: Story) -> bool:
    count = Count(story)
    returned = {count.moved(event) for event in story.told if isinstance(event, Return)}
    return any(isinstance(event, Reverse) and count.moved(event) in returned for event in story.told)


def _reverses_what_may_end(story: Story) -> bool:
    may_end = _kills(story) or _cancels(story) or _amends(story)
    return may_end and any(isinstance(event, Reverse) for event in story.told)


def _is_in_pallets(story: Story) -> bool:
    return any(order.pallets for order in story.orders)


def _is_done_without_goods(story: Story) -> bool:
    return any(order.nothing_leaves for order in story.orders)


RULES = (
    Rule(
        "a line of which nothing leaves is done, and what was refunded of it credited, when its order is released",
        frozenset({"posted", "released", "status", "cases"}),
        _is_done_without_goods,
    ),
    Rule(
        "a case says of a line in another unit than its item's what was known of the unit when it was opened",
        frozenset({"cases"}),
        _is_in_pallets,
    ),
    Rule(
        "an order that ends before it is accepted is posted if something left, and not if that came back before",
        frozenset({"posted"}),
        _reverses_what_may_end,
    ),
    Rule(
        "a memo stays where the shipment is reversed that it was for",
        frozenset({"posted", "cases"}),
        _credits_what_is_reversed,
    ),
    Rule(
        "an order that has waited enough asks again, and hears its day with the next round",
        frozenset({"promised"}),
        _ships_complete,
    ),
    Rule(
        "a cancellation takes what is not picked or shipped when it arrives",
        _ALL_OF_AN_ORDER,
        _cancels,
    ),
    Rule(
        "an amendment takes what is not picked or shipped when its turn comes, and none if that is too little",
        _ALL_OF_AN_ORDER,
        _amends,
    ),
    Rule(
        "fill or kill cancels what is not there at its moment",
        _ALL_OF_AN_ORDER,
        _kills,
    ),
    Rule(
        "a return may ask for what is shipped when it comes, and waits for nobody when its goods were there before",
        frozenset({"cases"}),
        _asks_for_returns,
    ),
    Rule(
        "a hold keeps from release what no warehouse was asked for when it comes",
        frozenset({"asked", "released", "status", "cases"}),
        _is_held,
    ),
    Rule(
        "a dispute keeps from acceptance what was not accepted when it comes",
        _ALL_OF_AN_ORDER | {"posted"},
        _is_disputed,
    ),
    Rule(
        "what was promised before an item is discontinued, or released before a customer is blocked, goes on",
        _ALL_OF_AN_ORDER | {"posted"},
        _is_withdrawn,
    ),
    Rule(
        "a warehouse is asked for what is open at that moment: what left before is not asked for",
        frozenset({"released"}),
        _moves_for_an_order,
    ),
    Rule(
        "what is not found, or lost in picking, beyond what its line had or waited for when it came is to be counted",
        frozenset({"cases"}),
        _loses,
    ),
    Rule(
        "after the refusal of an order nothing more is released",
        frozenset({"asked", "released", "status", "cases"}),
        _is_refused,
    ),
    Rule(
        "of what is too little for all: what an order has accepted, or a warehouse was asked for, is not taken back",
        _CLAIMS,
        _runs_short,
    ),
    Rule(
        "which nodes serve a line is decided by what is there at that moment",
        _NODES,
        _has_a_choice_of_nodes,
    ),
    Rule(
        "a warehouse that was asked for what another one ships is asked to stop",
        _NODES,
        _ships_from_several,
    ),
)


def may_differ(story: Story) -> frozenset[str]:
    """The views that two orders of arrival need not have in common."""
    return frozenset().union(*(rule.views for rule in RULES if rule.concerns(story)))
