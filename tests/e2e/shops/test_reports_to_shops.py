"""A shop has each shipment once, with its lines and tracking number, and shows the newest number of each item."""

import random
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from domain.messages.cases import CaseClass
from tests.e2e.shops.shop_cases import FIRST, SECOND, SHOPIFY, SHOPS, ShopCase
from tests.e2e.shops.shop_world import ShopWorld
from tests.unit.shops.doubles import Fault

EACH_SHOP = pytest.mark.parametrize("case", SHOPS, ids=lambda case: case.adapter)
_FAULTS = (*Fault, *[Fault.NONE] * 4)


@contextmanager
def world(
    folder: Path, case: ShopCase, chance: Random | None = None, faults: Sequence[Fault] = (), per_mille: int = 0
) -> Iterator[ShopWorld]:
    there = ShopWorld(folder, case, chance or Random(0), faults, per_mille)
    try:
        yield there
    finally:
        there.close()


def ship_in_two_parts(there: ShopWorld) -> None:
    first, second = there.case.line_ids
    there.ship("S-1", "T-1", (first, FIRST, 2), (second, SECOND, 1))
    there.run(3)
    there.ship("S-2", "T-2", (first, FIRST, 1))


def assert_all_is_told(there: ShopWorld) -> None:
    first, second = there.case.line_ids
    reported = sorted(there.case.reported(there.shop), key=lambda each: each[0])
    assert [("T-1", {first: 2, second: 1}), ("T-2", {first: 1})] == reported
    newest = there.may_show()
    assert {FIRST, SECOND} == newest.keys()
    assert newest == {item: there.case.shown(there.shop, item) for item in newest}


@EACH_SHOP
def test_a_shop_is_told_what_has_left_and_what_it_may_show(tmp_path: Path, case: ShopCase) -> None:
    with world(tmp_path, case) as there:
        there.receive(LAMP_1=20, CORD_2=5)
        there.run(3)
        there.send_order()
        there.run(3)
        ship_in_two_parts(there)
        there.run()
        assert_all_is_told(there)
        assert {FIRST: 17, SECOND: 4} == there.may_show()
        assert [] == there.open_cases()


@EACH_SHOP
def test_it_is_told_once_though_everything_dies_and_answers_get_lost(tmp_path: Path, case: ShopCase) -> None:
    seed = random.SystemRandom().randrange(1 << 32)
    sys.stdout.write(f"seed {seed}\n")
    chance = Random(seed)
    faults = [each for each in chance.choices(_FAULTS, k=60) if each is not Fault.DOUBLED]
    with world(tmp_path, case, chance, faults, per_mille=60) as there:
        there.receive(LAMP_1=20, CORD_2=5)
        there.run(3)
        there.send_order()
        there.run(20)
        ship_in_two_parts(there)
        for _ in range(4):
            there.receive(LAMP_1=1, CORD_2=2)
            there.run(5)
        there.mortality.per_mille = 0
        there.run()
        assert_all_is_told(there)
        assert {FIRST: 21, SECOND: 12} == there.may_show()


@EACH_SHOP
def test_after_an_outage_only_the_newest_number_counts(tmp_path: Path, case: ShopCase) -> None:
    with world(tmp_path, case) as there:
        there.receive(LAMP_1=20, CORD_2=5)
        there.send_order()
        there.run(10)
        there.is_away = True
        ship_in_two_parts(there)
        for _ in range(30):
            there.receive(LAMP_1=1)
            there.run(2)
        there.is_away = False
        before = there.changing_calls()
        there.run()
        assert_all_is_told(there)
        assert 47 == there.may_show()[FIRST]
        assert there.changing_calls() - before < 15


def test_what_a_shop_refuses_is_a_case_that_a_person_retries(tmp_path: Path) -> None:
    with world(tmp_path, SHOPIFY) as there:
        order = there.shop.orders["6001"]
        there.shop.orders = {}
        there.receive(LAMP_1=20, CORD_2=5)
        there.send_order()
        there.run(5)
        ship_in_two_parts(there)
        there.run()
        cases = there.open_cases()
        assert [CaseClass.TRANSFORMATION_FAILED] * 2 == [each.case_class for each in cases]
        assert all("webshop refuses shipment S-" in each.reason for each in cases)
        there.shop.orders = {"6001": order}
        for case in cases:
            there.retry(case)
        there.run()
        assert [] == there.open_cases()
        assert_all_is_told(there)
