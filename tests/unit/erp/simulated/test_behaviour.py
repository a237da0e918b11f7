"""Chance in the simulated ERP: seeded, equal for equal calls, independent of their order."""

from collections import Counter

import pytest

from demo.erp.behaviour import CallFault, ErpBehaviour

FAULTY = ErpBehaviour(seed=7, lose_answer_per_mille=100, book_late_per_mille=50, lock_per_mille=20)


def fates(behaviour: ErpBehaviour, attempt: int) -> list[CallFault]:
    return [behaviour.fault_of("sales_order", f"portal:P-{number}", attempt) for number in range(5000)]


def test_the_same_seed_gives_the_same_fates_whatever_was_asked_before() -> None:
    expected = fates(FAULTY, 1)
    fates(FAULTY, 2)
    assert expected == fates(FAULTY, 1)


def test_another_seed_and_another_attempt_give_other_fates() -> None:
    assert fates(FAULTY, 1) != fates(FAULTY, 2)
    assert fates(FAULTY, 1) != fates(ErpBehaviour(8, lose_answer_per_mille=100, book_late_per_mille=50), 1)


def test_each_fault_occurs_about_as_often_as_configured() -> None:
    counted = Counter(fates(FAULTY, 1))
    assert 400 < counted[CallFault.ANSWER_LOST] < 600
    assert 180 < counted[CallFault.BOOKED_LATE] < 320
    assert 60 < counted[CallFault.LOCKED] < 140


def test_the_latency_is_between_its_bounds_and_reaches_both() -> None:
    behaviour = ErpBehaviour(latency_from_ms=5, latency_to_ms=25)
    latencies = {behaviour.latency_ms_of("shipment", f"S-{number}", 1) for number in range(1000)}
    assert (5, 25) == (min(latencies), max(latencies))


def test_shares_that_add_up_to_more_than_all_calls_are_refused() -> None:
    with pytest.raises(ValueError, match="1000 per mille"):
        ErpBehaviour(lose_answer_per_mille=600, book_late_per_mille=600)


def test_a_drill_changes_the_numbers_it_names() -> None:
    assert 300 == FAULTY.changed_by({"lock_per_mille": 300}).lock_per_mille


@pytest.mark.parametrize("drill", ({"seed": 1}, {"unknown": 1}, {"late_by_ms": "5"}, {"late_by_ms": True}))
def test_a_drill_cannot_change_what_is_not_a_number_of_the_behaviour(drill: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(drill))):
        FAULTY.changed_by(drill)
