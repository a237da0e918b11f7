"""What a channel may be promised: not the safety stock, and nothing that is fenced for another channel.

The step `policy safety 2 E portal 5 E shop 30% W` sets all of it at once. Orders are named after their channel:
`portal:a` is one of the portal.
"""

from dataclasses import replace

import pytest

from domain.identifiers import ChannelId, NodeId
from domain.inventory.accounts import empty_node
from domain.inventory.decisions import LedgerVerdict
from domain.inventory.stock_policy.node_policy import NO_CHANNEL, Fence, NodePolicy
from domain.quantities import UNIT
from tests.unit.inventory.book import book_of, effects_of

GRANTS = (
    # given, when, effects
    ("policy safety 2 E; receive 5 E", "ask shop:a 5 from E", "at E: granted 3 backordered 2"),
    ("policy safety 9 E; receive 5 E", "ask shop:a 5 from E", "at E: backordered 5"),
    ("policy safety 2 W; receive 5 E", "ask shop:a 5 from E", "at E: granted 5"),
    ("policy safety 2 E; receive 5 E; receive 4 W", "ask shop:a 4 from E W", "at W: granted 4"),
    ("policy portal 4 E; receive 5 E", "ask shop:a 5 from E", "at E: granted 1 backordered 4"),
    ("policy portal 4 E; receive 5 E", "ask portal:a 5 from E", "at E: granted 5"),
    ("policy portal 4 E; receive 5 W", "ask shop:a 5 from W", "at W: granted 5"),
    ("policy safety 1 E portal 3 E; receive 5 E", "ask portal:a 5 from E", "at E: granted 4 backordered 1"),
    ("policy safety 1 E portal 3 E; receive 5 E", "ask shop:a 5 from E", "at E: granted 1 backordered 4"),
    ("policy portal 4 E; receive 5 E; ask portal:b 3 from E", "ask shop:a 5 from E", "at E: granted 1 backordered 4"),
    ("policy portal 4 E; receive 9 E; ask portal:b 6 from E", "ask shop:a 5 from E", "at E: granted 3 backordered 2"),
    ("policy portal 3 E shop 3 E; receive 4 E", "ask portal:a 9 from E", "at E: granted 3 backordered 6"),
    ("policy portal 3 E shop 3 E; receive 4 E", "ask shop:a 9 from E", "at E: granted 1 backordered 8"),
    ("policy portal 3 E shop 3 E; receive 4 E", "ask web:a 9 from E", "at E: backordered 9"),
)
FILLS = (
    ("policy safety 3 E; ask shop:a 5 from E", "receive 5 E", "fills shop:a 2 at E"),
    ("policy portal 3 E; ask shop:a 5 from E; ask portal:b 5 from E", "receive 2 E", "fills portal:b 2 at E"),
    (
        "policy portal 3 E; ask shop:a 5 from E placed 1; ask portal:b 5 from E placed 2",
        "receive 5 E",
        "fills shop:a 2 at E; fills portal:b 3 at E",
    ),
    ("policy portal 3 E; receive 3 E; ask shop:a 2 from E", "policy", "fills shop:a 2 at E"),
    ("policy portal 3 E; receive 3 E; ask shop:a 2 from E", "policy portal 2 E", "fills shop:a 1 at E"),
    ("policy safety 3 E; receive 3 E; ask shop:a 2 from E", "policy safety 2 E", "fills shop:a 1 at E"),
    ("policy portal 3 E; receive 3 E; ask shop:a 2 from E", "policy portal 3 W", "fills shop:a 2 at E"),
    ("policy portal 3 E; receive 3 E; ask portal:a 3 from E; ask shop:b 1 from E", "release portal:a 3", ""),
    (
        "policy portal 2 E; receive 3 E; ask portal:a 3 from E; ask shop:b 1 from E",
        "release portal:a 3",
        "fills shop:b 1 at E",
    ),
    ("receive 5 E; ask shop:a 5 from E; ask shop:b 1 from E", "policy portal 3 E", ""),
)


@pytest.mark.parametrize(("given", "when", "effects"), GRANTS)
def test_a_channel_is_granted_its_own_fence_and_the_pool(given: str, when: str, effects: str) -> None:
    assert effects == effects_of(book_of(given).do(when))


@pytest.mark.parametrize(("given", "when", "effects"), FILLS)
def test_a_claim_that_may_not_have_the_units_is_passed_over_until_it_may(given: str, when: str, effects: str) -> None:
    assert effects == effects_of(book_of(given).do(when))


def test_an_older_policy_changes_nothing() -> None:
    book = book_of("policy@7 portal 3 E; receive 3 E")
    decision = book.do("policy@6")
    assert LedgerVerdict.POLICY_OUTDATED is decision.verdict
    assert "at E: backordered 1" == effects_of(book.do("ask shop:a 1 from E"))


def test_a_policy_takes_nothing_back() -> None:
    book = book_of("receive 5 E; ask shop:a 4 from E")
    assert ("", "E: supplier -5 available 1 pending 4; shop:a@E: pending 4") == (
        effects_of(book.do("policy safety 3 E portal 3 E")),
        book.described(),
    )


def test_what_a_channel_had_before_its_fence_counts_as_taken() -> None:
    book = book_of("receive 5 E; ask portal:a 3 from E; policy portal 3 E")
    assert "at E: granted 2" == effects_of(book.do("ask shop:b 2 from E"))


def test_a_shipment_ends_the_claim_and_its_fence_keeps_units_again() -> None:
    book = book_of("policy portal 3 E; receive 6 E; ask portal:a 3 from E at once; ship portal:a 3 at E")
    assert "at E: backordered 2" == effects_of(book.do("ask shop:b 2 from E"))


def test_a_write_off_of_units_that_only_a_policy_keeps_is_no_shrinkage() -> None:
    assert LedgerVerdict.WRITTEN_OFF is book_of("policy safety 3 E portal 2 E; receive 5 E").do("adjust -5 E").verdict


RECALLS = (
    # the order behind holds units of its own fence, of the pool, of both
    ("policy portal 3 E; receive 3 E; ask portal:b 3 from E placed 2", "at E: backordered 2"),
    (
        "policy portal 3 W; receive 3 E; ask portal:b 3 from E placed 2",
        "at E: backordered 2; recalls portal:b 2 for earlier",
    ),
    (
        "policy portal 2 E; receive 3 E; ask portal:b 3 from E placed 2",
        "at E: backordered 2; recalls portal:b 1 for earlier",
    ),
    ("policy shop 3 E; receive 3 E; ask shop:b 3 from E placed 2", "at E: backordered 2; recalls shop:b 2 for earlier"),
    ("receive 3 E; ask portal:b 3 from E placed 2; policy safety 2 E", "at E: backordered 2"),
)


@pytest.mark.parametrize(("given", "effects"), RECALLS)
def test_an_earlier_order_recalls_only_what_it_would_get(given: str, effects: str) -> None:
    assert effects == effects_of(book_of(given).do("ask shop:a 2 from E placed 1"))


def share_of(percent: int, safety_stock: int = 0, taken: int = 0) -> NodePolicy:
    fence = Fence(ChannelId("portal"), 0, percent, taken * UNIT)
    return NodePolicy(NodeId("E"), safety_stock * UNIT, (fence,))


@pytest.mark.parametrize(
    ("policy", "available", "allocated", "for_the_portal", "for_others"),
    (
        (share_of(40), 10, 0, 10, 6),
        (share_of(40), 6, 4, 6, 2),
        (share_of(40, taken=4), 6, 4, 6, 6),
        (share_of(40, safety_stock=5), 10, 0, 5, 3),
        (share_of(40), 7, 0, 7, 5),
        (share_of(40), 2, 0, 2, 2),
        (share_of(100), 3, 0, 3, 0),
        (share_of(50), -3, 9, 0, 0),
    ),
)
def test_a_share_is_one_of_the_units_for_sale_in_whole_units(
    policy: NodePolicy, available: int, allocated: int, for_the_portal: int, for_others: int
) -> None:
    position = replace(empty_node(NodeId("E")), available=available * UNIT, allocated=allocated * UNIT)
    promisable = policy.promisable(position, ChannelId("portal")), policy.promisable(position, NO_CHANNEL)
    assert (for_the_portal * UNIT, for_others * UNIT) == promisable


def test_a_share_shrinks_with_what_is_shipped_and_others_are_filled() -> None:
    many = f"receive {10 * UNIT} E; policy portal 50% E; ask shop:a {4 * UNIT} from E at once"
    book = book_of(many, f"ask shop:b {9 * UNIT} from E")
    assert f"fills shop:b {2 * UNIT} at E" == effects_of(book.do(f"ship shop:a {4 * UNIT} at E"))


@pytest.mark.parametrize(
    "less",
    (
        f"adjust -{UNIT} E",
        f"count {3 * UNIT} E",
        f"change {UNIT} E AVAILABLE to DAMAGED",
        f"send {UNIT} E to W of T1",
        f"ship portal:b {UNIT} at E",
    ),
)
def test_shares_of_less_leave_a_unit_to_the_pool_whatever_took_it(less: str) -> None:
    """Two halves of four are all of it; two of three, in whole units, are two."""
    halves = f"policy portal 50% E web 50% E; receive {4 * UNIT} E; ask shop:a {3 * UNIT} from E"
    assert f"fills shop:a {UNIT} at E" in effects_of(book_of(halves).do(less))
